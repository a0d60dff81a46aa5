//! What can be seen and checked of a map that no other thread is using.
//!
//! The checks of the invariants are used by the tests and by every run of the model checkers.

use super::entry::{Entry, KeyState};
use super::read::{AMENDED, EntryPointer, Found, Table};
use super::sync_map::SyncMap;
use super::value::Unstored;
use crate::epoch::{self, Atomic, Owned};
use std::hash::{BuildHasher, Hash};

/// The structure of a quiet map: one that no other thread uses. For tests and tools; not part of the stable interface.
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

/// The entry itself.
///
/// # Safety
/// INV-6: the map owned it, no table has it any more, and no other thread can reach it.
unsafe fn own<K, V>(pointer: EntryPointer<K, V>) -> Box<Entry<K, V>> {
    // SAFETY: INV-6: the caller vouches that the map owned it, so it was never retired.
    let entry = unsafe { pointer.shared() };
    // SAFETY: INV-6: the caller vouches that no table has it and no other thread can reach it: this is its last pointer.
    let owned: Owned<Entry<K, V>> = unsafe { entry.into_owned() };
    owned.into_box()
}

/// An entry of a quiet map.
struct Row<'a, K, V> {
    key: &'a K,
    state: KeyState<'a, V>,
    in_dirty: bool,
}

/// All that there is in a quiet map.
struct Look<'a, K, V> {
    amended: bool,
    dirty: bool,
    dirty_len: usize,
    misses: usize,
    noted: bool,
    in_read: Vec<Row<'a, K, V>>,
    dirty_only: Vec<Row<'a, K, V>>,
}

impl<K, V, S> SyncMap<K, V, S> {
    fn published(&mut self) -> Option<&Table<K, V>> {
        let published = self.read.0.peek();
        if published.is_null() {
            return None;
        }
        // SAFETY: INV-1: a published table lives until it is replaced. Only a holder of `&SyncMap` could do that, and we have `&mut`.
        Some(unsafe { published.deref() })
    }

    fn dirty_only(&mut self) -> Vec<EntryPointer<K, V>> {
        let dirty: Vec<_> = self.dirty.get_mut().table.iter().flat_map(Table::iter).copied().collect();
        let published = self.published();
        let only = |pointer: &EntryPointer<K, V>| {
            // SAFETY: INV-6: dirty has the entry, so it is not retired, and with `&mut` of the map no other thread can retire it.
            let entry = unsafe { pointer.get() };
            !published.is_some_and(|table| table.has(entry.hash, *pointer))
        };
        dirty.into_iter().filter(only).collect()
    }

