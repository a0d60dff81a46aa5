//! A quiet cache, one that no other thread uses: what must hold for it, and what is in it. For tests and tools.
#![forbid(unsafe_code)]

use super::bound::Bound;
use super::cache::Cache;
use super::inner::Inner;
use super::item::Slot;
use super::statistics::Statistics;
use crate::map::{Drawn, KeyState, Shape};
use crate::sync::Arc;
use std::hash::{BuildHasher, Hash};

impl<K, V, S> Cache<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// What must hold for a quiet cache: see [`Statistics`] and [`CacheBuilder::max_entries`].
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String> {
        self.quiet().check_invariants()
    }

    /// Each entry of a quiet cache: its key; its value and whether that is timeless, fresh, idle (fresh, but not used just
    /// now) or expired, or the state of the slot without one; and whether the read table has it.
    #[doc(hidden)]
    pub fn quiet_contents(&mut self) -> Vec<(K, Option<V>, &'static str, bool)>
    where
        K: Clone,
        V: Clone,
    {
        let inner = self.quiet();
        let now = inner.clock.nanos();
        let row = |(key, state, in_read): (&K, KeyState<'_, Slot<K, V>>, bool)| match state {
            KeyState::Live(Slot::Value(item)) => {
                let word = match item.is_timeless() {
                    true => "timeless",
                    false if item.is_expired(now) => "expired",
                    false if item.is_idle(now) => "idle",
                    false => "fresh",
                };
                (key.clone(), Some(item.value.clone()), word, in_read)
            }
            KeyState::Live(Slot::Computing(_)) => (key.clone(), None, "computing", in_read),
            KeyState::Deleted => (key.clone(), None, "deleted", in_read),
            KeyState::Expunged => (key.clone(), None, "expunged", in_read),
        };
        inner.quiet_slots().into_iter().map(row).collect()
    }

    /// How many places the queue of a quiet cache has.
    #[doc(hidden)]
    pub fn quiet_places(&mut self) -> usize {
        self.quiet().bound.as_mut().map_or(0, |bound| bound.quiet().2)
    }

    /// Shows the tables of the map of slots. `text` makes text of a value. For tests and tools.
    #[doc(hidden)]
    pub fn draw(&self, text: impl Fn(&V) -> String, show: impl FnOnce(&Drawn<'_, K>)) {
        let slot = |slot: &Slot<K, V>| match slot {
            Slot::Value(item) => text(&item.value),
            Slot::Computing(_) => "computing".to_owned(),
        };
        self.inner.slots.draw(slot, show);
    }

    /// The structure of the map of a quiet cache.
    #[doc(hidden)]
    pub fn shape(&mut self) -> Shape<'_, K, impl Sized> {
        self.quiet().slots.shape()
    }

    fn quiet(&mut self) -> &mut Inner<K, V, S> {
        self.janitor = None;
        Arc::get_mut(&mut self.inner).expect("nobody else has it: the janitor has ended")
    }
}

impl<K, V, S> Inner<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// What the slots of a quiet map hold, expired items too, by key.
    fn quiet_slots(&mut self) -> Vec<QuietSlot<'_, K, V>> {
        let shape = self.slots.shape();
        let in_read = shape.in_read.into_iter().map(|(key, state)| (key, state, true));
        in_read.chain(shape.dirty_only.into_iter().map(|(key, state)| (key, state, false))).collect()
    }

    /// What must hold for a quiet cache.
    fn check_invariants(&mut self) -> Result<(), String> {
        self.slots.check_invariants()?;
        let mut held = 0;
        for (_, state, _) in self.quiet_slots() {
            match state {
                KeyState::Live(Slot::Value(_)) => held += 1,
                // If the key panicked when the flight was to be taken out, it stays until somebody looks up that key.
                KeyState::Live(Slot::Computing(flight)) if flight.has_ended() => {}
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
            Some((counted, most, _)) if counted != held as i64 || counted > most => {
                Err(format!("the bound is {most}: {held} entries are held, and {counted} counted"))
            }
            // As many places may mean nothing as there are entries, and a few more.
            Some((_, _, places)) if places > 2 * held as usize + 64 => {
                Err(format!("{places} places in the queue for {held} entries"))
            }
            _ => Ok(()),
        }
    }
}

/// A key of a quiet map, what its slot holds, and whether `read` has it.
type QuietSlot<'a, K, V> = (&'a K, KeyState<'a, Slot<K, V>>, bool);
