//! A panic at each call of user code, in each operation of a cache and of a counter map: alone, and while another thread waits for
//! the computation. Afterwards the whole is sound and usable, nothing is lost or dropped twice, and nobody is stranded.

mod counts;

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use sync_map::{Cache, Clock};
use test_support::hang::{self, Watch};
use test_support::{Call, Constant, Key, Ledger, Value, faults, flush_until};

/// The user code that a cache runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum User {
    Hash,
    Eq,
    KeyClone,
    ValueClone,
    KeyDrop,
    ValueDrop,
    Hasher,
    Clock,
    Listener,
    Closure,
}

use User::{
    Clock as Time, Closure, Eq as KeyEq, Hash, Hasher, KeyClone, KeyDrop, Listener, ValueClone, ValueDrop,
};

const USERS: [User; 10] =
    [Hash, KeyEq, KeyClone, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener, Closure];

/// The account of one case, and the traps that are no keys or values.
#[derive(Clone, Default)]
struct Traps {
    ledger: Ledger,
    hasher: Ledger,
    clock: Ledger,
    listener: Ledger,
    closure: Ledger,
}

impl Traps {
    fn of(&self, user: User) -> (&Ledger, Call) {
        match user {
            Hash => (&self.ledger, Call::Hash),
            KeyEq => (&self.ledger, Call::KeyEq),
            KeyClone => (&self.ledger, Call::KeyClone),
            ValueClone => (&self.ledger, Call::ValueClone),
            KeyDrop => (&self.ledger, Call::KeyDrop),
            ValueDrop => (&self.ledger, Call::ValueDrop),
            Hasher => (&self.hasher, Call::Callback),
            Time => (&self.clock, Call::Callback),
            Listener => (&self.listener, Call::Callback),
            Closure => (&self.closure, Call::Callback),
        }
    }

    /// The `nth` call of this kind from now panics.
    fn arm(&self, user: User, nth: u32) {
        let (ledger, call) = self.of(user);
        ledger.arm(call, nth);
    }

    fn disarm(&self, user: User) -> bool {
        self.of(user).0.disarm()
    }
}

/// A hasher that may panic when it begins; all hashes are equal.
#[derive(Clone, Default)]
struct Trapped(Ledger);

impl BuildHasher for Trapped {
    type Hasher = <Constant as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        self.0.call(Call::Callback);
        Constant::default().build_hasher()
    }
}

/// A cache, its time, and what its listener has heard.
struct Subject {
    traps: Traps,
    cache: Cache<Key, Value, Trapped>,
    time: Arc<AtomicU64>,
    heard: Arc<Mutex<Vec<u32>>>,
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// The keys of [`Subject::new`]; the last one is absent.
const KEYS: std::ops::Range<u32> = 0..4;

impl Subject {
    /// A full cache of three: of the keys 0 and 1 fresh, of 2 expired; 3 is absent.
    fn new() -> Self {
        let (traps, time, heard) =
            (Traps::default(), Arc::<AtomicU64>::default(), Arc::<Mutex<Vec<u32>>>::default());
        let (trap, now) = (traps.clock.clone(), Arc::clone(&time));
        let clock = Clock::from_fn(move || {
            trap.call(Call::Callback);
            seconds(now.load(SeqCst))
        });
        let (trap, notes) = (traps.listener.clone(), Arc::clone(&heard));
        let listener = move |_: &Key, value: &Value, _| {
            notes.lock().unwrap().push(value.n);
            trap.call(Call::Callback);
        };
        let cache = Cache::builder()
            .max_entries(3)
            .time_to_idle(seconds(50))
            .clock(clock)
            .removal_listener(listener)
            .hasher(Trapped(traps.hasher.clone()))
            .build();
        let subject = Subject { traps, cache, time, heard };
        subject.insert(0, 100, seconds(1_000));
        subject.insert(1, 101, Duration::MAX);
        subject.insert(2, 102, seconds(5));
        subject.time.store(5, SeqCst);
        subject
    }

    fn insert(&self, n: u32, value: u32, time: Duration) {
        self.cache.insert_for(self.traps.ledger.key(n), self.traps.ledger.value(value), time);
    }

    fn compute(&self, n: u32, value: u32) -> u32 {
        let make = || {
            let made = self.traps.ledger.value(value);
            self.traps.closure.call(Call::Callback);
            made
        };
        self.cache.get_or_insert_with(self.traps.ledger.key(n), make).n
    }

