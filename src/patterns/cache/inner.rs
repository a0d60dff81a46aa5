//! What the cache does: look-ups, insertions, removals, and the counts that they keep.
#![forbid(unsafe_code)]

use super::bound::Bound;
use super::cause::Cause;
use super::follow_up::FollowUp;
use super::item::{Idle, Item, Mark, Slot};
use super::listening::Listening;
use super::statistics::{Count, Counters};
use crate::map::{Pinned, SyncMap};
use crate::patterns::clock::{Clock, Nanos};
use crate::sync::Arc;
use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash};
use std::time::Duration;

pub(super) type Slots<K, V, S> = SyncMap<K, Slot<K, V>, S>;
pub(super) type PinnedSlots<'m, K, V, S> = Pinned<'m, K, Slot<K, V>, S>;

/// A call that has taken out this many entries tells the listener of them, and hands over their garbage, before it continues.
const MANY: usize = 64;

/// The cache, shared with its janitor.
pub(super) struct Inner<K, V, S> {
    pub(super) slots: Slots<K, V, S>,
    pub(super) clock: Clock,
    pub(super) time_to_live: Duration,
    pub(super) time_to_idle: Option<Nanos>,
    pub(super) bound: Option<Bound<K, V>>,
    pub(super) listening: Option<Listening<K, V>>,
    pub(super) counters: Option<Counters>,
}

