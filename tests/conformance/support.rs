//! The map that the tests of this suite use, and what they say about it again and again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::{LoadOrStore, SyncMap};
pub(crate) use test_support::{THREADS, TestHasher, race, under_three_hashers, with_churn};

/// How many keys a test uses.
pub(crate) const KEYS: usize = 128;

/// The one key, and the several, that a test singles out.
pub(crate) const ONE: [usize; 1] = [15];
pub(crate) const SEVERAL: [usize; 4] = [1, 105, 6, 85];

/// A value that no test stores.
pub(crate) const WRONG: usize = usize::MAX;

pub(crate) type Map<S> = SyncMap<String, usize, S>;

pub(crate) fn key(i: usize) -> String {
    format!("key {i}")
}

/// Maps that all hold `key(i) → i` for each `i` below [`KEYS`], and differ inside: all keys in the read table; all in the
/// dirty one; half of them in each, and the read table has expunged entries besides.
pub(crate) fn filled<S: TestHasher>() -> [Map<S>; 3] {
    let in_read: Map<S> = (0..KEYS).map(|i| (key(i), i)).collect();

    let in_dirty = Map::default();
    (0..KEYS).for_each(|i| in_dirty.store(key(i), i));

    let in_both: Map<S> = (0..KEYS / 2).chain(KEYS..2 * KEYS).map(|i| (key(i), i)).collect();
    (KEYS..2 * KEYS).for_each(|i| assert!(in_both.delete(&key(i))));
    (KEYS / 2..KEYS).for_each(|i| in_both.store(key(i), i));

    [in_read, in_dirty, in_both]
}

/// Every way of asking says that `key(i)` has this value.
#[track_caller]
pub(crate) fn assert_present<S: TestHasher>(map: &Map<S>, i: usize, value: usize) {
    assert_has(map, &key(i), value);
}

/// The same of any key.
#[track_caller]
pub(crate) fn assert_has<S: TestHasher>(map: &Map<S>, key: &String, value: usize) {
    assert_eq!(map.load(key), Some(value), "load({key:?})");
    assert!(map.contains_key(key), "contains_key({key:?})");
    let loaded = LoadOrStore::Loaded { actual: value, rejected: WRONG };
    assert_eq!(map.load_or_store(key.clone(), WRONG), loaded, "load_or_store({key:?})");
}

/// Every way of asking says that there is no `key(i)`; none of them adds it.
#[track_caller]
pub(crate) fn assert_absent<S: TestHasher>(map: &Map<S>, i: usize) {
    let key = key(i);
    assert_eq!(map.load(&key), None, "load({key:?})");
    assert!(!map.contains_key(&key), "contains_key({key:?})");
    assert_eq!(map.load_and_delete(&key), None, "load_and_delete({key:?})");
    assert!(!map.delete(&key), "delete({key:?})");
    assert_eq!(map.compare_and_swap(&key, &i, i), Err(i), "compare_and_swap({key:?})");
    assert!(!map.compare_and_delete(&key, &i), "compare_and_delete({key:?})");
    assert_eq!(map.delete_if(&key, |_| true), None, "delete_if({key:?})");
    assert_eq!(map.update(&key, |_| 0), None, "update({key:?})");
    assert_eq!(map.load(&key), None, "load({key:?}), again");
}

/// All keys that [`filled`] made are as they were, but those in `but`.
#[track_caller]
pub(crate) fn assert_others_untouched<S: TestHasher>(map: &Map<S>, but: &[usize]) {
    for i in (0..KEYS).filter(|i| !but.contains(i)) {
        assert_present(map, i, i);
    }
}

/// The contents, by one `range`, which visits no key twice.
#[track_caller]
pub(crate) fn contents<S: TestHasher>(map: &Map<S>) -> BTreeMap<String, usize> {
    let mut contents = BTreeMap::new();
    map.range(|key, value| {
        assert_eq!(contents.insert(key.clone(), *value), None, "{key:?} was visited twice");
        true
    });
    contents
}

/// The end of a test: the invariants hold, and the map can be used.
#[track_caller]
pub(crate) fn assert_whole<S: TestHasher>(mut map: Map<S>) {
    map.check_invariants().unwrap();
    map.clear();
    map.store(key(0), 1);
    assert_present(&map, 0, 1);
    map.check_invariants().unwrap();
}

/// Keys come and go meanwhile, so that tables are amended, copied and promoted under the feet of `body`.
pub(crate) fn while_keys_come_and_go<S: TestHasher, T>(map: &Map<S>, body: impl FnOnce() -> T) -> T {
    let fresh = |turn: usize| format!("fresh {turn}");
    let churn = |turn: usize| {
        map.store(fresh(turn), turn);
        assert_eq!(map.load(&fresh(turn)), Some(turn));
        if turn.is_multiple_of(3) {
            map.range(|_, _| true);
        }
        assert_eq!(map.load_and_delete(&fresh(turn)), Some(turn));
    };
    with_churn(churn, body)
}

