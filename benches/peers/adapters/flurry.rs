//! flurry: Java's `ConcurrentHashMap`. It has no compare-and-swap and no conditional removal.

use super::{Can, Hasher, Key, Peer, Session, name};
use flurry::HashMap;

/// The map.
pub(crate) struct Flurry<K: 'static, S: 'static>(HashMap<K, u64, S>);

impl<K: Key, S: Hasher> Peer<K, S> for Flurry<K, S> {
    const NAME: &'static str = name::FLURRY;
    const CAN: Can = Can::SHARED_WRITES;
    type Session<'m> = &'m HashMap<K, u64, S>;

    fn with_hasher(hasher: S) -> Self {
        Flurry(HashMap::with_hasher(hasher))
    }
    fn session(&self) -> Self::Session<'_> {
        &self.0
    }
}

impl<K: Key, S: Hasher> Session<K> for &HashMap<K, u64, S> {
    #[inline(always)]
    fn load(&self, key: &K) -> Option<u64> {
        self.pin().get(key).copied()
    }
    fn store(&self, key: &K, value: u64) {
        self.pin().insert(key.clone(), value);
    }
    fn swap(&self, key: &K, value: u64) -> Option<u64> {
        self.pin().insert(key.clone(), value).copied()
    }
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
        self.pin().try_insert(key.clone(), value).err().map(|occupied| *occupied.current)
    }
    fn load_and_delete(&self, key: &K) -> Option<u64> {
        self.pin().remove(key).copied()
    }
    fn increment(&self, key: &K) {
        self.pin().compute_if_present(key, |_, value| Some(value + 1));
    }
    fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
        let _ended_early = self.pin().iter().all(|(key, value)| visit(key, *value));
    }
    fn clear(&self) {
        self.pin().clear();
    }
}
