//! The bounded cache, where the subject `boundedcache` does not look.
//!
//! A cache that may keep nothing: the subject has room for one, where it takes three threads to find the queue empty beside an
//! insertion that is not through. With room for none, two do. And which entries were told of: the subject compares numbers.

use shuttle::scheduler::PctScheduler;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use sync_map_shuttle::{Cache, Cause};
use verify::engine::model::{Build, EpochMode, ShuttleBuild};
use verify::engine::shuttle::config;

const SCHEDULES: usize = 5_000;

/// Two insertions. The bound holds when both have returned: [`Cache::check_invariants`] compares it with the entries that are held and
/// with the count of them.
///
/// `Bound::give_back` looks at the queue again for this: without that look, the first claims for the entry of the second, finds its
/// place in the queue not there yet, and leaves it. It takes three preemptions. All schedules are too many: these are drawn by a seed.
#[test]
fn a_bound_of_none_holds_after_two_insertions() {
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    let body = move || {
        ShuttleBuild::begin(EpochMode::Eager);
        let cache = Cache::builder().max_entries(0).statistics(false);
        let cache = Arc::new(cache.hasher(BuildHasherDefault::<DefaultHasher>::default()).build());
        let other = Arc::clone(&cache);
        let thread = ShuttleBuild::spawn(move || {
            ShuttleBuild::enter_thread(1);
            other.insert(1, 10);
        });
        ShuttleBuild::switch_point();
        cache.insert(2, 20);
        ShuttleBuild::join(thread);
        let mut cache = Arc::into_inner(cache).expect("the thread has ended");
        assert_eq!(cache.check_invariants(), Ok(()));
        assert!(cache.is_empty());
        drop(cache);
        ShuttleBuild::end();
        counted.fetch_add(1, SeqCst);
    };
    shuttle::Runner::new(PctScheduler::new_from_seed(1, 4, SCHEDULES), config()).run(body);
    assert_eq!(executions.load(SeqCst), SCHEDULES);
}

/// An entry is replaced while an insertion of another key evicts it. Each entry leaves once, and is told of once; the one that took
/// its place is told of if it left. A hand that deletes by key takes the new one out, and tells of the old one again: the numbers of
/// the books agree, and the names do not.
#[test]
fn an_entry_that_is_replaced_and_evicted_at_once_is_told_of_once() {
    let replaced = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&replaced);
    let body = move || {
        ShuttleBuild::begin(EpochMode::Eager);
        let told = Arc::new(Mutex::new(Vec::new())); // outside the checker's sight
        let (listening, counted) = (Arc::clone(&told), Arc::clone(&counted));
        let listener = move |_: &i32, value: &i32, cause| {
            listening.lock().unwrap().push(*value);
            counted.fetch_add(usize::from(cause == Cause::Replaced), SeqCst);
        };
        let cache = Cache::builder().max_entries(1).statistics(false).removal_listener(listener);
        let cache = Arc::new(cache.hasher(BuildHasherDefault::<DefaultHasher>::default()).build());
        cache.insert(1, 10);
        let other = Arc::clone(&cache);
        let thread = ShuttleBuild::spawn(move || {
            ShuttleBuild::enter_thread(1);
            other.insert(1, 30);
        });
        ShuttleBuild::switch_point();
        cache.insert(2, 20);
        ShuttleBuild::join(thread);
        let mut cache = Arc::into_inner(cache).expect("the thread has ended");
        let held = cache.quiet_contents().into_iter().filter_map(|(_, value, ..)| value);
        let mut all: Vec<i32> = held.chain(told.lock().unwrap().drain(..)).collect();
        all.sort_unstable();
        assert_eq!(all, [10, 20, 30], "each entry is there, or was told of, once");
        drop(cache);
        ShuttleBuild::end();
    };
    shuttle::Runner::new(PctScheduler::new_from_seed(1, 4, SCHEDULES), config()).run(body);
    assert!(replaced.load(SeqCst) > 0, "it is replaced before it is evicted in some schedules");
    assert!(replaced.load(SeqCst) < SCHEDULES, "and evicted first in others");
}