impl<K, V, S> Inner<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    #[inline]
    pub(super) fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        let slots = self.slots.pin();
        let mut after = FollowUp::new();
        let item = self.find(&slots, key, &mut after);
        self.count_lookup(item.is_some());
        self.finish(after);
        item.map(|item| item.value.clone())
    }

    /// The item of the key, used now; an expired one is taken out.
    #[inline]
    pub(super) fn find<'p, Q: Hash + Equivalent<K> + ?Sized>(
        &self,
        slots: &'p PinnedSlots<'_, K, V, S>,
        key: &Q,
        after: &mut FollowUp<K, V>,
    ) -> Option<&'p Arc<Item<K, V>>> {
        let mut lost = Vec::new();
        loop {
            let Slot::Value(item) = slots.load(key)? else { return None }; // LP(get)
            // It never expires: no need to read the clock.
            if item.is_timeless() {
                self.mark(item);
                return Some(item);
            }
            let now = self.clock.nanos();
            // Its time is not over, and from here on it counts as used now.
            if item.use_at(now) {
                self.mark(item);
                return Some(item);
            }
            if self.expire(slots, key, item, now, &mut lost, after) {
                return None; // LP(get, absent): the deletion
            }
            // Another thread used, replaced or removed it in between: look again.
        }
    }

    fn mark(&self, item: &Item<K, V>) {
        if let Some(mark) = &item.mark {
            mark.set_used();
        }
    }

    /// Takes an expired item out, by identity. Returns whether the caller is done, because it was this call that took it out.
    ///
    /// An item that is over and that this call could not take out is `lost`: another thread has taken it out, and its key may have a new
    /// value, so the caller looks again. If it meets a lost item again, the key's `Eq` or `Hash` lies: the caller is done then, too, or it
    /// would go on for ever. The same holds if they panic.
    #[cold]
    fn expire<'p, Q: Hash + Equivalent<K> + ?Sized>(
        &self,
        slots: &PinnedSlots<'_, K, V, S>,
        key: &Q,
        item: &'p Arc<Item<K, V>>,
        now: Nanos,
        lost: &mut Vec<&'p Arc<Item<K, V>>>,
        after: &mut FollowUp<K, V>,
    ) -> bool {
        // Another thread has used it since: it lives.
        if !item.end_at(now) {
            return false;
        }
        // identity: cache-expire
        let expired = self.take_out(slots, key, |slot| slot.is(item), after);
        if expired {
            self.left(item, Cause::Expired, after);
        }
        // identity: cache-lost
        let was_lost = lost.iter().any(|lost| Arc::ptr_eq(lost, item));
        lost.push(item);
        expired || was_lost || after.panics() > 0
    }

    /// Deletes the value that `is` accepts, which goes by identity. Returns whether it was this call that did so. A panic of user code
    /// waits in `after`.
    pub(super) fn take_out<Q: Hash + Equivalent<K> + ?Sized>(
        &self,
        slots: &PinnedSlots<'_, K, V, S>,
        key: &Q,
        is: impl Fn(&Slot<K, V>) -> bool,
        after: &mut FollowUp<K, V>,
    ) -> bool {
        let mut chosen = false;
        let delete = || {
            let condition = |slot: &Slot<K, V>| {
                chosen = is(slot);
                chosen
            };
            slots.delete_if(key, condition).is_some()
        };
        match after.attempt(delete) {
            Some(deleted) => deleted,
            // User code panicked. None runs between the condition and the exchange, and an exchange that fails asks the condition again. So
            // if the condition accepted a value last, that one was deleted, and the panic came after that.
            None => chosen,
        }
    }

    pub(super) fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        let slots = self.slots.pin();
        let (mut lost, mut after) = (Vec::new(), FollowUp::new());
        let found = loop {
            let Some(Slot::Value(item)) = slots.load(key) else { break false };
            if item.is_timeless() {
                break true;
            }
            let now = self.clock.nanos();
            if !item.is_expired(now) {
                break true;
            }
            if self.expire(&slots, key, item, now, &mut lost, &mut after) {
                break false;
            }
        };
        self.finish(after);
        found
    }

    pub(super) fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        let slots = self.slots.pin();
        let mut after = FollowUp::new();
        let item = self.remove_item(&slots, key, &mut after);
        self.finish(after);
        item.map(|item| item.value.clone())
    }

    fn remove_item<'p, Q: Hash + Equivalent<K> + ?Sized>(
        &self,
        slots: &'p PinnedSlots<'_, K, V, S>,
        key: &Q,
        after: &mut FollowUp<K, V>,
    ) -> Option<&'p Arc<Item<K, V>>> {
        let (mut lost, mut missed) = (Vec::new(), Vec::new());
        loop {
            let slot = slots.load(key)?;
            if let Slot::Value(item) = slot {
                let now = self.clock.nanos();
                // Expired reads as absent, so there is nothing to return; it leaves as expired, not as removed.
                if item.is_expired(now) {
                    if self.expire(slots, key, item, now, &mut lost, after) {
                        return None;
                    }
                    continue;
                }
            }
            // identity: cache-cut-off
            // identity: cache-remove
            if self.take_out(slots, key, |seen| seen == slot, after) {
                let Slot::Value(item) = slot else { return None }; // LP(remove): a computation is cut off
                self.left(item, Cause::Removed, after); // LP(remove)
                return Some(item);
            }
            // Another thread has taken it out. If we meet the same one again, the key's `Eq` or `Hash` lies: see `expire`.
            // identity: cache-missed
            if after.panics() > 0 || missed.contains(&slot) {
                return None;
            }
            missed.push(slot);
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
        let mut after = FollowUp::new();
        // LP(insert). A computation that was there is cut off.
        let mut replaced = None;
        after.attempt(|| {
            slots.swap_then(key, Slot::Value(Arc::clone(&item)), |before| replaced = Some(before))
        });
        match replaced {
            Some(Some(Slot::Value(before))) => {
                let was_over = self.was_over(before, &mut after);
                let cause = if was_over { Cause::Expired } else { Cause::Replaced };
                self.left(before, cause, &mut after);
            }
            // The key was absent, or a computation was cut off, which lands for its own callers.
            Some(_) => {}
            None => return self.finish(after), // user code panicked before it was stored
        }
        self.enter(&slots, &item, &mut after);
        self.finish(after);
    }

    /// Whether an item was never in the map, after an operation that should have stored it has panicked. Under the caller's guard nothing
    /// that was in the map is dropped. So if the item is shared, it was in the map, and the panic came after that.
    pub(super) fn is_mine_alone(&self, item: &Arc<Item<K, V>>) -> bool {
        Arc::strong_count(item) == 1
    }

    /// Whether an item that leaves is expired.
    pub(super) fn was_over(&self, item: &Item<K, V>, after: &mut FollowUp<K, V>) -> bool {
        !item.is_timeless() && after.attempt(|| self.clock.nanos()).is_some_and(|now| item.is_expired(now))
    }

    /// The caller has taken an item out of the map: counts it out.
    fn left(&self, item: &Arc<Item<K, V>>, cause: Cause, after: &mut FollowUp<K, V>) {
        self.count_left(item, cause, after);
        if let Some(bound) = &self.bound
            && bound.count_out()
        {
            after.attempt(|| drop(bound.trim()));
        }
    }

    /// The same for an item that the bound has counted out before.
    pub(super) fn count_left(&self, item: &Arc<Item<K, V>>, cause: Cause, after: &mut FollowUp<K, V>) {
        if let Some(mark) = &item.mark {
            mark.set_left();
        }
        self.count(cause.into());
        if self.listening.is_some() {
            after.gone.push((Arc::clone(item), cause));
        }
    }

    /// What remains to be done, at the very end of a call: tells the listener; then the first panic that was caught continues.
    #[inline]
    pub(super) fn finish(&self, after: FollowUp<K, V>) {
        if !after.is_done() {
            self.tell_and_end(after);
        }
    }

    #[cold]
    fn tell_and_end(&self, mut after: FollowUp<K, V>) {
        self.tell(&mut after);
        after.end();
    }

    fn tell(&self, after: &mut FollowUp<K, V>) {
        if let Some(listening) = &self.listening {
            listening.tell(after);
        }
    }

    pub(super) fn count(&self, what: Count) {
        if let Some(counters) = &self.counters {
            counters.count(what);
        }
    }

    pub(super) fn count_lookup(&self, hit: bool) {
        self.count(if hit { Count::Hits } else { Count::Misses });
    }

    pub(super) fn cleanup(&self) -> usize {
        let mut slots = self.slots.pin();
        let (now, mut after, mut cleaned) = (self.clock.nanos(), FollowUp::new(), 0);
        for (key, slot) in &slots {
            // identity: cache-clean-up
            if let Slot::Value(item) = slot
                && !item.is_timeless()
                && item.is_expired(now)
                && item.end_at(now)
                && self.take_out(&slots, key, |slot| slot.is(item), &mut after)
            {
                cleaned += 1;
                self.left(item, Cause::Expired, &mut after);
                self.tell_many(&mut after);
            }
        }
        if cleaned >= MANY {
            after.attempt(|| slots.let_go(cleaned));
        }
        // Even if nothing was taken out: events of other calls may be waiting.
        if let Some(listening) = &self.listening
            && listening.is_behind()
        {
            self.tell(&mut after);
        }
        self.finish(after);
        cleaned
    }

    pub(super) fn clear(&self) {
        let mut slots = self.slots.pin();
        let (mut after, mut cleared) = (FollowUp::new(), 0);
        for (key, slot) in &slots {
            // identity: cache-clear
            if self.take_out(&slots, key, |seen| seen == slot, &mut after)
                && let Slot::Value(item) = slot
            {
                cleared += 1;
                self.left(item, Cause::Removed, &mut after);
                self.tell_many(&mut after);
            }
        }
        after.attempt(|| slots.let_go(cleared));
        self.finish(after);
    }

    /// Tells the listener if there is a lot to tell, so that a call does not hold everything that it takes out until its end.
    fn tell_many(&self, after: &mut FollowUp<K, V>) {
        if after.gone.len() >= MANY {
            self.tell(after);
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
}