    /// What must hold when all calls have returned.
    fn assert_whole(mut self, what: &str, may_leak: bool) {
        self.cache.check_invariants().unwrap_or_else(|error| panic!("{what}: {error}"));
        for n in KEYS {
            self.insert(n, n + 200, Duration::MAX);
            assert_eq!(
                self.cache.get(&self.traps.ledger.key(n)).map(|value| value.n),
                Some(n + 200),
                "{what}"
            );
            self.cache.remove(&self.traps.ledger.key(n));
            assert_eq!(self.compute(n, n + 300), n + 300, "{what}: it computes");
        }
        self.cache.check_invariants().unwrap_or_else(|error| panic!("{what}, afterwards: {error}"));
        // Each entry that came is there, or was told of, once.
        let held = self.cache.quiet_contents().into_iter().filter_map(|(_, value, ..)| Some(value?.n));
        let mut entries: Vec<u32> = held.chain(self.heard.lock().unwrap().iter().copied()).collect();
        let insertions = self.cache.statistics().insertions;
        assert_eq!(entries.len() as u64, insertions, "{what}: {entries:?}");
        entries.sort_unstable();
        let length = entries.len();
        entries.dedup();
        assert_eq!(entries.len(), length, "{what}: told of twice: {entries:?}");
        let ledger = self.traps.ledger.clone();
        drop(self);
        if !may_leak {
            ledger.assert_settled(what);
        }
    }
}

/// One operation of a cache, on the key of this number.
type Run = fn(&Subject, u32);

struct Operation {
    name: &'static str,
    /// The user code that it calls for one key or other.
    calls: &'static [User],
    run: Run,
}

const fn on(name: &'static str, calls: &'static [User], run: Run) -> Operation {
    Operation { name, calls, run }
}

const OPERATIONS: &[Operation] = &[
    on("get", &[Hash, KeyEq, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener], |on, n| {
        drop(on.cache.get(&on.traps.ledger.key(n)));
    }),
    on("contains_key", &[Hash, KeyEq, KeyDrop, Hasher, Time, Listener], |on, n| {
        on.cache.contains_key(&on.traps.ledger.key(n));
    }),
    on("insert", &[Hash, KeyEq, KeyClone, KeyDrop, Hasher, Time, Listener], |on, n| {
        on.insert(n, 110, Duration::MAX)
    }),
    on("insert_for no time", &[Hash, KeyEq, KeyClone, KeyDrop, Hasher, Time, Listener], |on, n| {
        on.insert(n, 110, Duration::ZERO);
    }),
    on("remove", &[Hash, KeyEq, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener], |on, n| {
        drop(on.cache.remove(&on.traps.ledger.key(n)));
    }),
    on(
        "get_or_insert_with",
        &[Hash, KeyEq, KeyClone, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener, Closure],
        |on, n| {
            on.compute(n, 110);
        },
    ),
    on(
        "get_or_insert_with, and is cut off",
        &[Hash, KeyEq, KeyClone, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener],
        |on, n| {
            let make = || {
                on.cache.remove(&on.traps.ledger.key(n));
                on.traps.ledger.value(110)
            };
            drop(on.cache.get_or_insert_with(on.traps.ledger.key(n), make));
        },
    ),
    on(
        "get_or_insert_with, and another is faster",
        &[Hash, KeyEq, KeyClone, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener],
        |on, n| {
            let make = || {
                on.insert(n, 111, Duration::MAX);
                on.traps.ledger.value(110)
            };
            drop(on.cache.get_or_insert_with(on.traps.ledger.key(n), make));
        },
    ),
    on(
        "try_get_or_insert_with, and fails",
        &[Hash, KeyEq, KeyClone, ValueClone, KeyDrop, ValueDrop, Hasher, Time, Listener, Closure],
        |on, n| {
            let make = || {
                on.traps.closure.call(Call::Callback);
                Err(())
            };
            drop(on.cache.try_get_or_insert_with(on.traps.ledger.key(n), make));
        },
    ),
    on("clear", &[Hash, KeyEq, KeyDrop, ValueDrop, Hasher, Listener], |on, _| on.cache.clear()),
    on("cleanup", &[Hash, KeyEq, Hasher, Time, Listener], |on, _| {
        on.cache.cleanup();
    }),
    on("iter", &[KeyClone, ValueClone, KeyDrop, ValueDrop, Time], |on, _| drop(on.cache.iter())),
    on("len", &[Time], |on, _| {
        on.cache.len();
    }),
];

/// One test at a time: the collector is shared, and would drop what is to panic in one of them on a thread of another.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there was an `nth` call to panic at.
fn panic_once(operation: &Operation, user: User, nth: u32, n: u32, watch: &Watch) -> bool {
    let what = format!("{} of key {n}, panic at {user:?} {nth}", operation.name);
    watch.step(what.clone());
    let subject = Subject::new();
    let ledger = subject.traps.ledger.clone();
    // No garbage of this thread: what an operation takes out is not dropped by it, but for a `clear`.
    flush_until(|| ledger.live() == 9);

    subject.traps.arm(user, nth);
    let panicked = faults(|| (operation.run)(&subject, n));
    let came = subject.traps.disarm(user);
    if ![KeyDrop, ValueDrop].contains(&user) {
        assert_eq!(came, panicked, "{what}");
    }
    // When the `Drop` of an argument panics, rustc leaks the result of the function (rust-lang/rust 47949).
    subject.assert_whole(&what, [KeyDrop, ValueDrop].contains(&user));
    came
}

#[test]
fn a_panic_at_any_call_of_user_code_leaves_the_cache_whole() {
    let _turn = turn();
    let watch = hang::watch();
    for operation in OPERATIONS {
        let mut called = BTreeSet::new();
        for user in USERS {
            for n in KEYS {
                if (1..).take_while(|nth| panic_once(operation, user, *nth, n, &watch)).count() > 0 {
                    called.insert(user);
                }
            }
        }
        let expected: BTreeSet<User> = operation.calls.iter().copied().collect();
        assert_eq!(called, expected, "the user code that {} runs", operation.name);
    }
}

/// A thread computes, another waits for it; the panic comes at the `nth` call after the closure, or in it. Whether it came in the
/// call that computes.
fn panic_beside_a_waiter(user: User, nth: u32, n: u32, cut_off: bool) -> bool {
    let what = format!("a computation of key {n} that another waits for, panic at {user:?} {nth}");
    let subject = Subject::new();
    let computing = Barrier::new(2);
    let (panicked, waiter) = std::thread::scope(|scope| {
        let (subject, computing) = (&subject, &computing);
        let before = subject.cache.statistics().misses;
        let leader = scope.spawn(move || {
            faults(|| {
                let make = || {
                    let value = subject.traps.ledger.value(110);
                    computing.wait();
                    computing.wait();
                    if cut_off {
                        subject.cache.remove(&subject.traps.ledger.key(n));
                    }
                    subject.traps.arm(user, nth);
                    subject.traps.closure.call(Call::Callback);
                    value
                };
                drop(subject.cache.get_or_insert_with(subject.traps.ledger.key(n), make));
            })
        });
        computing.wait();
        let mut waited = 0;
        let waiter = scope.spawn(move || {
            let panicked = faults(|| {
                let make = || subject.traps.ledger.value(111);
                waited = subject.cache.get_or_insert_with(subject.traps.ledger.key(n), make).n;
            });
            (panicked, waited)
        });
        while subject.cache.statistics().misses < before + 2 {
            std::thread::yield_now();
        }
        computing.wait();
        (leader.join().unwrap(), waiter.join().unwrap())
    });
    subject.traps.disarm(user);
    assert!(!(panicked && waiter.0), "{what}: one panic surfaces once");
    assert!(waiter.0 || [110, 111].contains(&waiter.1), "{what}: the waiter has {}", waiter.1);
    subject.assert_whole(&what, [KeyDrop, ValueDrop].contains(&user));
    panicked
}

#[test]
fn a_panic_at_any_call_of_a_computation_strands_nobody_who_waits_for_it() {
    let _turn = turn();
    let watch = hang::watch();
    let mut called = BTreeSet::new();
    for user in USERS {
        for (n, cut_off) in [(2, false), (3, false), (3, true)] {
            for nth in 1..=12 {
                watch.step(format!("key {n}, cut off: {cut_off}, panic at {user:?} {nth}"));
                if panic_beside_a_waiter(user, nth, n, cut_off) {
                    called.insert(user);
                }
            }
        }
    }
    for user in [Hash, KeyEq, KeyClone, ValueClone, Hasher, Time, Listener, Closure] {
        assert!(called.contains(&user), "{user:?} never panicked in the call that computes: {called:?}");
    }
}
