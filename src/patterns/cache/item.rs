//! What a slot of the map holds, and when it is over.
//!
//! An item is fresh until its time to live is over (a fixed time), until it was not used for its time to idle, and until
//! it is taken out of the map. [`Item::is_expired`] is the one judge: an item is expired from the very moment at which
//! `now` equals its time.
//!
//! | idle mark | the item |
//! |---|---|
//! | a time | was last used then |
//! | `ENDED` | was idle for too long: nobody may use it any more, and whoever finds it takes it out |
//!
//! Because of the mark, use and expiry exclude one another: a use moves the time, an end replaces it by `ENDED`, and each does so in one
//! step from what it saw. (The retired mark of a `CounterMap` cell works in the same way.)
//!
//! In a bounded cache, an item has another mark, for the hand that chooses whom to evict (see `bound`):
//!
//! | mark | the item |
//! |---|---|
//! | 0 | not used since the hand came by |
//! | 1 | used |
//! | 2 | left the map: its place in the queue means nothing |
#![forbid(unsafe_code)]

use super::flight::Flight;
use crate::orderings::*;
use crate::patterns::clock::{NEVER, Nanos};
use crate::sync::Arc;
use crate::sync::AtomicI64;

/// The value of a key in the map.
#[derive(Clone)]
pub(super) enum Slot<K, V> {
    Value(Arc<Item<K, V>>),
    /// One caller computes the value; the others wait.
    Computing(Arc<Flight<Item<K, V>>>),
}

