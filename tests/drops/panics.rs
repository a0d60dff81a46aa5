//! User code panics, at each of its calls in turn: the map stays whole and usable, and nothing leaks or is dropped twice.

use super::operations::{KEYS, Map, OPERATIONS, Operation, Run, contents, sample};
use std::collections::BTreeSet;
use test_support::hang::{self, Watch};
use test_support::{Call, Ledger, faults, flush_until};

const CALLS: [Call; 6] =
    [Call::Hash, Call::KeyEq, Call::KeyClone, Call::ValueEq, Call::ValueClone, Call::Callback];

#[test]
fn a_panic_at_any_call_of_user_code_leaves_the_map_whole() {
    let watch = hang::watch();
    for operation in OPERATIONS {
        let mut called = BTreeSet::new();
        for call in CALLS {
            for n in KEYS {
                let panicked = (1..).take_while(|nth| panic_once(&watch, operation, call, *nth, n)).count();
                if panicked > 0 {
                    called.insert(call);
                }
            }
        }
        let expected: BTreeSet<Call> = operation.calls.iter().copied().collect();
        assert_eq!(called, expected, "the user code that {} runs", operation.name);
    }
}

/// Whether there was an `nth` call to panic at.
fn panic_once(watch: &Watch, operation: &Operation, call: Call, nth: u32, n: u32) -> bool {
    let what = format!("{} of key {n}, panic at {call:?} {nth}", operation.name);
    watch.step(what.clone());
    let ledger = Ledger::default();
    let mut map = sample(&ledger);
    let before = contents(&mut map);

    ledger.arm(call, nth);
    let panicked = faults(|| (operation.run)(&map, &ledger, n));
    assert_eq!(ledger.disarm(), panicked, "{what}");

    map.check_invariants().unwrap_or_else(|error| panic!("{what}: {error}"));
    // A clone is made of what an operation returns, when it has taken effect.
    let is_unchanged = operation.all_or_nothing && call != Call::ValueClone;
    if panicked && is_unchanged && !operation.name.ends_with("another is faster") {
        assert_eq!(contents(&mut map), before, "{what}: the map is unchanged");
    }
    assert_usable(&mut map, &ledger, &what);
    drop(map);
    ledger.assert_settled(&what);
    panicked
}

/// The map does what it should, for keys in all states.
fn assert_usable(map: &mut Map, ledger: &Ledger, what: &str) {
    for n in 0..9 {
        map.store(ledger.key(n), ledger.value(n + 20));
        assert_eq!(map.load(&ledger.key(n)).map(|value| value.n), Some(n + 20), "{what}");
    }
    map.range(|key, value| {
        assert_eq!(value.n, key.n + 20, "{what}");
        true
    });
    assert_eq!(contents(map).len(), 9, "{what}");
    assert!((0..5).all(|n| map.delete(&ledger.key(n))), "{what}");
    map.check_invariants().unwrap_or_else(|error| panic!("{what}, afterwards: {error}"));
}

/// The drops that an operation runs itself: of the key that it was given, when the map has one already, and of a value
/// that came too late. What it takes out of the map is dropped later. Only operations that return nothing to drop: when
/// the `Drop` of an argument panics, rustc leaks the result of the function (rust-lang/rust 47949).
#[test]
fn a_panic_in_the_drop_of_what_was_handed_in_leaves_the_map_whole() {
    let watch = hang::watch();
    let operations: [(&str, Call, Run); 4] = [
        ("store", Call::KeyDrop, |map, ledger, n| map.store(ledger.key(n), ledger.value(n + 10))),
        ("swap", Call::KeyDrop, |map, ledger, n| {
            map.pin().swap(ledger.key(n), ledger.value(n + 10));
        }),
        ("load_or_store_with", Call::KeyDrop, |map, ledger, n| {
            let pinned = map.pin();
            assert!(pinned.load_or_store_with(ledger.key(n), || ledger.value(n + 10)).is_loaded());
        }),
        ("update", Call::ValueDrop, |map, ledger, n| {
            map.pin().update(&ledger.key(n), |value| {
                if value.n == n {
                    map.store(ledger.key(n), ledger.value(n + 1));
                }
                ledger.value(value.n + 10)
            });
        }),
    ];
    for (name, call, run) in operations {
        for n in [0, 1, 4] {
            let what = format!("{name} of key {n}, panic at {call:?}");
            watch.step(what.clone());
            let ledger = Ledger::default();
            let mut map = sample(&ledger);
            // What `sample` deleted is gone, and what the operation retires is dropped after this guard: only the
            // operation itself drops meanwhile.
            assert!(flush_until(|| ledger.live() == 6 + contents(&mut map).len()), "{what}");
            let pinned = map.pin();
            ledger.arm(call, 1);
            assert!(faults(|| run(&map, &ledger, n)), "{what}");
            drop(pinned);
            map.check_invariants().unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_usable(&mut map, &ledger, &what);
            drop(map);
            ledger.assert_settled(&what);
        }
    }
}

#[test]
fn a_panic_in_a_drop_when_the_map_is_dropped_leaks_nothing() {
    let watch = hang::watch();
    const ROWS: u32 = 6;
    let new_map = |ledger: &Ledger| {
        let map: Map = (0..ROWS / 2).map(|n| (ledger.key(n), ledger.value(n))).collect();
        (ROWS / 2..ROWS).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
        map
    };
    type End = fn(Map);
    let ends: [(&str, End); 2] = [("drop", drop::<Map>), ("into_iter", |map| drop(map.into_iter()))];
    for (name, end) in ends {
        for call in [Call::KeyDrop, Call::ValueDrop] {
            for nth in 1..=ROWS + 1 {
                let what = format!("{name}, panic at {call:?} {nth}");
                watch.step(what.clone());
                let ledger = Ledger::default();
                let map = new_map(&ledger);
                ledger.arm(call, nth);
                let panicked = faults(|| end(map));
                assert_eq!(panicked, nth <= ROWS, "{what}: each key and value is dropped there");
                ledger.disarm();
                ledger.assert_settled(&what);
            }
        }
    }
}

#[test]
fn a_panic_in_a_source_of_rows_leaks_nothing() {
    let _watch = hang::watch();
    for nth in 1..=10 {
        let ledger = Ledger::default();
        let rows = || {
            (0..10).map(|n| {
                let row = (ledger.key(n), ledger.value(n));
                ledger.call(Call::Callback);
                row
            })
        };
        ledger.arm(Call::Callback, nth);
        assert!(faults(|| drop(rows().collect::<Map>())));
        ledger.assert_settled("from_iter");

        let mut map = sample(&ledger);
        ledger.arm(Call::Callback, nth);
        assert!(faults(|| map.extend(rows())));
        assert_usable(&mut map, &ledger, "extend");
        drop(map);
        ledger.assert_settled("extend");
    }
}
