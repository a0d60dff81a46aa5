//! Times to live and to idle, zero, for ever, and the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};
use sync_map::{Cache, Clock, ManualClock};

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
    for (key, span) in endless.into_iter().enumerate() {
        cache.insert_for(Box::leak(key.to_string().into_boxed_str()), 1, span);
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
#[should_panic(expected = "cannot go on")]
fn a_manual_clock_does_not_wrap_around() {
    let time = ManualClock::new();
    time.advance(seconds(9_000_000_000));
    time.advance(seconds(9_000_000_000));
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

/// Drops a cache, which waits for its janitor: a failure, and not a test that hangs, when it waits for ever.
fn drop_in_time<K: Send + Sync + 'static, V: Send + Sync + 'static>(cache: Cache<K, V>) {
    let (dropped, is_dropped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(cache);
        dropped.send(()).unwrap();
    });
    is_dropped.recv_timeout(seconds(20)).expect("the drop waits for a janitor that does not end");
}

#[test]
fn a_janitor_cleans_up_by_the_clock_and_ends_with_the_cache() {
    let time = ManualClock::new();
    let cache = Cache::builder().janitor(seconds(10)).clock(time.clock()).build();
    cache.insert_for("a", Arc::new(()), seconds(5));
    let deadline = Instant::now() + seconds(60);
    while cache.statistics().expirations == 0 {
        assert!(Instant::now() < deadline, "the janitor sleeps");
        time.advance(seconds(10));
        std::thread::yield_now();
    }
    drop_in_time(cache);

    // The same by the system's clock.
    let cache = Cache::builder().janitor(Duration::from_millis(1)).build();
    cache.insert_for("a", 1, Duration::ZERO);
    while cache.statistics().expirations == 0 {
        assert!(Instant::now() < deadline, "the janitor sleeps");
        std::thread::yield_now();
    }
    drop_in_time(cache);
}

/// The janitor has a clone of the clock: while its thread lives, so does what the clock holds.
#[test]
fn when_the_cache_is_dropped_its_janitor_has_ended() {
    for every in [Duration::MAX, seconds(3600), Duration::from_millis(1)] {
        let held = Arc::new(());
        let inside = Arc::clone(&held);
        let clock = Clock::from_fn(move || seconds(Arc::strong_count(&inside) as u64));
        let cache = Cache::<u8, u8>::builder().janitor(every).clock(clock).build();
        std::thread::sleep(Duration::from_millis(5)); // as a rule it waits by then
        drop_in_time(cache);
        assert_eq!(Arc::strong_count(&held), 1, "the janitor's thread is still there");
    }
}

#[test]
fn a_janitor_lets_its_cache_be_dropped_by_its_own_listener() {
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
    let deadline = Instant::now() + seconds(60);
    while ended.load(SeqCst) == 0 {
        assert!(Instant::now() < deadline, "the janitor waits for itself");
        time.advance(seconds(1));
        std::thread::yield_now();
    }
}
