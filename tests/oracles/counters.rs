//! `CounterMap` and `Counter` against plain integers.

use super::TRIALS;
use proptest::prelude::*;
use std::collections::HashMap;
use sync_map::{Counter, CounterMap};
use test_support::{TestHasher, under_three_hashers};

#[derive(Clone, Debug)]
enum Call {
    Add(u8, i64),
    Increment(u8),
    Decrement(u8),
    Get(u8),
    ResetAndGet(u8),
    Remove(u8),
    Snapshot,
    Top(usize),
}

#[derive(Debug, PartialEq)]
enum Answer {
    Number(i64),
    Maybe(Option<i64>),
    Rows(Vec<(u8, i64)>),
}

/// Small numbers, and now and then one that makes a counter wrap around.
fn numbers() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -5..=5_i64, 1 => any::<i64>(), 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let key = || 0..5_u8;
    let call = prop_oneof![
        5 => (key(), numbers()).prop_map(|(key, n)| Call::Add(key, n)),
        2 => key().prop_map(Call::Increment),
        2 => key().prop_map(Call::Decrement),
        3 => key().prop_map(Call::Get),
        2 => key().prop_map(Call::ResetAndGet),
        3 => key().prop_map(Call::Remove),
        1 => Just(Call::Snapshot),
        1 => (0..6_usize).prop_map(Call::Top),
    ];
    prop::collection::vec(call, 1..=60)
}

fn run<S: TestHasher>(counters: &CounterMap<u8, S>, call: &Call) -> Answer {
    match *call {
        Call::Add(key, n) => Answer::Number(counters.add(key, n)),
        Call::Increment(key) => Answer::Number(counters.increment(key)),
        Call::Decrement(key) => Answer::Number(counters.decrement(key)),
        Call::Get(key) => Answer::Number(counters.get(&key)),
        Call::ResetAndGet(key) => Answer::Number(counters.reset_and_get(&key)),
        Call::Remove(key) => Answer::Maybe(counters.remove(&key)),
        Call::Snapshot => {
            let mut rows = counters.snapshot();
            rows.sort();
            Answer::Rows(rows)
        }
        Call::Top(n) => Answer::Rows(counters.top(n)),
    }
}

/// A number of 63 bits that wraps around.
fn wrapped(n: i128) -> i64 {
    let modulus = 1_i128 << 63;
    let n = n.rem_euclid(modulus);
    let n = if n >= modulus / 2 { n - modulus } else { n };
    n.try_into().expect("63 bits")
}

fn expect(oracle: &mut HashMap<u8, i64>, call: &Call) -> Answer {
    let mut add = |key: u8, n: i64| {
        let number = oracle.entry(key).or_default();
        *number = wrapped(i128::from(*number) + i128::from(n));
        Answer::Number(*number)
    };
    match *call {
        Call::Add(key, n) => add(key, n),
        Call::Increment(key) => add(key, 1),
        Call::Decrement(key) => add(key, -1),
        Call::Get(key) => Answer::Number(oracle.get(&key).copied().unwrap_or(0)),
        Call::ResetAndGet(key) => Answer::Number(oracle.get_mut(&key).map_or(0, std::mem::take)),
        Call::Remove(key) => Answer::Maybe(oracle.remove(&key)),
        Call::Snapshot => Answer::Rows(sorted(oracle)),
        Call::Top(n) => {
            let mut rows = sorted(oracle);
            rows.sort_by_key(|(_, number)| std::cmp::Reverse(*number)); // stable: equal ones by key
            rows.truncate(n);
            Answer::Rows(rows)
        }
    }
}

fn sorted(oracle: &HashMap<u8, i64>) -> Vec<(u8, i64)> {
    let mut rows: Vec<_> = oracle.iter().map(|(key, number)| (*key, *number)).collect();
    rows.sort();
    rows
}

under_three_hashers! {
    counter_map_and_integers_agree,
}

fn counter_map_and_integers_agree<S: TestHasher>() {
    TRIALS.run(calls(), |calls: Vec<Call>| {
        let mut counters = CounterMap::<u8, S>::default();
        let mut oracle = HashMap::new();
        for call in &calls {
            let expected = expect(&mut oracle, call);
            prop_assert_eq!(run(&counters, call), expected, "{:?}", call);
        }
        prop_assert_eq!(counters.check_invariants(), Ok(()));
        let mut contents = counters.quiet_contents();
        contents.sort();
        prop_assert_eq!(contents, sorted(&oracle));
        Ok(())
    });
}

#[test]
fn counter_and_an_integer_agree() {
    let steps = prop::collection::vec(prop::option::weighted(0.8, numbers()), 1..=60);
    TRIALS.run(steps, |steps: Vec<Option<i64>>| {
        let counter = Counter::new();
        let mut oracle = 0_i64;
        for step in steps {
            match step {
                Some(n) => {
                    counter.add(n);
                    oracle = oracle.wrapping_add(n);
                }
                None => prop_assert_eq!(counter.reset_and_get(), std::mem::take(&mut oracle)),
            }
            prop_assert_eq!(counter.get(), oracle);
        }
        Ok(())
    });
}
