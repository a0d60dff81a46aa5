//! Random lists of calls give the same results, and the same contents, on the map and on two oracles that are too simple
//! to be wrong.
//!
//! proptest prints the list that fails, made as short as it can, and writes its seed to `tests/oracles.regressions`,
//! from where every later run replays it. `PROPTEST_CASES=100000 cargo test --test oracles` looks longer.

mod common;

#[path = "oracles/calls.rs"]
mod calls;
#[path = "oracles/counters.rs"]
mod counters;
#[path = "oracles/subjects.rs"]
mod subjects;
#[path = "oracles/whole_maps.rs"]
mod whole_maps;

use calls::{Call, calls};
use common::{TestHasher, under_three_hashers};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use subjects::{ByReference, ByValue, CopyOnWrite, Guarded, Subject};

/// How many lists a test tries, unless the environment says otherwise.
const CASES: u32 = 256;

/// Tries `test` on many values of `strategy`.
#[track_caller]
fn try_many<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    test: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    config.source_file = Some(file!());
    config.failure_persistence = Some(Box::new(FileFailurePersistence::Direct("tests/oracles.regressions")));
    if let Err(failure) = TestRunner::new(config).run(&strategy, test) {
        panic!("{failure}");
    }
}

under_three_hashers! {
    the_map_and_two_oracles_agree,
}

fn the_map_and_two_oracles_agree<S: TestHasher>() {
    try_many(calls(), |calls: Vec<Call>| {
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
#[test]
fn the_calls_reach_every_state() {
    use sync_map::KeyState::{Deleted, Expunged, Live};
    let reached = std::cell::RefCell::new(std::collections::BTreeSet::new());
    try_many(calls(), |calls: Vec<Call>| {
        let mut map = ByValue::<std::hash::RandomState>::default();
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
                reached.borrow_mut().insert((state, table, shape.amended));
            }
        }
        Ok(())
    });
    let reached: Vec<_> = reached.into_inner().into_iter().collect();
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
