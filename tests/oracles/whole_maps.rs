//! What makes a map, or takes a whole one, keeps what is in it.

use super::TRIALS;
use super::calls::{Call, Key, Value, calls};
use super::subjects::{ByValue, Contents, Guarded, Subject};
use proptest::prelude::*;
use std::hash::RandomState;
use sync_map::SyncMap;
use test_support::{Constant, FourBits, TestHasher, under_three_hashers};

type Map<S> = SyncMap<Key, Value, S>;

under_three_hashers! {
    clone_and_take_apart_keep_what_calls_have_made,
    rows_make_the_map_that_they_make_of_a_hash_map,
    maps_are_equal_when_their_contents_are,
}

/// A map that a list of calls has made, with its deleted and expunged entries, and what is in it.
fn made_by<S: TestHasher>(calls: &[Call]) -> (Map<S>, Contents) {
    let (map, oracle) = (ByValue::<S>::default(), Guarded::default());
    for call in calls {
        map.run(call);
        oracle.run(call);
    }
    (map.0, oracle.contents())
}

fn clone_and_take_apart_keep_what_calls_have_made<S: TestHasher>() {
    TRIALS.run(calls(), |calls: Vec<Call>| {
        let (map, contents) = made_by::<S>(&calls);
        let mut clone = map.clone();
        prop_assert_eq!(&clone, &map);
        prop_assert_eq!(clone.check_invariants(), Ok(()));
        prop_assert_eq!(clone.into_iter().collect::<Contents>(), contents.clone());
        prop_assert_eq!(map.iter().collect::<Contents>(), contents.clone());
        let rows: Vec<_> = map.into_iter().collect();
        prop_assert_eq!(rows.len(), contents.len());
        prop_assert_eq!(rows.into_iter().collect::<Contents>(), contents);
        Ok(())
    });
}

fn rows_make_the_map_that_they_make_of_a_hash_map<S: TestHasher>() {
    let rows = || prop::collection::vec((0..40_u8, any::<u8>()), 0..60);
    TRIALS.run((rows(), rows()), |(first, second)| {
        let mut map: Map<S> = first.iter().copied().collect();
        let mut oracle: Contents = first.into_iter().collect();
        prop_assert_eq!(map.check_invariants(), Ok(()));
        prop_assert!(!map.shape().dirty, "the keys are in the read table");
        prop_assert_eq!(map.iter().collect::<Contents>(), oracle.clone());
        map.extend(second.iter().copied());
        oracle.extend(second);
        prop_assert_eq!(map.check_invariants(), Ok(()));
        prop_assert_eq!(map.into_iter().collect::<Contents>(), oracle);
        Ok(())
    });
}

fn maps_are_equal_when_their_contents_are<S: TestHasher>() {
    fn check<S: TestHasher, T: TestHasher>(one: &[Call], other: &[Call]) -> Result<(), TestCaseError> {
        let (map, contents) = made_by::<S>(one);
        let (other_map, other_contents) = made_by::<T>(other);
        prop_assert_eq!(map == other_map, contents == other_contents);
        prop_assert_eq!(other_map == map, contents == other_contents);
        let same: Map<T> = contents.into_iter().collect();
        prop_assert_eq!(map, same);
        Ok(())
    }
    TRIALS.run((calls(), calls()), |(one, other)| {
        check::<S, RandomState>(&one, &other)?;
        check::<S, Constant>(&one, &other)?;
        check::<S, FourBits>(&one, &other)
    });
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::*;

    under_three_hashers! {
        json_is_that_of_a_map_and_comes_back,
    }

    fn json_is_that_of_a_map_and_comes_back<S: TestHasher>() {
        TRIALS.run(calls(), |calls: Vec<Call>| {
            let (map, contents) = made_by::<S>(&calls);
            let json = serde_json::to_string(&map).unwrap();
            prop_assert_eq!(serde_json::from_str::<Contents>(&json).unwrap(), contents.clone());
            let mut back: Map<S> = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&back, &map);
            prop_assert_eq!(back.check_invariants(), Ok(()));
            let of_the_oracle = serde_json::to_string(&contents).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Map<S>>(&of_the_oracle).unwrap(), &map);
            Ok(())
        });
    }

    #[test]
    fn what_is_not_a_map_is_refused() {
        for json in ["[]", "1", "null", r#"{"1": "text"}"#, r#"{"1": 1"#] {
            assert!(serde_json::from_str::<Map<RandomState>>(json).is_err(), "{json}");
        }
        let error = serde_json::from_str::<Map<RandomState>>("[]").unwrap_err();
        assert!(error.to_string().contains("expected a map"), "{error}");
    }
}
