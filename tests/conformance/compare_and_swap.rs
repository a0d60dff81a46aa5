//! `compare_and_swap` replaces the very value that is named, gives the new one back otherwise, and never adds a key.

use super::support::*;
use std::sync::atomic::Ordering::SeqCst;

under_three_hashers! {
    all_keys_in_three_cycles,
    one_key_leaves_the_others,
    several_keys_leave_the_others,
    while_iterating_advances_every_key,
    concurrently_on_unshared_keys,
    concurrently_on_unshared_keys_with_deletes,
    of_threads_on_a_shared_key_one_advances_it,
    on_shared_keys_with_deletes_none_comes_back,
    attempts_that_are_repeated_lose_no_step,
}

fn all_keys_in_three_cycles<S: TestHasher>() {
    let map = Map::<S>::default();
    for cycle in 0..3 {
        for i in 0..KEYS {
            assert_eq!(map.compare_and_swap(&key(i), &i, i + 1), Err(i + 1));
            assert_absent(&map, i);
            map.store(key(i), i);
        }
        for i in 0..KEYS {
            assert_eq!(map.compare_and_swap(&key(i), &WRONG, i + 1), Err(i + 1));
            assert_present(&map, i, i);
            for step in i..i + cycle + 3 {
                assert_eq!(map.compare_and_swap(&key(i), &step, step + 1), Ok(()));
                assert_eq!(map.compare_and_swap(&key(i), &step, step + 1), Err(step + 1));
                assert_present(&map, i, step + 1);
            }
        }
        for i in 0..KEYS {
            assert_eq!(map.load_and_delete(&key(i)), Some(i + cycle + 3));
            assert_eq!(map.compare_and_swap(&key(i), &(i + cycle + 3), i), Err(i));
            assert_absent(&map, i);
        }
    }
    assert_whole(map);
}

/// Replaces the value that is there by the next one, and no other.
fn advance<S: TestHasher>(map: &Map<S>, key: &String, value: usize) {
    assert_eq!(map.compare_and_swap(key, &WRONG, 7), Err(7));
    assert_eq!(map.compare_and_swap(key, &value, value + 1), Ok(()));
    assert_eq!(map.compare_and_swap(key, &value, value + 1), Err(value + 1));
}

fn one_key_leaves_the_others<S: TestHasher>() {
    in_every_state::<S>(&ONE, |map, i| advance(map, &key(i), i), |i| Some(i + 1));
}

fn several_keys_leave_the_others<S: TestHasher>() {
    in_every_state::<S>(&SEVERAL, |map, i| advance(map, &key(i), i), |i| Some(i + 1));
}

fn while_iterating_advances_every_key<S: TestHasher>() {
    while_iterating::<S>(advance, |i| Some(i + 1));
}

fn concurrently_on_unshared_keys<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        assert_eq!(map.compare_and_swap(&key(i), &i, i), Err(i));
        map.store(key(i), i);
        (i..i + 4).for_each(|step| advance(map, &key(i), step));
    };
    on_unshared_keys(change, |i| Some(i + 4));
}

fn concurrently_on_unshared_keys_with_deletes<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        map.store(key(i), i);
        assert_eq!(map.compare_and_swap(&key(i), &i, i + 1), Ok(()));
        assert_eq!(map.load_and_delete(&key(i)), Some(i + 1));
        assert_eq!(map.compare_and_swap(&key(i), &(i + 1), i + 2), Err(i + 2));
    };
    on_unshared_keys(change, |_| None);
}

fn of_threads_on_a_shared_key_one_advances_it<S: TestHasher>() {
    let take = |map: &Map<S>, _, i| {
        let swapped = map.compare_and_swap(&key(i), &i, i + 1);
        swapped.inspect_err(|rejected| assert_eq!(*rejected, i + 1)).is_ok()
    };
    one_of_all_takes_it(take, |i| Some(i + 1));
}

fn on_shared_keys_with_deletes_none_comes_back<S: TestHasher>() {
    for map in filled::<S>() {
        let (swaps, deletions) = (zeros(), zeros());
        race(|_| {
            for i in 0..KEYS {
                let swapped = map.compare_and_swap(&key(i), &i, i + 1).is_ok();
                swaps[i].fetch_add(usize::from(swapped), SeqCst);
                let deleted = map.delete(&key(i));
                deletions[i].fetch_add(usize::from(deleted), SeqCst);
                assert_absent(&map, i);
            }
        });
        assert_all_one(&deletions, "deletions of key");
        assert!(swaps.iter().all(|swaps| swaps.load(SeqCst) <= 1));
        assert!(map.is_empty());
        assert_whole(map);
    }
}

fn attempts_that_are_repeated_lose_no_step<S: TestHasher>() {
    const STEPS: usize = 2000;
    let map = Map::<S>::default();
    map.store(key(0), 0);
    while_keys_come_and_go(&map, || {
        race(|_| {
            for _ in 0..STEPS {
                loop {
                    let seen = map.load(&key(0)).expect("nobody deletes it");
                    if map.compare_and_swap(&key(0), &seen, seen + 1).is_ok() {
                        break;
                    }
                }
            }
        });
    });
    assert_present(&map, 0, STEPS * THREADS);
    assert_whole(map);
}
