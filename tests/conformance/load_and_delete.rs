//! `load_and_delete` and `delete`: of those who delete a value, one gets it.

use super::support::*;

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

/// Deletes the value that is there.
fn delete<S: TestHasher>(map: &Map<S>, key: &String, value: usize) {
    assert_eq!(map.load_and_delete(key), Some(value));
    assert_eq!(map.load_and_delete(key), None);
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
        assert_eq!(map.load_and_delete(&key(i)), None);
        map.store(key(i), i);
        assert_eq!(map.load_and_delete(&key(i)), Some(i));
    };
    on_unshared_keys(change, |_| None);
}

fn concurrently_on_unshared_keys_with_deletes<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        map.store(key(i), i);
        assert!(map.delete(&key(i)));
        assert_eq!(map.load_and_delete(&key(i)), None);
        map.store(key(i), i + 1);
        assert_eq!(map.load_and_delete(&key(i)), Some(i + 1));
        assert!(!map.delete(&key(i)));
    };
    on_unshared_keys(change, |_| None);
}

/// Whether `load_and_delete` got the first value; it gets no other.
fn takes<S: TestHasher>(map: &Map<S>, i: usize) -> bool {
    let taken = map.load_and_delete(&key(i));
    taken.inspect(|value| assert_eq!(*value, i)).is_some()
}

fn of_threads_on_a_shared_key_one_gets_the_value<S: TestHasher>() {
    one_of_all_takes_it::<S>(|map, _, i| takes(map, i), |_| None);
}

fn of_load_and_delete_and_delete_one_deletes<S: TestHasher>() {
    let take = |map: &Map<S>, thread, i| match thread {
        0 => map.delete(&key(i)),
        1 => map.compare_and_delete(&key(i), &i),
        2 => map.delete_if(&key(i), |value| *value == i).is_some(),
        _ => takes(map, i),
    };
    one_of_all_takes_it(take, |_| None);
}
