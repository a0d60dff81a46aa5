//! Tables of entries, and the published one.
//!
//! A [`Table`] is a hash table of plain pointers to entries: copying one copies pointers and touches no count. The
//! map publishes one table through an atomic pointer, [`Read`], whose tag bit is Go's `amended`.
//!
//! | `read` | means |
//! |---|---|
//! | null | the table is empty |
//! | tag 0 | a key that is not in the table is not in the map |
//! | tag 1, amended | a key that is not in the table may be in dirty: take the mutex to see |
//!
//! # Invariants kept here
//! - INV-1: `read` and its tag change only under the mutex ([`super::dirty`] has the methods that do); a published
//!   table is never changed ([`View`] gives no way to).
//!
//! # Memory orderings
//! ORD-1 to ORD-5 in [`crate::orderings`].

use super::entry::Entry;
use crate::epoch::{Atomic, Guard, Shared, deref_raw};
use crate::orderings::*;
use equivalent::Equivalent;
use hashbrown::HashTable;

/// A pointer to an entry that the map owns. Valid wherever a table that is reachable under a guard has it (INV-6).
pub(crate) struct EntryPointer<K, V>(*const Entry<K, V>);

// SAFETY: a shared reference to an `Entry<K, V>`, in effect, which the last owner drops on any thread.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for EntryPointer<K, V> {}
// SAFETY: as above.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for EntryPointer<K, V> {}

impl<K, V> Clone for EntryPointer<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V> Copy for EntryPointer<K, V> {}

impl<K, V> EntryPointer<K, V> {
    pub(crate) fn new(entry: Shared<'_, Entry<K, V>>) -> Self {
        EntryPointer(entry.as_raw())
    }

    pub(crate) fn shared<'g>(self) -> Shared<'g, Entry<K, V>> {
        Shared::from(self.0)
    }

    /// # Safety
    /// The entry was found in a table that is reachable under a guard of lifetime `'g`, or no other thread uses the map.
    #[inline(always)]
    #[track_caller]
    pub(crate) unsafe fn get<'g>(self) -> &'g Entry<K, V> {
        // SAFETY: INV-6 and INV-7: it is retired only when both tables have lost it, and freed after the guard.
        unsafe { deref_raw(self.0) }
    }
}

/// A hash table of entry pointers.
pub(crate) struct Table<K, V> {
    pointers: HashTable<EntryPointer<K, V>>,
}

impl<K, V> Table<K, V> {
    pub(crate) fn new() -> Self {
        Table { pointers: HashTable::new() }
    }

    /// The same entries in another table: copies pointers, and looks at no entry.
    pub(crate) fn copy(&self) -> Self {
        Table { pointers: self.pointers.clone() }
    }

    /// Drops the pointers that do not satisfy `keep`.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(EntryPointer<K, V>) -> bool) {
        self.pointers.retain(|pointer| keep(*pointer));
    }

    pub(crate) fn len(&self) -> usize {
        self.pointers.len()
    }

    /// The entry of `key`. Runs the key's `Eq`, and no other user code: hashes are kept in the entries.
    ///
    /// `_guard` is the guard under which this table was reached.
    #[inline]
    pub(crate) fn find<'g, Q: Equivalent<K> + ?Sized>(
        &self,
        hash: u64,
        key: &Q,
        guard: &'g Guard,
    ) -> Option<Found<'g, K, V>> {
        // Nearly always the first entry whose few bits of hash agree is the right one: no loop around the comparison.
        let pointer = *self.pointers.find(hash, |_| true)?;
        // SAFETY: the table is reachable under the guard of lifetime 'g.
        let entry: &'g Entry<K, V> = unsafe { pointer.get() };
        if key.equivalent(&entry.key) {
            Some(Found { pointer, entry })
        } else {
            self.find_further(hash, key, guard)
        }
    }

    /// The slow path of [`find`](Self::find): all entries whose few bits of hash agree.
    #[inline(never)]
    fn find_further<'g, Q: Equivalent<K> + ?Sized>(
        &self,
        hash: u64,
        key: &Q,
        _guard: &'g Guard,
    ) -> Option<Found<'g, K, V>> {
        let matches = |pointer: &EntryPointer<K, V>| {
            // SAFETY: the table is reachable under the guard of lifetime 'g.
            let entry: &'g Entry<K, V> = unsafe { pointer.get() };
            key.equivalent(&entry.key)
        };
        let pointer = *self.pointers.find(hash, matches)?;
        // SAFETY: as above.
        let entry = unsafe { pointer.get() };
        Some(Found { pointer, entry })
    }

    /// Adds an entry whose key the table lacks. Runs no user code.
    pub(crate) fn insert(&mut self, hash: u64, pointer: EntryPointer<K, V>) {
        self.pointers.insert_unique(hash, pointer, |pointer| {
            // SAFETY: the map owns the entries of its tables.
            let entry = unsafe { pointer.get() };
            entry.hash
        });
    }

    /// Takes out the very entry that is given; compares pointers, not keys.
    pub(crate) fn remove(&mut self, hash: u64, pointer: EntryPointer<K, V>) -> bool {
        match self.pointers.find_entry(hash, |other| other.0 == pointer.0) {
            Ok(occupied) => {
                occupied.remove();
                true
            }
            Err(_) => false,
        }
    }

    /// Whether the very entry that is given is in the table.
    pub(crate) fn has(&self, hash: u64, pointer: EntryPointer<K, V>) -> bool {
        self.pointers.find(hash, |other| other.0 == pointer.0).is_some()
    }

    pub(crate) fn iter(&self) -> hashbrown::hash_table::Iter<'_, EntryPointer<K, V>> {
        self.pointers.iter()
    }
}

/// An entry, found under a guard.
pub(crate) struct Found<'g, K, V> {
    pub(crate) pointer: EntryPointer<K, V>,
    pub(crate) entry: &'g Entry<K, V>,
}

/// The published table: see the module.
pub(crate) struct Read<K, V>(pub(super) Atomic<Table<K, V>>);

/// Tag 1: dirty may have keys that the table lacks.
pub(super) const AMENDED: usize = 1;

/// The published table as it was at one moment, with its tag.
pub(crate) struct View<'g, K, V>(pub(super) Shared<'g, Table<K, V>>);

impl<K, V> Read<K, V> {
    /// The first, lock-free look.
    #[inline]
    pub(crate) fn load<'g>(&self, guard: &'g Guard) -> View<'g, K, V> {
        View(self.0.load(&READ_LOAD, guard)) // TLA: Rd1
    }

    /// The second look, under the mutex.
    pub(crate) fn load_locked<'g>(&self, guard: &'g Guard) -> View<'g, K, V> {
        View(self.0.load(&READ_LOAD_LOCKED, guard)) // TLA: Rd2Find, Rd2Store, Rd2Walk, Rd2Clear, Rd3
    }
}

impl<'g, K, V> View<'g, K, V> {
    /// The table, or nothing when it is empty.
    #[inline]
    pub(crate) fn table(&self) -> Option<&'g Table<K, V>> {
        if self.0.is_null() {
            return None;
        }
        // SAFETY: INV-7: not null, read under the guard of lifetime 'g.
        Some(unsafe { self.0.deref() })
    }

    #[inline]
    pub(crate) fn amended(&self) -> bool {
        self.0.tag() == AMENDED
    }

    #[inline]
    pub(crate) fn find<Q: Equivalent<K> + ?Sized>(
        &self,
        hash: u64,
        key: &Q,
        guard: &'g Guard,
    ) -> Option<Found<'g, K, V>> {
        self.table()?.find(hash, key, guard)
    }
}
