//! Memory is bounded: in bytes, at rest and under churn, whatever retires it. This file is a process of its own, and its tests run one after
//! the other: the collector and the allocator are shared, and other threads that pin would collect as well, or hold the epoch back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError};
use sync_map::config::{ConfigStore, Settings};
use sync_map::{Cache, Pinned, SyncMap};
use test_support::{Constant, Key, Ledger, Value};

/// The system's allocator, which counts what is allocated and not freed.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(live, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test at a time, from the bytes that are live when it begins.
struct Alone {
    _turn: MutexGuard<'static, ()>,
    before: usize,
}

impl Alone {
    fn begin() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        settle();
        let before = LIVE.load(Ordering::Relaxed);
        MOST.store(before, Ordering::Relaxed);
        Alone { _turn: turn, before }
    }

    /// The bytes that are live now, beyond those at the beginning.
    fn live(&self) -> usize {
        LIVE.load(Ordering::Relaxed).saturating_sub(self.before)
    }

    /// What a map of so many keys takes while it is live, with both of its tables, as between a new key and a promotion.
    fn bytes_of(&self, keys: u64) -> usize {
        let before = self.live();
        let map = map_of(keys);
        map.store(keys, 0);
        let bytes = self.live() - before;
        drop(map);
        MOST.store(LIVE.load(Ordering::Relaxed), Ordering::Relaxed);
        bytes
    }

    /// The most that were.
    fn most(&self) -> usize {
        MOST.load(Ordering::Relaxed).saturating_sub(self.before)
    }
}

/// Collects what there is.
fn settle() {
    let map = SyncMap::<u8, u8>::new();
    let flush = || (0..2_000).for_each(|_| map.pin().flush());
    flush();
}

/// What each thread may hold back beside the multiple of the map.
const A_THREAD: usize = 256 << 10;

/// The bound: so many times the live map, and a constant for each thread.
const TIMES: usize = 3;

/// The bound for a window of keys that moves on, and for what is retired at once. A conditional deletion of a key of `read` is no miss: dirty
/// reaches four times the window before those of keys that only dirty has have paid for its promotion.
const WINDOW: usize = 10;

fn map_of(keys: u64) -> SyncMap<u64, u64> {
    let map: SyncMap<u64, u64> = (0..keys).map(|n| (n, n)).collect();
    map
}

/// How often work is done anew when more threads do it than there are cores. (Beside other work on both cores, all of five were seen to fail.)
const TRIES: usize = 25;

/// Threads that each work on the map, and the most bytes that were live meanwhile.
///
/// A thread that the system puts to sleep while it is pinned holds the epoch back, and the others go on retiring. With more threads than
/// cores that is chance: there the bound has once more the map, and must hold in one of a few runs. (What is kept by a mistake is kept in
/// each of them.)
fn most_under(threads: u64, keys: u64, work: impl Fn(&SyncMap<u64, u64>, u64) + Sync) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (tries, times) = if threads as usize > cores { (TRIES, TIMES + 1) } else { (1, TIMES) };
    let (mut most, mut live, mut bound) = (usize::MAX, 0, 0);
    for _ in 0..tries {
        let alone = Alone::begin();
        live = alone.bytes_of(keys);
        bound = times * live + threads as usize * A_THREAD;
        let map = map_of(keys);
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let (map, work) = (&map, &work);
                scope.spawn(move || work(map, thread));
            }
        });
        most = most.min(alone.most());
        if most <= bound {
            return most;
        }
    }
    panic!("{threads} threads: {most} bytes, and the map has {live}: the bound is {bound}");
}

#[test]
fn live_bytes_stay_within_three_times_the_map_when_each_new_key_is_followed_by_a_range() {
    for threads in [1, 8] {
        most_under(threads, 100_000, |map, thread| {
            for n in 0..200 / threads {
                map.store((thread + 1) << 32 | n, n);
                map.range(|_, _| false);
            }
        });
    }
}

#[test]
fn live_bytes_stay_within_three_times_the_map_when_look_ups_promote() {
    for threads in [1, 8] {
        // 20,000 keys: as many misses pay for a promotion.
        most_under(threads, 20_000, |map, thread| {
            for n in 0..20 / threads {
                let key = (thread + 1) << 32 | n;
                map.store(key, n);
                for _ in 0..20_000 {
                    let _ = map.load_or_store(key, n);
                }
            }
        });
    }
}

#[test]
fn live_bytes_stay_within_three_times_the_map_when_it_is_cleared_and_filled_again() {
    for threads in [1, 8] {
        most_under(threads, 20_000, |map, _| {
            for n in 0..40 / threads {
                (0..20_000).for_each(|key| map.store(key, n));
                map.clear();
            }
        });
    }
}

/// Keys that come and go: each in its turn is stored, and deleted when the next one is there.
fn come_and_go(what: &str, delete: impl Fn(&SyncMap<u64, u64>, u64)) {
    let alone = Alone::begin();
    let map = SyncMap::new();
    for n in 0..200_000 {
        map.store(n, n);
        if n > 0 {
            delete(&map, n - 1);
        }
    }
    let most = alone.most();
    // (A thread of the test harness that is preempted while it is pinned holds the epoch back for a moment.)
    assert!(most < 4 * A_THREAD, "{what}: {most} bytes were live at a time, and one key");
}

