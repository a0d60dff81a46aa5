//! Random lists of calls give the same results, and the same contents, on the map and on two oracles that are too simple
//! to be wrong.
//!
//! proptest prints the list that fails, made as short as it can, and writes its seed to `tests/oracles.regressions`,
//! from where every later run replays it. `PROPTEST_CASES=100000 cargo test --test oracles` looks longer; so does any other test
//! that [`Trials`] are run in.

mod calls;
mod counters;
mod subjects;
mod whole_maps;

use calls::{Call, calls};
use proptest::prelude::*;
use subjects::{ByReference, ByValue, CopyOnWrite, Guarded, Subject};
use test_support::{TestHasher, Trials, under_three_hashers};

/// How random lists of calls are tried.
const TRIALS: Trials = Trials { cases: 256, seeds: "tests/oracles.regressions" };

under_three_hashers! {
    the_map_and_two_oracles_agree,
}

fn the_map_and_two_oracles_agree<S: TestHasher>() {
    TRIALS.run(calls(), |calls: Vec<Call>| {
        let mut map = ByValue::<S>::default();
        let mut pinned = ByReference::<S>::default();
        let guarded = Guarded::default();
        let copied = CopyOnWrite::default();
        for call in &calls {
            let expected = guarded.run(call);
            prop_assert_eq!(&copied.run(call), &expected, "the oracles differ on {:?}", call);
            prop_assert_eq!(&map.run(call), &expected, "{:?}", call);
            prop_assert_eq!(&pinned.run(call), &expected, "{:?}, pinned", call);
        }
        prop_assert_eq!(map.0.check_invariants(), Ok(()));
        prop_assert_eq!(pinned.0.check_invariants(), Ok(()));
        let contents = guarded.contents();
        prop_assert_eq!(&copied.contents(), &contents);
        prop_assert_eq!(&map.contents(), &contents);
        prop_assert_eq!(&pinned.contents(), &contents);
        // What an owner finds in the entries is what `range` finds.
        prop_assert_eq!(&map.0.into_iter().collect::<subjects::Contents>(), &contents);
        Ok(())
    });
}

/// The lists of calls reach every state of an entry: else they would say little about the map.
///
/// It counts over the same lists in every run, and as many of them: a random sample that is small enough leaves a rare state out.
#[test]
fn the_calls_reach_every_state() {
    use sync_map::KeyState::{Deleted, Expunged, Live};
    let mut reached = std::collections::BTreeMap::new();
    for calls in test_support::fixed_sample(300, calls()) {
        let mut map = ByValue::<std::hash::RandomState>::default();
        let mut in_these_calls = std::collections::BTreeSet::new();
        for call in &calls {
            map.run(call);
            let shape = map.0.shape();
            let in_read = shape.in_read.iter().map(|(_, state)| (state, "in read"));
            let in_dirty = shape.dirty_only.iter().map(|(_, state)| (state, "in dirty only"));
            for (state, table) in in_read.chain(in_dirty) {
                let state = match state {
                    Live(_) => "live",
                    Deleted => "deleted",
                    Expunged => "expunged",
                };
                in_these_calls.insert((state, table, shape.amended));
            }
        }
        for state in in_these_calls {
            *reached.entry(state).or_insert(0) += 1;
        }
    }
    println!("of 300 lists of calls, so many reach each state: {reached:?}");
    let reached: Vec<_> = reached.into_keys().collect();
    let expected = [
        ("deleted", "in dirty only", true),
        ("deleted", "in read", false),
        ("deleted", "in read", true),
        ("expunged", "in read", true),
        ("live", "in dirty only", true),
        ("live", "in read", false),
        ("live", "in read", true),
    ];
    assert_eq!(reached, expected);
}
