//! The limits.

use super::case::Case;
use crate::counted::{Counted, Hashing};
use crate::spell::resident;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use sync_map::config::ConfigStore;
use sync_map::registry::{BoxError, Registry, Service};
use sync_map::{Cache, CounterMap, ManualClock, SyncMap};

/// All of them.
pub(super) const CASES: [Case; 13] = [
    Case { name: "threads", of: "threads", size: 64, has_half: true, run: threads },
    Case { name: "keys", of: "keys", size: 1_000_000, has_half: true, run: keys },
    Case { name: "values of 1 MiB", of: "stores", size: 2_000, has_half: true, run: large_values },
    Case { name: "one hash for all keys", of: "keys", size: 8_000, has_half: true, run: one_hash },
    Case { name: "counters at their extremes", of: "calls", size: 1_000_000, has_half: true, run: counters },
    Case {
        name: "times to live at the clock's end",
        of: "entries",
        size: 100_000,
        has_half: true,
        run: clock,
    },
    Case {
        name: "subscriptions",
        of: "subscriptions to one key",
        size: 10_000,
        has_half: true,
        run: subscriptions,
    },
    Case { name: "services", of: "services", size: 10_000, has_half: true, run: services },
    Case { name: "a guard that is held", of: "seconds", size: 10, has_half: false, run: held_guard },
    Case {
        name: "threads that end with garbage",
        of: "threads",
        size: 1_000,
        has_half: true,
        run: ending_threads,
    },
    Case {
        name: "guards that are forgotten",
        of: "stores after it",
        size: 200_000,
        has_half: true,
        run: forgotten_guard,
    },
    Case {
        name: "destructors of thread-locals",
        of: "threads",
        size: 500,
        has_half: true,
        run: thread_locals,
    },
    Case { name: "a clear of many keys", of: "keys", size: 1_000_000, has_half: true, run: clear },
];

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// Collects until nothing counted is left, or nothing more goes. Returns how many calls that took.
fn collect() -> usize {
    for call in 0..100_000 {
        if Counted::live() == 0 {
            return call;
        }
        SyncMap::<i64, i64>::new().pin().flush();
    }
    usize::MAX
}

fn threads(size: usize) -> String {
    let map: SyncMap<u64, u64> = SyncMap::new();
    std::thread::scope(|scope| {
        for thread in 0..size as u64 {
            let map = &map;
            scope.spawn(move || {
                for call in 0..20_000_u64 {
                    let key = (call.wrapping_mul(31) + thread) % 1_000;
                    match call % 10 {
                        0 => map.store(key, call),
                        1 => drop(map.delete(&key)),
                        _ => drop(map.load(&key)),
                    }
                }
            });
        }
    });
    format!("{} million calls on 1,000 keys, a fifth of them writes", size * 20_000 / 1_000_000)
}

fn keys(size: usize) -> String {
    let map: SyncMap<u64, u64> = SyncMap::new();
    let pinned = map.pin();
    (0..size as u64).for_each(|key| pinned.store(key, key));
    drop(pinned);
    let full = resident();
    assert!((0..size as u64).all(|key| map.load(&key) == Some(key)));
    assert_eq!(map.pin().iter().count(), size);
    assert!((0..size as u64).all(|key| map.delete(&key)));
    assert!(map.is_empty());
    format!("stored, loaded, walked over, deleted; {} when full", megabytes(full))
}

fn large_values(size: usize) -> String {
    let map: SyncMap<usize, Vec<u8>> = SyncMap::new();
    for call in 0..size {
        map.store(call % 20, vec![1; 1 << 20]);
    }
    "twenty keys, overwritten in turn: what a value owns is not counted, and up to 256 wait for a collection"
        .to_owned()
}

fn one_hash(size: usize) -> String {
    let map: SyncMap<i64, i64, Hashing> = SyncMap::with_hasher(Hashing { one: true });
    let size = i64::try_from(size).expect("a size");
    (0..size).for_each(|key| map.store(key, key));
    assert!((0..size).all(|key| map.load(&key) == Some(key)));
    "quadratic, and no hash table is other: each look-up meets every key".to_owned()
}

fn counters(size: usize) -> String {
    const MOST: i64 = i64::MAX >> 1;
    let counters: CounterMap<u8> = CounterMap::new();
    assert_eq!(counters.add(1, MOST), MOST);
    assert_eq!(counters.increment(1), -MOST - 1, "63 bits, which wrap around");
    assert_eq!(counters.decrement(1), MOST);
    for call in 0..size {
        counters.add(2, if call % 2 == 0 { MOST } else { -MOST });
        counters.add(3, i64::MIN);
    }
    assert_eq!(counters.get(&2), 0);
    "a number has 63 bits and wraps around".to_owned()
}

fn clock(size: usize) -> String {
    let time = ManualClock::new();
    let cache = Cache::builder().clock(time.clock()).build();
    let size = i64::try_from(size).expect("a size");
    for key in 0..size {
        let life = if key % 2 == 0 { Duration::MAX } else { Duration::from_nanos(1) };
        cache.insert_for(key, key, life);
    }
    time.advance(Duration::from_secs(u64::from(u32::MAX)));
    assert_eq!(cache.get(&0), Some(0), "the longest time to live is for ever");
    assert_eq!(cache.get(&1), None);
    let live = cache.len();
    cache.cleanup();
    assert_eq!(cache.len(), live);
    format!("half live for ever, and half for 1 ns; after 136 years {live} are there")
}

