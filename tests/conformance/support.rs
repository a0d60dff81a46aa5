//! The map that the tests of this suite use, and what they say about it again and again.

pub(crate) use crate::common::{THREADS, TestHasher, race, under_three_hashers, with_churn};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::{LoadOrStore, SyncMap};

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
    let key = key(i);
    assert_eq!(map.load(&key), Some(value), "load({key:?})");
    assert!(map.contains_key(&key), "contains_key({key:?})");
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
