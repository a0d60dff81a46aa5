//! Iteration: over a pinned map by reference, and over an owned map by value.

use super::read::{EntryPointer, Found, Table};
use crate::epoch::Guard;
use std::fmt;
use std::iter::FusedIterator;

/// The keys and values of a pinned map, by reference; made by [`Pinned::iter`](super::Pinned::iter).
///
/// Each value is read when the iterator comes to its key. Holds no lock. A clone continues from the same place.
///
/// **Memory.** Allocates nothing, unless a large map has put off a promotion: then it holds a pointer for each key.
///
/// ```
/// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
/// let pinned = map.pin();
/// let entries: sync_map::Iter<'_, _, _> = pinned.iter();
/// assert_eq!(entries.clone().count(), entries.count());
/// ```
pub struct Iter<'p, K, V> {
    pointers: Pointers<'p, K, V>,
    guard: &'p Guard,
}

/// What is left to walk.
enum Pointers<'p, K, V> {
    None,
    Table(hashbrown::hash_table::Iter<'p, EntryPointer<K, V>>),
    List(std::vec::IntoIter<EntryPointer<K, V>>),
}

impl<'p, K, V> Iter<'p, K, V> {
    pub(super) fn new(table: Option<&'p Table<K, V>>, guard: &'p Guard) -> Self {
        Iter { pointers: table.map_or(Pointers::None, |table| Pointers::Table(table.iter())), guard }
    }

    /// A walk over entries that dirty had.
    ///
    /// # Safety
    /// INV-7: dirty had the entries, under the mutex, while `guard` was there.
    pub(super) unsafe fn of(entries: Vec<EntryPointer<K, V>>, guard: &'p Guard) -> Self {
        Iter { pointers: Pointers::List(entries.into_iter()), guard }
    }

    /// The next entry of the table, live or not.
    pub(super) fn next_entry(&mut self) -> Option<Found<'p, K, V>> {
        let pointer = match &mut self.pointers {
            Pointers::None => None,
            Pointers::Table(pointers) => pointers.next().copied(),
            Pointers::List(pointers) => pointers.next(),
        }?;
        // SAFETY: INV-7: the table was published, or dirty had the entry, when the guard of lifetime 'p was there. Other threads may have
        // taken the entry out and retired it since, but it is not freed before that guard goes.
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
        let most = match &self.pointers {
            Pointers::None => 0,
            Pointers::Table(pointers) => pointers.len(),
            Pointers::List(pointers) => pointers.len(),
        };
        (0, Some(most))
    }
}

impl<K, V: Send + Sync + 'static> FusedIterator for Iter<'_, K, V> {}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        let pointers = match &self.pointers {
            Pointers::None => Pointers::None,
            Pointers::Table(pointers) => Pointers::Table(pointers.clone()),
            Pointers::List(pointers) => Pointers::List(pointers.clone()),
        };
        Iter { pointers, guard: self.guard }
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
#[derive(Debug)]
pub struct Keys<'p, K, V: Send + Sync + 'static>(pub(super) Iter<'p, K, V>);

impl<K, V: Send + Sync + 'static> Clone for Keys<'_, K, V> {
    fn clone(&self) -> Self {
        Keys(self.0.clone())
    }
}

/// The values of a pinned map; made by [`Pinned::values`](super::Pinned::values).
///
/// ```
/// let map = sync_map::SyncMap::from([("a", 1)]);
/// assert_eq!(map.pin().values().next(), Some(&1));
/// ```
#[derive(Debug)]
pub struct Values<'p, K, V: Send + Sync + 'static>(pub(super) Iter<'p, K, V>);

impl<K, V: Send + Sync + 'static> Clone for Values<'_, K, V> {
    fn clone(&self) -> Self {
        Values(self.0.clone())
    }
}

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

/// The keys and values of an owned map; made by `SyncMap::into_iter`.
///
/// **Drop.** Drops what the iterator has not returned.
///
/// ```
/// let map = sync_map::SyncMap::from([(String::from("a"), 1)]);
/// assert_eq!(map.into_iter().next(), Some((String::from("a"), 1)));
/// ```
pub struct IntoIter<K, V> {
    /// The keys that had a value, each with it.
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
