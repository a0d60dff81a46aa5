//! When and where the `Drop` of a retired object runs: not inside another one's collection, not before its time, and what becomes of
//! one that panics at the end of a thread.

use std::cell::Cell;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use sync_map::SyncMap;
use test_support::{flush_until, hang};

thread_local!(static INSIDE: Cell<usize> = const { Cell::new(0) });

/// A value whose `Drop` stores into another map, and so retires something.
struct Retires {
    into: Arc<SyncMap<u8, u64>>,
    deepest: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

impl Drop for Retires {
    fn drop(&mut self) {
        INSIDE.set(INSIDE.get() + 1);
        self.deepest.fetch_max(INSIDE.get(), Relaxed);
        self.into.store(0, 1);
        self.dropped.fetch_add(1, Relaxed);
        INSIDE.set(INSIDE.get() - 1);
    }
}

#[test]
fn a_drop_that_retires_something_runs_inside_no_other_drop() {
    let _watch = hang::watch();
    let (deepest, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let into = Arc::new(SyncMap::from([(0, 0)]));
    let map = SyncMap::<u64, Retires>::new();
    let value = || Retires { into: into.clone(), deepest: deepest.clone(), dropped: dropped.clone() };
    (0..20_000).for_each(|n| map.store(n % 8, value()));
    let held = map.pin();
    std::thread::scope(|scope| {
        scope.spawn(|| (0..20_000).for_each(|n| map.store(n % 8, value())));
    });
    drop(held);
    assert!(flush_until(|| dropped.load(Relaxed) >= 39_992), "all but those in the map");
    assert_eq!(deepest.load(Relaxed), 1, "so many drops stood on one another: a backlog overflows the stack");
}

/// A value that counts itself.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(live: &Arc<AtomicUsize>) -> Self {
        live.fetch_add(1, Relaxed);
        Counted(live.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Counted::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[test]
fn a_map_that_nobody_shares_yet_drops_at_once_what_it_overwrites() {
    let live = Arc::new(AtomicUsize::new(0));
    let rows = || (0..1_000).map(|n| (n % 10, Counted::new(&live)));
    let map: SyncMap<u32, Counted> = rows().collect();
    assert_eq!(live.load(Relaxed), 10, "collected");
    let copy = map.clone();
    assert_eq!(live.load(Relaxed), 20, "cloned");
    drop(copy);
    assert_eq!(live.load(Relaxed), 10, "the clone is gone");
    drop(map);
    assert_eq!(live.load(Relaxed), 0, "the map is gone");
    let map = SyncMap::from([(1, Counted::new(&live)), (1, Counted::new(&live))]);
    assert_eq!((live.load(Relaxed), map.iter().count()), (1, 1), "made of an array");
}

#[test]
fn what_a_thread_has_retired_stays_while_it_sleeps_and_goes_when_it_flushes_or_ends() {
    let _watch = hang::watch();
    let live = Arc::new(AtomicUsize::new(0));
    let map = SyncMap::new();
    let gone = || {
        (0..500).for_each(|_| map.pin().flush());
        live.load(Relaxed) == 0
    };
    for flushes in [false, true] {
        std::thread::scope(|scope| {
            let (done, is_done) = channel::<()>();
            let (go_on, may_go_on) = channel::<()>();
            let (map, live) = (&map, &live);
            scope.spawn(move || {
                map.store(1, Counted::new(live));
                map.delete(&1);
                if flushes {
                    map.pin().flush();
                }
                drop(done);
                may_go_on.recv().unwrap_err(); // ends when the other side is gone, also by a failed assertion
            });
            is_done.recv().unwrap_err();
            // (Other tests pin meanwhile, and may hold it back for a moment.)
            assert_eq!(flushes && flush_until(gone), flushes, "handed over: {flushes}");
            assert!(flushes || !gone(), "it is in the bag of the thread that sleeps");
            drop(go_on);
        });
        assert!(flush_until(gone), "the thread has ended");
    }
}

/// A value whose `Drop` panics.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "the drop of a value panics");
    }
}

/// A thread that drops such a value as it ends: crossbeam-epoch pins once more there, and collects at each 128th pin of a thread.
#[test]
#[ignore = "aborts the process: run by the test below"]
fn a_thread_that_ends_with_such_a_value() {
    let _watch = hang::watch();
    let map = SyncMap::<u8, Panics>::new();
    let (pinned, go_on) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            (0..128).for_each(|_| drop(map.pin()));
            pinned.wait();
            go_on.wait();
        });
        pinned.wait();
        // Each flush of this thread stops at the first value that it drops: most of what it hands over stays.
        let survive = |act: &dyn Fn()| drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)));
        (0..2_000).for_each(|_| survive(&|| map.store(0, Panics)));
        (0..3).for_each(|_| survive(&|| map.pin().flush()));
        go_on.wait();
        // A join waits for what a thread does as it ends. The end of a scope does not, and this process would then end first.
        let _ = thread.join();
    });
}

#[test]
fn a_drop_that_panics_at_the_end_of_a_thread_aborts_the_process_as_security_md_says() {
    let _watch = hang::watch();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "collecting::a_thread_that_ends_with_such_a_value", "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap();
    assert!(!child.status.success());
    let told = String::from_utf8_lossy(&child.stderr).into_owned();
    assert!(told.contains("thread local panicked on drop"), "{told}");
}
