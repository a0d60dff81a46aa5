//! A thread that takes expired entries out now and then, and ends with the cache.
#![forbid(unsafe_code)]

use super::inner::Inner;
use crate::patterns::monitor::Monitor;
use crate::sync::Arc;
use crate::sync::thread::{Thread, spawn};
use std::hash::{BuildHasher, Hash};
use std::time::Duration;

/// The thread, and the flag that ends it.
pub(super) struct Janitor {
    stop: Arc<Monitor<bool>>,
    thread: Option<Thread>,
}

impl Janitor {
    /// Cleans up every so often, by the cache's own clock.
    pub(super) fn start<K, V, S>(inner: &Arc<Inner<K, V, S>>, every: Duration) -> Self
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Send + Sync + 'static,
        S: BuildHasher + Send + Sync + 'static,
    {
        let stop = Arc::new(Monitor::new(false));
        let (weak, stopping, clock) = (Arc::downgrade(inner), Arc::clone(&stop), inner.clock.clone());
        let work = move || loop {
            let deadline = clock.after(every);
            let mut stopped = stopping.lock();
            while !*stopped && clock.nanos() < deadline {
                stopped = clock.wait(&stopping, stopped, deadline);
            }
            if *stopped {
                return;
            }
            drop(stopped);
            let Some(inner) = weak.upgrade() else { return };
            inner.cleanup();
        };
        Janitor { stop, thread: Some(spawn("sync-map janitor", work)) }
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