#[test]
fn keys_that_come_and_go_take_no_memory_however_they_are_deleted() {
    come_and_go("delete", |map, key| assert!(map.delete(&key)));
    come_and_go("compare_and_delete", |map, key| assert!(map.compare_and_delete(&key, &key)));
    come_and_go("delete_if", |map, key| assert!(map.delete_if(&key, |_| true).is_some()));
    come_and_go("retain", |map, key| map.retain(|other, _| *other != key));
    come_and_go("clear", |map, key| {
        map.clear();
        map.store(key + 1, 0);
    });
    // Each key that is looked up is promoted before it goes.
    come_and_go("a look-up, then compare_and_delete", |map, key| {
        (0..3).for_each(|_| assert_eq!(map.load(&key), Some(key)));
        assert!(map.compare_and_delete(&key, &key));
    });
}

#[test]
fn what_is_retired_at_once_is_paid_for_by_what_follows() {
    // A pin for each round, and one that is repinned: each round retires far more than one collection destroys.
    let alone = Alone::begin();
    let map = SyncMap::new();
    let live = alone.bytes_of(5_000);
    for _ in 0..200 {
        let pinned = map.pin();
        (0..5_000).for_each(|n| pinned.store(n, n));
        drop(pinned);
        map.clear();
    }
    let mut pinned = map.pin();
    for _ in 0..200 {
        (0..5_000).for_each(|n| pinned.store(n, n));
        pinned.clear();
        pinned.repin();
    }
    drop(pinned);
    let most = alone.most();
    assert!(most <= WINDOW * live, "{most} bytes, and the map has {live}");
}

#[test]
fn what_a_cache_or_a_store_gives_up_at_once_is_free_when_the_call_returns() {
    let alone = Alone::begin();
    let cache = Cache::builder().max_entries(100_000).build();
    (0..20_000).for_each(|key| cache.insert(key, [0_u64; 8]));
    let live = alone.live();
    cache.clear();
    // (The entries of the read table stay until the next promotion, and so do both tables.)
    assert!(alone.live() < live / 2, "a clear left {} of {live} bytes", alone.live());
    drop(cache);

    let before = alone.live();
    let settings = || Settings::from_iter((0..5_000).map(|n| (format!("key{n}"), n.into())));
    for _ in 0..5 {
        drop(ConfigStore::from(settings()));
    }
    let left = alone.live().saturating_sub(before);
    assert!(left < 4 * A_THREAD, "five stores that were dropped left {left} bytes");
}

#[test]
fn a_window_of_keys_that_moves_on_takes_a_multiple_of_what_is_in_it() {
    type Delete = fn(&SyncMap<u64, u64>, u64);
    let ways: [(&str, Delete); 3] = [
        ("delete", |map, key| assert!(map.delete(&key))),
        ("delete_if", |map, key| assert!(map.delete_if(&key, |_| true).is_some())),
        ("compare_and_delete", |map, key| assert!(map.compare_and_delete(&key, &key))),
    ];
    for (what, delete) in ways {
        let alone = Alone::begin();
        let live = alone.bytes_of(20_000);
        let map = SyncMap::new();
        for n in 0..200_000 {
            map.store(n, n);
            if n >= 20_000 {
                delete(&map, n - 20_000);
            }
        }
        let most = alone.most();
        assert!(most <= WINDOW * live, "{what}: {most} bytes, and the window has {live}");
    }
}

#[test]
fn a_thread_that_sleeps_on_large_tables_puts_promotions_off_for_a_while_only() {
    let alone = Alone::begin();
    let live = alone.bytes_of(10_000);
    let map = map_of(10_000);
    std::thread::scope(|scope| {
        let (asleep, is_asleep) = channel::<()>();
        let (wake, is_woken) = channel::<()>();
        let map = &map;
        scope.spawn(move || {
            let _held = map.pin(); // nothing that is retired now is freed, as if the tables stood in the bag of a thread that sleeps
            drop(asleep);
            is_woken.recv().unwrap_err(); // ends when the other side is gone, also by a failed assertion
        });
        is_asleep.recv().unwrap_err();
        for n in 0..3 {
            map.store(1 << 40 | n, n);
            map.range(|_, _| true);
        }
        // Each is a new key, and goes: its memory is held back, but the table does not fill with those that are gone.
        for n in 0..100_000 {
            map.store(1 << 41 | n, n);
            assert!(map.delete_if(&(1 << 41 | n), |_| true).is_some());
        }
        let mut most = 0;
        map.range(|_, _| true);
        map.pin().iter().for_each(|_| most += 1);
        assert_eq!(most, 10_003);
        drop(wake);
    });
    let mut map = map;
    let entries = map.shape().dirty_len + map.shape().in_read.len();
    assert!(entries < 100_000, "{entries} entries of a map of 10,003 keys, which takes {live} bytes");
}

