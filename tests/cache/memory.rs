//! What left the cache is dropped soon, and what is in it when it is dropped is dropped at once.

use std::sync::Arc;
use std::time::Duration;
use sync_map::{Cache, ManualClock};
use test_support::flush_until;

/// As many values as these may be held for a while, in garbage and in places that mean nothing, whatever has left.
const FEW: usize = 1_000;

#[test]
fn what_was_cleared_is_dropped() {
    let kept = Arc::new(());
    let mut cache = Cache::builder().max_entries(1_000_000).build();
    (0..5_000).for_each(|key| cache.insert(key, Arc::clone(&kept)));
    cache.clear();
    assert!(flush_until(|| Arc::strong_count(&kept) == 1), "{} are held", Arc::strong_count(&kept) - 1);
    cache.check_invariants().unwrap();
}

#[test]
fn what_was_removed_is_dropped() {
    let kept = Arc::new(());
    let mut cache = Cache::builder().max_entries(1_000_000).build();
    (0..5_000).for_each(|key| cache.insert(key, Arc::clone(&kept)));
    for key in 0..5_000 {
        cache.remove(&key);
    }
    assert!(flush_until(|| Arc::strong_count(&kept) == 1), "{} are held", Arc::strong_count(&kept) - 1);
    cache.check_invariants().unwrap(); // among them: the queue has not more than twice as many places as there are entries
}

#[test]
fn what_has_expired_is_dropped() {
    let (kept, time) = (Arc::new(()), ManualClock::new());
    let mut cache = Cache::builder()
        .max_entries(1_000_000)
        .time_to_live(Duration::from_secs(5))
        .clock(time.clock())
        .build();
    (0..5_000).for_each(|key| cache.insert(key, Arc::clone(&kept)));
    time.advance(Duration::from_secs(5));
    assert_eq!(cache.cleanup(), 5_000);
    assert!(flush_until(|| Arc::strong_count(&kept) == 1), "{} are held", Arc::strong_count(&kept) - 1);
    cache.check_invariants().unwrap();
}

#[test]
fn what_was_replaced_is_dropped_whatever_the_bound() {
    for most in [1, 100, 1_000_000, usize::MAX] {
        let kept = Arc::new(());
        let mut cache = Cache::builder().max_entries(most).build();
        for _ in 0..30_000 {
            cache.insert("key", Arc::clone(&kept));
        }
        let held = || Arc::strong_count(&kept) - 1;
        assert!(flush_until(|| held() < FEW), "{} values are held, with room for {most}", held());
        assert!(flush_until(|| held() == 1), "{} values are held, with room for {most}", held());
        cache.check_invariants().unwrap();
    }
}

/// The queue and the garbage of the map, too: what a value has in it is gone, and so is the memory that it was in.
#[test]
fn places_in_the_queue_are_in_proportion_to_the_entries() {
    let mut cache = Cache::builder().max_entries(usize::MAX).build();
    (0..10_000).for_each(|key| cache.insert(key, [0_u8; 64]));
    for key in 0..9_990 {
        cache.remove(&key);
    }
    cache.check_invariants().unwrap();
    assert!(cache.quiet_places() < 100, "{} places for 10 entries", cache.quiet_places());
    (0..9_990).for_each(|key| cache.insert(key, [0_u8; 64]));
    cache.clear();
    assert!(cache.quiet_places() < 100, "{} places for none", cache.quiet_places());
}

#[test]
fn the_drop_of_a_cache_drops_what_is_in_it_at_once() {
    let kept = Arc::new(());
    let cache = Cache::builder().max_entries(10).build();
    cache.insert("inserted", Arc::clone(&kept));
    cache.get_or_insert_with("computed", || Arc::clone(&kept));
    drop(cache);
    assert_eq!(Arc::strong_count(&kept), 1, "it is held by what has left the map");

    let cache = Cache::new();
    cache.get_or_insert_with("computed", || Arc::clone(&kept));
    drop(cache);
    assert_eq!(Arc::strong_count(&kept), 1);
}
