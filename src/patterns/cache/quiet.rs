//! A quiet cache, one that nobody else uses: its law, and what is in it. For tests and tools.
#![forbid(unsafe_code)]

use super::Cache;
use super::inner::Inner;
use super::item::Slot;
use crate::map::KeyState;
use crate::sync::Arc;
use std::hash::{BuildHasher, Hash};

impl<K, V, S> Cache<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// The law of a quiet cache: see [`Statistics`] and [`CacheBuilder::max_entries`].
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

    /// The structure of the map of a quiet cache.
    #[doc(hidden)]
    pub fn shape(&mut self) -> crate::Shape<'_, K, impl Sized> {
        self.quiet().slots.shape()
    }

    fn quiet(&mut self) -> &mut Inner<K, V, S> {
        self.janitor = None;
        Arc::get_mut(&mut self.inner).expect("nobody else has it: the janitor has ended")
    }
}
