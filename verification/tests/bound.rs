//! A cache that may keep nothing. The subject `boundedcache` has room for one, where it takes three threads to find the queue empty
//! beside an insertion that is not through. With room for none, two do.

use shuttle::scheduler::PctScheduler;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map_shuttle::Cache;
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
