//! What the cache does: look-ups, insertions, removals, and the books that they keep.
#![forbid(unsafe_code)]

use super::bound::{Bound, Mark};
use super::builder::{Cause, Listener};

use super::item::{Idle, Item, Slot};
use super::statistics::{Counters, Statistics};
use crate::map::{KeyState, Pinned, SyncMap};
use crate::patterns::clock::{Clock, Nanos};
use crate::sync::Arc;
use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash};
use std::time::Duration;

pub(super) type Slots<K, V, S> = SyncMap<K, Slot<K, V>, S>;
pub(super) type PinnedSlots<'m, K, V, S> = Pinned<'m, K, Slot<K, V>, S>;

/// Items that left the map, and why; told when the work is done.
pub(super) type Gone<K, V> = Vec<(Arc<Item<K, V>>, Cause)>;

/// The cache, shared with its janitor.
pub(super) struct Inner<K, V, S> {
    pub(super) slots: Slots<K, V, S>,
    pub(super) clock: Clock,
    pub(super) time_to_live: Duration,
    pub(super) time_to_idle: Option<Nanos>,
    pub(super) bound: Option<Bound<K, V>>,
    pub(super) listener: Option<Listener<K, V>>,
    pub(super) counters: Option<Counters>,
}

impl<K, V, S> Inner<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// The item of the key, used now; an expired one is taken out.
    #[inline]
    pub(super) fn find<'p, Q: Hash + Equivalent<K> + ?Sized>(
        &self,
        slots: &'p PinnedSlots<'_, K, V, S>,
        key: &Q,
    ) -> Option<&'p Arc<Item<K, V>>> {
        loop {
            let Slot::Value(item) = slots.load(key)? else { return None }; // LP(get)
            if item.is_timeless() {
                self.mark(item);
                return Some(item);
            }
            let now = self.clock.nanos();
            if item.use_at(now) {
                self.mark(item);
                return Some(item);
            }
            if self.expire(slots, item, now) {
                return None; // LP(get, absent): the deletion
            }
            // Used by another in between, replaced, or taken out: look again.
        }
    }

    fn mark(&self, item: &Item<K, V>) {
        if let Some(mark) = &item.mark {
            mark.set_used();
        }
    }

    /// Takes an expired item out, by identity; whether it was this call that did.
    fn expire(&self, slots: &PinnedSlots<'_, K, V, S>, item: &Arc<Item<K, V>>, now: Nanos) -> bool {
        let expired = item.end_at(now) && slots.delete_if(&item.key, |slot| slot.is(item)).is_some();
        if expired {
            self.left(item, Cause::Expired);
            self.tell(vec![(Arc::clone(item), Cause::Expired)]);
        }
        expired
    }

    pub(super) fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        let slots = self.slots.pin();
        loop {
            let Some(Slot::Value(item)) = slots.load(key) else { return false };
            if item.is_timeless() {
                return true;
            }
            let now = self.clock.nanos();
            if !item.is_expired(now) {
                return true;
            }
            if self.expire(&slots, item, now) {
                return false;
            }
        }
    }

    pub(super) fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        let slots = self.slots.pin();
        loop {
            let slot = slots.load(key)?;
            let Slot::Value(item) = slot else {
                if slots.compare_and_delete(key, slot) {
                    return None; // LP(remove): a computation is cut off
                }
                continue;
            };
            let now = self.clock.nanos();
            if item.is_expired(now) {
                if self.expire(&slots, item, now) {
                    return None;
                }
            } else if slots.compare_and_delete(key, slot) {
                self.left(item, Cause::Removed); // LP(remove)
                self.tell(vec![(Arc::clone(item), Cause::Removed)]);
                return Some(item.value.clone());
            }
        }
    }

    /// A new item.
    pub(super) fn item(&self, key: K, value: V, time_to_live: Duration) -> Arc<Item<K, V>> {
        Arc::new(Item {
            key,
            value,
            expires_at: self.clock.after(time_to_live),
            idle: self.time_to_idle.map(|span| Idle::new(span, self.clock.nanos())),
            mark: self.bound.is_some().then(Mark::new),
        })
    }

    pub(super) fn insert(&self, key: K, value: V, time_to_live: Duration)
    where
        K: Clone,
    {
        let item = self.item(key.clone(), value, time_to_live);
        let slots = self.slots.pin();
        let mut gone = Vec::new();
        // LP(insert). A computation that was there is cut off.
        if let Some(Slot::Value(before)) = slots.swap(key, Slot::Value(Arc::clone(&item))) {
            let was_over = !before.is_timeless() && before.is_expired(self.clock.nanos());
            let cause = if was_over { Cause::Expired } else { Cause::Replaced };
            self.left(before, cause);
            gone.push((Arc::clone(before), cause));
        }
        self.enter(&slots, &item, &mut gone);
        self.tell(gone);
    }

    /// An item is in the map: enters it in the books, and makes room for it.
    pub(super) fn enter(
        &self,
        slots: &PinnedSlots<'_, K, V, S>,
        item: &Arc<Item<K, V>>,
        gone: &mut Gone<K, V>,
    ) {
        if let Some(counters) = &self.counters {
            counters.insertions.increment();
        }
        if let Some(bound) = &self.bound {
            bound.count_in();
            self.make_room(bound, slots, gone);
            bound.enqueue(Arc::clone(item));
            self.make_room(bound, slots, gone);
        }
    }

    fn make_room(&self, bound: &Bound<K, V>, slots: &PinnedSlots<'_, K, V, S>, gone: &mut Gone<K, V>) {
        while bound.claim() {
            match self.evict(bound, slots) {
                Some(evicted) => gone.push(evicted),
                None if bound.give_back() => return,
                None => {}
            }
        }
    }

    /// Takes one out of the map that was claimed, and so counted out, before; nothing when the queue is empty.
    fn evict(
        &self,
        bound: &Bound<K, V>,
        slots: &PinnedSlots<'_, K, V, S>,
    ) -> Option<(Arc<Item<K, V>>, Cause)> {
        loop {
            let victim = bound.next_victim()?;
            let was_over = !victim.is_timeless() && victim.is_expired(self.clock.nanos());
            // By identity: a victim that left meanwhile is another's.
            if slots.delete_if(&victim.key, |slot| slot.is(&victim)).is_some() {
                let cause = if was_over { Cause::Expired } else { Cause::Evicted };
                self.count_left(&victim, cause);
                return Some((victim, cause));
            }
        }
    }

    /// An item was taken out of the map, by the caller: takes it out of the books.
    fn left(&self, item: &Item<K, V>, cause: Cause) {
        if let Some(bound) = &self.bound {
            bound.count_out();
        }
        self.count_left(item, cause);
    }

    /// The same for one that was counted out before.
    fn count_left(&self, item: &Item<K, V>, cause: Cause) {
        if let Some(mark) = &item.mark {
            mark.set_left();
        }
        if let Some(counters) = &self.counters {
            counters.left(cause);
        }
    }

    /// Tells the listener: the last thing that a call does.
    pub(super) fn tell(&self, gone: Gone<K, V>) {
        if let Some(listener) = &self.listener {
            for (item, cause) in gone {
                listener(&item.key, &item.value, cause);
            }
        }
    }

    pub(super) fn count_lookup(&self, hit: bool) {
        if let Some(counters) = &self.counters {
            if hit { &counters.hits } else { &counters.misses }.increment();
        }
    }

    pub(super) fn cleanup(&self) -> usize {
        let slots = self.slots.pin();
        let now = self.clock.nanos();
        let is_gone = |slot: &Slot<K, V>| match slot {
            Slot::Value(item) => {
                !item.is_timeless() && item.is_expired(now) && self.expire(&slots, item, now)
            }
            Slot::Computing(_) => false,
        };
        slots.values().filter(|slot| is_gone(slot)).count()
    }

    pub(super) fn clear(&self) {
        let slots = self.slots.pin();
        for (key, slot) in &slots {
            if slots.compare_and_delete(key, slot)
                && let Slot::Value(item) = slot
            {
                self.left(item, Cause::Removed);
                self.tell(vec![(Arc::clone(item), Cause::Removed)]);
            }
        }
    }

    /// Visits each item that is not expired.
    pub(super) fn visit(&self, mut visit: impl FnMut(&Item<K, V>)) {
        let slots = self.slots.pin();
        let now = self.clock.nanos();
        for slot in slots.values() {
            if let Slot::Value(item) = slot
                && !item.is_expired(now)
            {
                visit(item);
            }
        }
    }

    /// What the slots of a quiet map hold, expired items too, by key.
    pub(super) fn quiet_slots(&mut self) -> Vec<QuietSlot<'_, K, V>> {
        let shape = self.slots.shape();
        let in_read = shape.in_read.into_iter().map(|(key, state)| (key, state, true));
        in_read.chain(shape.dirty_only.into_iter().map(|(key, state)| (key, state, false))).collect()
    }

    /// The law of a quiet cache.
    pub(super) fn check_invariants(&mut self) -> Result<(), String> {
        self.slots.check_invariants()?;
        let mut held = 0;
        for (_, state, _) in self.quiet_slots() {
            match state {
                KeyState::Live(Slot::Value(_)) => held += 1,
                KeyState::Live(Slot::Computing(_)) => {
                    return Err("a computation is under way in a quiet cache".into());
                }
                KeyState::Deleted | KeyState::Expunged => {}
            }
        }
        if let Some(counters) = &self.counters {
            let Statistics { insertions, replacements, removals, expirations, evictions, .. } =
                counters.read();
            if insertions != held + replacements + removals + expirations + evictions {
                return Err(format!("conservation: {held} entries are held; {:?}", counters.read()));
            }
        }
        match self.bound.as_mut().map(Bound::quiet) {
            Some((counted, most)) if counted != held as i64 || counted > most => {
                Err(format!("the bound is {most}: {held} entries are held, and {counted} counted"))
            }
            _ => Ok(()),
        }
    }
}

/// A key of a quiet map, what its slot holds, and whether `read` has it.
type QuietSlot<'a, K, V> = (&'a K, KeyState<'a, Slot<K, V>>, bool);
