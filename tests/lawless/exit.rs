//! Threads that end: values whose `Drop` uses a map, when thread-locals that do so outlive the thread's part in the collector.

use std::cell::Cell;
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::SyncMap;
use test_support::hang;

static MAP: LazyLock<SyncMap<u32, u32>> = LazyLock::new(|| SyncMap::from([(1, 1)]));
static DROPPED: AtomicUsize = AtomicUsize::new(0);
static DEEPEST: AtomicUsize = AtomicUsize::new(0);

/// A value whose `Drop` looks into a map: that pins the thread.
struct Looks;

impl Drop for Looks {
    fn drop(&mut self) {
        thread_local!(static DEPTH: Cell<usize> = const { Cell::new(0) });
        DEPTH.set(DEPTH.get() + 1);
        DEEPEST.fetch_max(DEPTH.get(), SeqCst);
        DROPPED.fetch_add(1, SeqCst);
        MAP.load(&1);
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Dropped after this thread's participant, and after the one that the collector then makes for it.
struct Last;

impl Drop for Last {
    fn drop(&mut self) {
        for _ in 0..4 {
            MAP.load(&1);
        }
    }
}

struct First;

impl Drop for First {
    fn drop(&mut self) {
        LAST.with(|_| ());
        MAP.load(&1);
    }
}

thread_local! {
    static FIRST: First = const { First };
    static LAST: Last = const { Last };
}

/// A thread that ends with so many values waiting to be dropped.
fn end_a_thread_with_a_backlog(values: usize) {
    static GARBAGE: LazyLock<SyncMap<u32, Looks>> = LazyLock::new(SyncMap::new);
    let held = MAP.pin();
    std::thread::spawn(move || (0..values).for_each(|_| GARBAGE.store(1, Looks))).join().unwrap();
    drop(held);
    std::thread::spawn(|| {
        FIRST.with(|_| ()); // dropped last, since it is made before the participant
        (0..3).for_each(|_| MAP.pin().flush()); // the epoch goes on
    })
    .join()
    .unwrap();
}

/// Runs `body` in a process of its own, as the test of this name: what it overflows, and the epoch that it holds back for good,
/// are not for the other tests to bear.
#[track_caller]
fn alone(name: &str, body: impl FnOnce()) {
    let _watch = hang::watch();
    const CHILD: &str = "SYNC_MAP_ALONE";
    if std::env::var_os(CHILD).is_some() {
        return body();
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--include-ignored", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{}: {said}", child.status);
}

#[test]
fn collections_do_not_nest_while_a_thread_ends() {
    alone("exit::collections_do_not_nest_while_a_thread_ends", || {
        end_a_thread_with_a_backlog(20_000);
        assert!(DROPPED.load(SeqCst) > 100);
        let deepest = DEEPEST.load(SeqCst);
        assert!(deepest <= 2, "destructors that ran inside of each other: {deepest}");
    });
}

#[test]
fn what_a_leaked_guard_protects_outlives_its_thread() {
    alone("exit::what_a_leaked_guard_protects_outlives_its_thread", || {
        static NAMES: LazyLock<SyncMap<u32, String>> = LazyLock::new(SyncMap::new);
        NAMES.store(1, "one".into());
        let reader = std::thread::spawn(|| {
            let pinned: &'static _ = Box::leak(Box::new(NAMES.pin()));
            let one: &'static String = pinned.load(&1).unwrap();
            NAMES.delete(&1);
            one
        });
        let one = reader.join().unwrap();
        (0..100).for_each(|_| {
            NAMES.store(2, "two".into());
            NAMES.pin().flush();
        });
        assert_eq!(one, "one");
    });
}
