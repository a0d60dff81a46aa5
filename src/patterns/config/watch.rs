//! What subscribers of a key wait on: an event count.
//!
//! It carries no value. A writer changes the store first and then counts an event; a waiter reads the count first, then looks at
//! the store, and waits for an event beyond the count that it read. So if the look came before the change, the event comes
//! after the count was read, and the wait ends. What is read then is the newest value, whichever writer counted the event.
//!
//! ```text
//!     waiter                                writer
//!   1 count = 7
//!   2 look: nothing new
//!                                         3 store the value
//!                                         4 count = 8, notify
//!   5 wait while the count is 7: ends
//!   6 look: the value
//! ```
//!
//! Wakers are user code: they are cloned, woken and dropped under no lock. A notification first wakes the threads that wait, and returns the
//! wakers, to be woken when everything else is done: one of them may panic, or wait for one of those threads.
#![forbid(unsafe_code)]

use crate::patterns::monitor::Monitor;
use crate::patterns::panics::Panics;
use std::task::Waker;
use std::time::Instant;

/// See the module.
pub(super) struct Watch {
    waiting: Monitor<Waiting>,
}

struct Waiting {
    events: u64,
    /// The store is gone: nothing will change any more.
    over: bool,
    /// The subscriptions that are to be woken, by their number.
    wakers: Vec<(u64, Waker)>,
}

/// The wakers that an event is for.
#[must_use = "they are yet to be woken"]
pub(super) struct Wakers(Vec<(u64, Waker)>);

impl Wakers {
    /// Wakes each, whatever the others do.
    pub(super) fn wake(self, panics: &mut Panics) {
        for (_, waker) in self.0 {
            panics.catch(|| waker.wake());
        }
    }
}

impl Watch {
    pub(super) fn new() -> Self {
        let waiting = Waiting { events: 0, over: false, wakers: Vec::new() };
        Watch { waiting: Monitor::new("the mutex of a key's subscribers", waiting) }
    }

    /// The count, to be read before the store is looked at.
    pub(super) fn events(&self) -> u64 {
        self.waiting.lock().events
    }

    /// Whether the store is gone.
    pub(super) fn is_over(&self) -> bool {
        self.waiting.lock().over
    }

    /// Counts an event, after the store has been changed, and wakes the threads that wait. Runs no user code: the wakers are yet to be
    /// woken.
    pub(super) fn notify(&self) -> Wakers {
        self.count(false)
    }

    /// Counts the last event; as [`notify`](Self::notify).
    pub(super) fn end(&self) -> Wakers {
        self.count(true)
    }

    fn count(&self, over: bool) -> Wakers {
        let wakers = {
            let mut waiting = self.waiting.lock();
            waiting.events += 1;
            waiting.over |= over;
            std::mem::take(&mut waiting.wakers)
        };
        self.waiting.notify_all();
        Wakers(wakers)
    }

    /// Blocks until there is an event beyond `seen`.
    pub(super) fn wait_beyond(&self, seen: u64) {
        let mut waiting = self.waiting.lock();
        while waiting.events == seen {
            waiting = self.waiting.wait(waiting);
        }
    }

    /// Blocks until there is an event beyond `seen`, or until `deadline`. Returns whether there is an event.
    pub(super) fn wait_beyond_until(&self, seen: u64, deadline: Instant) -> bool {
        let mut waiting = self.waiting.lock();
        while waiting.events == seen {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            waiting = self.waiting.wait_timeout(waiting, left);
        }
        true
    }

    /// Registers this subscription to be woken at the next event.
    pub(super) fn wake_next(&self, subscription: u64, waker: &Waker) {
        let new = waker.clone();
        let previous = {
            let mut waiting = self.waiting.lock();
            // identity: config-waker
            let mine = waiting.wakers.iter_mut().find(|(number, _)| *number == subscription);
            match mine {
                Some((_, old)) => Some(std::mem::replace(old, new)),
                None => {
                    waiting.wakers.push((subscription, new));
                    None
                }
            }
        };
        drop(previous);
    }

    /// Forgets this subscription, and returns its waker. Dropping that is user code, so the caller drops it after everything else that must
    /// be done.
    pub(super) fn forget(&self, subscription: u64) -> Option<Waker> {
        let mut waiting = self.waiting.lock();
        // identity: config-forget
        let mine = waiting.wakers.iter().position(|(number, _)| *number == subscription);
        mine.map(|place| waiting.wakers.swap_remove(place).1)
    }
}
