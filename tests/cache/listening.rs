//! The listener hears of each entry that leaves, once, and may use the cache.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use sync_map::{Cache, Cause};
use test_support::hang;

#[test]
fn each_cause_is_told() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    let cache = Cache::builder()
        .max_entries(2)
        .removal_listener(move |key: &char, value: &i32, cause| {
            notes.lock().unwrap().push((*key, *value, cause))
        })
        .build();
    cache.insert('a', 1);
    cache.insert('a', 2);
    cache.remove(&'a');
    cache.insert_for('b', 3, Duration::ZERO);
    cache.get(&'b');
    cache.insert_for('b', 4, Duration::ZERO);
    cache.insert('b', 5);
    cache.insert('c', 6);
    cache.insert('d', 7);
    cache.clear();
    let mut heard = heard.lock().unwrap().clone();
    heard[5..].sort_by_key(|(key, ..)| *key); // a clear has no order
    use Cause::{Evicted, Expired, Removed, Replaced};
    let expected = [
        ('a', 1, Replaced),
        ('a', 2, Removed),
        ('b', 3, Expired),
        ('b', 4, Expired),
        ('b', 5, Evicted),
        ('c', 6, Removed),
        ('d', 7, Removed),
    ];
    assert_eq!(heard, expected);
}

/// Each number of the statistics, by calls of which each changes one or two of them.
#[test]
fn each_number_is_counted() {
    let time = sync_map::ManualClock::new();
    let cache = Cache::builder().max_entries(2).clock(time.clock()).build();
    let five = Duration::from_secs(5);
    let mut expected = cache.statistics();
    assert_eq!((expected, expected.hit_rate()), (sync_map::Statistics::default(), None));
    let counted = |expected: &sync_map::Statistics, call: &str| {
        assert_eq!(cache.statistics(), *expected, "{call}");
    };
    cache.get(&'a');
    expected.misses += 1;
    counted(&expected, "get, nothing there");
    cache.insert('a', 1);
    expected.insertions += 1;
    counted(&expected, "insert");
    cache.get(&'a');
    expected.hits += 1;
    counted(&expected, "get");
    cache.contains_key(&'a');
    counted(&expected, "contains_key is no look-up");
    cache.insert('a', 2);
    (expected.insertions, expected.replacements) = (expected.insertions + 1, expected.replacements + 1);
    counted(&expected, "insert, replaces");
    cache.remove(&'a');
    expected.removals += 1;
    counted(&expected, "remove");
    cache.get_or_insert_with('a', || 3);
    (expected.misses, expected.insertions) = (expected.misses + 1, expected.insertions + 1);
    counted(&expected, "get_or_insert_with, computes");
    cache.get_or_insert_with('a', || unreachable!());
    expected.hits += 1;
    counted(&expected, "get_or_insert_with, finds");
    assert_eq!(cache.try_get_or_insert_with('b', || Err(())), Err(()));
    expected.misses += 1;
    counted(&expected, "try_get_or_insert_with, fails");
    cache.insert_for('b', 4, five);
    expected.insertions += 1;
    time.advance(five);
    assert_eq!(cache.cleanup(), 1);
    expected.expirations += 1;
    counted(&expected, "insert_for, and cleanup");
    cache.insert('b', 5);
    cache.insert('c', 6);
    (expected.insertions, expected.evictions) = (expected.insertions + 2, expected.evictions + 1);
    counted(&expected, "two insertions, one too many");
    cache.clear();
    expected.removals += 2;
    counted(&expected, "clear");
    assert_eq!(expected.hit_rate(), Some(2.0 / 5.0));
}

#[test]
fn it_may_use_the_cache() {
    let _watch = hang::watch();
    let cache: Arc<OnceLock<Cache<i32, i32>>> = Arc::default();
    let inside = Arc::downgrade(&cache); // a strong one would be a circle: nobody would drop the cache
    let listener = move |key: &i32, _: &i32, cause| {
        let inside = inside.upgrade().unwrap();
        let cache = inside.get().unwrap();
        if cause == Cause::Removed && *key < 10 {
            assert_eq!(cache.get(key), None, "it has left before it is told");
            cache.insert(key + 1, 0);
            cache.remove(&(key + 1));
            cache.cleanup();
        }
    };
    let built = Cache::builder().removal_listener(listener).build();
    cache.set(built).unwrap();
    let cache = cache.get().unwrap();
    cache.insert(0, 0);
    cache.remove(&0);
    assert_eq!(cache.statistics().removals, 11);
}

