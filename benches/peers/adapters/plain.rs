//! A hashbrown map that no other thread changes: how fast a map can be.

use super::{Can, Hasher, Key, Kind, Peer, Session, name};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use std::cell::UnsafeCell;

/// The map. It lacks [`Can::SHARED_WRITES`], so that either one thread uses it, or several do and only load.
pub(crate) struct Plain<K, S>(UnsafeCell<HashMap<K, u64, S>>);

// SAFETY: see the type: threads share it only to load, which `&HashMap` allows.
unsafe impl<K: Send + Sync, S: Send + Sync> Sync for Plain<K, S> {}

impl<K: Key, S: Hasher> Peer<K, S> for Plain<K, S> {
    const NAME: &'static str = name::PLAIN;
    const KIND: Kind = Kind::Limit;
    const CAN: Can = Can::COMPARE;
    type Session<'m> = &'m Plain<K, S>;

    fn with_hasher(hasher: S) -> Self {
        Plain(UnsafeCell::new(HashMap::with_hasher(hasher)))
    }
    fn session(&self) -> Self::Session<'_> {
        self
    }
}

impl<K: Key, S: Hasher> Plain<K, S> {
    #[inline(always)]
    fn get(&self) -> &HashMap<K, u64, S> {
        // SAFETY: nobody writes meanwhile: another thread never, this one not while it has the reference.
        unsafe { &*self.0.get() }
    }

    #[inline]
    #[allow(clippy::mut_from_ref)] // private, and each caller lets go of it before it returns
    fn get_mut(&self) -> &mut HashMap<K, u64, S> {
        // SAFETY: this thread is the only one that uses the map, and has no other reference to it.
        unsafe { &mut *self.0.get() }
    }
}

impl<K: Key, S: Hasher> Session<K> for &Plain<K, S> {
    #[inline(always)]
    fn load(&self, key: &K) -> Option<u64> {
        self.get().get(key).copied()
    }
    fn store(&self, key: &K, value: u64) {
        self.get_mut().insert(key.clone(), value);
    }
    fn swap(&self, key: &K, value: u64) -> Option<u64> {
        self.get_mut().insert(key.clone(), value)
    }
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
        match self.get_mut().entry(key.clone()) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(value);
                None
            }
        }
    }
    fn load_and_delete(&self, key: &K) -> Option<u64> {
        self.get_mut().remove(key)
    }
    fn increment(&self, key: &K) {
        if let Some(value) = self.get_mut().get_mut(key) {
            *value += 1;
        }
    }
    fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
        let _ended_early = self.get().iter().all(|(key, value)| visit(key, *value));
    }
    fn clear(&self) {
        self.get_mut().clear();
    }
    fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
        match self.get_mut().get_mut(key) {
            Some(value) if *value == old => {
                *value = new;
                true
            }
            _ => false,
        }
    }
    fn compare_and_delete(&self, key: &K, old: u64) -> bool {
        let map = self.get_mut();
        map.get(key) == Some(&old) && map.remove(key).is_some()
    }
}
