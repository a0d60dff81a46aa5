//! A thread that takes expired entries out now and then, and ends with the cache.
//!
//! A panic of user code (the listener, the clock, a `Drop`) ends one clean-up but not the thread, which continues after a whole period. The
//! panic hook has reported the panic.
#![forbid(unsafe_code)]

use super::inner::Inner;
use crate::patterns::clock::Clock;
use crate::patterns::monitor::Monitor;
use crate::patterns::panics::quietly;
use crate::sync::thread::{Thread, spawn};
use crate::sync::{Arc, Locked, Weak};
use std::hash::{BuildHasher, Hash};
use std::time::Duration;

/// The shortest time between two clean-ups.
pub(super) const SHORTEST: Duration = Duration::from_millis(1);

/// The thread, and the flag that ends it.
pub(super) struct Janitor {
    stop: Arc<Monitor<bool>>,
    thread: Option<Thread>,
}

impl Janitor {
    /// Cleans up once in each period, by the cache's own clock.
    pub(super) fn start<K, V, S>(inner: &Arc<Inner<K, V, S>>, every: Duration) -> Self
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Send + Sync + 'static,
        S: BuildHasher + Send + Sync + 'static,
    {
        let stop = Arc::new(Monitor::new("the mutex of a cache's janitor", false));
        let (clock, stopping) = (inner.clock.clone(), Arc::clone(&stop));
        let rounds = Rounds { clock, every: every.max(SHORTEST), stopping };
        let weak = Arc::downgrade(inner);
        Janitor { stop, thread: Some(spawn("sync-map janitor", move || rounds.work(&weak))) }
    }
}

/// What the thread has.
struct Rounds {
    clock: Clock,
    every: Duration,
    stopping: Arc<Monitor<bool>>,
}

impl Rounds {
    fn work<K, V, S>(&self, cache: &Weak<Inner<K, V, S>>)
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Send + Sync + 'static,
        S: BuildHasher,
    {
        loop {
            let mut goes_on = None;
            quietly(|| goes_on = Some(self.wait_and(|| cache.upgrade().map(|cache| cache.cleanup()))));
            // After a panic, the clock is not asked how long to wait, because it may have been the clock that panicked.
            if !goes_on.unwrap_or_else(|| self.rest()) {
                return;
            }
        }
    }

    /// Waits for a period, then cleans up; false if the cache is gone. User code runs here, under no lock.
    fn wait_and(&self, clean_up: impl FnOnce() -> Option<usize>) -> bool {
        let deadline = self.clock.after(self.every);
        loop {
            let now = self.clock.nanos();
            if now >= deadline {
                break;
            }
            if self.is_over_after(|stopped| self.clock.wait(&self.stopping, stopped, now, deadline)) {
                return false;
            }
        }
        !*self.stopping.lock() && clean_up().is_some()
    }

    /// Waits for real time to pass; false if the cache is gone.
    fn rest(&self) -> bool {
        let rest = self.every.min(Duration::from_secs(1));
        !self.is_over_after(|stopped| self.stopping.wait_timeout(stopped, rest))
    }

    /// Whether the cache is gone, before this wait or after it.
    fn is_over_after<'a>(&'a self, wait: impl FnOnce(Locked<'a, bool>) -> Locked<'a, bool>) -> bool {
        let stopped = self.stopping.lock();
        *stopped || *wait(stopped)
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        *self.stop.lock() = true;
        self.stop.notify_all();
        if let Some(thread) = self.thread.take() {
            thread.join();
        }
    }
}
