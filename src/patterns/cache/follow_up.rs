//! What follows an effect: counting, making room for a new entry, telling the listener.
//!
//! A call of the cache takes effect in one step of the map. What must follow is done even if user code panics in between (a victim's
//! `Hash`, the clock, the listener, a `Drop`): each piece of it is an *attempt*. The first panic continues when everything is done.
#![forbid(unsafe_code)]

use super::cause::Cause;
use super::item::Item;
use crate::patterns::panics::Panics;
use crate::sync::Arc;

/// An item that left the map, and why.
pub(super) type Event<K, V> = (Arc<Item<K, V>>, Cause);

/// See the module.
pub(super) struct FollowUp<K, V> {
    /// What the listener has yet to be told of.
    pub(super) gone: Vec<Event<K, V>>,
    panics: Panics,
}

impl<K, V> FollowUp<K, V> {
    pub(super) fn new() -> Self {
        FollowUp { gone: Vec::new(), panics: Panics::default() }
    }

    /// Whether there is nothing left to do.
    #[inline]
    pub(super) fn is_done(&self) -> bool {
        self.gone.is_empty() && self.panics() == 0
    }

    /// How many attempts have panicked.
    pub(super) fn panics(&self) -> usize {
        self.panics.number()
    }

    /// Runs what may be user code; `None` if it panics.
    pub(super) fn attempt<R>(&mut self, call: impl FnOnce() -> R) -> Option<R> {
        self.panics.catch(call)
    }

    /// Another panic continues, so this one, which the panic hook has reported, ends here.
    pub(super) fn discard(self) {
        self.panics.end_here();
    }

    /// Lets the first panic continue.
    pub(super) fn end(self) {
        self.panics.go_on();
    }
}
