//! The table of all operations, and a map that has a key in each state an entry can have.

use sync_map::{KeyState, SyncMap};
use test_support::{Call, Constant, Key, Ledger, Value};

/// All hashes are equal, so that each look-up compares keys that differ, too.
pub(crate) type Map = SyncMap<Key, Value, Constant>;

/// The keys of [`sample`]; the last one is absent.
pub(crate) const KEYS: std::ops::Range<u32> = 0..7;

/// A map with keys that are live in read (0, 1), deleted in read (2), expunged (3), live in dirty (4), deleted in dirty
/// (5), and absent (6). The value of a key is its number.
pub(crate) fn sample(ledger: &Ledger) -> Map {
    let mut map = Map::default();
    (0..4).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
    map.range(|_, _| true);
    map.delete(&ledger.key(3));
    (4..6).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
    map.delete(&ledger.key(2));
    map.pin().delete_if(&ledger.key(5), |_| true);

    let shape = map.shape();
    let state = |rows: &[(&Key, KeyState<'_, Value>)], n: u32| {
        let state = rows.iter().find(|(key, _)| key.n == n).map(|(_, state)| state);
        state.map(|state| match state {
            KeyState::Live(value) => format!("live {}", value.n),
            KeyState::Deleted => "deleted".into(),
            KeyState::Expunged => "expunged".into(),
        })
    };
    let in_read = [0, 1, 2, 3].map(|n| state(&shape.in_read, n).unwrap());
    let in_dirty = [4, 5].map(|n| state(&shape.dirty_only, n).unwrap());
    assert!(shape.amended);
    assert_eq!(in_read, ["live 0", "live 1", "deleted", "expunged"]);
    assert_eq!(in_dirty, ["live 4", "deleted"]);
    map
}

/// The contents of a map that nobody else uses, without touching it.
pub(crate) fn contents(map: &mut Map) -> Vec<(u32, u32)> {
    let shape = map.shape();
    let live = |(key, state): (&Key, KeyState<'_, Value>)| match state {
        KeyState::Live(value) => Some((key.n, value.n)),
        _ => None,
    };
    let mut contents: Vec<_> = shape.in_read.into_iter().chain(shape.dirty_only).filter_map(live).collect();
    contents.sort();
    contents
}

/// Runs an operation on the key of this number, or on the whole map.
pub(crate) type Run = fn(&Map, &Ledger, u32);

/// One operation.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// The user code that it calls for one key or other of [`KEYS`], drops aside.
    pub(crate) calls: &'static [Call],
    /// A panic in user code leaves the contents as they were. (Not so when it works on many keys.)
    pub(crate) all_or_nothing: bool,
    pub(crate) run: Run,
}

const fn on_key(name: &'static str, calls: &'static [Call], run: Run) -> Operation {
    Operation { name, calls, all_or_nothing: true, run }
}

const fn on_map(name: &'static str, calls: &'static [Call], run: Run) -> Operation {
    Operation { name, calls, all_or_nothing: false, run }
}

use Call::{Callback, Hash, KeyClone, KeyEq, ValueClone, ValueEq};

