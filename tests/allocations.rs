//! What allocates nothing: making a map, look-ups, `range` and its kin (golang/go 62404), the `clear` of an empty map.
//!
//! A counting allocator counts what the current thread allocates; other tests run on other threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hash::RandomState;
use sync_map::{CounterMap, SyncMap};
use test_support::{Constant, FourBits, TestHasher, under_three_hashers};

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

struct Counting;

// SAFETY: everything is passed on to the system's allocator; the counter is a constant thread local without a
// destructor, which does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often `body` allocates on this thread.
fn allocations(body: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    body();
    ALLOCATIONS.get() - before
}

/// A map whose keys are all in the read table, and a thread that has pinned before (the first time allocates).
fn settled<S: TestHasher>() -> SyncMap<u32, u32, S> {
    let map: SyncMap<u32, u32, S> = (0..100).map(|n| (n, n)).collect();
    map.pin().flush();
    map
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1);
    assert_eq!(allocations(|| drop(vec![1; 100])), 1);
    assert_eq!(allocations(|| ()), 0);
}

under_three_hashers! {
    a_new_map_allocates_nothing,
    look_ups_allocate_nothing,
    range_and_its_kin_allocate_nothing,
    clear_of_an_empty_map_allocates_nothing,
    deletions_from_read_allocate_nothing,
}

fn a_new_map_allocates_nothing<S: TestHasher>() {
    let _keys = RandomState::new(); // the first one of a thread gets its keys
    let hasher = S::default();
    assert_eq!(allocations(|| drop(SyncMap::<String, String, S>::with_hasher(hasher))), 0);
    assert_eq!(allocations(|| drop(SyncMap::<String, String, S>::default())), 0);
    assert_eq!(allocations(|| drop(SyncMap::<String, String>::new())), 0);
    assert_eq!(allocations(|| drop(CounterMap::<String>::new())), 0);
    assert!(allocations(|| SyncMap::<u32, u32, S>::default().store(1, 1)) > 0, "a key does");
}

fn look_ups_allocate_nothing<S: TestHasher>() {
    let map = settled::<S>();
    let pinned = map.pin();
    let look = || {
        for n in 0..100 {
            assert_eq!(pinned.load(&n), Some(&n));
            assert!(!pinned.contains_key(&(n + 100)));
            assert!(pinned.load_or_store_with(n, || unreachable!()).is_loaded());
            assert!(pinned.load_or_store(n, 0).is_loaded());
            assert_eq!(pinned.compare_and_swap(&n, &1000, 0), Err(0));
            assert!(!pinned.compare_and_delete(&n, &1000));
        }
        assert_eq!(pinned.load(&100), None);
    };
    assert_eq!(allocations(look), 0);
    assert_eq!(allocations(|| assert_eq!(map.load(&1), Some(1))), 0);
}

fn range_and_its_kin_allocate_nothing<S: TestHasher>() {
    let map = settled::<S>();
    let mut sum = 0;
    let range = || {
        map.range(|key, value| {
            sum += key + value;
            true
        });
    };
    assert_eq!(allocations(range), 0);
    assert_eq!(sum, 99 * 100);
    let pinned = map.pin();
    assert_eq!(allocations(|| assert_eq!(pinned.iter().count(), 100)), 0);
    assert_eq!(allocations(|| assert_eq!(pinned.keys().count(), 100)), 0);
    assert_eq!(allocations(|| assert_eq!(pinned.values().count(), 100)), 0);
    assert_eq!(allocations(|| assert_eq!((&pinned).into_iter().count(), 100)), 0);
    assert_eq!(allocations(|| assert!(!pinned.is_empty())), 0);
    assert_eq!(allocations(|| pinned.retain(|_, _| true)), 0);
    // Nor does the one that finds a new key, but for the table that it publishes: one box, whatever the number of keys.
    pinned.store(100, 100);
    assert_eq!(allocations(|| assert_eq!(pinned.iter().count(), 101)), 1);
    assert_eq!(allocations(|| assert_eq!(pinned.iter().count(), 101)), 0);
}

fn clear_of_an_empty_map_allocates_nothing<S: TestHasher>() {
    let map = settled::<S>();
    let empty = SyncMap::<u32, u32, S>::default();
    assert_eq!(allocations(|| empty.clear()), 0, "one that was never used");
    map.clear();
    assert_eq!(allocations(|| map.clear()), 0, "one that was cleared");
    map.store(1, 1);
    assert!(map.delete(&1));
    assert_eq!(allocations(|| map.clear()), 0, "one whose only key was deleted again");
    assert!(map.is_empty());
}

fn deletions_from_read_allocate_nothing<S: TestHasher>() {
    let map = settled::<S>();
    let pinned = map.pin();
    pinned.flush();
    let delete = || {
        // Fewer than fill the bag of the collector, which is of a fixed size.
        assert_eq!(pinned.load_and_delete(&0), Some(&0));
        assert!(pinned.delete(&1));
        assert!(pinned.compare_and_delete(&2, &2));
        assert_eq!(pinned.delete_if(&3, |_| true), Some(&3));
        assert!(!pinned.delete(&3));
    };
    assert_eq!(allocations(delete), 0);
}

#[test]
fn the_hashers_differ() {
    let hashes = |hash: &dyn Fn(u32) -> u64| {
        let hashes: std::collections::BTreeSet<u64> = (0..100).map(hash).collect();
        hashes.len()
    };
    use std::hash::BuildHasher;
    assert_eq!(hashes(&|n| Constant::new().hash_one(n)), 1);
    assert_eq!(hashes(&|n| FourBits::new().hash_one(n)), 16);
    assert_eq!(hashes(&|n| RandomState::new().hash_one(n)), 100);
}
