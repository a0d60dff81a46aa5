//! Times to live and to idle, zero, for ever, and the clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};
use sync_map::{Cache, Clock, ManualClock};
use test_support::hang::{self, Watch};

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn every_operation_finds_an_entry_expired_at_the_same_moment() {
    let time = ManualClock::new();
    let cache = || {
        let cache = Cache::builder().time_to_live(seconds(5)).clock(time.clock()).build();
        cache.insert("a", 1);
        cache
    };
    let [got, contained, removed, cleaned, listed, computed] = std::array::from_fn(|_| cache());
    time.advance(seconds(5) - Duration::from_nanos(1));
    for cache in [&got, &contained, &removed, &cleaned, &listed, &computed] {
        assert!(cache.contains_key("a"), "a nanosecond before");
        assert_eq!((cache.get("a"), cache.len(), cache.cleanup()), (Some(1), 1, 0));
        assert_eq!(cache.get_or_insert_with("a", || unreachable!()), 1);
    }
    time.advance(Duration::from_nanos(1));
    assert_eq!(got.get("a"), None);
    assert!(!contained.contains_key("a"));
    assert_eq!(removed.remove("a"), None);
    assert_eq!(cleaned.cleanup(), 1);
    assert_eq!((listed.len(), listed.is_empty(), listed.iter().count()), (0, true, 0));
    assert_eq!(format!("{listed:?}"), "{}");
    assert_eq!(computed.get_or_insert_with("a", || 2), 2);
}

#[test]
fn an_entry_has_the_time_that_it_was_inserted_with() {
    let time = ManualClock::new();
    let cache = Cache::builder().time_to_live(seconds(5)).clock(time.clock()).build();
    cache.insert_for("short", 1, seconds(1));
    cache.insert_for("long", 2, seconds(9));
    cache.insert("default", 3);
    assert_eq!(cache.get_or_insert_with_time("computed", || (4, seconds(2))), 4);
    time.advance(seconds(1));
    assert_eq!((cache.get("short"), cache.get("computed")), (None, Some(4)));
    time.advance(seconds(4));
    assert_eq!((cache.get("default"), cache.get("computed"), cache.get("long")), (None, None, Some(2)));
    cache.insert("long", 5); // the time of the new value
    time.advance(seconds(5));
    assert_eq!(cache.get("long"), None);
}

#[test]
fn zero_and_endless_times_are_times() {
    let time = ManualClock::new();
    let cache = Cache::builder().time_to_live(Duration::ZERO).clock(time.clock()).build();
    cache.insert("a", 1);
    assert_eq!(cache.get("a"), None);
    assert_eq!(cache.get_or_insert_with("a", || 2), 2, "it is handed out, and not kept");
    assert_eq!(cache.get("a"), None);

    let endless = [Duration::MAX, seconds(u64::MAX), Duration::from_nanos(u64::MAX)];
    for (key, span) in ["b", "c", "d"].into_iter().zip(endless) {
        cache.insert_for(key, 1, span);
    }
    time.advance(seconds(9_000_000_000));
    assert_eq!(cache.len(), 3);

    let cache = Cache::builder().time_to_idle(Duration::MAX).time_to_live(Duration::MAX).build();
    cache.insert("a", 1);
    assert_eq!(cache.get("a"), Some(1));
    let cache = Cache::builder().time_to_idle(Duration::ZERO).build();
    cache.insert("a", 1);
    assert_eq!(cache.get("a"), None);
    // A time that is near the end of time.
    let time = ManualClock::new();
    time.advance(Duration::from_nanos(i64::MAX as u64 - 5));
    let cache = Cache::builder().time_to_idle(seconds(7)).clock(time.clock()).build();
    cache.insert_for("a", 1, seconds(7));
    assert_eq!(cache.get("a"), Some(1));
}

#[test]
fn a_use_keeps_an_idle_entry_and_a_look_does_not() {
    let time = ManualClock::new();
    let cache =
        Cache::builder().time_to_idle(seconds(5)).time_to_live(seconds(12)).clock(time.clock()).build();
    cache.insert("used", 1);
    cache.insert("seen", 1);
    time.advance(seconds(4));
    assert_eq!(cache.get("used"), Some(1));
    assert!(cache.contains_key("seen"));
    assert_eq!(cache.iter().count(), 2);
    time.advance(seconds(1));
    assert_eq!((cache.get("used"), cache.get("seen")), (Some(1), None));
    time.advance(seconds(4));
    assert_eq!(cache.get("used"), Some(1));
    time.advance(seconds(3));
    assert_eq!(cache.get("used"), None, "the time to live is over");
}

