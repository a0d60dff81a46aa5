//! The bound on the number of entries, and the choice of whom to evict: the clock, or second chance.
//!
//! The entries stand in a queue. A hit marks its entry, if that is not marked yet. To make room, the *hand* takes the
//! first entry of the queue: a marked one loses its mark and goes to the end; one without is evicted. A new entry joins
//! the queue after room was made for it, so it is not the first to go.
//!
//! **Count.** Whoever puts an item into the map counts it in; whoever takes it out counts it out, and there is just one
//! such, for the map tells. Who wants to evict first *claims* it: counts one out for as long as there are too many. So two
//! insertions do not both evict for the same one too many. A claim that finds the queue empty is given back, and then the queue is
//! looked at again, for an insertion that came meanwhile saw the claimed count (`verification/tests/bound.rs` fails without). An insertion makes room before and after its item is in the
//! queue; so when all calls have returned, the count is at most the bound. While insertions run it can be above by one
//! for each. (A removal that has not yet counted its item out can cost another entry its place.)
//!
//! | mark | the item |
//! |---|---|
//! | 0 | not used since the hand came by |
//! | 1 | used |
//! | 2 | left the map: its place in the queue means nothing |
#![forbid(unsafe_code)]

use super::item::Item;
use crate::orderings::*;
use crate::sync::Arc;
use crate::sync::{AtomicI64, Mutex};
use std::collections::VecDeque;

/// See the module.
pub(super) struct Mark(AtomicI64);

const IDLE: i64 = 0;
const USED: i64 = 1;
const LEFT: i64 = 2;

impl Mark {
    pub(super) fn new() -> Self {
        Mark(AtomicI64::new(IDLE))
    }

    /// A hit. Writes only when it changes something.
    #[inline]
    pub(super) fn set_used(&self) {
        if self.0.load(&MARK_LOAD) == IDLE {
            // Lost against the hand or a removal: one chance less, or none needed.
            let _ = self.0.compare_exchange(IDLE, USED, &MARK_EXCHANGE, &MARK_LOAD);
        }
    }

    pub(super) fn set_left(&self) {
        self.0.swap(LEFT, &MARK_EXCHANGE);
    }

    fn has_left(&self) -> bool {
        self.0.load(&MARK_LOAD) == LEFT
    }

    /// Takes the mark of a used item.
    fn take_used(&self) -> bool {
        self.0.compare_exchange(USED, IDLE, &MARK_EXCHANGE, &MARK_LOAD).is_ok()
    }
}

/// The bound of a cache.
pub(super) struct Bound<K, V> {
    most: i64,
    entries: AtomicI64,
    queue: Mutex<VecDeque<Arc<Item<K, V>>>>,
}

impl<K, V> Bound<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Bound {
            most: i64::try_from(most).unwrap_or(i64::MAX),
            entries: AtomicI64::new(0),
            queue: Mutex::new(VecDeque::new()),
        }
    }

    pub(super) fn count_in(&self) {
        self.entries.fetch_add(1, &ENTRIES_ADD);
    }

    pub(super) fn count_out(&self) {
        self.entries.fetch_add(-1, &ENTRIES_ADD);
    }

    /// Counts one out that is still to be evicted, if there are too many.
    pub(super) fn claim(&self) -> bool {
        let mut entries = self.entries.load(&ENTRIES_LOAD);
        while entries > self.most {
            match self.entries.compare_exchange(entries, entries - 1, &ENTRIES_ADD, &ENTRIES_LOAD) {
                Ok(_) => return true,
                Err(seen) => entries = seen,
            }
        }
        false
    }

    /// Gives a claim back for which there is nobody to evict; true when there is nobody even now.
    pub(super) fn give_back(&self) -> bool {
        self.count_in();
        self.queue.lock().is_empty()
    }

    /// The number of entries, and the bound.
    pub(super) fn quiet(&mut self) -> (i64, i64) {
        (self.entries.peek(), self.most)
    }

    /// Gives an item that is in the map a place in the queue.
    pub(super) fn enqueue(&self, item: Arc<Item<K, V>>) {
        let mut gone = VecDeque::new(); // dropped after the unlock: it may hold a user's last reference
        let mut queue = self.queue.lock();
        queue.push_back(item);
        // Items that left the map otherwise than by the hand: not more of them than of those that are there.
        if queue.len() as i64 > self.most.saturating_mul(2).saturating_add(16) {
            let (left, there) = queue.drain(..).partition(Self::has_left);
            (gone, *queue) = (left, there);
        }
        drop(queue);
        drop(gone);
    }

    fn has_left(item: &Arc<Item<K, V>>) -> bool {
        item.mark.as_ref().is_none_or(Mark::has_left)
    }

    /// Whom the hand has chosen; it is out of the queue, and still in the map. Nothing when the queue is empty.
    pub(super) fn next_victim(&self) -> Option<Arc<Item<K, V>>> {
        let mut gone = Vec::new(); // dropped after the unlock
        let mut queue = self.queue.lock();
        // Hits go on meanwhile: a hand that has been round once takes a used one.
        let mut chances = queue.len();
        let victim = loop {
            let Some(item) = queue.pop_front() else { break None };
            if Self::has_left(&item) {
                gone.push(item);
            } else if chances > 0 && item.mark.as_ref().is_some_and(Mark::take_used) {
                chances -= 1;
                queue.push_back(item);
            } else {
                break Some(item);
            }
        };
        drop(queue);
        drop(gone);
        victim
    }
}