fn subscriptions(size: usize) -> String {
    let store = ConfigStore::new();
    store.set("key", 0);
    let mut all: Vec<_> = (0..size).map(|_| store.subscribe("key")).collect();
    all.iter_mut().for_each(|subscription| drop(subscription.try_recv()));
    store.set("key", 1);
    assert!(all.iter_mut().all(|subscription| subscription.try_recv() == Ok(Some(1.into()))));
    assert_eq!(store.subscriber_count("key"), size);
    drop(all);
    assert_eq!(store.subscriber_count("key"), 0);
    "made, told of a change, dropped".to_owned()
}

struct Numbered(String);

impl Service for Numbered {
    fn name(&self) -> &str {
        &self.0
    }
    fn start(&self) -> Result<(), BoxError> {
        Ok(())
    }
    fn stop(&self) -> Result<(), BoxError> {
        Ok(())
    }
}

fn services(size: usize) -> String {
    let registry: Registry<Numbered> = Registry::new();
    let register =
        |number| registry.register(Arc::new(Numbered(format!("service-{number}")))).expect("a new name");
    let tokens: Vec<_> = (0..size).map(register).collect();
    assert_eq!(registry.start_all().expect("none fails").len(), size);
    assert_eq!(registry.list().len(), size);
    assert_eq!(registry.stop_all().expect("none fails").len(), size);
    drop(tokens);
    assert!(registry.list().is_empty());
    "registered, all started, listed, all stopped, unregistered".to_owned()
}

/// Threads overwrite values at a bounded pace, and one thread holds a guard.
fn held_guard(size: usize) -> String {
    let map: SyncMap<Counted, Counted> = SyncMap::new();
    let (over, made) = (AtomicBool::new(false), AtomicUsize::new(0));
    let part = Duration::from_secs(u64::try_from(size).expect("a size"));
    let (mut before, mut during, mut after) = (0, 0, 0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    for key in 0..100 {
                        map.store(Counted::new(key), Counted::new(key));
                        made.fetch_add(1, Ordering::Relaxed);
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
        }
        std::thread::sleep(Duration::from_secs(2));
        before = resident();
        let guard = map.pin();
        std::thread::sleep(part);
        during = resident();
        drop(guard);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(4) {
            map.pin().flush();
            std::thread::sleep(Duration::from_millis(1));
        }
        over.store(true, Ordering::Relaxed);
    });
    let alive = Counted::live();
    drop(map);
    collect();
    after += resident();
    format!(
        "{} values were overwritten at a steady pace. {} before, {} at the end of the guard, {} at the end; {alive} objects were alive 4 s after it, {} in the end",
        made.load(Ordering::Relaxed),
        megabytes(before),
        megabytes(during),
        megabytes(after),
        Counted::live()
    )
}

fn ending_threads(size: usize) -> String {
    let map: SyncMap<Counted, Counted> = SyncMap::new();
    for _ in 0..size {
        std::thread::scope(|scope| {
            // Fewer than a thread hands over by itself.
            let handle =
                scope.spawn(|| (0..100).for_each(|key| map.store(Counted::new(key % 10), Counted::new(key))));
            handle.join().expect("it does not panic");
        });
    }
    let left = Counted::live();
    drop(map);
    collect();
    format!(
        "each overwrites 100 values and ends; {left} objects were alive then, {} after a collection",
        Counted::live()
    )
}

fn forgotten_guard(size: usize) -> String {
    let map: SyncMap<Counted, Counted> = SyncMap::new();
    std::thread::scope(|scope| {
        let handle = scope.spawn(|| std::mem::forget(map.pin()));
        handle.join().expect("it does not panic");
    });
    for call in 0..size {
        map.store(Counted::new(1), Counted::new(i64::try_from(call).expect("a size")));
    }
    let left = Counted::live();
    drop(map);
    format!(
        "safe, and nothing that any thread retires later is ever freed: {left} objects were alive after them"
    )
}

thread_local! {
    static LATE: Late = const { Late };
}

struct Late;

static SHARED: std::sync::LazyLock<SyncMap<Counted, Counted>> = std::sync::LazyLock::new(SyncMap::new);

impl Drop for Late {
    fn drop(&mut self) {
        for key in 0..50 {
            SHARED.store(Counted::new(key), Counted::new(key));
            SHARED.delete(&Counted::new(key));
        }
    }
}

fn thread_locals(size: usize) -> String {
    for _ in 0..size {
        let handle = std::thread::spawn(|| {
            LATE.with(|_| ());
            SHARED.store(Counted::new(7), Counted::new(7));
        });
        handle.join().expect("it does not panic");
    }
    SHARED.clear();
    for _ in 0..20_000 {
        SHARED.pin().flush();
    }
    format!("each uses the map while it ends; {} objects are left after a collection", Counted::live())
}

fn clear(size: usize) -> String {
    let map: SyncMap<Counted, Counted> = SyncMap::new();
    let pinned = map.pin();
    (0..size).for_each(|key| pinned.store(Counted::new(key as i64), Counted::new(0)));
    drop(pinned);
    let begun = Instant::now();
    map.clear();
    let taken = begun.elapsed();
    let calls = collect();
    format!(
        "`clear` itself takes {:.0} ms; {calls} flushes free what was in it, 512 objects each",
        taken.as_secs_f64() * 1e3
    )
}
