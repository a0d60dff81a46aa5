//! User code that panics or lies: nobody is stranded, and what had to follow follows.

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;
use sync_map::{Cache, Cause, Clock, CounterMap, ManualClock};
use test_support::hang::{self, Watch};
use test_support::{Call, Constant, Fault, Key, Ledger, Value};

fn panics(call: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

/// What a clock, a closure or a listener throws: as `panic!`, without a message on the screen.
fn throw() -> ! {
    resume_unwind(Box::new(Fault))
}

type Accounted = Cache<Key, Value, Constant>;

/// A caller computes, others wait for it, and the user code that runs after its closure panics at `call`.
fn panic_after_the_closure(ledger: &Ledger, cache: &Accounted, fault: impl FnOnce() + Send) {
    let computing = Barrier::new(2);
    thread::scope(|scope| {
        let (computing, leader) = (&computing, ledger.key(1));
        let leader = scope.spawn(move || {
            panics(|| {
                let make = || {
                    let value = ledger.value(7);
                    computing.wait();
                    computing.wait();
                    fault();
                    value
                };
                drop(cache.get_or_insert_with(leader, make));
            })
        });
        computing.wait();
        let waiters: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| cache.get_or_insert_with(ledger.key(1), || ledger.value(8)).n))
            .collect();
        while cache.statistics().misses < 4 {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(2)); // they usually wait by then
        computing.wait();
        assert!(leader.join().unwrap(), "the panic surfaces in the call that computed");
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), 8, "one of those who waited computes");
        }
    });
}

#[test]
fn whatever_panics_after_the_closure_those_who_wait_try_again() {
    let watch = hang::watch();
    for call in [Call::KeyClone, Call::Hash, Call::KeyEq] {
        watch.step(format!("{call:?}"));
        let ledger = Ledger::default();
        let mut cache: Accounted = Cache::builder().max_entries(4).hasher(Constant::default()).build();
        cache.insert(ledger.key(2), ledger.value(2));
        panic_after_the_closure(&ledger, &cache, || ledger.arm(call, 1));
        assert_eq!(cache.get(&ledger.key(1)).map(|value| value.n), Some(8));
        cache.check_invariants().unwrap();
        drop(cache);
        ledger.assert_settled("a panic after the closure");
    }
    watch.step("the clock");
    let (ledger, throws) = (Ledger::default(), Arc::new(AtomicBool::new(false)));
    let trap = Arc::clone(&throws);
    let clock = Clock::from_fn(move || if trap.swap(false, SeqCst) { throw() } else { Duration::ZERO });
    let builder = Cache::builder().time_to_live(Duration::from_secs(5)).clock(clock);
    let mut cache: Accounted = builder.hasher(Constant::default()).build();
    panic_after_the_closure(&ledger, &cache, || throws.store(true, SeqCst));
    cache.check_invariants().unwrap();
}

/// A key whose `Hash` panics while this says so.
#[derive(Clone)]
struct Trapped(u32, Arc<AtomicBool>);

impl PartialEq for Trapped {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Trapped {}

impl Hash for Trapped {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.1.load(SeqCst) {
            throw();
        }
        self.0.hash(state);
    }
}

#[test]
fn a_computation_that_could_not_be_taken_out_is_replaced_by_the_next_caller() {
    let watch = hang::watch();
    let mut cache = Cache::new();
    let (good, bad) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    for (failing, fails) in [(false, "with a value"), (true, "with an error")] {
        watch.step(fails);
        let make = || {
            bad.store(true, SeqCst);
            if failing { Err(()) } else { Ok(7) }
        };
        let key = || Trapped(1, Arc::clone(&bad));
        let failed = panics(|| assert_eq!(cache.try_get_or_insert_with(key(), make), Err(())));
        assert!(failed || failing, "the hash panicked");
        bad.store(false, SeqCst);
        cache.check_invariants().unwrap();
        assert_eq!(cache.len(), 0);
        assert_eq!(cache.get_or_insert_with(Trapped(1, Arc::clone(&good)), || 8), 8);
        assert_eq!(cache.get_or_insert_with(Trapped(1, Arc::clone(&good)), || 9), 8, "and is kept");
        cache.check_invariants().unwrap();
        cache.clear();
    }
}

/// A key of which each clone is another key.
struct Unequal(usize);

static CLONES: AtomicUsize = AtomicUsize::new(1_000);

impl Clone for Unequal {
    fn clone(&self) -> Self {
        Unequal(CLONES.fetch_add(1, SeqCst))
    }
}

