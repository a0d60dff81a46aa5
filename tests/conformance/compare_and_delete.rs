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

/// Deletes the value that is there, and no other.
fn delete<S: TestHasher>(map: &Map<S>, key: &String, value: usize) {
    assert!(!map.compare_and_delete(key, &WRONG));
    assert_has(map, key, value);
    assert!(map.compare_and_delete(key, &value));
    assert!(!map.compare_and_delete(key, &value));
}

fn all_keys_in_three_cycles<S: TestHasher>() {
    in_three_cycles::<S>(|map, i, value| delete(map, &key(i), value));
}

fn one_key_leaves_the_others<S: TestHasher>() {
    in_every_state::<S>(&ONE, |map, i| delete(map, &key(i), i), |_| None);
}

fn several_keys_leave_the_others<S: TestHasher>() {
    in_every_state::<S>(&SEVERAL, |map, i| delete(map, &key(i), i), |_| None);
}

fn while_iterating_empties_the_map<S: TestHasher>() {
    while_iterating::<S>(delete, |_| None);
}

fn concurrently_on_unshared_keys<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        assert_absent(map, i);
        map.store(key(i), i);
        delete(map, &key(i), i);
    };
    on_unshared_keys(change, |_| None);
}

fn concurrently_on_unshared_keys_with_deletes<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        map.store(key(i), i);
        assert!(map.delete(&key(i)));
        assert!(!map.compare_and_delete(&key(i), &i));
        map.store(key(i), i + 1);
        assert!(!map.compare_and_delete(&key(i), &i), "the deleted value is gone for good");
        assert!(map.compare_and_delete(&key(i), &(i + 1)));
        assert!(!map.delete(&key(i)));
    };
    on_unshared_keys(change, |_| None);
}

fn of_threads_on_a_shared_key_one_deletes_it<S: TestHasher>() {
    let take = |map: &Map<S>, _, i| {
        assert!(!map.compare_and_delete(&key(i), &WRONG));
        map.compare_and_delete(&key(i), &i)
    };
    one_of_all_takes_it(take, |_| None);
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
