//! `range` and its kin, `retain`, and `clear`.

use super::support::*;
use std::collections::BTreeSet;
use sync_map::SyncMap;
use test_support::hang;

under_three_hashers! {
    all_pairs_are_visited_once_however_asked,
    range_stops_when_told,
    every_operation_can_be_called_in_nested_ranges,
    range_sees_every_key_that_stays_once_while_writers_run,
    retain_keeps_what_it_is_told_to,
    retain_spares_a_value_that_it_did_not_see,
    clear_empties_the_map_for_good,
    writers_readers_and_clears_run_together,
    a_cleared_key_does_not_come_back,
}

fn all_pairs_are_visited_once_however_asked<S: TestHasher>() {
    let expected: BTreeSet<(String, usize)> = (0..KEYS).map(|i| (key(i), i)).collect();
    let check = |how: &str, rows: Vec<(String, usize)>| {
        assert_eq!(rows.len(), KEYS, "{how}: none twice, none missing");
        assert_eq!(BTreeSet::from_iter(rows), expected, "{how}");
    };
    for map in filled::<S>() {
        let mut rows = Vec::new();
        map.range(|key, value| {
            rows.push((key.clone(), *value));
            true
        });
        check("range", rows);
        check("iter", map.iter().collect());
        check("keys", map.keys().map(|key| (key.clone(), map.load(&key).unwrap())).collect());
        check("values", map.values().map(|value| (key(value), value)).collect());

        let pinned = map.pin();
        let owned = |(key, value): (&String, &usize)| (key.clone(), *value);
        check("pinned iter", pinned.iter().map(owned).collect());
        check(
            "pinned keys",
            pinned.keys().map(|key| (key.clone(), pinned.load(key).copied().unwrap())).collect(),
        );
        check("pinned values", pinned.values().map(|value| (key(*value), *value)).collect());
        check("&pinned", (&pinned).into_iter().map(owned).collect());
        check("iter, cloned in the middle", {
            let mut iter = pinned.iter();
            let first: Vec<_> = iter.by_ref().take(KEYS / 2).map(owned).collect();
            assert_eq!(iter.clone().count(), KEYS - KEYS / 2);
            first.into_iter().chain(iter.map(owned)).collect()
        });
        drop(pinned);
        check("owned", map.into_iter().collect());
    }
}

fn range_stops_when_told<S: TestHasher>() {
    for map in filled::<S>() {
        for stop in [1, 2, KEYS] {
            let mut visits = 0;
            map.range(|_, _| {
                visits += 1;
                visits < stop
            });
            assert_eq!(visits, stop);
        }
        assert_whole(map);
    }
}

/// golang/go 46399.
fn every_operation_can_be_called_in_nested_ranges<S: TestHasher>() {
    const FEW: usize = 12;
    let map: Map<S> = (0..FEW).map(|i| (key(i), i)).collect();
    let extra = |key: &str, other: &str| format!("{key} of {other}");
    let mut pairs = 0;
    map.range(|outer, _| {
        map.range(|inner, value| {
            pairs += 1;
            assert_eq!(map.load(inner), Some(*value));
            assert!(map.load_or_store(inner.clone(), WRONG).is_loaded());
            assert!(!map.load_or_store(extra(inner, outer), *value).is_loaded());
            assert_eq!(map.swap(inner.clone(), value + 1), Some(*value));
            assert_eq!(map.compare_and_swap(inner, &(value + 1), value + 2), Ok(()));
            assert!(!map.compare_and_delete(inner, &WRONG));
            assert_eq!(map.update(inner, |value| value - 2), Some(*value));
            assert!(map.contains_key(inner) && !map.is_empty());
            assert_eq!(map.load_and_delete(inner), Some(*value));
            map.store(inner.clone(), *value);
            map.retain(|key, _| *key != extra(inner, outer));
            assert!(!map.delete(&extra(inner, outer)));
            true
        });
        true
    });
    assert_eq!(
        pairs,
        FEW * FEW,
        "keys that come and go in the inner range are in neither table of the outer one"
    );
    map.range(|outer, _| {
        map.range(|inner, _| inner == outer || map.delete(inner));
        assert!(map.delete(outer), "the outer key is there still");
        map.range(|_, _| panic!("the inner range has deleted all others"));
        true
    });
    assert!(map.is_empty());
    assert_whole(map);
}

