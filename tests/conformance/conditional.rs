//! `delete_if`, `update` and `load_or_store_with`: what they promise about the closures that they run.

use super::support::*;
use std::cell::Cell;
use sync_map::LoadOrStore;

under_three_hashers! {
    delete_if_asks_about_the_value_it_deletes,
    delete_if_looks_again_when_the_value_changes,
    update_replaces_the_value_it_saw,
    updates_of_many_threads_are_all_counted,
    update_looks_again_when_the_value_changes,
    load_or_store_with_makes_a_value_only_for_an_absent_key,
    load_or_store_with_gives_its_value_back_when_another_is_faster,
    of_threads_that_load_or_store_with_one_stores,
}

fn delete_if_asks_about_the_value_it_deletes<S: TestHasher>() {
    for map in filled::<S>() {
        for i in 0..KEYS {
            let asked = Cell::new(0);
            let ask = |answer: bool| {
                let asked = &asked;
                move |value: &usize| {
                    assert_eq!(*value, i);
                    asked.set(asked.get() + 1);
                    answer
                }
            };
            assert_eq!(map.delete_if(&key(i), ask(false)), None);
            assert_present(&map, i, i);
            assert_eq!(map.delete_if(&key(i), ask(true)), Some(i));
            assert_eq!(map.delete_if(&key(i), ask(true)), None);
            assert_eq!(asked.get(), 2, "once for each value that was there");
            assert_absent(&map, i);
        }
        assert_whole(map);
    }
}

fn delete_if_looks_again_when_the_value_changes<S: TestHasher>() {
    for map in filled::<S>() {
        let mut seen = Vec::new();
        let deleted = map.delete_if(&key(1), |value| {
            seen.push(*value);
            if *value < 4 {
                map.store(key(1), value + 1); // someone is faster
            }
            true
        });
        assert_eq!(deleted, Some(4));
        assert_eq!(seen, [1, 2, 3, 4]);
        assert_absent(&map, 1);
        assert_whole(map);
    }
}

fn update_replaces_the_value_it_saw<S: TestHasher>() {
    for map in filled::<S>() {
        for i in 0..KEYS {
            assert_eq!(map.update(&key(i), |value| value * 2 + 1), Some(i * 2 + 1));
            assert_present(&map, i, i * 2 + 1);
        }
        assert_eq!(map.update(&key(KEYS), |_| panic!("there is no value")), None);
        assert_whole(map);
    }
}

fn updates_of_many_threads_are_all_counted<S: TestHasher>() {
    const STEPS: usize = 200;
    for map in filled::<S>() {
        while_keys_come_and_go(&map, || {
            race(|_| {
                for step in 0..STEPS {
                    map.update(&key(step % 4), |value| value + 1).expect("nobody deletes it");
                }
            });
        });
        (0..4).for_each(|i| assert_present(&map, i, i + THREADS * STEPS / 4));
        assert_whole(map);
    }
}

fn update_looks_again_when_the_value_changes<S: TestHasher>() {
    for map in filled::<S>() {
        let changed = map.update(&key(1), |value| {
            if *value < 4 {
                map.store(key(1), value + 1); // someone is faster
            }
            value * 100
        });
        assert_eq!(changed, Some(400));
        let gone = map.update(&key(2), |value| {
            assert!(map.delete(&key(2)), "it is there when the closure runs");
            value * 100
        });
        assert_eq!(gone, None, "an update does not bring a key back");
        assert_absent(&map, 2);
        assert_whole(map);
    }
}

fn load_or_store_with_makes_a_value_only_for_an_absent_key<S: TestHasher>() {
    for map in filled::<S>() {
        for i in 0..KEYS {
            let loaded = LoadOrStore::Loaded { actual: i, rejected: None };
            assert_eq!(map.load_or_store_with(key(i), || panic!("the key is present")), loaded);
            let made = Cell::new(0);
            let stored = map.load_or_store_with(key(KEYS + i), || {
                made.set(made.get() + 1);
                assert!(!map.contains_key(&key(KEYS + i)), "no lock is held here, and nothing is stored yet");
                i
            });
            assert_eq!((stored, made.get()), (LoadOrStore::Stored(i), 1));
            assert_present(&map, KEYS + i, i);
        }
        assert_whole(map);
    }
}

fn load_or_store_with_gives_its_value_back_when_another_is_faster<S: TestHasher>() {
    for map in filled::<S>() {
        let done = map.load_or_store_with(key(KEYS), || {
            map.store(key(KEYS), 1); // someone is faster
            2
        });
        assert_eq!(done, LoadOrStore::Loaded { actual: 1, rejected: Some(2) });
        assert_present(&map, KEYS, 1);
        assert_whole(map);
    }
}

fn of_threads_that_load_or_store_with_one_stores<S: TestHasher>() {
    let map = Map::<S>::default();
    let stored = zeros();
    race(|thread| {
        for (i, stored) in stored.iter().enumerate() {
            match map.load_or_store_with(key(i), || thread) {
                LoadOrStore::Stored(mine) => {
                    assert_eq!(mine, thread);
                    stored.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                }
                LoadOrStore::Loaded { actual, rejected } => {
                    assert_ne!(actual, thread, "nobody but this thread would have stored it");
                    assert!(rejected.is_none_or(|mine| mine == thread));
                }
            }
        }
    });
    assert_all_one(&stored, "stores of key");
    assert_whole(map);
}
