//! What can be seen and checked of a map that no other thread is using.
//!
//! The checks of the invariants are used by the tests and by every run of the model checkers.

use super::SyncMap;
use super::entry::Entry;
use super::read::{AMENDED, EntryPointer, Table};
use crate::epoch::{Atomic, Owned};

/// What a quiet map holds for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState<'a, V> {
    /// This value.
    Live(&'a V),
    /// Nothing; a store may use the entry without the mutex.
    Deleted,
    /// Nothing, and dirty lacks the entry.
    Expunged,
}

/// The structure of a quiet map. For tests and tools; not part of the stable interface.
#[derive(Debug)]
#[non_exhaustive]
pub struct Shape<'a, K, V> {
    /// `read` is amended.
    pub amended: bool,
    /// Dirty is present.
    pub dirty: bool,
    /// Misses since the last promotion or clear.
    pub misses: usize,
    /// The entries of dirty.
    pub dirty_len: usize,
    /// A deletion was noted since dirty was last made.
    pub deleted: bool,
    /// The keys of the read table.
    pub in_read: Vec<(&'a K, KeyState<'a, V>)>,
    /// The keys that only dirty has.
    pub dirty_only: Vec<(&'a K, KeyState<'a, V>)>,
}

/// The entry behind a pointer of a quiet map.
fn quiet<'a, K, V>(pointer: &EntryPointer<K, V>) -> &'a Entry<K, V> {
    // SAFETY: callers have the map to themselves, and its tables have live entries only.
    unsafe { pointer.get() }
}

impl<K, V, S> SyncMap<K, V, S> {
    fn published(&mut self) -> Option<&Table<K, V>> {
        let published = self.read.0.peek();
        if published.is_null() {
            return None;
        }
        // SAFETY: INV-1: the published table lives until it is replaced, and we have the map to ourselves.
        Some(unsafe { published.deref() })
    }

    fn dirty_only(&mut self) -> Vec<EntryPointer<K, V>> {
        let dirty: Vec<_> = self.dirty.get_mut().table.iter().flat_map(Table::iter).copied().collect();
        let published = self.published();
        let only = |pointer: &EntryPointer<K, V>| {
            !published.is_some_and(|table| table.has(quiet(pointer).hash, *pointer))
        };
        dirty.into_iter().filter(only).collect()
    }

    /// The structure of the map, which nobody else is using. For tests and tools.
    #[doc(hidden)]
    pub fn shape(&mut self) -> Shape<'_, K, V> {
        let row = |pointer: &EntryPointer<K, V>| {
            let entry: &Entry<K, V> = quiet(pointer);
            (&entry.key, entry.peek())
        };
        let amended = self.read.0.peek().tag() == AMENDED;
        let dirty_only = self.dirty_only().iter().map(row).collect();
        let in_read = self.published().into_iter().flat_map(Table::iter).map(row).collect();
        let deleted = self.deletions.peek();
        let locked = self.dirty.get_mut();
        let dirty_len = locked.table.as_ref().map_or(0, Table::len);
        let (dirty, misses) = (locked.table.is_some(), locked.misses);
        Shape { amended, dirty, misses, dirty_len, deleted, in_read, dirty_only }
    }

    /// The invariants that hold in a quiet map: `Err` names the first that does not.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String>
    where
        K: Eq,
    {
        let amended = self.read.0.peek().tag() == AMENDED;
        let read: Vec<_> = self.published().into_iter().flat_map(Table::iter).copied().collect();
        let dirty_only = self.dirty_only();
        let noted = self.deletions.peek();
        let locked = self.dirty.get_mut();
        let entries = locked.table.as_ref().map_or(0, Table::len);
        if !dirty_only.is_empty() && !amended {
            return Err("INV-2: dirty has a key that read lacks, and read is not amended".into());
        }
        if amended != locked.table.is_some() {
            return Err(format!("INV-2: amended is {amended}, dirty is present: {}", locked.table.is_some()));
        }
        for pointer in &read {
            let entry = quiet(pointer);
            let expunged = matches!(entry.peek(), KeyState::Expunged);
            let in_dirty = locked.table.as_ref().map(|dirty| dirty.has(entry.hash, *pointer));
            match in_dirty {
                Some(true) if expunged => return Err("INV-3: dirty has an expunged entry".into()),
                Some(false) if !expunged => {
                    return Err("INV-3: dirty lacks an entry that is not expunged".into());
                }
                None if expunged => return Err("INV-3: an entry is expunged and there is no dirty".into()),
                _ => {}
            }
        }
        if dirty_only.iter().any(|pointer| matches!(quiet(pointer).peek(), KeyState::Expunged)) {
            return Err("INV-3: an entry that only dirty has is expunged".into());
        }
        let is_deleted = |pointer: &EntryPointer<K, V>| matches!(quiet(pointer).peek(), KeyState::Deleted);
        if !noted && read.iter().chain(&dirty_only).any(is_deleted) {
            return Err(
                "an entry is deleted, and no note of it is left for the next copy: it would stay".into()
            );
        }
        let keys: Vec<&K> = read.iter().chain(&dirty_only).map(|pointer| &quiet(pointer).key).collect();
        if keys.iter().enumerate().any(|(i, key)| keys[..i].contains(key)) {
            return Err("INV-5: a key has two entries".into());
        }
        if locked.misses > 0 && locked.misses >= entries {
            return Err(format!(
                "INV-8: {} misses, {entries} entries in dirty, and no promotion",
                locked.misses
            ));
        }
        Ok(())
    }

    /// Takes everything out of the map: all its entries, each once. The tables are empty then.
    pub(super) fn take_entries(&mut self) -> Vec<Box<Entry<K, V>>> {
        let mut pointers: Vec<_> = self.published().into_iter().flat_map(Table::iter).copied().collect();
        pointers.extend(self.dirty_only());
        let locked = self.dirty.get_mut();
        locked.table = None;
        locked.expunged.clear();
        let read = std::mem::replace(&mut self.read.0, Atomic::null());
        let published = read.peek();
        if !published.is_null() {
            // SAFETY: INV-6: nobody else uses the map, and `read` has lost it.
            drop(unsafe { published.into_owned() });
        }
        let own = |pointer: EntryPointer<K, V>| {
            // SAFETY: INV-6: nobody else uses the map, the tables have lost it, and each entry is listed once (INV-5).
            let owned: Owned<Entry<K, V>> = unsafe { pointer.shared().into_owned() };
            owned.into_box()
        };
        pointers.into_iter().map(own).collect()
    }
}

impl<K, V, S> Drop for SyncMap<K, V, S> {
    fn drop(&mut self) {
        // As a vector, so that all are dropped even when the `Drop` of one panics.
        drop(self.take_entries());
    }
}