#[test]
fn an_advance_past_the_end_panics_and_changes_nothing() {
    let time = ManualClock::new();
    time.advance(seconds(9_000_000_000));
    for too_far in [seconds(9_000_000_000), Duration::MAX, Duration::from_nanos(i64::MAX as u64)] {
        let panic = catch_unwind(AssertUnwindSafe(|| time.advance(too_far))).unwrap_err();
        let text = panic.downcast_ref::<String>().map_or("", String::as_str);
        assert!(text.contains("cannot go on"), "{text}");
        assert_eq!(time.now(), seconds(9_000_000_000), "time does not go backwards");
    }
    let fresh = ManualClock::new();
    assert!(catch_unwind(AssertUnwindSafe(|| fresh.advance(Duration::MAX))).is_err());
    assert_eq!(fresh.now(), Duration::ZERO);
}

/// An entry that is good for ever is there at the last moment of the clock, for every operation.
#[test]
fn at_the_end_of_the_clock_every_operation_finds_what_is_good_for_ever() {
    let last = Duration::from_nanos(i64::MAX as u64 - 1);
    let manual = ManualClock::new();
    manual.advance(last);
    for clock in [manual.clock(), Clock::from_fn(|| Duration::MAX)] {
        for idle in [None, Some(Duration::MAX), Some(seconds(5))] {
            let builder = Cache::builder().clock(clock.clone());
            let builder = idle.into_iter().fold(builder, sync_map::CacheBuilder::time_to_idle);
            let cache = builder.build();
            cache.insert("a", 1);
            assert_eq!(cache.clock().now(), last);
            assert_eq!((cache.get("a"), cache.len(), cache.iter().count()), (Some(1), 1, 1), "{idle:?}");
            assert!(cache.contains_key("a") && !cache.is_empty());
            assert_eq!((cache.cleanup(), cache.get_or_insert_with("a", || 2)), (0, 1));
            assert_eq!(cache.remove("a"), Some(1));
        }
    }
}

#[test]
fn a_janitor_rests_between_two_looks() {
    let watch = hang::watch();
    let looks = Arc::new(AtomicU64::new(0));
    let (counted, begin) = (Arc::clone(&looks), Instant::now());
    let clock = Clock::from_fn(move || {
        counted.fetch_add(1, SeqCst);
        begin.elapsed()
    });
    let cache = Cache::<u8, u8>::builder().janitor(Duration::ZERO).clock(clock).build();
    std::thread::sleep(Duration::from_millis(200));
    let elapsed = begin.elapsed().as_millis() as u64;
    drop_in_time(cache, &watch);
    let looks = looks.load(SeqCst);
    assert!(looks <= 8 * (elapsed + 10), "{looks} looks at the clock in {elapsed} ms");
}

/// A panic of the listener, and of the clock, ends one clean-up and not the janitor.
#[test]
fn a_janitor_goes_on_after_a_panic_of_user_code() {
    let watch = hang::watch();
    let (throw, begin) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let throwing = Arc::clone(&throw);
    let clock = Clock::from_fn(move || {
        let mine = std::thread::current().name() == Some("sync-map janitor");
        if mine && throwing.load(SeqCst) == 1 {
            throwing.store(2, SeqCst);
            std::panic::resume_unwind(Box::new("as asked"));
        }
        begin.elapsed()
    });
    let listener = |_: &u32, _: &u32, _| std::panic::resume_unwind(Box::new("as asked"));
    let cache =
        Cache::builder().removal_listener(listener).clock(clock).janitor(Duration::from_millis(1)).build();
    for round in 1..4 {
        watch.step("the wait for a clean-up by the janitor");
        cache.insert_for(round, 0, Duration::ZERO);
        while cache.statistics().expirations < u64::from(round) {
            std::thread::yield_now();
        }
        if round == 2 {
            watch.step("the wait for the janitor to read its clock");
            throw.store(1, SeqCst);
            while throw.load(SeqCst) != 2 {
                std::thread::yield_now();
            }
        }
    }
    drop_in_time(cache, &watch);
}