    /// Looks at everything: this thread has the map to itself.
    fn look(&mut self) -> Look<'_, K, V> {
        let amended = self.read.0.peek().tag() == AMENDED;
        let noted = self.deletions.peek();
        let read: Vec<_> = self.published().into_iter().flat_map(Table::iter).copied().collect();
        let only = self.dirty_only();
        let locked = self.dirty.get_mut();
        let dirty = locked.table.as_ref();
        let row = |pointer: EntryPointer<K, V>| {
            // SAFETY: INV-6: a table has the entry, so it is not retired, and with `&mut` of the map no other thread can retire it.
            let entry = unsafe { pointer.get() };
            // SAFETY: the map stays mutably borrowed for as long as the state is used: no other thread can touch the entry.
            let state = unsafe { entry.peek() };
            let in_dirty = dirty.is_some_and(|dirty| dirty.has(entry.hash, pointer));
            Row { key: &entry.key, state, in_dirty }
        };
        Look {
            amended,
            dirty: dirty.is_some(),
            dirty_len: dirty.map_or(0, Table::len),
            misses: locked.misses,
            noted,
            in_read: read.into_iter().map(row).collect(),
            dirty_only: only.into_iter().map(row).collect(),
        }
    }

    /// The structure of the map, which nobody else is using. For tests and tools.
    #[doc(hidden)]
    pub fn shape(&mut self) -> Shape<'_, K, V> {
        let look = self.look();
        fn pairs<'a, K, V>(rows: Vec<Row<'a, K, V>>) -> Vec<(&'a K, KeyState<'a, V>)> {
            rows.into_iter().map(|row| (row.key, row.state)).collect()
        }
        Shape {
            amended: look.amended,
            dirty: look.dirty,
            misses: look.misses,
            dirty_len: look.dirty_len,
            deleted: look.noted,
            in_read: pairs(look.in_read),
            dirty_only: pairs(look.dirty_only),
        }
    }

    /// The invariants that hold in a quiet map: `Err` names the first that does not.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String>
    where
        K: Eq,
    {
        let look = self.look();
        if !look.dirty_only.is_empty() && !look.amended {
            return Err("INV-2: dirty has a key that read lacks, and read is not amended".into());
        }
        if look.amended != look.dirty {
            return Err(format!("INV-2: amended is {}, dirty is present: {}", look.amended, look.dirty));
        }
        for row in &look.in_read {
            match (row.in_dirty, matches!(row.state, KeyState::Expunged)) {
                (true, true) => return Err("INV-3: dirty has an expunged entry".into()),
                (false, false) if look.dirty => {
                    return Err("INV-3: dirty lacks an entry that is not expunged".into());
                }
                (false, true) if !look.dirty => {
                    return Err("INV-3: an entry is expunged and there is no dirty".into());
                }
                _ => {}
            }
        }
        if look.dirty_only.iter().any(|row| matches!(row.state, KeyState::Expunged)) {
            return Err("INV-3: an entry that only dirty has is expunged".into());
        }
        let rows = || look.in_read.iter().chain(&look.dirty_only);
        if !look.noted && rows().any(|row| matches!(row.state, KeyState::Deleted)) {
            return Err(
                "an entry is deleted, and no note of it is left for the next copy: it would stay".into()
            );
        }
        let keys: Vec<&K> = rows().map(|row| row.key).collect();
        if keys.iter().enumerate().any(|(i, key)| keys[..i].contains(key)) {
            return Err("INV-5: a key has two entries".into());
        }
        if look.misses > 0 && look.misses >= look.dirty_len {
            return Err(format!(
                "INV-8: {} misses, {} entries in dirty, and no promotion",
                look.misses, look.dirty_len
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
            // SAFETY: INV-6: with `&mut` of the map no other thread can reach its tables; `read` has lost this one, so it is dropped once.
            drop(unsafe { published.into_owned() });
        }
        // SAFETY: INV-6: with `&mut` of the map no other thread reaches its entries. Both tables are gone, and each entry is listed once:
        // those of `read`, and those of dirty that `read` does not have, by their identity.
        pointers.into_iter().map(|pointer| unsafe { own(pointer) }).collect()
    }
}

/// A map that nobody shares yet.
impl<K, V, S> SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// A map of these entries, all in `read`: the first look-ups take no lock. If a key comes twice, its earlier value and the later key are
    /// dropped at once.
    pub(crate) fn of(hasher: S, entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut map = Self::with_hasher(hasher);
        // Into dirty first, where the map's own drop finds them should user code panic.
        entries.into_iter().for_each(|(key, value)| map.put(key, value));
        let guard = epoch::pin(); // may run user code: before the table leaves the map
        if let Some(table) = map.dirty.get_mut().table.take() {
            let published = Owned::new(table).into_shared(guard.engine());
            map.read.0 = Atomic::from_shared(published);
        }
        map
    }

    fn put(&mut self, key: K, value: V) {
        let hash = self.hasher.hash_one(&key);
        let guard = epoch::pin();
        let table = self.dirty.get_mut().table.get_or_insert_with(Table::new);
        let insert = |table: &mut Table<K, V>, hash, key| {
            let (entry, _) = Entry::new(hash, key, Unstored::Plain(value), &guard);
            let pointer = EntryPointer::new(Owned::new(entry).into_shared(guard.engine()));
            // SAFETY: INV-6: just allocated, and the map's from now on. Nothing is retired here: this thread alone has the map (`&mut`).
            unsafe { table.insert(hash, pointer) }
        };
        // SAFETY: INV-7: this thread alone has the map (`&mut`), so no entry leaves the table unless we take it out below.
        let Some(Found { pointer, entry }) = (unsafe { table.find(hash, &key, &guard) }) else {
            return insert(table, hash, key);
        };
        let hash = entry.hash;
        if table.remove(hash, pointer) {
            // SAFETY: INV-6: nobody shares the map yet (`&mut`), and the one table that had the entry has lost it.
            let before = (*unsafe { own(pointer) }).into_pair();
            let (key, _before) = before.expect("each entry has a value");
            insert(table, hash, key);
        }
    }
}

impl<K, V, S> Drop for SyncMap<K, V, S> {
    fn drop(&mut self) {
        // As a vector, so that all are dropped even when the `Drop` of one panics.
        drop(self.take_entries());
    }
}
