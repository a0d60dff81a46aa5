//! Tables of entries, and the published one.
//!
//! A [`Table`] is a hash table of plain pointers to entries: to copy one is to copy pointers, with no reference counts to touch.
//! The map publishes one table through an atomic pointer, [`Read`], whose tag bit is Go's `amended`. Pointer and tag are one word,
//! so a look-up learns from one load where to look, and whether a key that is not there may be elsewhere.
//!
//! | `read` | means |
//! |---|---|
//! | null | the table is empty |
//! | tag 0 | a key that is not in the table is not in the map |
//! | tag 1, amended | a key that is not in the table may be in dirty: take the mutex to see |
//!
//! # Invariants kept here
//! - INV-1: `read` and its tag change only under the mutex ([`super::dirty`] has the methods that change them); a published
//!   table is never changed ([`View`] offers no way to).
//! - INV-6: an entry is retired only when both tables have lost it. So whatever is in a table that can still be reached is alive.
//!
//! # Memory orderings
//! ORD-1 to ORD-5 in [`crate::orderings`].

use super::entry::Entry;
use crate::epoch::{Atomic, Guard, Shared, deref_raw};
use crate::orderings::*;
use equivalent::Equivalent;
use hashbrown::HashTable;

/// A pointer to an entry that the map owns. Valid wherever a table has it that is reachable under a guard (INV-6).
pub(crate) struct EntryPointer<K, V>(*const Entry<K, V>);

// SAFETY: in effect a shared reference to an `Entry<K, V>`: several threads read the key and the value through it (`Sync`), and the
// last one, whichever that is, drops them (`Send`).
unsafe impl<K: Send + Sync, V: Send + Sync> Send for EntryPointer<K, V> {}
// SAFETY: a shared pointer gives no more than a copy of it does: `&Entry<K, V>`, on a thread that may have that, as K and V are `Sync`,
// and drop them, as they are `Send`.
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

    /// The pointer as the epoch wants it, to retire the entry or to own it again.
    ///
    /// # Safety
    /// The map still owns the entry: it was not retired.
    pub(crate) unsafe fn shared<'g>(self) -> Shared<'g, Entry<K, V>> {
        Shared::from(self.0)
    }

    /// The entry.
    ///
    /// # Safety
    /// The entry was found in a table that is reachable under a guard of lifetime `'g`, or no other thread uses the map.
    #[inline(always)]
    #[track_caller]
    pub(crate) unsafe fn get<'g>(self) -> &'g Entry<K, V> {
        // SAFETY: INV-6 and INV-7: other threads may take the entry out of both tables and retire it, but it was in one when the guard
        // of lifetime 'g was there already, so the free waits for that guard. Entries are only shared: nobody has a `&mut` to one.
        unsafe { deref_raw(self.0) }
    }
}

/// A hash table of entry pointers. The map owns the entries (INV-6): none is retired before the table has lost it, or has been unlinked
/// and can no longer be changed.
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

    /// Gives room back when most of it is empty.
    pub(crate) fn shrink(&mut self) {
        let len = self.pointers.len();
        if self.pointers.capacity() > 8 * len.max(8) {
            self.pointers.shrink_to(2 * len, |pointer| {
                // SAFETY: INV-6: a table that can be changed (`&mut`) was not unlinked, so none of its entries was retired.
                let entry = unsafe { pointer.get() };
                entry.hash
            });
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.pointers.len()
    }

    /// Whether it takes so much memory that only a few of its size may wait to be freed.
    pub(crate) fn is_large(&self) -> bool {
        self.bytes() >= 64 << 10
    }

    /// The memory that it takes, filled or not.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.pointers.allocation_size()
    }

    /// The entry of `key`. Runs the key's `Eq`, and no other user code: hashes are kept in the entries.
    ///
    /// # Safety
    /// INV-7: the table was read from `read` under `guard`, or it is dirty and the mutex is held, or no other thread uses the map.
    #[inline]
    pub(crate) unsafe fn find<'g, Q: Equivalent<K> + ?Sized>(
        &self,
        hash: u64,
        key: &Q,
        guard: &'g Guard,
    ) -> Option<Found<'g, K, V>> {
        // The first entry whose stored hash bits match is nearly always the right one: no loop around the comparison.
        let pointer = *self.pointers.find(hash, |_| true)?;
        // SAFETY: INV-7: the table has the entry, so it is not retired yet, or was while the guard of lifetime 'g was there.
        let entry: &'g Entry<K, V> = unsafe { pointer.get() };
        if key.equivalent(&entry.key) {
            Some(Found { pointer, entry })
        } else {
            // Another key with the same stored bits: look at the other entries that match.
            // SAFETY: the promise that `find` asks of its caller is the one that `find_further` asks for; table and guard are the same.
            unsafe { self.find_further(hash, key, guard) }
        }
    }

    /// The slow path of [`find`](Self::find): all entries whose stored hash bits match.
    ///
    /// # Safety
    /// That of [`find`](Self::find).
    #[inline(never)]
    unsafe fn find_further<'g, Q: Equivalent<K> + ?Sized>(
        &self,
        hash: u64,
        key: &Q,
        _guard: &'g Guard,
    ) -> Option<Found<'g, K, V>> {
        let matches = |pointer: &EntryPointer<K, V>| {
            // SAFETY: INV-7: the table has the entry, so it is not retired yet, or was while the guard of lifetime 'g was there.
            let entry: &'g Entry<K, V> = unsafe { pointer.get() };
            key.equivalent(&entry.key)
        };
        let pointer = *self.pointers.find(hash, matches)?;
        // SAFETY: INV-7: found in this table a moment ago. Another thread may have retired it since, but not freed it: the guard is there.
        let entry = unsafe { pointer.get() };
        Some(Found { pointer, entry })
    }

    /// Adds an entry whose key the table lacks. Runs no user code.
    ///
    /// # Safety
    /// INV-6: the map owns the entry, and does not retire it before this table has lost it.
    pub(crate) unsafe fn insert(&mut self, hash: u64, pointer: EntryPointer<K, V>) {
        self.pointers.insert_unique(hash, pointer, |pointer| {
            // SAFETY: INV-6: a table that can be changed (`&mut`) was not unlinked, so none of its entries was retired.
            let entry = unsafe { pointer.get() };
            entry.hash
        });
    }

    /// Takes out the very entry that is given; compares pointers, not keys: two keys that call themselves equal are still two entries.
    pub(crate) fn remove(&mut self, hash: u64, pointer: EntryPointer<K, V>) -> bool {
        // identity: map-take-out
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
        // Nothing orders this look but the load itself. It sees a published table whole, and it does not miss the tag of a store of
        // a new key that came before it in the single order of stores to all keys. ORD-1 SeqCst
        View(self.0.load(&READ_LOAD, guard)) // TLA: Rd1
    }

    /// The second look, under the mutex.
    pub(crate) fn load_locked<'g>(&self, guard: &'g Guard) -> View<'g, K, V> {
        // Only holders of the mutex write `read` (INV-1), so taking the mutex has already ordered this after the latest write.
        // ORD-2 Relaxed
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
        // SAFETY: INV-7: not null, and read under the guard of lifetime 'g. The holder of the mutex may replace and retire the table
        // meanwhile, but it is not freed while that guard lives, and nobody changes a published table (INV-1).
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
        let table = self.table()?;
        // SAFETY: INV-7: this view was read under a guard that lives for 'g, whichever guard the caller passes.
        unsafe { table.find(hash, key, guard) }
    }
}