/// The identity of what is in the slot: never the value itself, which another may be equal to.
impl<K, V> PartialEq for Slot<K, V> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            // identity: cache-slot-value
            (Slot::Value(one), Slot::Value(other)) => Arc::ptr_eq(one, other),
            // identity: cache-slot-computing
            (Slot::Computing(one), Slot::Computing(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl<K, V> Slot<K, V> {
    pub(super) fn is(&self, item: &Arc<Item<K, V>>) -> bool {
        matches!(self, Slot::Value(other) if Arc::ptr_eq(other, item))
    }
}

/// A value, and how long it is good for.
pub(super) struct Item<K, V> {
    pub(super) key: K,
    pub(super) value: V,
    pub(super) expires_at: Nanos,
    pub(super) idle: Option<Idle>,
    /// Of a bounded cache: whether it was used since the hand came by.
    pub(super) mark: Option<Mark>,
}

impl<K, V> Item<K, V> {
    /// Whether time does nothing to it: the clock need not be read.
    #[inline]
    pub(super) fn is_timeless(&self) -> bool {
        self.expires_at == NEVER && self.idle.is_none()
    }

    /// Whether it is over at this time.
    pub(super) fn is_expired(&self, now: Nanos) -> bool {
        now >= self.expires_at || self.idle.as_ref().is_some_and(|idle| idle.is_over(now))
    }

    /// Whether time has passed since it was used, where that matters.
    pub(super) fn is_idle(&self, now: Nanos) -> bool {
        // Read without the mutex, like whatever decides whether an item is used. ORD-26 SeqCst
        self.idle.as_ref().is_some_and(|idle| now > idle.last_use.load(&IDLE_LOAD))
    }

    /// Uses it at this time: false when it is expired.
    pub(super) fn use_at(&self, now: Nanos) -> bool {
        now < self.expires_at && self.idle.as_ref().is_none_or(|idle| idle.use_at(now))
    }

    /// Ends it if it is expired at this time: true when nobody can use it any more.
    pub(super) fn end_at(&self, now: Nanos) -> bool {
        now >= self.expires_at || self.idle.as_ref().is_some_and(|idle| idle.end_at(now))
    }
}

/// The idle mark: see the module.
pub(super) struct Idle {
    span: Nanos,
    last_use: AtomicI64,
}

const ENDED: i64 = -1;

impl Idle {
    pub(super) fn new(span: Nanos, now: Nanos) -> Self {
        Idle { span, last_use: AtomicI64::new(now) }
    }

    fn is_over_since(&self, last_use: Nanos, now: Nanos) -> bool {
        last_use == ENDED || now >= last_use.saturating_add(self.span)
    }

    fn is_over(&self, now: Nanos) -> bool {
        // A look that changes nothing. Whoever acts on it ends the item by `end_at`, which asks again. ORD-26 SeqCst
        self.is_over_since(self.last_use.load(&IDLE_LOAD), now)
    }

    fn use_at(&self, now: Nanos) -> bool {
        // In the usual case the item is in use and no time has passed: nothing to write. ORD-26 SeqCst
        let mut last_use = self.last_use.load(&IDLE_LOAD);
        loop {
            // Ended, or due to end: a use now would revive what another thread may already have found gone.
            if self.is_over_since(last_use, now) {
                return false;
            }
            // Another thread has used it at this time, or later.
            if now <= last_use {
                return true;
            }
            // Moves the last use, if nobody has moved or ended it: ORD-27 SeqCst. Failure means that another thread did; if it ended
            // the item (the next round sees that: ORD-26 SeqCst), this use came too late.
            match self.last_use.compare_exchange(last_use, now, &IDLE_EXCHANGE, &IDLE_LOAD) {
                Ok(_) => return true,
                Err(seen) => last_use = seen,
            }
        }
    }

    fn end_at(&self, now: Nanos) -> bool {
        // Only a first look: the exchange below decides. ORD-26 SeqCst
        let mut last_use = self.last_use.load(&IDLE_LOAD);
        loop {
            // Another thread has ended it: nobody can use it any more, which is what was asked.
            if last_use == ENDED {
                return true;
            }
            if !self.is_over_since(last_use, now) {
                return false;
            }
            // From here on `use_at` refuses it: ORD-27 SeqCst. Failure means that another thread used or ended it in between; if it
            // was used (the next round sees that: ORD-26 SeqCst), it lives on.
            match self.last_use.compare_exchange(last_use, ENDED, &IDLE_EXCHANGE, &IDLE_LOAD) {
                Ok(_) => return true,
                Err(seen) => last_use = seen,
            }
        }
    }
}

/// Whether the item of a bounded cache was used: see the module.
pub(super) struct Mark(AtomicI64);

const IDLE: i64 = 0;
const USED: i64 = 1;
const LEFT: i64 = 2;

impl Mark {
    pub(super) fn new() -> Self {
        Mark(AtomicI64::new(IDLE))
    }

    /// A hit. Writes only if that changes something.
    #[inline]
    pub(super) fn set_used(&self) {
        // The mark is a hint to the hand. One that is seen late costs a write, or a chance. ORD-28 Relaxed
        if self.0.load(&MARK_LOAD) == IDLE {
            // Sets the mark: ORD-29 Relaxed. Failure means that another hit has set it, or that the item has left: ORD-28 Relaxed.
            let _ = self.0.compare_exchange(IDLE, USED, &MARK_EXCHANGE, &MARK_LOAD);
        }
    }

    pub(super) fn set_left(&self) {
        // The item has left the map by an exchange there; this only tells the queue. ORD-29 Relaxed
        self.0.swap(LEFT, &MARK_EXCHANGE);
    }

    pub(super) fn has_left(&self) -> bool {
        // Not seen yet: the place stays in the queue until the next time, and the hand finds nothing to evict there. ORD-28 Relaxed
        self.0.load(&MARK_LOAD) == LEFT
    }

    /// Takes the mark of a used item.
    pub(super) fn take_used(&self) -> bool {
        // Success gives the item one more round: ORD-29 Relaxed. Failure means that it was not used, or has left: ORD-28 Relaxed.
        self.0.compare_exchange(USED, IDLE, &MARK_EXCHANGE, &MARK_LOAD).is_ok()
    }
}
