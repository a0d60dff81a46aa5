//! `compare_and_delete` deletes a key only when it has the very value that is named.

use super::support::*;
use std::sync::atomic::Ordering::SeqCst;

under_three_hashers! {
    all_keys_in_three_cycles,
    one_key_leaves_the_others,
    several_keys_leave_the_others,
    while_iterating_empties_the_map,
    concurrently_on_unshared_keys,
    concurrently_on_unshared_keys_with_deletes,
    of_threads_on_a_shared_key_one_deletes_it,
    a_value_is_taken_once_while_others_delete_and_store,
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
            assert!(!map.compare_and_delete(&key(i), &WRONG));
            assert_present(&map, i, i + cycle);
            assert!(map.compare_and_delete(&key(i), &(i + cycle)));
            assert!(!map.compare_and_delete(&key(i), &(i + cycle)));
            assert_absent(&map, i);
        }
        assert!(map.is_empty());
    }
    assert_whole(map);
}

fn delete_only<S: TestHasher>(chosen: &[usize]) {
    for map in filled::<S>() {
        for &i in chosen {
            assert!(!map.compare_and_delete(&key(i), &WRONG));
            assert_present(&map, i, i);
            assert!(map.compare_and_delete(&key(i), &i));
            assert!(!map.compare_and_delete(&key(i), &i));
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
            assert!(!map.compare_and_delete(key, &WRONG));
            assert!(map.compare_and_delete(key, value));
            assert!(!map.compare_and_delete(key, value));
            visits += 1;
            true
        });
        assert_eq!(visits, KEYS);
        assert!(map.is_empty());
        (0..KEYS).for_each(|i| assert_absent(&map, i));
        assert_whole(map);
    }
}

fn concurrently_on_unshared_keys<S: TestHasher>() {
    let map = Map::<S>::default();
    race(|thread| {
        for i in (thread..KEYS).step_by(THREADS) {
            assert_absent(&map, i);
            map.store(key(i), i);
            assert!(!map.compare_and_delete(&key(i), &WRONG));
            assert_present(&map, i, i);
            assert!(map.compare_and_delete(&key(i), &i));
            assert!(!map.compare_and_delete(&key(i), &i));
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
            assert!(!map.compare_and_delete(&key(i), &i));
            map.store(key(i), i + 1);
            assert!(!map.compare_and_delete(&key(i), &i), "the deleted value is gone for good");
            assert!(map.compare_and_delete(&key(i), &(i + 1)));
            assert!(!map.delete(&key(i)));
        }
    });
    assert!(map.is_empty());
    assert_whole(map);
}

fn of_threads_on_a_shared_key_one_deletes_it<S: TestHasher>() {
    for map in filled::<S>() {
        let wins = zeros();
        while_keys_come_and_go(&map, || {
            race(|_| {
                for (i, wins) in wins.iter().enumerate() {
                    assert!(!map.compare_and_delete(&key(i), &WRONG));
                    wins.fetch_add(usize::from(map.compare_and_delete(&key(i), &i)), SeqCst);
                    assert_absent(&map, i);
                }
                (0..KEYS).for_each(|i| assert_absent(&map, i));
            });
        });
        assert_all_one(&wins, "winners of key");
        assert!(map.is_empty());
        assert_whole(map);
    }
}

fn a_value_is_taken_once_while_others_delete_and_store<S: TestHasher>() {
    for map in filled::<S>() {
        let taken = zeros();
        race(|thread| {
            for (i, taken) in taken.iter().enumerate() {
                let mine = if thread.is_multiple_of(2) {
                    map.compare_and_delete(&key(i), &i)
                } else {
                    map.load_and_delete(&key(i)) == Some(i)
                };
                taken.fetch_add(usize::from(mine), SeqCst);
                map.store(key(i), KEYS + thread);
                assert!(!map.compare_and_delete(&key(i), &i), "a value that nobody stores again");
            }
        });
        assert_all_one(&taken, "takers of value");
        assert_whole(map);
    }
}
