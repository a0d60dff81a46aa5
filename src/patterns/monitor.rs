//! A value whose changes threads wait for: a mutex and a condition variable.
//!
//! States: whatever the value is. Whoever changes it calls [`Monitor::notify_all`], with the guard or after it.
//! No user code may run while the guard is held.
#![forbid(unsafe_code)]

use crate::sync::{Condvar, Locked, Mutex};
use std::fmt;
use std::time::Duration;

/// See the module.
pub(crate) struct Monitor<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Monitor<T> {
    /// `name` is what a report calls its mutex.
    pub(crate) fn new(name: &'static str, value: T) -> Self {
        Monitor { value: Mutex::named(name, value), changed: Condvar::new() }
    }

    /// Blocks until the value is ours.
    #[track_caller]
    pub(crate) fn lock(&self) -> Locked<'_, T> {
        self.value.lock()
    }

    /// Gives the value up and waits for a change. It may also wake up for no reason: the caller looks again.
    #[track_caller]
    pub(crate) fn wait<'a>(&'a self, guard: Locked<'a, T>) -> Locked<'a, T> {
        self.changed.wait(guard)
    }

    /// The same, but no longer than this. Not in a model: see [`Clock::wait`](super::clock::Clock).
    pub(crate) fn wait_timeout<'a>(&'a self, guard: Locked<'a, T>, timeout: Duration) -> Locked<'a, T> {
        self.changed.wait_timeout(guard, timeout)
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub(crate) fn notify_all(&self) {
        self.changed.notify_all();
    }
}

impl<T> fmt::Debug for Monitor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Monitor")
    }
}

/// What a clock wakes when its time has changed.
pub(crate) trait Wake: Send + Sync {
    /// Wakes all threads that wait, so that they look at the clock again.
    fn wake(&self);
}

impl<T: Send> Wake for Monitor<T> {
    fn wake(&self) {
        // A thread that has looked at the clock under the lock, but does not wait yet, would miss the wake-up: let it begin to wait first.
        drop(self.lock());
        self.notify_all();
    }
}
