//! The bounded cache, where the subject `boundedcache` does not look.
//!
//! A cache that may keep nothing: the subject has room for one, where it takes three threads to find the queue empty beside an
//! insertion that is not through. With room for none, two do. And which entries were told of: the subject compares numbers. (Of a clear,
//! too, in a cache without a bound.)

use explore::execution::{Build, EpochMode, ShuttleBuild};
use explore::on_shuttle::config;
use shuttle::scheduler::PctScheduler;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use sync_map_shuttle::{Cache, Cause};
use test_support::hang::{TEST, watch_for};

const SCHEDULES: usize = 5_000;

type Bounded = Cache<i32, i32, BuildHasherDefault<DefaultHasher>>;

/// Runs `body` under schedules that are drawn by a seed, each with an epoch of its own.
fn in_drawn_schedules(body: impl Fn() + Send + Sync + 'static) {
    let body = move || {
        ShuttleBuild::begin(EpochMode::Eager, None);
        body();
        ShuttleBuild::end();
    };
    shuttle::Runner::new(PctScheduler::new_from_seed(1, 4, SCHEDULES), config()).run(body);
}

/// Another thread inserts a value of the key 1 while this one does what it is to do `meanwhile`. The cache, when both are through.
fn beside_an_insertion(cache: Bounded, value: i32, meanwhile: impl Fn(&Bounded)) -> Bounded {
    let cache = Arc::new(cache);
    let other = Arc::clone(&cache);
    let thread = ShuttleBuild::spawn(move || {
        ShuttleBuild::enter_thread(1);
        other.insert(1, value);
    });
    ShuttleBuild::switch_point();
    meanwhile(&cache);
    ShuttleBuild::join(thread);
    Arc::into_inner(cache).expect("the thread has ended")
}

/// The key 1 has the value 10, which another thread replaces by 30 while this one does what it is to do `meanwhile`. Each of the
/// values of `all` is there afterwards, or was told of, once. How many were told of with this cause, in all schedules.
fn each_entry_is_told_of_once(
    most: Option<usize>,
    meanwhile: fn(&Bounded),
    all: &'static [i32],
    wanted: Cause,
) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    in_drawn_schedules(move || {
        let told = Arc::new(Mutex::new(Vec::new())); // outside the checker's sight
        let (listening, counted) = (Arc::clone(&told), Arc::clone(&counted));
        let listener = move |_: &i32, value: &i32, cause| {
            listening.lock().unwrap().push(*value);
            counted.fetch_add(usize::from(cause == wanted), SeqCst);
        };
        let mut cache = Cache::builder().statistics(false).removal_listener(listener);
        if let Some(most) = most {
            cache = cache.max_entries(most);
        }
        let cache: Bounded = cache.hasher(BuildHasherDefault::default()).build();
        cache.insert(1, 10);
        let mut cache = beside_an_insertion(cache, 30, meanwhile);
        let held = cache.quiet_contents().into_iter().filter_map(|(_, value, ..)| value);
        let mut found: Vec<i32> = held.chain(told.lock().unwrap().drain(..)).collect();
        found.sort_unstable();
        assert_eq!(found, all, "each entry is there, or was told of, once");
    });
    count.load(SeqCst)
}

/// Two insertions. The bound holds when both have returned: [`Cache::check_invariants`] compares it with the entries that are held and
/// with the count of them.
///
/// `Bound::give_back` looks at the queue again for this: without that look, the first claims for the entry of the second, finds its
/// place in the queue not there yet, and leaves it. It takes three preemptions. All schedules are too many: these are drawn by a seed.
#[test]
fn a_bound_of_none_holds_after_two_insertions() {
    let _watch = watch_for("the test", TEST);
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    in_drawn_schedules(move || {
        let cache = Cache::builder().max_entries(0).statistics(false);
        let cache = cache.hasher(BuildHasherDefault::default()).build();
        let mut cache = beside_an_insertion(cache, 10, |cache| cache.insert(2, 20));
        assert_eq!(cache.check_invariants(), Ok(()));
        assert!(cache.is_empty());
        counted.fetch_add(1, SeqCst);
    });
    assert_eq!(executions.load(SeqCst), SCHEDULES);
}

/// An entry is replaced while an insertion of another key evicts it. Each entry leaves once, and is told of once; the one that took
/// its place is told of if it left. A hand that deletes by key takes the new one out, and tells of the old one again: the numbers of
/// the books agree, and the names do not.
#[test]
fn an_entry_that_is_replaced_and_evicted_at_once_is_told_of_once() {
    let _watch = watch_for("the test", TEST);
    let evict = |cache: &Bounded| cache.insert(2, 20);
    let replaced = each_entry_is_told_of_once(Some(1), evict, &[10, 20, 30], Cause::Replaced);
    assert!(replaced > 0, "it is replaced before it is evicted in some schedules");
    assert!(replaced < SCHEDULES, "and evicted first in others");
}

/// An entry is replaced while a clear visits it. Each entry is told of once, or is there. A clear that deletes what the key has by then
/// takes the new one out, and tells of the old one again.
#[test]
fn an_entry_that_is_replaced_and_cleared_at_once_is_told_of_once() {
    let _watch = watch_for("the test", TEST);
    let cleared = each_entry_is_told_of_once(None, Cache::clear, &[10, 30], Cause::Removed);
    assert!(cleared > 0, "it is cleared in some schedules");
    assert!(cleared < SCHEDULES, "and replaced first, or stored after the clear, in others");
}
