//! Room for a new entry.
#![forbid(unsafe_code)]

use super::bound::{Bound, Choice};
use super::cause::Cause;
use super::follow_up::FollowUp;
use super::inner::{Inner, PinnedSlots};
use super::item::Item;
use super::statistics::Count;
use crate::sync::Arc;
use std::hash::{BuildHasher, Hash};

impl<K, V, S> Inner<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// An item has come into the map: counts it, and makes room for it.
    pub(super) fn enter(
        &self,
        slots: &PinnedSlots<'_, K, V, S>,
        item: &Arc<Item<K, V>>,
        after: &mut FollowUp<K, V>,
    ) {
        self.count(Count::Insertions);
        if let Some(bound) = &self.bound {
            bound.count_in();
            // Before the item joins the queue, so that it is not evicted itself; and after, because another thread may have found the queue
            // empty before our item was in it, and given its claim back.
            self.make_room(bound, slots, after);
            bound.enqueue(item);
            self.make_room(bound, slots, after);
        }
    }

    fn make_room(&self, bound: &Bound<K, V>, slots: &PinnedSlots<'_, K, V, S>, after: &mut FollowUp<K, V>) {
        let mut kept = Vec::new();
        while let Some(claim) = bound.claim() {
            if self.evict(bound, slots, &mut kept, after) {
                claim.settle();
            } else if bound.give_back(claim) {
                break; // still empty; otherwise an insertion came meanwhile, which saw the lower count and evicted nothing
            }
        }
        kept.iter().for_each(|item| bound.enqueue(item));
    }

    /// Takes one out of the map, which was claimed before, and so counted out; false if the queue is empty. Those that could not be taken
    /// out because their user code panicked are `kept`: they are still in the map.
    fn evict(
        &self,
        bound: &Bound<K, V>,
        slots: &PinnedSlots<'_, K, V, S>,
        kept: &mut Vec<Arc<Item<K, V>>>,
        after: &mut FollowUp<K, V>,
    ) -> bool {
        loop {
            let Choice { victim, passed } = bound.next_victim();
            after.attempt(|| drop(passed));
            let Some(victim) = victim else { return false };
            let was_over = self.was_over(&victim, after);
            let panics = after.panics();
            // By identity: if the victim has left meanwhile, whoever took it out counts it out.
            // identity: cache-evict
            if self.take_out(slots, &victim.key, |slot| slot.is(&victim), after) {
                let cause = if was_over { Cause::Expired } else { Cause::Evicted };
                self.count_left(&victim, cause, after);
                return true;
            }
            if after.panics() > panics {
                kept.push(victim);
            }
        }
    }
}
