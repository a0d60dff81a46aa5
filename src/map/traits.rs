//! What Rust users expect of a map: construction from iterators, comparison, formatting, owned iteration.

use super::iter::IntoIter;
use super::pinned::Pinned;
use super::sync_map::SyncMap;
use std::fmt;
use std::hash::{BuildHasher, Hash};

impl<K, V, S: Default> Default for SyncMap<K, V, S> {
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<K, V, S> Extend<(K, V)> for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        (&*self).extend(entries);
    }
}

/// A shared map can be extended too, as all its operations take `&self`. Each store is linearizable; the whole is not.
impl<K, V, S> Extend<(K, V)> for &SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.store(key, value);
        }
    }
}

/// The keys are in the read table when the map is returned: the first look-ups take no lock. If a key comes several times, its last value
/// stays, with the first key; the others are dropped at once.
impl<K, V, S> FromIterator<(K, V)> for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher + Default,
{
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::of(S::default(), entries)
    }
}

impl<K, V, const N: usize> From<[(K, V); N]> for SyncMap<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// A new map with what a `range` over the old one sees; keys that change meanwhile may or may not be in it.
impl<K, V, S> Clone for SyncMap<K, V, S>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher + Clone,
{
    fn clone(&self) -> Self {
        let pinned = self.pin();
        Self::of(self.hasher.clone(), pinned.iter().map(|(key, value)| (key.clone(), value.clone())))
    }
}

/// Whether a `range` over each sees only what a `load` finds in the other. Meaningful for quiet maps only.
impl<K, V, S, T> PartialEq<SyncMap<K, V, T>> for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: PartialEq + Send + Sync + 'static,
    S: BuildHasher,
    T: BuildHasher,
{
    fn eq(&self, other: &SyncMap<K, V, T>) -> bool {
        let (mine, theirs) = (self.pin(), other.pin());
        includes(&mine, &theirs) && includes(&theirs, &mine)
    }
}

/// Whether `outer` has all that `inner` has.
fn includes<K, V, S, T>(outer: &Pinned<'_, K, V, S>, inner: &Pinned<'_, K, V, T>) -> bool
where
    K: Hash + Eq + Send + Sync + 'static,
    V: PartialEq + Send + Sync + 'static,
    S: BuildHasher,
    T: BuildHasher,
{
    inner.iter().all(|(key, value)| outer.load(key) == Some(value))
}

impl<K, V, S> Eq for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Eq + Send + Sync + 'static,
    S: BuildHasher,
{
}

impl<K, V, S> fmt::Debug for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + fmt::Debug + 'static,
    V: Send + Sync + fmt::Debug + 'static,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pin().fmt(f)
    }
}

/// The keys and values themselves: nobody else has the map.
impl<K, V, S> IntoIterator for SyncMap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(mut self) -> IntoIter<K, V> {
        IntoIter::new(self.take_entries().into_iter().filter_map(|entry| (*entry).into_pair()).collect())
    }
}
