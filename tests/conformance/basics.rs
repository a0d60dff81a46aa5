//! `load`, `store`, `load_or_store`, and the traits of a map.

use super::support::*;
use std::collections::HashMap;
use sync_map::{LoadOrStore, SyncMap};

under_three_hashers! {
    nothing_is_in_an_empty_map,
    load_or_store_stores_once_and_gives_the_second_value_back,
    store_replaces,
    of_threads_that_load_or_store_one_key_one_stores,
    every_way_of_being_absent_fails_a_comparison,
    an_absent_key_is_not_a_key_with_an_empty_value,
    deleting_fresh_keys_does_not_disturb_others,
    a_map_is_made_and_compared_as_rust_expects,
}

fn nothing_is_in_an_empty_map<S: TestHasher>() {
    let map = Map::<S>::default();
    (0..KEYS).for_each(|i| assert_absent(&map, i));
    assert!(map.is_empty());
    assert!(contents(&map).is_empty());
    map.clear();
    (0..KEYS).for_each(|i| assert_absent(&map, i));
    assert_whole(map);
}

fn load_or_store_stores_once_and_gives_the_second_value_back<S: TestHasher>() {
    let map = Map::<S>::default();
    for i in 0..KEYS {
        assert_absent(&map, i);
        assert_eq!(map.load_or_store(key(i), i), LoadOrStore::Stored(i));
        assert_present(&map, i, i);
        let loaded = LoadOrStore::Loaded { actual: i, rejected: i + 1 };
        assert_eq!(map.load_or_store(key(i), i + 1), loaded);
    }
    (0..KEYS).for_each(|i| assert_present(&map, i, i));
    assert_eq!(contents(&map).len(), KEYS);

    // Where the key was deleted, and where it was expunged (the store of a new key does that).
    assert!(map.delete(&key(0)) && map.delete(&key(1)));
    assert_eq!(map.load_or_store(key(0), 70), LoadOrStore::Stored(70));
    map.store(key(KEYS), KEYS);
    assert_eq!(map.load_or_store(key(1), 71), LoadOrStore::Stored(71));
    assert_present(&map, 0, 70);
    assert_present(&map, 1, 71);
    assert_whole(map);
}

fn store_replaces<S: TestHasher>() {
    for map in filled::<S>() {
        for round in 1..4 {
            (0..KEYS).for_each(|i| map.store(key(i), i + round));
            (0..KEYS).for_each(|i| assert_present(&map, i, i + round));
            assert_eq!(contents(&map).len(), KEYS);
        }
        assert_whole(map);
    }
}

fn of_threads_that_load_or_store_one_key_one_stores<S: TestHasher>() {
    let map = Map::<S>::default();
    let stored = zeros();
    while_keys_come_and_go(&map, || {
        race(|thread| {
            let mut seen = Vec::new();
            for (i, stored) in stored.iter().enumerate() {
                let done = map.load_or_store(key(i), thread);
                if !done.is_loaded() {
                    stored.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                }
                seen.push(done.actual());
            }
            for (i, seen) in seen.into_iter().enumerate() {
                assert_present(&map, i, seen);
            }
        });
    });
    assert_all_one(&stored, "stores of key");
    assert_whole(map);
}

/// golang/go 51972.
fn every_way_of_being_absent_fails_a_comparison<S: TestHasher>() {
    let fails = |map: &Map<S>, i: usize, had: usize| {
        for old in [had, 0, WRONG] {
            assert_eq!(map.compare_and_swap(&key(i), &old, had), Err(had));
            assert!(!map.compare_and_delete(&key(i), &old));
        }
        assert_absent(map, i);
    };
    let map = Map::<S>::default();
    fails(&map, 0, 0); // never there

    (0..8).for_each(|i| map.store(key(i), i));
    assert_eq!(map.load_and_delete(&key(0)), Some(0));
    fails(&map, 0, 0); // taken out of dirty
    assert_eq!(map.delete_if(&key(1), |_| true), Some(1));
    fails(&map, 1, 1); // deleted in dirty

    map.range(|_, _| true);
    assert!(map.delete(&key(2)) && map.delete(&key(3)));
    fails(&map, 2, 2); // deleted in read
    map.store(key(9), 9);
    fails(&map, 3, 3); // expunged

    map.clear();
    (0..10).for_each(|i| fails(&map, i, i));
    assert_whole(map);
}

/// golang/go 51972 again: Go's absent value compared equal to nil.
fn an_absent_key_is_not_a_key_with_an_empty_value<S: TestHasher>() {
    let map = SyncMap::<u8, Option<u8>, S>::default();
    for _ in 0..2 {
        assert_eq!(map.compare_and_swap(&1, &None, Some(1)), Err(Some(1)));
        assert!(!map.compare_and_delete(&1, &None));
        map.store(1, None);
        assert_eq!(map.load(&1), Some(None));
        assert_eq!(map.compare_and_swap(&1, &None, Some(1)), Ok(()));
        assert_eq!(map.compare_and_swap(&1, &Some(1), None), Ok(()));
        assert!(map.compare_and_delete(&1, &None));
    }
}

fn deleting_fresh_keys_does_not_disturb_others<S: TestHasher>() {
    for map in filled::<S>() {
        for fresh in KEYS..4 * KEYS {
            map.store(key(fresh), fresh);
            assert_present(&map, fresh, fresh);
            assert!(map.delete(&key(fresh)));
            assert_absent(&map, fresh);
        }
        assert_others_untouched(&map, &[]);
        assert_eq!(contents(&map).len(), KEYS);
        assert_whole(map);
    }
}

fn a_map_is_made_and_compared_as_rust_expects<S: TestHasher>() {
    let rows = || (0..KEYS).map(|i| (key(i), i));
    let expected: HashMap<String, usize> = rows().collect();
    for mut map in filled::<S>() {
        let collected: Map<S> = rows().collect();
        let mut extended = Map::with_hasher(S::default());
        extended.extend(rows());
        (&extended).extend([(key(0), 0)]);
        for mut same in [collected, extended, map.clone()] {
            assert_eq!(map, same);
            same.check_invariants().unwrap();
            same.store(key(KEYS), 0);
            assert_ne!(map, same, "one key more");
            assert_ne!(same, map, "one key less");
            assert!(same.delete(&key(KEYS)));
            assert_eq!(map, same);
            same.store(key(1), 0);
            assert_ne!(map, same, "another value");
        }
        assert_eq!(map, map.iter().collect::<SyncMap<_, _>>(), "whatever the hasher");
        assert_eq!(format!("{:?}", SyncMap::<_, _, S>::from_iter([(1, 'a')])), "{1: 'a'}");
        map.check_invariants().unwrap();
        assert_eq!(map.into_iter().collect::<HashMap<_, _>>(), expected);
    }
    let twice: SyncMap<_, _, S> = [(1, 'a'), (1, 'b')].into_iter().collect();
    assert_eq!(twice.load(&1), Some('b'), "the last one of a key counts");
}

#[test]
fn a_map_can_be_a_static() {
    static MAP: SyncMap<u32, u32, test_support::FourBits> =
        SyncMap::with_hasher(test_support::FourBits::new());
    race(|thread| MAP.store(thread as u32, 1));
    assert_eq!(MAP.values().sum::<u32>(), THREADS as u32);
}
