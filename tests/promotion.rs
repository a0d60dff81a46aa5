//! INV-8: misses promote, no sooner and no later than they must.

use sync_map::SyncMap;

/// Keys that only dirty has, and the misses so far.
fn dirty_and_misses(map: &mut SyncMap<u32, u32>) -> (usize, usize) {
    let shape = map.shape();
    (shape.dirty_only.len(), shape.misses)
}

#[test]
fn as_many_misses_as_dirty_has_entries_promote_it() {
    let mut map = SyncMap::new();
    for key in 0..4 {
        map.store(key, key);
    }
    for miss in 1..4 {
        assert_eq!(map.load(&0), Some(0));
        assert_eq!(dirty_and_misses(&mut map), (4, miss));
    }
    assert_eq!(map.load(&0), Some(0));
    assert_eq!(dirty_and_misses(&mut map), (0, 0), "the fourth miss promotes");
}

#[test]
fn a_miss_on_an_absent_key_counts_while_amended_and_not_after() {
    let mut map = SyncMap::new();
    map.store(1, 1);
    map.store(2, 2);
    assert_eq!(map.load(&9), None);
    assert_eq!(dirty_and_misses(&mut map), (2, 1));
    assert_eq!(map.load(&9), None);
    assert_eq!(dirty_and_misses(&mut map), (0, 0));
    assert_eq!(map.load(&9), None);
    assert_eq!(dirty_and_misses(&mut map), (0, 0), "read has all keys: no miss");
}

#[test]
fn a_store_is_no_miss_but_the_other_operations_on_a_dirty_key_are() {
    let fresh = || {
        let map = SyncMap::new();
        (0..8).for_each(|key| map.store(key, key));
        map
    };
    let misses = |operation: &dyn Fn(&SyncMap<u32, u32>)| {
        let mut map = fresh();
        operation(&map);
        map.check_invariants().unwrap();
        map.shape().misses
    };
    assert_eq!(misses(&|map| map.store(0, 1)), 0);
    assert_eq!(
        misses(&|map| {
            let _ = map.load_or_store(0, 1);
        }),
        1
    );
    assert_eq!(
        misses(&|map| {
            let _ = map.delete(&0);
        }),
        1
    );
    assert_eq!(
        misses(&|map| {
            let _ = map.compare_and_swap(&0, &0, 1);
        }),
        1
    );
    assert_eq!(
        misses(&|map| {
            let _ = map.compare_and_delete(&0, &0);
        }),
        2,
        "its entry stays in dirty: the room that it takes is paid for"
    );
    assert_eq!(
        misses(&|map| {
            let _ = map.delete_if(&0, |_| true);
        }),
        2
    );
    assert_eq!(
        misses(&|map| {
            let _ = map.update(&0, |n| n + 1);
        }),
        1
    );
}

#[test]
fn a_range_promotes_and_a_clear_forgets_the_misses() {
    let mut map = SyncMap::new();
    (0..8).for_each(|key| map.store(key, key));
    map.load(&0);
    map.range(|_, _| true);
    assert_eq!(dirty_and_misses(&mut map), (0, 0));
    map.store(9, 9);
    map.load(&9);
    assert_eq!(dirty_and_misses(&mut map), (1, 1));
    map.clear();
    assert_eq!(dirty_and_misses(&mut map), (0, 0));
    map.check_invariants().unwrap();
}

#[test]
fn a_deleted_key_that_only_dirty_has_leaves_it_at_once() {
    let mut map = SyncMap::new();
    (0..8).for_each(|key| map.store(key, key));
    assert_eq!(map.load_and_delete(&3), Some(3));
    assert_eq!(map.shape().dirty_len, 7, "golang/go 40999");
}
