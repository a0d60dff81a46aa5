//! `Counter` and `CounterMap` under threads: all that is added is harvested once, or still there.

use super::support::*;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use sync_map::{Counter, CounterMap};

under_three_hashers! {
    a_counter_map_begins_at_zero_and_adds,
    adds_of_many_threads_are_all_counted,
    harvests_and_removals_lose_nothing,
    top_and_snapshot_list_what_is_there,
}

#[test]
fn a_counter_adds_and_resets() {
    let counter = Counter::default();
    counter.add(5);
    counter.increment();
    counter.decrement();
    counter.add(-7);
    assert_eq!(counter.get(), -2);
    assert_eq!(format!("{counter:?}"), "Counter(-2)");
    assert_eq!(counter.reset_and_get(), -2);
    assert_eq!((counter.get(), counter.reset_and_get()), (0, 0));
    counter.add(i64::MAX);
    counter.add(1);
    assert_eq!(counter.get(), i64::MIN, "wraps around");
}

#[test]
fn harvests_of_a_counter_lose_nothing() {
    const ADDS: usize = 300_000;
    let (counter, harvested) = (Counter::new(), AtomicI64::new(0));
    let harvest = |_: usize| {
        harvested.fetch_add(counter.reset_and_get(), SeqCst);
    };
    with_churn(harvest, || {
        race(|thread| (0..ADDS).for_each(|_| counter.add(thread as i64 - 1)));
    });
    let added = (0..THREADS as i64).map(|thread| (thread - 1) * ADDS as i64).sum::<i64>();
    assert_eq!(harvested.into_inner() + counter.get(), added);
}

fn a_counter_map_begins_at_zero_and_adds<S: TestHasher>() {
    let mut counters = CounterMap::<String, S>::default();
    for i in 0..KEYS {
        assert_eq!(counters.get(&key(i)), 0);
        assert_eq!(counters.reset_and_get(&key(i)), 0);
        assert_eq!(counters.remove(&key(i)), None);
        assert_eq!(counters.add(key(i), 5), 5);
        assert_eq!(counters.increment(key(i)), 6);
        assert_eq!(counters.decrement(key(i)), 5);
        assert_eq!(counters.add(key(i), -7), -2);
        assert_eq!(counters.get(&key(i)), -2);
        assert_eq!(counters.reset_and_get(&key(i)), -2);
        assert_eq!(counters.increment(key(i)), 1);
        assert_eq!(counters.remove(&key(i)), Some(1));
        assert_eq!((counters.remove(&key(i)), counters.get(&key(i))), (None, 0));
        assert_eq!(counters.increment(key(i)), 1, "a removed counter begins again");
    }
    counters.check_invariants().unwrap();
    assert_eq!(counters.quiet_contents().len(), KEYS);
}

fn adds_of_many_threads_are_all_counted<S: TestHasher>() {
    const ROUNDS: usize = 20;
    let mut counters = CounterMap::<String, S>::with_hasher(S::default());
    race(|_| {
        for _ in 0..ROUNDS {
            for i in 0..KEYS {
                assert!(counters.add(key(i), i as i64 + 1) > i as i64);
            }
        }
    });
    for i in 0..KEYS {
        assert_eq!(counters.get(&key(i)), ((i + 1) * THREADS * ROUNDS) as i64);
    }
    counters.check_invariants().unwrap();
}

fn harvests_and_removals_lose_nothing<S: TestHasher>() {
    const ADDS: usize = 20_000;
    let mut counters = CounterMap::<String, S>::default();
    let harvested = AtomicI64::new(0);
    let hot = || String::from("hot");
    let remove = |_: usize| {
        harvested.fetch_add(counters.remove("hot").unwrap_or(0), SeqCst);
    };
    let reset = |_: usize| {
        harvested.fetch_add(counters.reset_and_get("hot"), SeqCst);
    };
    with_churn(remove, || {
        with_churn(reset, || {
            race(|_| (0..ADDS).for_each(|_| assert!(counters.increment(hot()) > 0)));
        });
    });
    let added = (ADDS * THREADS) as i64;
    assert_eq!(harvested.into_inner() + counters.get("hot"), added, "conservation");
    counters.check_invariants().unwrap();
}

fn top_and_snapshot_list_what_is_there<S: TestHasher>() {
    let counters = CounterMap::<String, S>::default();
    for i in 0..KEYS {
        counters.add(key(i), (i / 2) as i64);
    }
    let mut expected: Vec<(String, i64)> = (0..KEYS).map(|i| (key(i), (i / 2) as i64)).collect();
    expected.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    for n in [0, 1, 3, KEYS, 2 * KEYS] {
        assert_eq!(counters.top(n), expected[..n.min(KEYS)]);
    }
    let mut snapshot = counters.snapshot();
    snapshot.sort();
    expected.sort();
    assert_eq!(snapshot, expected);
    let few = CounterMap::new();
    few.increment("a");
    assert_eq!(format!("{few:?}"), r#"{"a": 1}"#);
}
