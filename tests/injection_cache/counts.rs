//! A panic at each call of user code in each operation of a counter map.

use super::User::{Eq as KeyEq, Hash, Hasher, KeyClone};
use super::{KEYS, Trapped, Traps, faults, turn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use sync_map::CounterMap;
use test_support::{Key, hang};

/// The operations of a counter map: what was added when the call returned, and what it harvested.
type Count = fn(&CounterMap<Key, Trapped>, &Traps, u32) -> (i64, i64);

const COUNTS: [(&str, Count); 6] = [
    ("add", |counters, traps, n| {
        counters.add(traps.ledger.key(n), 5);
        (5, 0)
    }),
    ("get", |counters, traps, n| {
        counters.get(&traps.ledger.key(n));
        (0, 0)
    }),
    ("reset_and_get", |counters, traps, n| (0, counters.reset_and_get(&traps.ledger.key(n)))),
    ("remove", |counters, traps, n| (0, counters.remove(&traps.ledger.key(n)).unwrap_or(0))),
    ("remove and add", |counters, traps, n| {
        let harvest = counters.remove(&traps.ledger.key(n)).unwrap_or(0);
        // A panic in this one loses what the other has returned to the test: only its own is tried here.
        match catch_unwind(AssertUnwindSafe(|| counters.add(traps.ledger.key(n), 7))) {
            Ok(_) => (7, harvest),
            Err(_) => (0, harvest),
        }
    }),
    ("snapshot", |counters, _, _| {
        drop(counters.snapshot());
        (0, 0)
    }),
];

#[test]
fn a_panic_at_any_call_of_user_code_loses_no_count() {
    let _turn = turn();
    let watch = hang::watch();
    let mut tried = 0;
    for (name, run) in COUNTS {
        for user in [Hash, KeyEq, KeyClone, Hasher] {
            for n in KEYS {
                for nth in 1..8 {
                    let what = format!("{name} of key {n}, panic at {user:?} {nth}");
                    watch.step(what.clone());
                    let traps = Traps::default();
                    let mut counters = CounterMap::with_hasher(Trapped(traps.hasher.clone()));
                    // Of keys that read has (0, 1), that only dirty has (2), and none (3).
                    (0..2).for_each(|n| assert_eq!(counters.add(traps.ledger.key(n), 1), 1));
                    counters.snapshot();
                    counters.add(traps.ledger.key(2), 1);

                    traps.arm(user, nth);
                    let mut done = (0, 0);
                    faults(|| done = run(&counters, &traps, n));
                    tried += usize::from(traps.disarm(user));

                    counters.check_invariants().unwrap_or_else(|error| panic!("{what}: {error}"));
                    let left: i64 = counters.snapshot().iter().map(|(_, count)| count).sum();
                    assert_eq!(left + done.1, 3 + done.0, "{what}: a count is lost");
                    for n in KEYS {
                        counters.remove(&traps.ledger.key(n));
                        assert_eq!(counters.add(traps.ledger.key(n), 9), 9, "{what}: usable");
                    }
                    drop(counters);
                    traps.ledger.assert_settled(&what);
                }
            }
        }
    }
    assert!(tried > 50, "only {tried} panics");
}
