//! Structures with which all is well, and what a check says of them.

use checker::sync::atomic::{AtomicU8, AtomicUsize, Ordering::*};
use checker::sync::{Condvar, Mutex};
use checker::{Level, Wait, bite, check, explore, family, subject, thread};
use std::sync::Arc;
use std::time::Duration;

/// A tally, which adds in one step or by a load and a store.
struct Tally<const TORN: bool>(AtomicUsize);

#[subject(spec = usize)]
impl<const TORN: bool> Tally<TORN> {
    #[init]
    fn new() -> Self {
        Tally(AtomicUsize::new(0))
    }
    #[op]
    fn add(&self) {
        if TORN {
            self.0.store(self.0.load(SeqCst) + 1, SeqCst);
        } else {
            self.0.fetch_add(1, SeqCst);
        }
    }
    #[op]
    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl TallySpec for usize {
    fn add(&mut self) {
        *self += 1;
    }
    fn get(&mut self) -> usize {
        *self
    }
}

/// A place for one value, whose `take` waits for it. `TELLS`: a `put` wakes who waits.
struct Slot<const TELLS: bool> {
    value: Mutex<Option<u8>>,
    changed: Condvar,
}

#[subject(spec = Option<u8>)]
impl<const TELLS: bool> Slot<TELLS> {
    #[init]
    fn new() -> Self {
        Slot { value: Mutex::new(None), changed: Condvar::new() }
    }
    /// Puts a value in, if there is none.
    #[op]
    fn put(&self, value: u8) -> bool {
        let mut place = self.value.lock().expect("no panic");
        let is_free = place.is_none();
        if is_free {
            *place = Some(value);
            if TELLS {
                self.changed.notify_one();
            }
        }
        is_free
    }
    #[op(waits)]
    fn take(&self) -> u8 {
        let place = self.value.lock().expect("no panic");
        let mut place = self.changed.wait_while(place, |place| place.is_none()).expect("no panic");
        place.take().expect("waited for")
    }
}

impl SlotSpec for Option<u8> {
    fn put(&mut self, value: u8) -> bool {
        let is_free = self.is_none();
        *self = self.or(Some(value));
        is_free
    }
    fn take(&mut self) -> Wait<u8> {
        self.take().map_or(Wait::Blocked, Wait::Ready)
    }
}

/// A number that wraps around where its type does.
struct Small(AtomicU8);

#[subject(spec = u8)]
impl Small {
    #[init]
    fn new() -> Self {
        Small(AtomicU8::new(254))
    }
    #[op]
    fn add(&self, #[values(1, 3)] number: u8) -> u8 {
        self.0.fetch_add(number, SeqCst)
    }
    #[op]
    fn max(&self, #[values(7)] number: u8) -> u8 {
        self.0.fetch_max(number, SeqCst)
    }
    #[quiet]
    fn left(&mut self) -> u8 {
        self.0.load(SeqCst)
    }
}

impl SmallSpec for u8 {
    fn add(&mut self, number: u8) -> u8 {
        let before = self.wrapping_add(254);
        *self = self.wrapping_add(number);
        before
    }
    fn max(&mut self, number: u8) -> u8 {
        let before = self.wrapping_add(254);
        *self = before.max(number).wrapping_sub(254);
        before
    }
    fn left(&mut self) -> u8 {
        self.wrapping_add(254)
    }
}

#[test]
fn a_tally_passes_as_a_program_and_as_a_family() {
    check::<Tally<false>>("add || add || add; get");
    let explored = family::<Tally<false>>("2x2").run();
    assert_eq!(explored.verdict, Level::Complete);
    // Two operations, one or two in each of two threads: 21 pairs of threads; from 0, 1 and 2.
    assert_eq!(explored.programs, 21 * 3);
}

#[test]
fn a_torn_tally_fails_with_the_smallest_program() {
    let failure = family::<Tally<true>>("2x2").explore().failure.expect("an `add` is lost");
    assert_eq!((failure.kind.as_str(), failure.program.as_str()), ("not linearizable", "|| add || add; get"));
    assert!(failure.drawn.contains("▶ add"), "{}", failure.drawn);
}

#[test]
fn several_checks_of_several_structures_in_one_test_are_told_apart() {
    let torn = explore::<Tally<true>>("|| add || add; get");
    let whole = explore::<Tally<false>>("|| add || add; get");
    let small = explore::<Small>("|| add 1 || add 3");
    let again = explore::<Tally<true>>("|| add || get");
    let levels = [torn, whole, small, again].map(|explored| explored.verdict);
    assert_eq!(levels, [Level::Failed, Level::Complete, Level::Complete, Level::Complete]);
}

#[test]
fn a_small_number_wraps_around() {
    family::<Small>("2x2").run();
}

#[test]
fn calls_that_wait_are_explored_where_another_call_ends_the_wait() {
    let explored = family::<Slot<true>>("2x2").run();
    assert!(explored.programs > 10, "{explored}");
    check::<Slot<true>>("|| take || put 1");
}

#[test]
fn a_wait_that_nobody_ends_is_found() {
    let explored = family::<Slot<false>>("2x2").explore();
    let failure = explored.failure.expect("a lost wake-up");
    assert_eq!((failure.kind.as_str(), failure.program.as_str()), ("deadlock", "|| put 1 || take"));
}

#[test]
#[should_panic(expected = "and does not pass: give it more time")]
fn what_is_cut_short_does_not_pass() {
    family::<Tally<false>>("3x3").begin(&[""]).budget(Duration::from_millis(1)).run();
}

#[test]
#[should_panic(expected = "did you mean `add`?")]
fn a_program_with_a_slip_is_refused_with_the_place() {
    check::<Tally<false>>("|| ad || add");
}

#[test]
#[should_panic(expected = "`sub` is not an operation of Tally<false>: those are add, get")]
fn an_operation_that_is_not_there_is_refused() {
    drop(family::<Tally<false>>("2x1").only(&["sub"]));
}

#[test]
#[should_panic(expected = "a size is threads x operations")]
fn a_size_that_is_none_is_refused() {
    drop(family::<Tally<false>>("2y1"));
}

#[test]
#[should_panic(expected = "two structures are named `one`")]
fn two_structures_of_one_name_are_refused() {
    mod another {
        use super::*;
        pub(super) struct Another;
        #[subject(spec = (), name = "one")]
        impl Another {
            #[init]
            fn new() -> Self {
                Another
            }
            #[op]
            fn nothing(&self) {}
        }
        impl AnotherSpec for () {
            fn nothing(&mut self) {}
        }
    }
    struct One;
    #[subject(spec = (), name = "one")]
    impl One {
        #[init]
        fn new() -> Self {
            One
        }
        #[op]
        fn nothing(&self) {}
    }
    impl OneSpec for () {
        fn nothing(&mut self) {}
    }
    check::<One>("|| nothing");
    check::<another::Another>("|| nothing");
}

/// A tally whose `add` has another thread do it, and waits for that; or goes on at once.
struct Handed<const WAITS: bool>(Arc<AtomicUsize>);

#[subject(spec = usize)]
impl<const WAITS: bool> Handed<WAITS> {
    #[init]
    fn new() -> Self {
        Handed(Arc::new(AtomicUsize::new(0)))
    }
    #[op]
    fn add(&self) {
        let number = Arc::clone(&self.0);
        let handle = thread::spawn(move || {
            number.fetch_add(1, SeqCst);
        });
        if WAITS {
            handle.join().expect("no panic");
        }
    }
    /// Spins until something was added.
    #[op(waits)]
    fn await_one(&self) -> usize {
        loop {
            let number = self.0.load(SeqCst);
            if number > 0 {
                return 1;
            }
            thread::yield_now();
        }
    }
    #[op]
    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl HandedSpec for usize {
    fn add(&mut self) {
        *self += 1;
    }
    fn await_one(&mut self) -> Wait<usize> {
        if *self > 0 { Wait::Ready(1) } else { Wait::Blocked }
    }
    fn get(&mut self) -> usize {
        *self
    }
}

#[test]
fn a_structure_may_start_threads_and_wait_for_them() {
    check::<Handed<true>>("|| add || add; get");
    check::<Handed<true>>("|| add || await_one; get");
    let failure = explore::<Handed<false>>("|| add; get || get").failure.expect("it does not wait");
    assert_eq!(failure.kind, "not linearizable");
}

/// A flag that publishes a number: one ordering of each access is needed, and the load of the number needs none.
struct Published {
    number: AtomicUsize,
    is_there: AtomicU8,
}

#[subject(spec = Option<usize>)]
impl Published {
    #[init]
    fn new() -> Self {
        Published { number: AtomicUsize::new(0), is_there: AtomicU8::new(0) }
    }
    #[op]
    fn publish(&self, #[values(5)] number: usize) {
        self.number.store(number, Relaxed);
        self.is_there.store(1, Release);
    }
    #[op]
    fn read(&self) -> Option<usize> {
        (self.is_there.load(SeqCst) == 1).then(|| self.number.load(Relaxed))
    }
}

impl PublishedSpec for Option<usize> {
    fn publish(&mut self, number: usize) {
        *self = Some(number);
    }
    fn read(&mut self) -> Option<usize> {
        *self
    }
}

#[test]
fn what_a_check_does_not_need_is_listed() {
    let bite = bite::<Published>(&["|| publish 5 || read; read"]);
    println!("{bite}");
    let survivors: Vec<&str> = bite.survivors.iter().map(|survivor| survivor.change.as_str()).collect();
    // Of the load of the flag `SeqCst` is more than is needed, and `Relaxed` less.
    assert_eq!(survivors, ["Acquire instead of SeqCst"]);
    assert_eq!(bite.tried, 1 + 2 + 2, "Release to Relaxed; SeqCst to two others; two stores left out");
    assert!(bite.unknown.is_empty());
}
