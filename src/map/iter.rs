//! Iteration: over a pinned map by reference, and over a map of one's own by value.

use super::read::{EntryPointer, Found, Table};
use crate::epoch::Guard;
use std::fmt;
use std::iter::FusedIterator;

/// The keys and values of a pinned map, by reference; made by [`Pinned::iter`](super::Pinned::iter).
///
/// Each value is read when the iterator comes to its key. Allocates nothing, and holds no lock. A clone goes on from the same place.
///
/// ```
/// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
/// let pinned = map.pin();
/// let entries: sync_map::Iter<'_, _, _> = pinned.iter();
/// assert_eq!(entries.clone().count(), entries.count());
/// ```
pub struct Iter<'p, K, V> {
    pointers: Option<hashbrown::hash_table::Iter<'p, EntryPointer<K, V>>>,
    guard: &'p Guard,
}

impl<'p, K, V> Iter<'p, K, V> {
    pub(super) fn new(table: Option<&'p Table<K, V>>, guard: &'p Guard) -> Self {
        Iter { pointers: table.map(Table::iter), guard }
    }

    /// The next entry of the table, live or not.
    pub(super) fn next_entry(&mut self) -> Option<Found<'p, K, V>> {
        let pointer = *self.pointers.as_mut()?.next()?;
        // SAFETY: INV-7: the table was published when the guard of lifetime 'p was there.
        let entry = unsafe { pointer.get() };
        Some(Found { pointer, entry })
    }
}

impl<'p, K, V: Send + Sync + 'static> Iterator for Iter<'p, K, V> {
    type Item = (&'p K, &'p V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = self.next_entry()?.entry;
            if let Some(value) = entry.load(self.guard) {
                return Some((&entry.key, value));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.pointers.as_ref().map_or(0, ExactSizeIterator::len)))
    }
}

impl<K, V: Send + Sync + 'static> FusedIterator for Iter<'_, K, V> {}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter { pointers: self.pointers.clone(), guard: self.guard }
    }
}

impl<K: fmt::Debug, V: fmt::Debug + Send + Sync + 'static> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The keys of a pinned map; made by [`Pinned::keys`](super::Pinned::keys).
///
/// ```
/// let map = sync_map::SyncMap::from([("a", 1)]);
/// assert_eq!(map.pin().keys().next(), Some(&"a"));
/// ```
#[derive(Clone, Debug)]
pub struct Keys<'p, K, V: Send + Sync + 'static>(pub(super) Iter<'p, K, V>);

/// The values of a pinned map; made by [`Pinned::values`](super::Pinned::values).
///
/// ```
/// let map = sync_map::SyncMap::from([("a", 1)]);
/// assert_eq!(map.pin().values().next(), Some(&1));
/// ```
#[derive(Clone, Debug)]
pub struct Values<'p, K, V: Send + Sync + 'static>(pub(super) Iter<'p, K, V>);

impl<'p, K, V: Send + Sync + 'static> Iterator for Keys<'p, K, V> {
    type Item = &'p K;

    fn next(&mut self) -> Option<&'p K> {
        self.0.next().map(|(key, _)| key)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'p, K, V: Send + Sync + 'static> Iterator for Values<'p, K, V> {
    type Item = &'p V;

    fn next(&mut self) -> Option<&'p V> {
        self.0.next().map(|(_, value)| value)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V: Send + Sync + 'static> FusedIterator for Keys<'_, K, V> {}
impl<K, V: Send + Sync + 'static> FusedIterator for Values<'_, K, V> {}

/// The keys and values of a map that was given up; made by `SyncMap::into_iter`.
///
/// **Drop.** Drops what was not taken.
///
/// ```
/// let map = sync_map::SyncMap::from([(String::from("a"), 1)]);
/// assert_eq!(map.into_iter().next(), Some((String::from("a"), 1)));
/// ```
pub struct IntoIter<K, V> {
    /// Boxed entries, each with the value it had; those that had none are gone.
    entries: std::vec::IntoIter<(K, V)>,
}

impl<K, V> IntoIter<K, V> {
    pub(super) fn new(entries: Vec<(K, V)>) -> Self {
        IntoIter { entries: entries.into_iter() }
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.entries.next()
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IntoIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.as_slice().iter().map(|(key, value)| (key, value))).finish()
    }
}
