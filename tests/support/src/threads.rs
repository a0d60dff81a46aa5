//! Threads of a test.

use crate::hang;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// How many threads a concurrent test has.
pub const THREADS: usize = 4;

/// Runs `body` on [`THREADS`] threads that start together, under a watchdog; each gets its number.
#[track_caller]
pub fn race(body: impl Fn(usize) + Sync) {
    let watch = hang::watch();
    watch.step("a race of threads");
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (start, body) = (&start, &body);
            scope.spawn(move || {
                start.wait();
                body(thread);
            });
        }
    });
}

/// Runs `churn(0)`, `churn(1)`, … on a thread of its own for as long as `body` runs, and at least once; under a watchdog.
#[track_caller]
pub fn with_churn<T>(mut churn: impl FnMut(usize) + Send, body: impl FnOnce() -> T) -> T {
    /// Stops the churn also when `body` panics: the scope waits for it.
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }

    let watch = hang::watch();
    watch.step("a thread that keeps going while the test does something else");
    let stopped = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0.. {
                churn(turn);
                if stopped.load(SeqCst) {
                    return;
                }
            }
        });
        let _stop = Stop(&stopped);
        body()
    })
}
