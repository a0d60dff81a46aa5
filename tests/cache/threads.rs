//! Many threads: nothing is computed twice, nothing leaves twice, and the bound holds when all is quiet.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use sync_map::{Cache, ManualClock};
use test_support::hang;

const THREADS: u64 = 4;

#[test]
fn a_key_is_computed_once_however_many_ask() {
    let _watch = hang::watch();
    let cache = Cache::new();
    let computed: Vec<AtomicUsize> = (0..500).map(|_| AtomicUsize::new(0)).collect();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for (key, computed) in computed.iter().enumerate() {
                    let value = cache.get_or_insert_with(key, || {
                        computed.fetch_add(1, SeqCst);
                        thread::yield_now();
                        key * 2
                    });
                    assert_eq!(value, key * 2);
                }
            });
        }
    });
    assert!(computed.iter().all(|computed| computed.load(SeqCst) == 1), "a stampede");
}

/// All operations at once, with time passing: each entry that came has left once or is still there, as the listener heard it by name
/// and as the statistics have it.
#[test]
fn entries_are_conserved() {
    let _watch = hang::watch();
    let time = ManualClock::new();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    let made = AtomicU64::new(0);
    let mut cache = Cache::builder()
        .time_to_live(Duration::from_secs(3))
        .time_to_idle(Duration::from_secs(2))
        .max_entries(8)
        .clock(time.clock())
        .removal_listener(move |_: &u64, value: &u64, _| notes.lock().unwrap().push(*value))
        .build();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (cache, time) = (&cache, &time);
            let new = || made.fetch_add(1, SeqCst);
            scope.spawn(move || {
                let mut random = thread + 1;
                for _ in 0..20_000 {
                    random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    let (what, key) = ((random >> 33) % 16, (random >> 40) % 16);
                    match what {
                        0..=4 => {
                            let _ = cache.get(&key);
                        }
                        5..=7 => cache.insert(key, new()),
                        8 => cache.insert_for(key, new(), Duration::from_secs(random % 3)),
                        9..=11 => {
                            let _ = cache.get_or_insert_with(key, new);
                        }
                        12 => {
                            let _ = cache.try_get_or_insert_with(key, || Err(()));
                        }
                        13 => {
                            let _ = cache.remove(&key);
                        }
                        14 => time.advance(Duration::from_millis(500)),
                        _ => {
                            let _ = cache.cleanup();
                        }
                    }
                }
            });
        }
    });
    cache.check_invariants().unwrap();
    let statistics = cache.statistics();
    let held: Vec<u64> = cache.quiet_contents().into_iter().filter_map(|(_, value, ..)| value).collect();
    assert!(held.len() <= 8, "the bound holds when all is quiet: {held:?}");
    let mut entries = [held, heard.lock().unwrap().clone()].concat();
    assert_eq!(statistics.insertions, entries.len() as u64);
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(
        statistics.insertions,
        entries.len() as u64,
        "an entry has left twice, or is there and has left"
    );
    for count in [statistics.hits, statistics.misses, statistics.evictions, statistics.expirations] {
        assert!(count > 100, "{statistics:?}");
    }
}

/// What the article's cache loses: a value that is stored while an expired one is looked up.
#[test]
fn a_value_that_was_just_stored_is_not_deleted() {
    let _watch = hang::watch();
    let time = ManualClock::new();
    let cache = Cache::builder().clock(time.clock()).build();
    let done = AtomicUsize::new(0);
    let (cache, done) = (&cache, &done);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(move || {
                while done.load(SeqCst) == 0 {
                    cache.get("key");
                    cache.cleanup();
                }
            });
        }
        // Found, not asserted here: a panic would leave the others running.
        let lost = (0..20_000).find(|value| {
            cache.insert_for("key", *value, Duration::ZERO);
            cache.insert("key", *value);
            cache.get("key") != Some(*value)
        });
        done.store(1, SeqCst);
        assert_eq!(lost, None, "a fresh value was deleted");
    });
}
