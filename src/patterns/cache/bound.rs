//! The bound on the number of entries, and the choice of what to evict: the clock algorithm, also called second chance.
//!
//! The entries stand in a queue. A hit marks its entry, if it is not marked yet. To make room, the *hand* takes the
//! first entry of the queue: a marked one loses its mark and goes to the end; one without is evicted. A new entry joins
//! the queue after room was made for it, so it is not the first to go.
//!
//! **Memory.** The queue does not own the items, so what left the map is dropped as if there were no queue. An item that is replaced,
//! removed or expired leaves its place behind. When there are more of those than entries, the queue drops them, so it is never
//! much longer than twice the number of entries, whatever the bound is.
//!
//! **Panics.** The victim's `Hash` or `Eq` may panic when it is to be taken out. It keeps its place in the queue, and another is taken.
//! A claim for which there is no victim is given back, even after a panic.
//!
//! **Count.** Whoever puts an item into the map counts it in, and whoever takes it out counts it out. The map tells who took it out, so that
//! is exactly one thread. A thread that is about to evict first *claims* an eviction: as long as there are too many, it counts one out. So two
//! insertions do not both evict for the same excess entry. A claim that finds the queue empty is given back, and then the queue is looked
//! at again, because an insertion that came meanwhile saw the claimed count (`verification/verify/tests/bound.rs` fails without this). An
//! insertion makes room before and after its item is in the queue; so when all calls have returned, the count is at most the bound.
//! While insertions run it can be above by one for each. (A removal that has not yet counted its item out can cost another entry its place.)
#![forbid(unsafe_code)]

use super::item::{Item, Mark};
use crate::orderings::*;
use crate::sync::{Arc, AtomicI64, Mutex, Weak};
use std::collections::VecDeque;

/// The bound of a cache.
pub(super) struct Bound<K, V> {
    most: i64,
    entries: AtomicI64,
    /// How many items have left the map, other than by the hand, since the queue was rid of such: about as many places mean nothing.
    left: AtomicI64,
    /// It owns nothing: what left the map goes when the map lets it go.
    queue: Mutex<VecDeque<Weak<Item<K, V>>>>,
}

/// How many places may mean nothing, beyond as many as there are entries.
const SPARE: i64 = 16;

impl<K, V> Bound<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Bound {
            most: i64::try_from(most).unwrap_or(i64::MAX),
            entries: AtomicI64::new(0),
            left: AtomicI64::new(0),
            queue: Mutex::named("the mutex of a cache's queue", VecDeque::new()),
        }
    }

    pub(super) fn count_in(&self) {
        // Each insertion counts itself in, and then looks at the number (`claim`): the later of two sees both. ORD-30 SeqCst
        self.entries.fetch_add(1, &ENTRIES_ADD);
    }

    /// Counts out an item that has left the map, and not by the hand. True if too many places mean nothing: the caller then calls
    /// [`trim`](Self::trim). By then about as many have left as the queue is long, so they pay for it.
    pub(super) fn count_out(&self) -> bool {
        // The other half of `count_in`. ORD-30 SeqCst
        let entries = self.entries.fetch_add(-1, &ENTRIES_ADD) - 1;
        // Decides only when to tidy up: a count that is seen late trims later. ORD-29 Relaxed
        let left = self.left.fetch_add(1, &MARK_EXCHANGE) + 1;
        left > entries.max(0).saturating_add(SPARE)
    }

    /// Counts one out that is still to be evicted, if there are too many.
    pub(super) fn claim(&self) -> Option<Claim<'_, K, V>> {
        // The caller has counted itself in before (`count_in`), and looks at the number now. ORD-31 SeqCst
        let mut entries = self.entries.load(&ENTRIES_LOAD);
        while entries > self.most {
            // Each one that is too many is claimed by one thread only: ORD-30 SeqCst. Failure means that another thread inserted,
            // removed or claimed first: with the number as it is now (ORD-31 SeqCst), there may be none left to claim.
            match self.entries.compare_exchange(entries, entries - 1, &ENTRIES_ADD, &ENTRIES_LOAD) {
                Ok(_) => return Some(Claim(self)),
                Err(seen) => entries = seen,
            }
        }
        None
    }

    /// Gives back a claim for which there is nothing to evict; true if there is nothing even now.
    pub(super) fn give_back(&self, claim: Claim<'_, K, V>) -> bool {
        drop(claim);
        self.queue.lock().is_empty()
    }

    /// The number of entries, the bound, and the number of places.
    pub(super) fn quiet(&mut self) -> (i64, i64, usize) {
        (self.entries.peek(), self.most, self.queue.get_mut().len())
    }

    /// Gives an item that is in the map a place in the queue.
    pub(super) fn enqueue(&self, item: &Arc<Item<K, V>>) {
        self.queue.lock().push_back(Arc::downgrade(item));
    }

    /// Rids the queue of places that mean nothing. Returns what it has looked at: each may be the last reference to a user's value,
    /// and is dropped by the caller, under no lock.
    #[must_use]
    pub(super) fn trim(&self) -> Vec<Arc<Item<K, V>>> {
        let mut seen = Vec::new();
        let mut queue = self.queue.lock();
        // The count begins anew, under the mutex of the queue. One that is added meanwhile counts for this time or the next. ORD-29 Relaxed
        self.left.swap(0, &MARK_EXCHANGE);
        queue.retain(|place| {
            let item = place.upgrade();
            let is_there = item.as_ref().is_some_and(|item| !Self::has_left(item));
            seen.extend(item);
            is_there
        });
        let room = queue.len() * 2 + SPARE as usize;
        queue.shrink_to(room);
        seen
    }

    fn has_left(item: &Item<K, V>) -> bool {
        item.mark.as_ref().is_none_or(Mark::has_left)
    }

    /// Whom the hand has chosen: it is out of the queue, and still in the map. Nothing when the queue is empty.
    pub(super) fn next_victim(&self) -> Choice<K, V> {
        let mut passed = Vec::new();
        let mut queue = self.queue.lock();
        // Hits go on meanwhile: a hand that has been round once takes a used one.
        let mut chances = queue.len();
        let victim = loop {
            let Some(place) = queue.pop_front() else { break None };
            let Some(item) = place.upgrade() else { continue };
            if Self::has_left(&item) {
                passed.push(item);
            } else if chances > 0 && item.mark.as_ref().is_some_and(Mark::take_used) {
                chances -= 1;
                queue.push_back(place);
                passed.push(item);
            } else {
                break Some(item);
            }
        };
        Choice { victim, passed }
    }
}

/// What the hand has chosen.
pub(super) struct Choice<K, V> {
    pub(super) victim: Option<Arc<Item<K, V>>>,
    /// What it has passed by: each may be the last reference to a user's value, and is dropped by the caller, under no lock.
    pub(super) passed: Vec<Arc<Item<K, V>>>,
}

/// One that is counted out, and still to be evicted. Dropped, it is given back: nobody was evicted for it.
pub(super) struct Claim<'b, K, V>(&'b Bound<K, V>);

impl<K, V> Claim<'_, K, V> {
    /// One was evicted.
    pub(super) fn settle(self) {
        std::mem::forget(self);
    }
}

impl<K, V> Drop for Claim<'_, K, V> {
    fn drop(&mut self) {
        self.0.count_in();
    }
}