#[test]
fn its_panic_leaves_the_cache_whole() {
    let _watch = hang::watch();
    let listener = |_: &&str, _: &i32, _| std::panic::resume_unwind(Box::new("as asked"));
    let mut cache = Cache::builder().max_entries(1).removal_listener(listener).build();
    cache.insert("a", 1);
    for (key, value) in [("a", 2), ("b", 3)] {
        assert!(catch_unwind(AssertUnwindSafe(|| cache.insert(key, value))).is_err());
        assert_eq!(cache.get(key), Some(value), "the work was done");
    }
    assert!(catch_unwind(AssertUnwindSafe(|| cache.remove("b"))).is_err());
    assert!(cache.is_empty());
    cache.check_invariants().unwrap();
}

#[test]
fn the_drop_of_a_value_may_use_the_cache() {
    let _watch = hang::watch();
    struct Uses(Arc<OnceLock<Cache<i32, Arc<Uses>>>>);
    impl Drop for Uses {
        fn drop(&mut self) {
            if let Some(cache) = self.0.get() {
                cache.cleanup();
                cache.get(&1);
            }
        }
    }
    let cell: Arc<OnceLock<Cache<i32, Arc<Uses>>>> = Arc::default();
    let built = Cache::builder().max_entries(4).time_to_idle(Duration::from_secs(5)).build();
    cell.set(built).ok().unwrap();
    let cache = cell.get().unwrap();
    for key in 0..1000 {
        cache.insert(key % 7, Arc::new(Uses(Arc::clone(&cell))));
    }
    assert_eq!(cache.len(), 4);
    cache.clear();
}

/// What it does when it inserts again what was evicted: each insertion evicts another, which it hears of, and inserts again.
#[test]
fn it_may_put_back_what_has_left_without_end() {
    const BACK: usize = 20_000;
    let _watch = hang::watch();
    let cell: Arc<OnceLock<Cache<u32, u32>>> = Arc::default();
    let (inside, told) = (Arc::downgrade(&cell), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&told);
    let listener = move |key: &u32, value: &u32, cause| {
        assert_eq!(cause, Cause::Evicted);
        count.fetch_add(1, SeqCst);
        inside.upgrade().unwrap().get().unwrap().insert(*key, *value);
    };
    cell.set(Cache::builder().max_entries(2).removal_listener(listener).build()).ok().unwrap();
    let cache = cell.get().unwrap();
    let mut calls = 2;
    (0..calls).for_each(|key| cache.insert(key, 0));
    while told.load(SeqCst) < BACK {
        cache.insert(calls, 0); // it returns, though there is no end to it
        calls += 1;
        assert_eq!(cache.len(), 2);
    }
    assert!(calls > 10, "one call tells a bounded number of events");
    let statistics = cache.statistics();
    let waiting = statistics.evictions - told.load(SeqCst) as u64;
    assert!(waiting <= calls as u64, "{waiting} events wait, after {calls} calls");
}

/// A chain that ends is told of to its end, in the call that began it, in the order in which the entries left.
#[test]
fn what_it_takes_out_itself_it_hears_of_when_it_has_returned() {
    let _watch = hang::watch();
    let cell: Arc<OnceLock<Cache<u32, u32>>> = Arc::default();
    let (inside, heard) = (Arc::downgrade(&cell), Arc::new(Mutex::new(Vec::new())));
    let notes = Arc::clone(&heard);
    let listener = move |key: &u32, _: &u32, _| {
        notes.lock().unwrap().push(format!("{key} begins"));
        let inside = inside.upgrade().unwrap();
        let cache = inside.get().unwrap();
        if *key < 3 {
            cache.remove(&(key + 1));
            cache.remove(&(key + 10));
        }
        notes.lock().unwrap().push(format!("{key} ends"));
    };
    cell.set(Cache::builder().removal_listener(listener).build()).ok().unwrap();
    let cache = cell.get().unwrap();
    [0, 1, 2, 3, 10, 11, 12].into_iter().for_each(|key| cache.insert(key, 0));
    cache.remove(&0);
    let order = [0, 1, 10, 2, 11, 3, 12];
    let expected: Vec<_> =
        order.iter().flat_map(|key| [format!("{key} begins"), format!("{key} ends")]).collect();
    assert_eq!(*heard.lock().unwrap(), expected);
}
