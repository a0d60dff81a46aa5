//! Nobody panics: each operation on each state, threads, and what lives for how long.

use super::operations::{KEYS, Map, OPERATIONS, Run, contents, sample};
use test_support::{Ledger, Numbers, flush_until, race};

#[test]
fn every_operation_on_every_state_drops_everything_once() {
    for operation in OPERATIONS {
        for n in KEYS {
            let ledger = Ledger::default();
            let mut map = sample(&ledger);
            (operation.run)(&map, &ledger, n);
            map.check_invariants().unwrap_or_else(|error| panic!("{}: {error}", operation.name));
            drop(map);
            ledger.assert_settled(operation.name);
        }
    }
}

#[test]
fn any_two_operations_after_each_other_drop_everything_once() {
    for first in OPERATIONS {
        for second in OPERATIONS {
            let ledger = Ledger::default();
            let mut map = sample(&ledger);
            for n in KEYS {
                (first.run)(&map, &ledger, n);
                (second.run)(&map, &ledger, n);
            }
            let what = format!("{}, then {}", first.name, second.name);
            map.check_invariants().unwrap_or_else(|error| panic!("{what}: {error}"));
            drop(map);
            ledger.assert_settled(&what);
        }
    }
}

#[test]
fn a_map_that_is_taken_apart_gives_each_key_and_value_once() {
    let ledger = Ledger::default();
    let mut map = sample(&ledger);
    let expected = contents(&mut map);
    let mut rows: Vec<_> = map.into_iter().collect();
    rows.sort_by_key(|(key, _)| key.n);
    assert!(rows.iter().map(|(key, value)| (key.n, value.n)).eq(expected));
    flush_until(|| ledger.live() == 2 * rows.len());
    assert_eq!(ledger.live(), 2 * rows.len(), "what had been deleted is gone");
    drop(rows);
    ledger.assert_settled("into_iter");

    let mut rest = sample(&ledger).into_iter();
    let first = rest.next();
    assert_eq!(rest.len(), 2);
    drop(rest);
    drop(first);
    ledger.assert_settled("into_iter, not to the end");
}

#[test]
fn the_drop_of_the_map_drops_what_is_in_it_at_once() {
    let ledger = Ledger::default();
    let map: Map = (0..100).map(|n| (ledger.key(n), ledger.value(n))).collect();
    (100..200).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
    assert_eq!(ledger.live(), 400);
    drop(map);
    assert_eq!(ledger.live(), 0, "without the collector");
}

#[test]
fn what_is_handed_out_lives_as_long_as_its_guard() {
    let ledger = Ledger::default();
    let map: Map = (0..100).map(|n| (ledger.key(n), ledger.value(n))).collect();
    let mut pinned = map.pin();
    let values: Vec<_> = pinned.values().collect();
    let numbers: Vec<u32> = values.iter().map(|value| value.n).collect();
    race(|thread| (0..100).for_each(|n| map.store(ledger.key(n), ledger.value(thread as u32))));
    map.clear();
    for _ in 0..100 {
        map.pin().flush();
    }
    assert_eq!(ledger.live(), 100 + 100 * 5, "the keys, the values, and those of four threads");
    assert!(values.iter().map(|value| value.n).eq(numbers));
    let repin_and_look = || {
        pinned.repin();
        ledger.live() == 0
    };
    assert!(flush_until(repin_and_look), "after repin, nothing is held");
    drop(pinned);
    drop(map);
    ledger.assert_settled("a guard");
}

/// golang/go 40999. The other key makes dirty longer than the misses, so that no look-up promotes it.
#[test]
fn storing_and_deleting_ever_fresh_keys_releases_the_keys() {
    let deletions: [(&str, Run); 2] = [
        ("delete", |map, ledger, n| assert!(map.delete(&ledger.key(n)))),
        ("load_and_delete", |map, ledger, n| assert!(map.pin().load_and_delete(&ledger.key(n)).is_some())),
    ];
    for (name, delete) in deletions {
        let ledger = Ledger::default();
        let map = Map::default();
        map.store(ledger.key(0), ledger.value(0));
        for n in 1..2000 {
            map.store(ledger.key(n), ledger.value(n));
            delete(&map, &ledger, n);
        }
        assert!(flush_until(|| ledger.live() == 2), "{name}: {} are alive", ledger.live());
        drop(map);
        ledger.assert_settled(name);
    }
}

/// Stores fresh keys, and deletes each by comparison, which leaves its entry in dirty, deleted.
fn compare_and_delete_fresh_keys(map: &Map, ledger: &Ledger) {
    map.store(ledger.key(0), ledger.value(0));
    for n in 1..1000 {
        map.store(ledger.key(n), ledger.value(n));
        assert!(map.compare_and_delete(&ledger.key(n), &ledger.value(n)));
    }
}

#[test]
fn keys_that_were_deleted_by_comparison_are_released_two_promotions_later() {
    let ledger = Ledger::default();
    let map = Map::default();
    compare_and_delete_fresh_keys(&map, &ledger);
    for n in [0, 1000] {
        map.store(ledger.key(n), ledger.value(n)); // the second one is new, so that dirty is copied
        map.range(|_, _| true);
    }
    assert!(flush_until(|| ledger.live() == 4), "two keys and their values: {}", ledger.live());
    drop(map);
    ledger.assert_settled("compare_and_delete");
}

#[test]
fn keys_that_a_clear_or_a_promotion_drops_are_released() {
    let ledger = Ledger::default();
    let map = Map::default();
    for round in 0..200 {
        (0..8).for_each(|n| map.store(ledger.key(8 * round + n), ledger.value(n)));
        match round % 3 {
            0 => map.clear(),
            1 => map.retain(|_, _| false), // deletes in read; the next copy expunges, the next promotion retires
            _ => (0..8)
                .for_each(|n| assert!(map.compare_and_delete(&ledger.key(8 * round + n), &ledger.value(n)))),
        }
        map.range(|_, _| panic!("all is deleted"));
    }
    map.clear();
    assert!(flush_until(|| ledger.live() == 0), "{} are alive", ledger.live());
}

#[test]
fn threads_drop_everything_once() {
    let ledger = Ledger::default();
    let mut map = Map::default();
    race(|thread| {
        let mut numbers = Numbers::new(thread);
        for _ in 0..3000 {
            let operation = &OPERATIONS[numbers.below(OPERATIONS.len() as u64) as usize];
            // The comparison of a map with its clone is for a map that stays as it is.
            if operation.name != "clone, and compare" {
                (operation.run)(&map, &ledger, numbers.below(8) as u32);
            }
        }
    });
    map.check_invariants().unwrap();
    drop(map);
    ledger.assert_settled("threads");
}
