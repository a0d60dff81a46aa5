//! `swap` returns the value that it replaces: each value that goes in comes out once, or is there at the end.

use super::support::*;
use std::sync::Mutex;

under_three_hashers! {
    all_keys_in_three_cycles,
    one_key_leaves_the_others,
    several_keys_leave_the_others,
    while_iterating_advances_every_key,
    concurrently_on_unshared_keys,
    concurrently_on_unshared_keys_with_deletes,
    on_shared_keys_every_value_comes_out_once,
    on_shared_keys_with_deletes_every_value_comes_out_once,
}

fn all_keys_in_three_cycles<S: TestHasher>() {
    let map = Map::<S>::default();
    for cycle in 0..3 {
        for i in 0..KEYS {
            assert_absent(&map, i);
            assert_eq!(map.swap(key(i), i), None);
            assert_present(&map, i, i);
            assert_eq!(map.swap(key(i), i + cycle), Some(i));
            assert_eq!(map.swap(key(i), i + cycle), Some(i + cycle), "a swap for an equal value");
        }
        for i in 0..KEYS {
            assert_present(&map, i, i + cycle);
            assert_eq!(map.load_and_delete(&key(i)), Some(i + cycle));
        }
    }
    assert_whole(map);
}

/// Replaces the value that is there by the next but one, in two steps.
fn advance<S: TestHasher>(map: &Map<S>, i: usize) {
    assert_eq!(map.swap(key(i), i + 1), Some(i));
    assert_eq!(map.swap(key(i), i + 2), Some(i + 1));
}

fn one_key_leaves_the_others<S: TestHasher>() {
    in_every_state::<S>(&ONE, advance, |i| Some(i + 2));
}

fn several_keys_leave_the_others<S: TestHasher>() {
    in_every_state::<S>(&SEVERAL, advance, |i| Some(i + 2));
}

fn while_iterating_advances_every_key<S: TestHasher>() {
    let change =
        |map: &Map<S>, key: &String, value| assert_eq!(map.swap(key.clone(), value + 1), Some(value));
    while_iterating(change, |i| Some(i + 1));
}

fn concurrently_on_unshared_keys<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        assert_eq!(map.swap(key(i), i), None);
        assert_eq!(map.swap(key(i), i + 1), Some(i));
    };
    on_unshared_keys(change, |i| Some(i + 1));
}

fn concurrently_on_unshared_keys_with_deletes<S: TestHasher>() {
    let change = |map: &Map<S>, i| {
        assert_eq!(map.swap(key(i), i), None);
        assert!(map.delete(&key(i)));
        assert_eq!(map.swap(key(i), i + 1), None);
        assert_eq!(map.load_and_delete(&key(i)), Some(i + 1));
    };
    on_unshared_keys(change, |_| None);
}

/// Threads swap values of their own into shared keys, and `also` may take values out.
fn every_value_comes_out_once<S: TestHasher>(also: impl Fn(&Map<S>, usize) -> Option<usize> + Sync) {
    for map in filled::<S>() {
        let out = Mutex::new(Vec::new());
        let mine = |thread: usize, i: usize| (thread + 1) * KEYS + i;
        while_keys_come_and_go(&map, || {
            race(|thread| {
                for i in 0..KEYS {
                    let previous = map.swap(key(i), mine(thread, i));
                    assert_ne!(map.load(&key(i)), Some(i), "the first value is gone, and stays so");
                    let deleted = also(&map, i);
                    out.lock().unwrap().extend(previous.into_iter().chain(deleted));
                }
            });
        });
        let mut out = out.into_inner().unwrap();
        out.extend((0..KEYS).filter_map(|i| map.load(&key(i))));
        out.sort();
        assert!(out.iter().copied().eq(0..(THREADS + 1) * KEYS), "each value that went in, once");
        assert_whole(map);
    }
}

fn on_shared_keys_every_value_comes_out_once<S: TestHasher>() {
    every_value_comes_out_once::<S>(|_, _| None);
}

fn on_shared_keys_with_deletes_every_value_comes_out_once<S: TestHasher>() {
    every_value_comes_out_once::<S>(|map, i| map.load_and_delete(&key(i)));
}
