//! Wrong structures whose fault lies in what is easily not seen: each must fail, whichever thread comes first.

use checker::alloc::{Box, at};
use checker::cell::UnsafeCell;
use checker::sync::Mutex;
use checker::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::*};
use checker::{explore, family, subject};

struct Seen {
    mutex: Mutex<()>,
    inside: AtomicUsize,
    flag: AtomicBool,
    plain: UnsafeCell<usize>,
    object: AtomicPtr<usize>,
}

// SAFETY: for the tests: the races on `plain` are what they are about, and under an engine all threads are one.
unsafe impl Sync for Seen {}

#[subject(spec = ())]
impl Seen {
    #[init]
    fn new() -> Self {
        Seen {
            mutex: Mutex::new(()),
            inside: AtomicUsize::new(0),
            flag: AtomicBool::new(false),
            plain: UnsafeCell::new(0),
            object: AtomicPtr::new(Box::into_raw(Box::new(7))),
        }
    }
    #[op]
    fn hold(&self) {
        let _held = self.mutex.lock();
        self.inside.store(1, SeqCst);
    }
    #[op]
    fn is_free(&self) -> bool {
        self.mutex.try_lock().is_some()
    }
    /// The write comes after the flag, in the same closure.
    #[op]
    fn write(&self) {
        self.plain.with_mut(|place| {
            self.flag.store(true, Release);
            // SAFETY: none: that is what the test is about.
            unsafe { *place = 1 };
        });
    }
    #[op]
    fn read(&self) {
        if self.flag.load(Acquire) {
            // SAFETY: none: that is what the test is about.
            self.plain.with(|place| unsafe { std::hint::black_box(*place) });
        }
    }
    #[op]
    fn write_as_owner(&self) {
        // SAFETY: none, if another thread uses it.
        let mut owned = unsafe { Box::from_raw(self.object.load(Acquire)) };
        *owned = 8;
        Box::into_raw(owned);
    }
    #[op]
    fn read_object(&self) {
        // SAFETY: none, if another thread writes.
        std::hint::black_box(*unsafe { at(self.object.load(Acquire)) });
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        // SAFETY: nobody else has it any more.
        drop(unsafe { Box::from_raw(self.object.read_mut()) });
    }
}

impl SeenSpec for () {
    fn hold(&mut self) {}
    fn is_free(&mut self) -> bool {
        true
    }
    fn write(&mut self) {}
    fn read(&mut self) {}
    fn write_as_owner(&mut self) {}
    fn read_object(&mut self) {}
}

/// The program fails so, with its threads in either order.
fn is(kind: &str, one: &str, other: &str) {
    for program in [format!("|| {one} || {other}"), format!("|| {other} || {one}")] {
        let explored = explore::<Seen>(&program);
        let failure = explored.failure.unwrap_or_else(|| panic!("{program}: {}", explored.verdict));
        assert_eq!(failure.kind, kind, "{program}: {}", failure.sentence);
    }
}

#[test]
fn a_try_lock_that_is_refused_is_seen() {
    is("not linearizable", "hold", "is_free");
}

#[test]
fn an_access_goes_on_until_its_closure_returns() {
    is("data race", "write", "read");
}

#[test]
fn what_the_owner_of_an_object_writes_is_a_write() {
    is("data race", "write_as_owner", "read_object");
    is("data race", "write_as_owner", "write_as_owner");
}

/// Forgets `false`.
struct OnlyTrue(AtomicBool);

#[subject(spec = bool)]
impl OnlyTrue {
    #[init]
    fn new() -> Self {
        OnlyTrue(AtomicBool::new(false))
    }
    #[op]
    fn set(&self, to: bool) {
        if to {
            self.0.store(to, SeqCst);
        }
    }
    #[op]
    fn get(&self) -> bool {
        self.0.load(SeqCst)
    }
}

impl OnlyTrueSpec for bool {
    fn set(&mut self, to: bool) {
        *self = to;
    }
    fn get(&mut self) -> bool {
        *self
    }
}

#[test]
fn an_argument_that_is_a_truth_value_is_both() {
    let failure = family::<OnlyTrue>("2x1").explore().failure.expect("`set 0` has no effect");
    assert!(failure.program.contains("set 0"), "{}", failure.program);
}