fn range_sees_every_key_that_stays_once_while_writers_run<S: TestHasher>() {
    const MANY: u64 = 1024;
    const ROUNDS: usize = 8;
    let map: SyncMap<u64, u64, S> = (1..=MANY).map(|key| (key, key)).collect();
    // Each writer has keys of its own that do not stay: dirty is made, and promoted by the next range.
    let write = |turn: u64, passing: u64| {
        let turns = (1..=MANY).filter(|key| key % 4 == turn % 4);
        turns.for_each(|key| map.store(key, key * (turn + 1)));
        map.store(passing, 0);
        assert!(map.delete(&passing));
    };
    let one = |turn: usize| write(turn as u64, MANY + 1 + 2 * turn as u64);
    let other = |turn: usize| write(turn as u64, MANY + 2 + 2 * turn as u64);
    with_churn(one, || {
        with_churn(other, || {
            for _ in 0..ROUNDS {
                let mut seen = vec![false; MANY as usize + 1];
                map.range(|&key, &value| {
                    if let Some(seen) = seen.get_mut(key as usize) {
                        assert!(!std::mem::replace(seen, true), "{key} was visited twice");
                        assert!(value >= key && value.is_multiple_of(key), "{key} never had {value}");
                    }
                    true
                });
                assert_eq!(seen.iter().filter(|seen| **seen).count(), MANY as usize);
            }
        })
    });
}

fn retain_keeps_what_it_is_told_to<S: TestHasher>() {
    for map in filled::<S>() {
        map.retain(|key, value| {
            assert_eq!(*key, super::support::key(*value));
            value.is_multiple_of(3)
        });
        assert_eq!(contents(&map).len(), KEYS.div_ceil(3));
        for i in 0..KEYS {
            match i % 3 {
                0 => assert_present(&map, i, i),
                _ => assert_absent(&map, i),
            }
        }
        assert_whole(map);
    }
}

fn retain_spares_a_value_that_it_did_not_see<S: TestHasher>() {
    for map in filled::<S>() {
        map.retain(|key, value| {
            if *value < KEYS {
                map.store(key.clone(), *value + KEYS); // someone is faster
                return false;
            }
            true
        });
        (0..KEYS).for_each(|i| assert_present(&map, i, i + KEYS));
        assert_whole(map);
    }
}

fn clear_empties_the_map_for_good<S: TestHasher>() {
    for map in filled::<S>() {
        for round in 0..3 {
            map.clear();
            assert!(map.is_empty());
            assert!(contents(&map).is_empty());
            (0..KEYS).for_each(|i| assert_absent(&map, i));
            (0..KEYS).for_each(|i| map.store(key(i), i + round));
            (0..KEYS).for_each(|i| assert_present(&map, i, i + round));
        }
        map.clear();
        map.clear();
        assert!(map.is_empty());
        assert_whole(map);
    }
}

fn writers_readers_and_clears_run_together<S: TestHasher>() {
    let _watch = hang::watch();
    const EACH: usize = 10;
    const ROUNDS: usize = 20;
    let map = Map::<S>::default();
    std::thread::scope(|scope| {
        for thread in 0..EACH {
            let map = &map;
            scope.spawn(move || (0..ROUNDS).for_each(|round| map.store(key(round), round * EACH + thread)));
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let value = map.load(&key(round));
                    assert!(value.is_none_or(|value| value / EACH == round), "a value of another key");
                }
            });
            scope.spawn(move || (0..ROUNDS).for_each(|_| map.clear()));
        }
    });
    map.clear();
    assert!(map.is_empty());
    (0..ROUNDS).for_each(|i| assert_absent(&map, i));
    assert_whole(map);
}

/// Each thread clears after it has stored, so what it stored before cannot be seen after, whoever else clears and stores.
fn a_cleared_key_does_not_come_back<S: TestHasher>() {
    let map = Map::<S>::default();
    while_keys_come_and_go_or_are_cleared(&map, || {
        race(|thread| {
            for round in 0..50 {
                let mine = key(round * THREADS + thread);
                map.store(mine.clone(), round);
                map.clear();
                assert_eq!(map.load(&mine), None);
                map.range(|key, _| {
                    assert_ne!(*key, mine);
                    true
                });
            }
        });
    });
    map.clear();
    assert_whole(map);
}

/// As [`while_keys_come_and_go`], for a map that others clear.
fn while_keys_come_and_go_or_are_cleared<S: TestHasher>(map: &Map<S>, body: impl FnOnce()) {
    let churn = |turn: usize| {
        let fresh = format!("fresh {turn}");
        map.store(fresh.clone(), turn);
        assert!(map.load(&fresh).is_none_or(|value| value == turn));
        map.delete(&fresh);
    };
    with_churn(churn, body);
}
