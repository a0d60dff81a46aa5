//! `load_and_delete` and `delete`: of those who delete a value, one gets it.

use super::support::*;
use std::sync::atomic::Ordering::SeqCst;

under_three_hashers! {
    all_keys_in_three_cycles,
    one_key_leaves_the_others,
    several_keys_leave_the_others,
    while_iterating_empties_the_map,
    concurrently_on_unshared_keys,
    concurrently_on_unshared_keys_with_deletes,
    of_threads_on_a_shared_key_one_gets_the_value,
    of_load_and_delete_and_delete_one_deletes,
}

fn all_keys_in_three_cycles<S: TestHasher>() {
    let map = Map::<S>::default();
    for cycle in 0..3 {
        for i in 0..KEYS {
            assert_absent(&map, i);
            map.store(key(i), i + cycle);
            assert_present(&map, i, i + cycle);
        }
        for i in 0..KEYS {
            assert_eq!(map.load_and_delete(&key(i)), Some(i + cycle));
            assert_eq!(map.load_and_delete(&key(i)), None);
            assert_absent(&map, i);
        }
        assert!(map.is_empty());
    }
    assert_whole(map);
}

fn delete_only<S: TestHasher>(chosen: &[usize]) {
    for map in filled::<S>() {
        for &i in chosen {
            assert_eq!(map.load_and_delete(&key(i)), Some(i));
            assert_eq!(map.load_and_delete(&key(i)), None);
        }
        assert_others_untouched(&map, chosen);
        chosen.iter().for_each(|&i| assert_absent(&map, i));
        assert_eq!(contents(&map).len(), KEYS - chosen.len());
        assert_whole(map);
    }
}

fn one_key_leaves_the_others<S: TestHasher>() {
    delete_only::<S>(&ONE);
}

fn several_keys_leave_the_others<S: TestHasher>() {
    delete_only::<S>(&SEVERAL);
}

fn while_iterating_empties_the_map<S: TestHasher>() {
    for map in filled::<S>() {
        let mut visits = 0;
        map.range(|key, value| {
            assert_eq!(map.load_and_delete(key), Some(*value));
            assert_eq!(map.load_and_delete(key), None);
            visits += 1;
            true
        });
        assert_eq!(visits, KEYS);
        assert!(map.is_empty());
        assert_whole(map);
    }
}

fn concurrently_on_unshared_keys<S: TestHasher>() {
    let map = Map::<S>::default();
    race(|thread| {
        for i in (thread..KEYS).step_by(THREADS) {
            assert_eq!(map.load_and_delete(&key(i)), None);
            map.store(key(i), i);
            assert_eq!(map.load_and_delete(&key(i)), Some(i));
            assert_absent(&map, i);
        }
    });
    assert!(map.is_empty());
    assert_whole(map);
}

fn concurrently_on_unshared_keys_with_deletes<S: TestHasher>() {
    let map = Map::<S>::default();
    race(|thread| {
        for i in (thread..KEYS).step_by(THREADS) {
            map.store(key(i), i);
            assert!(map.delete(&key(i)));
            assert_eq!(map.load_and_delete(&key(i)), None);
            map.store(key(i), i + 1);
            assert_eq!(map.load_and_delete(&key(i)), Some(i + 1));
            assert!(!map.delete(&key(i)));
        }
    });
    assert!(map.is_empty());
    assert_whole(map);
}

/// All threads delete all keys by `delete`, which returns whether it was they who did.
fn one_of_all_deletes<S: TestHasher>(delete: impl Fn(&Map<S>, usize, usize) -> bool + Sync) {
    for map in filled::<S>() {
        let wins = zeros();
        while_keys_come_and_go(&map, || {
            race(|thread| {
                for (i, wins) in wins.iter().enumerate() {
                    wins.fetch_add(usize::from(delete(&map, thread, i)), SeqCst);
                    assert_absent(&map, i);
                }
                (0..KEYS).for_each(|i| assert_absent(&map, i));
            });
        });
        assert_all_one(&wins, "deletions of key");
        assert!(map.is_empty());
        assert_whole(map);
    }
}

fn of_threads_on_a_shared_key_one_gets_the_value<S: TestHasher>() {
    one_of_all_deletes::<S>(|map, _, i| match map.load_and_delete(&key(i)) {
        Some(value) => {
            assert_eq!(value, i);
            true
        }
        None => false,
    });
}

fn of_load_and_delete_and_delete_one_deletes<S: TestHasher>() {
    one_of_all_deletes::<S>(|map, thread, i| match thread {
        0 => map.delete(&key(i)),
        1 => map.compare_and_delete(&key(i), &i),
        2 => map.delete_if(&key(i), |value| *value == i).is_some(),
        _ => map.load_and_delete(&key(i)).is_some(),
    });
}
