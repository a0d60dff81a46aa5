//! dashmap: a plain map for each of many shards, each behind its lock.

use super::{Hasher, Key, Peer, Session, name};
use dashmap::{DashMap, Entry};

/// The map.
pub(crate) struct Dash<K, S>(DashMap<K, u64, S>);

impl<K: Key, S: Hasher> Peer<K, S> for Dash<K, S> {
    const NAME: &'static str = name::DASHMAP;
    type Session<'m> = &'m DashMap<K, u64, S>;

    fn with_hasher(hasher: S) -> Self {
        Dash(DashMap::with_hasher(hasher))
    }
    fn session(&self) -> Self::Session<'_> {
        &self.0
    }
}

impl<K: Key, S: Hasher> Session<K> for &DashMap<K, u64, S> {
    #[inline(always)]
    fn load(&self, key: &K) -> Option<u64> {
        self.get(key).map(|value| *value)
    }
    fn store(&self, key: &K, value: u64) {
        self.insert(key.clone(), value);
    }
    fn swap(&self, key: &K, value: u64) -> Option<u64> {
        self.insert(key.clone(), value)
    }
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
        match self.entry(key.clone()) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(value);
                None
            }
        }
    }
    fn load_and_delete(&self, key: &K) -> Option<u64> {
        self.remove(key).map(|(_, value)| value)
    }
    fn increment(&self, key: &K) {
        if let Some(mut value) = self.get_mut(key) {
            *value += 1;
        }
    }
    fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
        let _ended_early = self.iter().all(|entry| visit(entry.key(), *entry.value()));
    }
    fn clear(&self) {
        DashMap::clear(self);
    }
    fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
        match self.get_mut(key) {
            Some(mut value) if *value == old => {
                *value = new;
                true
            }
            _ => false,
        }
    }
    fn compare_and_delete(&self, key: &K, old: u64) -> bool {
        self.remove_if(key, |_, value| *value == old).is_some()
    }
}
