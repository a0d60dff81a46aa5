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
//! The mark makes use and expiry exclude one another: a use moves the time, an end replaces it by `ENDED`, both in one
//! step from what they saw. (As the retired mark of a `CounterMap` cell.)
#![forbid(unsafe_code)]

use super::bound::Mark;
use super::compute::Flight;
use crate::orderings::*;
use crate::patterns::clock::{NEVER, Nanos};
use crate::sync::Arc;
use crate::sync::AtomicI64;

/// The value of a key in the map.
#[derive(Clone)]
pub(super) enum Slot<K, V> {
    Value(Arc<Item<K, V>>),
    /// One caller computes the value; the others wait.
    Computing(Arc<Flight<K, V>>),
}

/// The identity of what is in the slot: never the value itself, which another may be equal to.
impl<K, V> PartialEq for Slot<K, V> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Slot::Value(one), Slot::Value(other)) => Arc::ptr_eq(one, other),
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
        self.is_over_since(self.last_use.load(&IDLE_LOAD), now)
    }

    fn use_at(&self, now: Nanos) -> bool {
        let mut last_use = self.last_use.load(&IDLE_LOAD);
        loop {
            if self.is_over_since(last_use, now) {
                return false;
            }
            if now <= last_use {
                return true;
            }
            match self.last_use.compare_exchange(last_use, now, &IDLE_EXCHANGE, &IDLE_LOAD) {
                Ok(_) => return true,
                Err(seen) => last_use = seen,
            }
        }
    }

    fn end_at(&self, now: Nanos) -> bool {
        let mut last_use = self.last_use.load(&IDLE_LOAD);
        loop {
            if last_use == ENDED {
                return true;
            }
            if !self.is_over_since(last_use, now) {
                return false;
            }
            match self.last_use.compare_exchange(last_use, ENDED, &IDLE_EXCHANGE, &IDLE_LOAD) {
                Ok(_) => return true,
                Err(seen) => last_use = seen,
            }
        }
    }
}