#[test]
fn deleted_keys_of_the_read_table_take_what_they_took_until_a_new_key_and_a_promotion() {
    let alone = Alone::begin();
    let map = map_of(10_000);
    let live = alone.live();
    (0..10_000).for_each(|key| assert!(map.delete(&key)));
    settle();
    assert!(
        alone.live() <= live,
        "{} bytes: their values are gone, their keys and entries are not",
        alone.live()
    );
    map.store(10_000, 0);
    map.range(|_, _| true);
    settle();
    assert!(
        alone.live() < live / 10,
        "{} bytes: the copy left them out, the promotion retired them",
        alone.live()
    );
}

#[test]
fn a_backlog_that_a_guard_held_back_is_gone_soon_after_the_guard() {
    let alone = Alone::begin();
    let map = map_of(1_000);
    let live = alone.live();
    let held = map.pin();
    std::thread::scope(|scope| {
        scope.spawn(|| (0..100_000).for_each(|n| map.store(n % 1_000, n)));
    });
    assert!(alone.live() > 10 * live, "a guard holds back what is retired under it: {}", alone.live());
    drop(held);
    // Each flush frees twice what filled it.
    (0..120_000).for_each(|n| map.store(n % 1_000, n));
    assert!(
        alone.live() < TIMES * live + A_THREAD,
        "{} bytes are live, and the map has {live}",
        alone.live()
    );
}

/// A value that counts its drops.
struct Counts;

static DROPS: AtomicUsize = AtomicUsize::new(0);

impl Drop for Counts {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn one_call_destroys_a_bounded_number_of_objects_however_many_were_retired_at_once() {
    /// 8 bags of 64: what one collection of crossbeam-epoch takes.
    const BOUND: usize = 512;
    let _alone = Alone::begin();
    let map: SyncMap<u64, Counts> = (0..50_000).map(|n| (n, Counts)).collect();
    let other: SyncMap<u64, u64> = (0..10).map(|n| (n, n)).collect();
    map.clear();
    let mut before = DROPS.load(Ordering::Relaxed);
    let mut most = 0;
    for n in 0..100_000 {
        other.load(&(n % 10));
        let now = DROPS.load(Ordering::Relaxed);
        (most, before) = (most.max(now - before), now);
    }
    assert!(most <= BOUND, "one load destroyed {most} objects");
    assert!(before >= 49_000, "loads alone free what was cleared, {before} of 50,000 by now");
}

/// Far more than one collection frees (8 bags of 64), and far less than what is retired in all.
const BOUND: usize = 4096;

/// Writes for each size of a batch: without a flush by the operations nearly all of what they retire would be there.
const WRITES: u32 = 100_000;

/// One write under a guard.
type Write<'w> = dyn Fn(&Pinned<'_, Key, Value, Constant>, u32) + 'w;

#[test]
fn a_batch_writer_that_repins_keeps_up_with_its_garbage() {
    let _alone = Alone::begin();
    let ledger = Ledger::default();
    let map = SyncMap::<Key, Value, Constant>::default();
    let mut pinned = map.pin();
    let mut most = 0;
    for round in 0..20_000 {
        pinned.store(ledger.key(round % 8), ledger.value(round));
        pinned.repin();
        most = most.max(ledger.live());
    }
    assert!(most < BOUND, "while one guard was repinned: {most}");
    drop(pinned);

    for round in 0..20_000 {
        map.store(ledger.key(round % 8), ledger.value(round));
        most = most.max(ledger.live());
    }
    assert!(most < BOUND, "while each store pinned by itself: {most}");

    // With one pin for a batch, what pins collect by themselves, now and then, is far from enough: the operations do it, whatever
    // the size of a batch.
    let keys: Vec<Key> = (0..8).map(|n| ledger.key(n)).collect();
    let batches = |size: u32, write: &Write<'_>| {
        let mut most = 0;
        for _ in 0..WRITES / size {
            let pinned = map.pin();
            (0..size).for_each(|n| write(&pinned, n % 8));
            drop(pinned);
            most = most.max(ledger.live());
        }
        most
    };
    let mut failures = Vec::new();
    for size in [2, 8, 100, 500, 2_048] {
        let most = 3 * size as usize + BOUND;
        let mut check = |what: &str, live: usize| {
            if live > most {
                failures.push(format!("{live} after batches of {size} {what}"));
            }
        };
        map.clear();
        check("stores by dirty", batches(size, &|pinned, n| pinned.store(ledger.key(n), ledger.value(n))));
        map.range(|_, _| true); // promotes
        check("stores by read", batches(size, &|pinned, n| pinned.store(ledger.key(n), ledger.value(n))));
        let delete_and_store = |pinned: &Pinned<'_, Key, Value, Constant>, n: u32| {
            pinned.delete(&keys[n as usize]);
            pinned.load_or_store(ledger.key(n), ledger.value(n));
        };
        check("deletions", batches(size, &delete_and_store));
    }
    assert!(failures.is_empty(), "{failures:#?}");
    drop(keys);

    for _ in 0..200 {
        map.pin().flush();
    }
    assert_eq!(ledger.live(), 16, "8 keys and their values");
    drop(map);
    ledger.assert_settled("replacing");
}