/// Counts for each key.
pub(crate) fn zeros() -> Vec<AtomicUsize> {
    (0..KEYS).map(|_| AtomicUsize::new(0)).collect()
}

/// Each count is 1.
#[track_caller]
pub(crate) fn assert_all_one(counts: &[AtomicUsize], what: &str) {
    for (i, count) in counts.iter().enumerate() {
        assert_eq!(count.load(SeqCst), 1, "{what} {i}");
    }
}

/// `key(i)` has this value, or is absent.
#[track_caller]
fn assert_left<S: TestHasher>(map: &Map<S>, i: usize, left: Option<usize>) {
    match left {
        Some(value) => assert_present(map, i, value),
        None => assert_absent(map, i),
    }
}

/// Each `key(i)` has the value `left(i)`, or is absent where that is nothing; there is no other key.
#[track_caller]
fn assert_all_left<S: TestHasher>(map: &Map<S>, left: impl Fn(usize) -> Option<usize>) {
    (0..KEYS).for_each(|i| assert_left(map, i, left(i)));
    let count = (0..KEYS).filter_map(left).count();
    assert_eq!(contents(map).len(), count);
    assert_eq!(map.is_empty(), count == 0);
}

/// In one map, three times: each `key(i)` is absent, then has a value, which `delete(map, i, value)` takes out.
#[track_caller]
pub(crate) fn in_three_cycles<S: TestHasher>(delete: impl Fn(&Map<S>, usize, usize)) {
    let map = Map::<S>::default();
    for cycle in 0..3 {
        for i in 0..KEYS {
            assert_absent(&map, i);
            map.store(key(i), i + cycle);
            assert_present(&map, i, i + cycle);
        }
        for i in 0..KEYS {
            delete(&map, i, i + cycle);
            assert_absent(&map, i);
        }
        assert!(map.is_empty());
    }
    assert_whole(map);
}

/// In every state: `change(map, i)` of the `chosen` keys leaves `left(i)` of each, and the others as they were.
#[track_caller]
pub(crate) fn in_every_state<S: TestHasher>(
    chosen: &[usize],
    change: impl Fn(&Map<S>, usize),
    left: impl Fn(usize) -> Option<usize>,
) {
    for map in filled::<S>() {
        chosen.iter().for_each(|&i| change(&map, i));
        assert_all_left(&map, |i| if chosen.contains(&i) { left(i) } else { Some(i) });
        assert_whole(map);
    }
}

/// In every state, while a `range` is under way: `change(map, key, value)` of each key that it visits leaves `left(i)`. It visits each
/// key once.
#[track_caller]
pub(crate) fn while_iterating<S: TestHasher>(
    change: impl Fn(&Map<S>, &String, usize),
    left: impl Fn(usize) -> Option<usize>,
) {
    for map in filled::<S>() {
        let mut visits = 0;
        map.range(|key, value| {
            change(&map, key, *value);
            visits += 1;
            true
        });
        assert_eq!(visits, KEYS);
        assert_all_left(&map, &left);
        assert_whole(map);
    }
}

/// Threads with keys of their own, in a map that is empty at first: `change(map, i)` leaves `left(i)` of each key.
#[track_caller]
pub(crate) fn on_unshared_keys<S: TestHasher>(
    change: impl Fn(&Map<S>, usize) + Sync,
    left: impl Fn(usize) -> Option<usize> + Sync,
) {
    let map = Map::<S>::default();
    race(|thread| {
        for i in (thread..KEYS).step_by(THREADS) {
            change(&map, i);
            assert_left(&map, i, left(i));
        }
    });
    assert_all_left(&map, left);
    assert_whole(map);
}

/// In every state, threads race for the value of each key: `take(map, thread, i)` returns true for one of them, and leaves `left(i)`
/// whatever it returns.
#[track_caller]
pub(crate) fn one_of_all_takes_it<S: TestHasher>(
    take: impl Fn(&Map<S>, usize, usize) -> bool + Sync,
    left: impl Fn(usize) -> Option<usize> + Sync,
) {
    for map in filled::<S>() {
        let wins = zeros();
        while_keys_come_and_go(&map, || {
            race(|thread| {
                for (i, wins) in wins.iter().enumerate() {
                    wins.fetch_add(usize::from(take(&map, thread, i)), SeqCst);
                    assert_left(&map, i, left(i));
                }
                (0..KEYS).for_each(|i| assert_left(&map, i, left(i)));
            });
        });
        assert_all_one(&wins, "winners of key");
        assert_all_left(&map, &left);
        assert_whole(map);
    }
}
