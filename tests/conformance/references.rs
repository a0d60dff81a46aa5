//! What a `Pinned` hands out stays valid while it lives (INV-7), whatever happens to the map meanwhile.

use super::support::*;
use test_support::{flush_until, hang};

under_three_hashers! {
    references_outlive_whatever_replaces_or_deletes_the_value,
    an_iterator_outlives_promotions_and_clears,
    a_pinned_map_can_be_used_by_other_threads_meanwhile,
    repin_and_flush_change_nothing_that_can_be_seen,
}

fn references_outlive_whatever_replaces_or_deletes_the_value<S: TestHasher>() {
    let _watch = hang::watch();
    for map in filled::<S>() {
        let pinned = map.pin();
        let values: Vec<&usize> = (0..KEYS).map(|i| pinned.load(&key(i)).unwrap()).collect();
        let swapped: Vec<&usize> = (0..KEYS).map(|i| pinned.swap(key(i), i + 1).unwrap()).collect();
        let deleted: Vec<&usize> = (0..KEYS / 2).map(|i| pinned.load_and_delete(&key(i)).unwrap()).collect();
        let stored = pinned.load_or_store(key(0), 77).actual();
        pinned.clear();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (0..KEYS).for_each(|i| map.store(key(i), WRONG));
                flush_until_bored();
            });
        });
        flush_until_bored();
        assert!(values.iter().zip(0..).all(|(value, i)| **value == i));
        assert!(swapped.iter().zip(0..).all(|(value, i)| **value == i));
        assert!(deleted.iter().zip(1..).all(|(value, i)| **value == i));
        assert_eq!(*stored, 77);
        drop(pinned);
        assert_whole(map);
    }
}

/// As much collecting as one thread can do: what may be freed is free then.
fn flush_until_bored() {
    let rounds = std::cell::Cell::new(0);
    flush_until(|| rounds.replace(rounds.get() + 1) > 20);
}

fn an_iterator_outlives_promotions_and_clears<S: TestHasher>() {
    for map in filled::<S>() {
        let pinned = map.pin();
        let mut iter = pinned.iter();
        let (first, _) = iter.next().unwrap();
        map.store(key(KEYS), KEYS);
        map.range(|_, _| true); // promotes, and retires the table that `iter` walks
        flush_until_bored();
        let rest: Vec<&String> = iter.clone().map(|(key, _)| key).collect();
        assert!(!rest.contains(&first));
        assert_eq!(rest.len(), KEYS - 1, "the keys that were there when it began");
        map.clear();
        flush_until_bored();
        for (visited, value) in iter {
            assert_eq!(*visited, key(*value), "what is cleared may be visited or not, but whole");
        }
        drop(pinned);
        assert_whole(map);
    }
}

fn a_pinned_map_can_be_used_by_other_threads_meanwhile<S: TestHasher>() {
    for map in filled::<S>() {
        let pinned = map.pin();
        let before = pinned.load(&key(3)).unwrap();
        race(|thread| map.store(key(3), KEYS + thread));
        let after = pinned.load(&key(3)).unwrap();
        assert_eq!(*before, 3);
        assert!((KEYS..KEYS + THREADS).contains(after), "a Pinned is not a snapshot");
        assert!(std::ptr::eq(pinned.map(), &map));
        drop(pinned);
        assert_whole(map);
    }
}

fn repin_and_flush_change_nothing_that_can_be_seen<S: TestHasher>() {
    for map in filled::<S>() {
        let mut pinned = map.pin();
        for round in 0..8 {
            (0..KEYS).for_each(|i| pinned.store(key(i), i + round));
            pinned.repin();
            (0..KEYS).for_each(|i| assert_eq!(pinned.load(&key(i)), Some(&(i + round))));
            pinned.flush();
            assert_eq!(pinned.iter().count(), KEYS);
        }
        drop(pinned);
        assert_whole(map);
    }
}
