//! What subscribers of a key wait on: an event count.
//!
//! It carries no value. A writer changes the store first and then counts an event; a waiter reads the count first, then looks at
//! the store, and waits for an event beyond the count that it read. So if the look came before the change, the event comes
//! after the count was read, and the wait ends; and what is read then is the newest value, whoever's event it was.
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
//! Wakers are user code: they are cloned, woken and dropped under no lock.
#![forbid(unsafe_code)]

use crate::patterns::monitor::Monitor;
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

impl Watch {
    pub(super) fn new() -> Self {
        let waiting = Waiting { events: 0, over: false, wakers: Vec::new() };
        Watch { waiting: Monitor::new(waiting) }
    }

    /// The count, to be read before the store is looked at.
    pub(super) fn events(&self) -> u64 {
        self.waiting.lock().events
    }

    /// Whether the store is gone.
    pub(super) fn is_over(&self) -> bool {
        self.waiting.lock().over
    }

    /// Counts an event, after the store has been changed, and wakes all that wait.
    pub(super) fn notify(&self) {
        self.count(false);
    }

    /// Counts the last event.
    pub(super) fn end(&self) {
        self.count(true);
    }

    fn count(&self, over: bool) {
        let wakers = {
            let mut waiting = self.waiting.lock();
            waiting.events += 1;
            waiting.over |= over;
            std::mem::take(&mut waiting.wakers)
        };
        self.waiting.notify_all();
        wakers.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Blocks until there is an event beyond `seen`.
    pub(super) fn wait_beyond(&self, seen: u64) {
        let mut waiting = self.waiting.lock();
        while waiting.events == seen {
            waiting = self.waiting.wait(waiting);
        }
    }

    /// Blocks until there is an event beyond `seen`, or it is `deadline`. Whether there is an event.
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

    /// Has this subscription woken at the next event.
    pub(super) fn wake_next(&self, subscription: u64, waker: &Waker) {
        let new = waker.clone();
        let previous = {
            let mut waiting = self.waiting.lock();
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

    /// Has this subscription woken no more.
    pub(super) fn forget(&self, subscription: u64) {
        let mine = {
            let mut waiting = self.waiting.lock();
            let mine = waiting.wakers.iter().position(|(number, _)| *number == subscription);
            mine.map(|place| waiting.wakers.swap_remove(place))
        };
        drop(mine);
    }
}
