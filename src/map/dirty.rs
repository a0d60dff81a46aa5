//! What the mutex guards: the dirty table, the count of misses, and every change of `read`.
//!
//! A key that `read` lacks goes into *dirty*, a second table that only a holder of the mutex touches. Dirty has all
//! entries of the map but the expunged ones, so it can become the next `read` by the exchange of one pointer: that is
//! a promotion, and it happens when look-ups have missed `read` as often as dirty has entries.
//!
//! | dirty | amended | then |
//! |---|---|---|
//! | none | no | `read` has all keys |
//! | present | yes | dirty has every entry that is not expunged |
//!
//! ```text
//!   store of a new key:  copy (expunging what is deleted), amend, insert
//!        read {a,b,c}           read {a,b,c}*  ── amended         read {a,c,d}
//!        dirty none    ──▶      dirty {a,c,d}  b is expunged ──▶  dirty none, b retired
//!                                              promotion: misses reached 3
//! ```
//!
//! # Invariants kept here
//! - INV-1: only [`Locked`] writes `read`.
//! - INV-2: dirty has a key that `read` lacks only if `amended` is set. Here even: dirty is present exactly when
//!   amended is set. (Go keeps an emptied dirty after `Clear`; here `clear` retires it.)
//! - INV-3: an expunged entry is never in dirty; any other entry of `read` is in dirty whenever dirty is present.
//! - INV-5: `insert_new` is called only when neither table has the key.
//! - INV-6: an entry is retired when it has left both tables: by a promotion (expunged), by `remove`, by `clear`.
//! - INV-8: misses count from the last promotion or clear.
//!
//! # Memory orderings
//! ORD-2 to ORD-5, and ORD-10 to ORD-13 through the entry.
//!
//! # Progress
//! Blocking: all of this runs under the mutex. No user code does, but the key's `Eq` in `find`: the map is whole
//! there, so a panic in it breaks nothing. Retiring runs no destructor.

use super::SyncMap;
use super::entry::{Entry, Unstored};
use super::read::{AMENDED, EntryPointer, Found, Read, Table, View};
use crate::epoch::{Guard, Owned, Shared};
use crate::orderings::*;
use crate::sync::{self, AtomicI64, const_constructor};
use equivalent::Equivalent;

/// What the mutex guards.
pub(crate) struct Dirty<K, V> {
    pub(super) table: Option<Table<K, V>>,
    pub(super) misses: usize,
    /// The entries that the copy which made `table` found or made expunged. Those that still are when `table` is
    /// promoted have left both tables.
    pub(super) expunged: Vec<EntryPointer<K, V>>,
}

impl<K, V> Dirty<K, V> {
    pub(crate) const fn new() -> Self {
        Dirty { table: None, misses: 0, expunged: Vec::new() }
    }
}

/// Whether a key was deleted since dirty was last made: what the copy goes by when it leaves out the search for deleted entries.
pub(crate) struct Deletions(AtomicI64);

impl Deletions {
    const_constructor! {
        pub(crate) fn none() -> Self {
            Deletions(AtomicI64::new(0))
        }
    }

    /// Notes a deletion, after it: who takes the note sees it.
    pub(crate) fn note(&self) {
        // Deletions are many and notes few: read before writing.
        if !self.noted() {
            self.0.swap(1, &DELETED_NOTE); // TLA: NoteSet
        }
    }

    /// Whether there is a note.
    #[inline]
    pub(super) fn noted(&self) -> bool {
        self.0.load(&DELETED_LOAD) != 0 // TLA: NoteLoad
    }

    /// Whether there is a note, in a quiet map.
    pub(super) fn peek(&mut self) -> bool {
        self.0.peek() != 0
    }

    /// Whether there was a note, which is gone now. Under the mutex.
    fn take(&self) -> bool {
        self.0.swap(0, &DELETED_TAKE) != 0 // TLA: NoteTake
    }
}

/// Where a key was found under the mutex.
pub(crate) enum Place<'g, K, V> {
    /// `read` has an entry for it, live or not.
    InRead(Found<'g, K, V>),
    /// Only dirty has.
    InDirty(Found<'g, K, V>),
    /// Neither.
    Nowhere {
        /// Whether dirty was looked at: a look-up that misses dirty too is a miss all the same.
        amended: bool,
    },
}

/// The holder of the mutex.
pub(crate) struct Locked<'p, K, V> {
    dirty: sync::Locked<'p, Dirty<K, V>>,
    read: &'p Read<K, V>,
    deletions: &'p Deletions,
    guard: &'p Guard,
}

impl<'p, K: Send + Sync + 'static, V: Send + Sync + 'static> Locked<'p, K, V> {
    /// Takes the mutex of the map. The guard is older than the lock: pinning may run user code.
    #[track_caller]
    pub(crate) fn lock<S>(map: &'p SyncMap<K, V, S>, guard: &'p Guard) -> Self {
        Locked { dirty: map.dirty.lock(), read: &map.read, deletions: &map.deletions, guard }
    }