/// A clock may use a map of its own: no lock of the crate is held while it is read. (A debug build reports a pin under a lock.)
#[test]
fn a_clock_is_read_under_no_lock() {
    let watch = hang::watch();
    let offsets = sync_map::SyncMap::from([("offset", 1_u64)]);
    let begin = Instant::now();
    let clock = Clock::from_fn(move || {
        let offset = offsets.load("offset").unwrap_or_default();
        offsets.store("offset", offset);
        begin.elapsed() + Duration::from_nanos(offset)
    });
    let cache = Cache::builder().clock(clock).janitor(Duration::from_millis(1)).build();
    for round in 1..4 {
        watch.step("the wait for a clean-up by the janitor");
        cache.insert_for(round, 0, Duration::ZERO);
        while cache.statistics().expirations < round {
            std::thread::yield_now();
        }
    }
    drop_in_time(cache, &watch);
}

#[test]
fn a_clock_can_be_any_function_of_time() {
    let hours = Arc::new(AtomicU64::new(0));
    let now = Arc::clone(&hours);
    let clock = Clock::from_fn(move || seconds(3600 * now.load(SeqCst)));
    assert_eq!(format!("{clock:?}"), "Clock(\"function\")");
    let cache = Cache::builder().time_to_live(seconds(3600)).clock(clock).build();
    cache.insert("a", 1);
    assert_eq!(cache.get("a"), Some(1));
    hours.store(1, SeqCst);
    assert_eq!(cache.get("a"), None);
    assert_eq!(cache.clock().now(), seconds(3600));
}

/// Drops a cache, which waits for its janitor: under a watchdog, for it may wait for ever.
fn drop_in_time<K: Send + Sync + 'static, V: Send + Sync + 'static>(cache: Cache<K, V>, watch: &Watch) {
    watch.step("the drop of a cache, which waits for its janitor");
    drop(cache);
}

#[test]
fn a_janitor_cleans_up_by_the_clock_and_ends_with_the_cache() {
    let watch = hang::watch();
    let time = ManualClock::new();
    let cache = Cache::builder().janitor(seconds(10)).clock(time.clock()).build();
    watch.step("the wait for a clean-up by a clock that is moved");
    cache.insert_for("a", Arc::new(()), seconds(5));
    while cache.statistics().expirations == 0 {
        time.advance(seconds(10));
        std::thread::yield_now();
    }
    drop_in_time(cache, &watch);

    // The same by the system's clock.
    watch.step("the wait for a clean-up by the system's clock");
    let cache = Cache::builder().janitor(Duration::from_millis(1)).build();
    cache.insert_for("a", 1, Duration::ZERO);
    while cache.statistics().expirations == 0 {
        std::thread::yield_now();
    }
    drop_in_time(cache, &watch);
}

/// The janitor has a clone of the clock: while its thread lives, so does what the clock holds.
#[test]
fn when_the_cache_is_dropped_its_janitor_has_ended() {
    let watch = hang::watch();
    for every in [Duration::MAX, seconds(3600), Duration::from_millis(1)] {
        let held = Arc::new(());
        let inside = Arc::clone(&held);
        let clock = Clock::from_fn(move || seconds(Arc::strong_count(&inside) as u64));
        let cache = Cache::<u8, u8>::builder().janitor(every).clock(clock).build();
        std::thread::sleep(Duration::from_millis(5)); // it usually waits by then
        drop_in_time(cache, &watch);
        assert_eq!(Arc::strong_count(&held), 1, "the janitor's thread is still there");
    }
}

#[test]
fn a_janitor_lets_its_cache_be_dropped_by_its_own_listener() {
    let watch = hang::watch();
    let time = ManualClock::new();
    let slot: Arc<std::sync::Mutex<Option<Cache<&str, i32>>>> = Arc::default();
    let (owner, ended) = (Arc::clone(&slot), Arc::new(AtomicU64::new(0)));
    let note = Arc::clone(&ended);
    let listener = move |_: &&str, _: &i32, _| {
        let cache = owner.lock().unwrap().take();
        drop(cache); // on the janitor's own thread: it does not wait for itself
        note.store(1, SeqCst);
    };
    let cache = Cache::builder().removal_listener(listener).janitor(seconds(1)).clock(time.clock()).build();
    cache.insert_for("a", 1, Duration::ZERO);
    *slot.lock().unwrap() = Some(cache);
    watch.step("the drop of a cache by its own janitor, which must not wait for itself");
    while ended.load(SeqCst) == 0 {
        time.advance(seconds(1));
        std::thread::yield_now();
    }
}