impl PartialEq for Unequal {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Unequal {}

impl Hash for Unequal {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A key whose `Eq` says yes and no in turn.
#[derive(Clone)]
struct Fickle;

impl PartialEq for Fickle {
    fn eq(&self, _: &Self) -> bool {
        CLONES.fetch_add(1, SeqCst).is_multiple_of(2)
    }
}

impl Eq for Fickle {}

impl Hash for Fickle {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// Each operation of a cache, and of a counter map, with a key that lies, as `lie` says.
fn use_all<K: Hash + Eq + Clone + Send + Sync + 'static>(watch: &Watch, lie: &str, key: impl Fn() -> K) {
    let time = ManualClock::new();
    let builder = Cache::builder().max_entries(2).clock(time.clock());
    let cache = builder.time_to_idle(Duration::from_secs(9)).build();
    for round in 0..20 {
        let step = |what: &str| watch.step(format!("{lie}: {what}, round {round}"));
        step("insert_for");
        cache.insert_for(key(), round, Duration::from_secs(5));
        step("get");
        cache.get(&key());
        step("get_or_insert_with");
        cache.get_or_insert_with(key(), || round);
        step("try_get_or_insert_with");
        let _ = cache.try_get_or_insert_with(key(), || if round % 2 == 0 { Err(()) } else { Ok(round) });
        time.advance(Duration::from_secs(if round % 3 == 0 { 5 } else { 1 }));
        step("get, expired");
        cache.get(&key());
        step("contains_key");
        cache.contains_key(&key());
        step("get_or_insert_with, expired");
        cache.get_or_insert_with(key(), || round);
        step("remove");
        cache.remove(&key());
        step("cleanup");
        cache.cleanup();
        step("insert");
        cache.insert(key(), round);
        if round % 5 == 0 {
            step("clear");
            cache.clear();
        }
    }
    let counters = CounterMap::new();
    for round in 0..20 {
        let step = |what: &str| watch.step(format!("{lie}: {what} of the counters, round {round}"));
        step("add");
        // It may say that the key lies.
        panics(|| assert!(counters.add(key(), 1) > 0));
        step("remove");
        counters.remove(&key());
        step("reset_and_get");
        counters.reset_and_get(&key());
    }
}

#[test]
fn keys_that_lie_lead_to_no_loop_without_end() {
    let watch = hang::watch();
    use_all(&watch, "a key whose clone is not equal to it", || Unequal(1));
    use_all(&watch, "a key whose `Eq` changes its mind", || Fickle);
}

#[test]
fn an_eviction_whose_victim_panics_takes_another_and_the_victim_can_go_later() {
    let _watch = hang::watch();
    let bad = Arc::new(AtomicBool::new(false));
    let good = || Arc::new(AtomicBool::new(false));
    let mut cache = Cache::builder().max_entries(2).build();
    cache.insert(Trapped(1, Arc::clone(&bad)), 1);
    cache.insert(Trapped(2, good()), 2);
    bad.store(true, SeqCst);
    assert!(panics(|| cache.insert(Trapped(3, good()), 3)), "the panic surfaces");
    bad.store(false, SeqCst);
    cache.check_invariants().unwrap();
    assert_eq!((cache.len(), cache.get(&Trapped(3, good()))), (2, Some(3)));
    (4..7).for_each(|n| cache.insert(Trapped(n, good()), n));
    assert_eq!(cache.get(&Trapped(1, good())), None, "it was evicted like any other");
    cache.check_invariants().unwrap();
    assert_eq!(cache.statistics().evictions, 4);

    // When each of them panics, the claim is given back, and the next insertion makes the room.
    let mut cache = Cache::builder().max_entries(2).build();
    (1..3).for_each(|n| cache.insert(Trapped(n, Arc::clone(&bad)), n));
    bad.store(true, SeqCst);
    assert!(panics(|| cache.insert(Trapped(3, good()), 3)));
    bad.store(false, SeqCst);
    cache.insert(Trapped(4, good()), 4);
    cache.check_invariants().unwrap();
}

#[test]
fn a_clock_that_panics_after_an_insertion_leaves_the_books_right() {
    let _watch = hang::watch();
    let throws = Arc::new(AtomicUsize::new(usize::MAX));
    let trap = Arc::clone(&throws);
    let clock = Clock::from_fn(move || match trap.fetch_sub(1, SeqCst) {
        0 => throw(),
        _ => Duration::ZERO,
    });
    let five = Duration::from_secs(5);
    let mut cache = Cache::builder().max_entries(1).clock(clock).build();
    for nth in 0..6 {
        throws.store(usize::MAX, SeqCst);
        cache.insert_for("a", 1, five);
        throws.store(nth, SeqCst);
        panics(|| cache.insert_for("a", 2, five));
        panics(|| cache.insert_for("b", 3, five));
        throws.store(usize::MAX, SeqCst);
        cache.check_invariants().unwrap_or_else(|error| panic!("at reading {nth}: {error}"));
    }
}

#[test]
fn a_panic_of_the_listener_costs_no_other_entry_its_event() {
    let _watch = hang::watch();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    let listener = move |key: &u32, _: &u32, cause| {
        notes.lock().unwrap().push((*key, cause));
        resume_unwind(Box::new("as asked"));
    };
    let mut cache = Cache::builder().removal_listener(listener).build();
    (0..5).for_each(|key| cache.insert(key, key));
    (5..9).for_each(|key| cache.insert_for(key, key, Duration::ZERO));
    assert!(panics(|| assert_eq!(cache.cleanup(), 4)), "the first panic goes on, at the end");
    assert!(panics(|| cache.clear()));
    assert_eq!(cache.len(), 0, "all was taken out");
    let mut heard = heard.lock().unwrap().clone();
    heard.sort_unstable_by_key(|(key, _)| *key);
    let expected: Vec<_> =
        (0..9).map(|key| (key, if key < 5 { Cause::Removed } else { Cause::Expired })).collect();
    assert_eq!(heard, expected, "each was told, once");
    cache.check_invariants().unwrap();

    // The look-up that found the expired entry is counted, too.
    cache.insert_for(1, 1, Duration::ZERO);
    let before = cache.statistics().misses;
    assert!(panics(|| assert_eq!(cache.get(&1), None)));
    assert!(panics(|| {
        cache.insert_for(1, 1, Duration::ZERO);
        cache.get_or_insert_with(1, || 2);
    }));
    assert_eq!(cache.statistics().misses, before + 2);
}