    /// Looks into `read` again, then into dirty: between the first look and the lock, dirty may have been promoted.
    pub(crate) fn find<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Place<'p, K, V> {
        let view = self.read.load_locked(self.guard);
        if let Some(found) = view.find(hash, key, self.guard) {
            return Place::InRead(found);
        }
        debug_assert_eq!(view.amended(), self.dirty.table.is_some(), "INV-2");
        match self.dirty.table.as_ref().and_then(|dirty| dirty.find(hash, key, self.guard)) {
            Some(found) => Place::InDirty(found),
            None => Place::Nowhere { amended: view.amended() },
        }
    }

    /// `read` as it is, and will stay while the mutex is held.
    pub(crate) fn view(&self) -> View<'p, K, V> {
        self.read.load_locked(self.guard)
    }

    /// Counts a look-up that `read` could not answer. As many as dirty has entries pay for a promotion.
    pub(crate) fn count_miss(&mut self) {
        self.dirty.misses += 1;
        let entries = self.dirty.table.as_ref().map_or(0, Table::len);
        if self.dirty.misses >= entries {
            self.promote(); // INV-8
        }
    }

    /// Dirty becomes `read`.
    pub(crate) fn promote(&mut self) {
        let Some(table) = self.dirty.table.take() else {
            return;
        };
        let expunged = std::mem::take(&mut self.dirty.expunged);
        self.dirty.misses = 0;
        let promoted = Owned::new(table).into_shared(self.guard.engine());
        let old = self.read.0.swap(promoted, &READ_PROMOTE, self.guard); // TLA: Promo
        self.retire_table(old);
        // INV-6: what the copy left out is now in neither table, unless it was put back (unexpunged) since.
        let is_out = |pointer: &EntryPointer<K, V>| {
            // SAFETY: not retired yet: that happens below.
            let entry = unsafe { pointer.get() };
            entry.is_expunged_locked(self.guard)
        };
        let out = expunged.into_iter().filter(is_out).map(EntryPointer::shared).collect();
        // SAFETY: INV-6: neither table has them, and no other list.
        unsafe { self.guard.retire_all(out) }
    }

    /// Puts an entry that was just unexpunged back into dirty (INV-4).
    pub(crate) fn put_back(&mut self, found: &Found<'p, K, V>) {
        let dirty =
            self.dirty.table.as_mut().expect("INV-3: an expunged entry in read means that dirty is present");
        dirty.insert(found.entry.hash, found.pointer);
    }

    /// Adds a key that neither table has (INV-5), and returns its value.
    pub(crate) fn insert_new(&mut self, hash: u64, key: K, value: Unstored<V>) -> &'p V {
        if self.dirty.table.is_none() {
            self.copy_read();
            self.read.0.fetch_or(AMENDED, &READ_AMEND, self.guard); // TLA: Amend. LP(store, first new key)
        }
        let (entry, value) = Entry::new(hash, key, value, self.guard);
        let entry = Owned::new(entry).into_shared(self.guard.engine());
        let dirty = self.dirty.table.as_mut().expect("INV-2: just copied, or amended");
        dirty.insert(hash, EntryPointer::new(entry));
        value
    }

    /// Makes dirty: all entries of `read` but the deleted ones, which become expunged (INV-3). When nothing was deleted since
    /// the last time, no entry is looked at; one that is deleted meanwhile is copied as it is, which INV-3 allows.
    fn copy_read(&mut self) {
        let mut copy = self.view().table().map_or_else(Table::new, Table::copy);
        if self.deletions.take() {
            let expunged = &mut self.dirty.expunged;
            copy.retain(|pointer| {
                // SAFETY: the table is reachable under the guard.
                let entry = unsafe { pointer.get() };
                let is_expunged = entry.expunge(self.guard);
                if is_expunged {
                    expunged.push(pointer);
                }
                !is_expunged
            });
        }
        self.dirty.table = Some(copy);
    }

    /// Takes an entry that only dirty has out of it, and retires it. Its value stays readable under this guard.
    pub(crate) fn remove(&mut self, found: &Found<'p, K, V>) {
        let dirty = self.dirty.table.as_mut().expect("the entry was found in dirty");
        let removed = dirty.remove(found.entry.hash, found.pointer);
        debug_assert!(removed, "the entry was found in dirty under this very lock");
        // SAFETY: INV-6: it was in dirty only (it would have been found in read first), and now in neither.
        unsafe { self.guard.retire(found.pointer.shared()) }
    }

    /// Empties the map.
    pub(crate) fn clear(&mut self) {
        let view = self.view();
        if view.table().is_none() && !view.amended() {
            return; // nothing to clear; a store of the first new key would have amended
        }
        let dirty = self.dirty.table.take();
        self.dirty.expunged.clear();
        self.dirty.misses = 0;
        let empty = Shared::null();
        let old = self.read.0.swap(empty, &READ_CLEAR, self.guard); // TLA: Clear. LP(clear)
        // INV-6: `read` had some of the entries, dirty had the others; now neither has any.
        let published = View(old).table();
        let in_read = published.into_iter().flat_map(Table::iter);
        // SAFETY: dirty's entries are not retired yet.
        let hash = |pointer: &EntryPointer<K, V>| unsafe { pointer.get() }.hash;
        let dirty_only = dirty
            .iter()
            .flat_map(Table::iter)
            .filter(|pointer| !published.is_some_and(|table| table.has(hash(pointer), **pointer)));
        let mut all =
            Vec::with_capacity(published.map_or(0, Table::len) + dirty.as_ref().map_or(0, Table::len));
        all.extend(in_read.chain(dirty_only).map(|pointer| pointer.shared()));
        // SAFETY: INV-6, see above; each is listed once (INV-5).
        unsafe { self.guard.retire_all(all) }
        self.retire_table(old);
    }

    /// Retires the table that was published until now; its entries live on.
    fn retire_table(&self, old: Shared<'p, Table<K, V>>) {
        if !old.is_null() {
            // SAFETY: INV-6: the exchange that replaced it was this thread's.
            unsafe { self.guard.retire(old.with_tag(0)) }
        }
    }
}