/// All of them. What is not here (`pin().load` and its like) is what these call.
pub(crate) const OPERATIONS: &[Operation] = &[
    on_key("load", &[Hash, KeyEq, ValueClone], |map, ledger, n| {
        drop(map.load(&ledger.key(n)));
    }),
    on_key("contains_key", &[Hash, KeyEq], |map, ledger, n| {
        map.contains_key(&ledger.key(n));
    }),
    on_key("store", &[Hash, KeyEq], |map, ledger, n| {
        map.store(ledger.key(n), ledger.value(n + 10));
    }),
    on_key("swap", &[Hash, KeyEq, ValueClone], |map, ledger, n| {
        drop(map.swap(ledger.key(n), ledger.value(n + 10)));
    }),
    on_key("load_or_store", &[Hash, KeyEq, ValueClone], |map, ledger, n| {
        drop(map.load_or_store(ledger.key(n), ledger.value(n + 10)));
    }),
    on_key("load_or_store_with", &[Hash, KeyEq, ValueClone, Callback], |map, ledger, n| {
        let make = || {
            let value = ledger.value(n + 10);
            ledger.call(Callback);
            value
        };
        drop(map.load_or_store_with(ledger.key(n), make));
    }),
    on_key(
        "load_or_store_with, and another is faster",
        &[Hash, KeyEq, ValueClone, Callback],
        |map, ledger, n| {
            let make = || {
                map.pin().store(ledger.key(n), ledger.value(n));
                ledger.call(Callback);
                ledger.value(n + 10)
            };
            drop(map.load_or_store_with(ledger.key(n), make));
        },
    ),
    on_key("load_and_delete", &[Hash, KeyEq, ValueClone], |map, ledger, n| {
        drop(map.load_and_delete(&ledger.key(n)));
    }),
    on_key("delete", &[Hash, KeyEq], |map, ledger, n| {
        map.delete(&ledger.key(n));
    }),
    on_key("compare_and_swap", &[Hash, KeyEq, ValueEq], |map, ledger, n| {
        drop(map.compare_and_swap(&ledger.key(n), &ledger.value(n), ledger.value(n + 10)));
    }),
    on_key("compare_and_swap of another value", &[Hash, KeyEq, ValueEq], |map, ledger, n| {
        drop(map.compare_and_swap(&ledger.key(n), &ledger.value(n + 1), ledger.value(n + 10)));
    }),
    on_key("compare_and_delete", &[Hash, KeyEq, ValueEq], |map, ledger, n| {
        map.compare_and_delete(&ledger.key(n), &ledger.value(n));
    }),
    on_key("delete_if", &[Hash, KeyEq, ValueClone, Callback], |map, ledger, n| {
        let condition = |value: &Value| {
            ledger.call(Callback);
            value.n == n
        };
        drop(map.delete_if(&ledger.key(n), condition));
    }),
    on_key("update", &[Hash, KeyEq, ValueClone, Callback], |map, ledger, n| {
        let change = |value: &Value| {
            let changed = ledger.value(value.n + 10);
            ledger.call(Callback);
            changed
        };
        drop(map.update(&ledger.key(n), change));
    }),
    on_map("update, and another is faster", &[Hash, KeyEq, ValueClone, Callback], |map, ledger, n| {
        let change = |value: &Value| {
            ledger.call(Callback);
            if value.n == n {
                map.pin().store(ledger.key(n), ledger.value(n + 1));
            }
            ledger.value(value.n + 10)
        };
        drop(map.update(&ledger.key(n), change));
    }),
    on_map("range", &[Callback], |map, ledger, _| {
        map.range(|_, _| {
            ledger.call(Callback);
            true
        });
    }),
    on_map("iter", &[KeyClone, ValueClone], |map, _, _| drop(map.iter())),
    on_map("keys", &[KeyClone], |map, _, _| drop(map.keys())),
    on_map("values", &[ValueClone], |map, _, _| drop(map.values())),
    on_map("retain", &[Callback], |map, ledger, n| {
        map.retain(|_, value| {
            ledger.call(Callback);
            value.n == n
        });
    }),
    on_map("clear", &[], |map, _, _| map.clear()),
    on_map("is_empty", &[], |map, _, _| {
        map.is_empty();
    }),
    on_map("extend", &[Hash, KeyEq], |mut map, ledger, n| {
        map.extend((n..9).map(|n| (ledger.key(n), ledger.value(n + 10))));
    }),
    on_map("clone, and compare", &[Hash, KeyEq, KeyClone, ValueClone, ValueEq], |map, _, _| {
        let mut clone = map.clone();
        assert!(clone == *map);
        clone.check_invariants().unwrap();
    }),
    on_map("clone, and take apart", &[Hash, KeyEq, KeyClone, ValueClone], |map, _, _| {
        let mut rows = map.clone().into_iter();
        drop(rows.next()); // the others are dropped with the iterator
    }),
];
