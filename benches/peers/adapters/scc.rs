//! scc: `HashMap`, whose reads take a bucket's lock, and `HashIndex`, whose reads take none.

use super::{Hasher, Key, Peer, Session, name};
use scc::hash_map::Entry;
use scc::{HashIndex, HashMap, hash_index};

/// `scc::HashMap`.
pub(crate) struct Map<K: Key, S: Hasher>(HashMap<K, u64, S>);

impl<K: Key, S: Hasher> Peer<K, S> for Map<K, S> {
    const NAME: &'static str = name::SCC;
    type Session<'m> = &'m HashMap<K, u64, S>;

    fn with_hasher(hasher: S) -> Self {
        Map(HashMap::with_hasher(hasher))
    }
    fn session(&self) -> Self::Session<'_> {
        &self.0
    }
}

impl<K: Key, S: Hasher> Session<K> for &HashMap<K, u64, S> {
    #[inline(always)]
    fn load(&self, key: &K) -> Option<u64> {
        self.read_sync(key, |_, value| *value)
    }
    fn store(&self, key: &K, value: u64) {
        self.upsert_sync(key.clone(), value);
    }
    fn swap(&self, key: &K, value: u64) -> Option<u64> {
        self.upsert_sync(key.clone(), value)
    }
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
        match self.entry_sync(key.clone()) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert_entry(value);
                None
            }
        }
    }
    fn load_and_delete(&self, key: &K) -> Option<u64> {
        self.remove_sync(key).map(|(_, value)| value)
    }
    fn increment(&self, key: &K) {
        self.update_sync(key, |_, value| *value += 1);
    }
    fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
        self.iter_sync(|key, value| visit(key, *value));
    }
    fn clear(&self) {
        self.clear_sync();
    }
    fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
        let exchange = |_: &K, value: &mut u64| {
            let equal = *value == old;
            if equal {
                *value = new;
            }
            equal
        };
        self.update_sync(key, exchange).unwrap_or(false)
    }
    fn compare_and_delete(&self, key: &K, old: u64) -> bool {
        self.remove_if_sync(key, |value| *value == old).is_some()
    }
}

/// `scc::HashIndex`.
pub(crate) struct Index<K: Key, S: Hasher>(HashIndex<K, u64, S>);

impl<K: Key, S: Hasher> Peer<K, S> for Index<K, S> {
    const NAME: &'static str = name::SCC_INDEX;
    type Session<'m> = &'m HashIndex<K, u64, S>;

    fn with_hasher(hasher: S) -> Self {
        Index(HashIndex::with_hasher(hasher))
    }
    fn session(&self) -> Self::Session<'_> {
        &self.0
    }
}

impl<K: Key, S: Hasher> Session<K> for &HashIndex<K, u64, S> {
    #[inline(always)]
    fn load(&self, key: &K) -> Option<u64> {
        self.peek_with(key, |_, value| *value)
    }
    fn store(&self, key: &K, value: u64) {
        self.swap(key, value);
    }
    fn swap(&self, key: &K, value: u64) -> Option<u64> {
        match self.entry_sync(key.clone()) {
            hash_index::Entry::Occupied(mut entry) => {
                let old = *entry.get();
                entry.update(value);
                Some(old)
            }
            hash_index::Entry::Vacant(entry) => {
                entry.insert_entry(value);
                None
            }
        }
    }
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
        match self.entry_sync(key.clone()) {
            hash_index::Entry::Occupied(entry) => Some(*entry.get()),
            hash_index::Entry::Vacant(entry) => {
                entry.insert_entry(value);
                None
            }
        }
    }
    fn load_and_delete(&self, key: &K) -> Option<u64> {
        let entry = self.get_sync(key)?;
        let value = *entry.get();
        entry.remove_entry();
        Some(value)
    }
    fn increment(&self, key: &K) {
        if let Some(mut entry) = self.get_sync(key) {
            let value = *entry.get();
            entry.update(value + 1);
        }
    }
    fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
        let guard = scc::Guard::new();
        let _ended_early = self.iter(&guard).all(|(key, value)| visit(key, *value));
    }
    fn clear(&self) {
        self.clear_sync();
    }
    fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
        match self.get_sync(key) {
            Some(mut entry) if *entry.get() == old => {
                entry.update(new);
                true
            }
            _ => false,
        }
    }
    fn compare_and_delete(&self, key: &K, old: u64) -> bool {
        self.remove_if_sync(key, |value| *value == old)
    }
}
