//! The bound, and who is evicted.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync_map::{Cache, Cause};

#[test]
fn the_first_that_was_not_used_goes() {
    let cache = Cache::builder().max_entries(3).build();
    for key in ["a", "b", "c"] {
        cache.insert(key, key);
    }
    cache.get("a");
    cache.insert("d", "d");
    let mut keys: Vec<_> = cache.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["a", "c", "d"]);
    // `a` has had its second chance; nobody else was used.
    cache.insert("e", "e");
    cache.insert("f", "f");
    assert!(!cache.contains_key("c"));
    assert!(cache.contains_key("e") && cache.contains_key("f"));
    assert_eq!(cache.statistics().evictions, 3);
}

#[test]
fn the_new_one_stays_even_when_all_others_are_used() {
    let cache = Cache::builder().max_entries(2).build();
    cache.insert("a", 1);
    cache.insert("b", 2);
    for (round, key) in ["c", "d", "e", "f", "g", "h", "i", "j", "k", "l"].into_iter().enumerate() {
        cache.iter().for_each(|(key, _)| assert!(cache.get(key).is_some()));
        cache.insert(key, round);
        assert_eq!((cache.get(key), cache.len()), (Some(round), 2));
    }
}

#[test]
fn replacing_a_value_evicts_nobody() {
    let cache = Cache::builder().max_entries(2).build();
    cache.insert("a", 0);
    cache.insert("b", 0);
    for value in 1..1000 {
        cache.insert("a", value);
    }
    assert_eq!((cache.get("a"), cache.get("b")), (Some(999), Some(0)));
    assert_eq!((cache.statistics().evictions, cache.statistics().replacements), (0, 999));
}

#[test]
fn churn_leaves_no_places_behind() {
    let kept = Arc::new(());
    let mut cache = Cache::builder().max_entries(10).build();
    for key in 0..10_000 {
        cache.insert(key, Arc::clone(&kept));
        cache.remove(&key);
    }
    // The queue holds some that have left; the map's garbage goes when it is collected.
    for _ in 0..10_000 {
        sync_map::SyncMap::<u8, u8>::new().pin().flush();
    }
    assert!(Arc::strong_count(&kept) < 2_000, "{} values are held", Arc::strong_count(&kept));
    cache.check_invariants().unwrap();
}

#[test]
fn a_bound_of_none_keeps_nothing() {
    let cache = Cache::builder().max_entries(0).build();
    cache.insert("a", 1);
    assert_eq!((cache.get("a"), cache.len(), cache.statistics().evictions), (None, 0, 1));
    assert_eq!(cache.get_or_insert_with("a", || 2), 2);
    assert_eq!(cache.get("a"), None);
}

#[test]
fn what_is_expired_leaves_as_expired() {
    let causes = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&causes);
    let cache = Cache::builder()
        .max_entries(1)
        .removal_listener(move |key: &&str, _: &i32, cause| notes.lock().unwrap().push((*key, cause)))
        .build();
    cache.insert_for("a", 1, Duration::ZERO);
    cache.insert("b", 2);
    cache.insert("c", 3);
    assert_eq!(*causes.lock().unwrap(), [("a", Cause::Expired), ("b", Cause::Evicted)]);
}
