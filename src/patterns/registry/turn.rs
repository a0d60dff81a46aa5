//! Operations on all services take turns: while one is under way, another waits.
//!
//! A turn is a claim and not a lock: services start and stop during a turn, and no lock is held while they do. Nothing else waits for a
//! turn, so a service may start and stop single services as it likes. A thread that has the turn must not wait for it, so `take` tells it.
#![forbid(unsafe_code)]

use crate::patterns::monitor::Monitor;
use crate::sync::thread::{self, Id};

/// Whose turn it is.
pub(super) struct Turns(Monitor<Option<Id>>);

/// The turn of this thread, until it is dropped, even by a panic.
pub(super) struct Turn<'t>(&'t Turns);

impl Turns {
    pub(super) fn new() -> Self {
        Turns(Monitor::new("the mutex of a registry's turns", None))
    }

    /// Waits for the turn; `None` if this thread already has it.
    pub(super) fn take(&self) -> Option<Turn<'_>> {
        let me = thread::current();
        let mut holder = self.0.lock();
        loop {
            match *holder {
                None => {
                    *holder = Some(me);
                    return Some(Turn(self));
                }
                Some(other) if other == me => return None,
                Some(_) => holder = self.0.wait(holder),
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.0.lock() = None;
        self.0.0.notify_all();
    }
}
