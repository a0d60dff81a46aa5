//! What the mutex guards: the dirty table, the count of misses, and every change of `read`.
//!
//! # Why there are two tables
//!
//! The obvious concurrent map is one hash table behind a read-write lock. But then each look-up writes to the lock, and the
//! cache line of the lock travels from core to core: look-ups that never conflict still slow one another down. A lock for
//! each part of the table has the same fault where threads read the same keys. Without any lock, a look-up could meet a
//! table that a writer is rebuilding. Publishing a fresh copy of the table for each new key is safe, and takes n² steps for
//! n keys.
//!
//! So there is one table that look-ups read and nobody changes (`read`), and new keys gather in a second one, *dirty*, which
//! only the holder of the mutex touches. Dirty is not just the new keys: it has all entries of the map but the expunged ones,
//! so that it can become the next `read` by the exchange of one pointer, a *promotion*. The price is the copy of `read` with which
//! each dirty begins. Look-ups pay for it: a look-up that must take the mutex because `read` lacks its key is a *miss*, and dirty
//! is promoted when there have been as many misses as it has entries. So a copy of n entries is preceded by n misses (a
//! conditional deletion counts twice), or by a `range`, which promotes as well and takes n steps anyway.
//!
//! A map whose keys stay therefore settles down: all keys are in `read`, and nobody takes the mutex. A map whose keys keep
//! changing copies and misses without end, and is better off behind a lock.
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
//! - INV-2: dirty has a key that `read` lacks only if `amended` is set. Here more holds: dirty is present exactly when
//!   amended is set. (Go keeps an emptied dirty after `Clear`; here `clear` retires it.)
//! - INV-3: an expunged entry is never in dirty; any other entry of `read` is in dirty whenever dirty is present.
//! - INV-5: `insert_new` is called only when neither table has the key.
//! - INV-6: an entry is retired when it has left both tables: by a promotion (expunged), by `remove`, by `clear`.
//! - INV-8: misses count from the last promotion or clear.
//!
//! # Memory orderings
//! ORD-2 to ORD-5, ORD-21 to ORD-23, and ORD-10 to ORD-13 through the entry.
//!
//! # Progress
//! Blocking: all of this runs under the mutex, except for the note of a deletion. The only user code that does is the key's
//! `Eq` in `find`. Nothing is half changed at that point, so a panic in it breaks nothing. Retiring runs no destructor.

use super::entry::Entry;
use super::read::{AMENDED, EntryPointer, Found, Read, Table, View};
use super::value::Unstored;
use crate::epoch::{Guard, Owned, Shared};
use crate::orderings::*;
use crate::sync::{self, Arc, AtomicI64, Mutex, const_constructor};
use equivalent::Equivalent;

/// What the mutex guards.
pub(crate) struct Dirty<K, V> {
    pub(super) table: Option<Table<K, V>>,
    pub(super) misses: usize,
    /// The entries that were expunged when the copy made `table`. Those that still are when `table` is promoted have left
    /// both tables.
    pub(super) expunged: Vec<EntryPointer<K, V>>,
    /// One clone for each large table that was replaced and is not freed yet: see [`Locked::must_wait`].
    waiting: Option<Arc<()>>,
    /// How many times in a row a promotion was put off.
    put_off: usize,
}

impl<K, V> Dirty<K, V> {
    pub(crate) const fn new() -> Self {
        Dirty { table: None, misses: 0, expunged: Vec::new(), waiting: None, put_off: 0 }
    }
}

/// How many large tables may wait to be freed before promotions are put off.
///
/// MODEL-GAP: Large tables. Those of a model are small, so no promotion is put off there.
const MOST_WAITING: usize = 2;

/// Whether a key was deleted since dirty was last made. If not, the copy need not look into each entry for deleted ones (ADR 8).
pub(crate) struct Deletions(AtomicI64);

impl Deletions {
    const_constructor! {
        pub(crate) fn none() -> Self {
            Deletions(AtomicI64::new(0))
        }
    }

    /// Notes a deletion that has taken effect. Not before it: a copy in between would take the note and find nothing deleted.
    pub(crate) fn note(&self) {
        // Deletions are frequent, notes are rare: do not write when there is a note already.
        if !self.noted() {
            // The deletion emptied its slot before this. A copy that takes the note therefore finds the slot empty. ORD-22 SeqCst
            self.0.swap(1, &DELETED_NOTE); // TLA: NoteSet
        }
    }

    /// Whether there is a note.
    #[inline]
    pub(super) fn noted(&self) -> bool {
        // A deletion has emptied its slot (ORD-7) and looks for a note second. A copy takes the note (ORD-23) and looks into the slots
        // second (ORD-12). In the single order of the four: if we look before the copy takes, it finds our slot empty, or a note of
        // ours; if after, we find no note, or one for the next copy. With less, we may see a note that is gone, while the copy sees
        // the value that is gone: then the deleted entry stays. ORD-21 SeqCst
        self.0.load(&DELETED_LOAD) != 0 // TLA: NoteLoad
    }

    /// Whether there is a note, in a quiet map.
    pub(super) fn peek(&mut self) -> bool {
        self.0.peek() != 0
    }

    /// Whether there was a note, which is gone now. Under the mutex.
    fn take(&self) -> bool {
        // The other side of `noted`. The copy takes the note first and looks into the slots second: a deletion that it does not find
        // there comes after this, and leaves a note for the next copy. ORD-23 SeqCst
        self.0.swap(0, &DELETED_TAKE) != 0 // TLA: NoteTake
    }
}

/// How much a look-up that `read` could not answer counts.
#[derive(Clone, Copy)]
pub(crate) enum Miss {
    /// A look-up.
    Look = 1,
    /// A look-up that may delete the value and leave the entry in dirty. If keys come and go this way, each makes dirty longer by
    /// one, and single misses would never reach its length. Counted twice, they do: dirty is promoted, and the next copy leaves the
    /// deleted entries out before they outnumber the others.
    Delete = 2,
}

/// Where a key was found under the mutex.
pub(crate) enum Place<'g, K, V> {
    /// `read` has this entry for it, live or not.
    InRead(Found<'g, K, V>),
    /// Dirty has this entry for it, and `read` does not: by the identity of the entry.
    InDirty(Found<'g, K, V>),
    /// Neither.
    Nowhere {
        /// Whether there was a dirty to look into: a look-up that finds nothing there either is still a miss.
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
    /// Takes the mutex of the map. The guard is older than the lock, because pinning may run user code.
    #[track_caller]
    pub(crate) fn lock(
        dirty: &'p Mutex<Dirty<K, V>>,
        read: &'p Read<K, V>,
        deletions: &'p Deletions,
        guard: &'p Guard,
    ) -> Self {
        Locked { dirty: dirty.lock(), read, deletions, guard }
    }

    /// Looks into `read`, then into dirty. `read` again, because dirty may have been promoted between the first look and the lock.
    pub(crate) fn find<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Place<'p, K, V> {
        let view = self.read.load_locked(self.guard);
        let read = view.table();
        if let Some(found) = view.find(hash, key, self.guard) {
            return Place::InRead(found);
        }
        debug_assert_eq!(view.amended(), self.dirty.table.is_some(), "INV-2");
        // SAFETY: INV-7: we hold the mutex, so nobody takes an entry out of dirty meanwhile, and the guard is older than the lock: what is
        // retired after the unlock is freed after the guard.
        let in_dirty = |dirty: &Table<K, V>| unsafe { dirty.find(hash, key, self.guard) };
        match self.dirty.table.as_ref().and_then(in_dirty) {
            // It is in `read`, although the key's `Eq` or `Hash` did not find it there: they lie. What is retired depends on which
            // table has the entry, and never on what user code says.
            // identity: map-find
            Some(found) if read.is_some_and(|read| read.has(found.entry.hash, found.pointer)) => {
                Place::InRead(found)
            }
            Some(found) => Place::InDirty(found),
            None => Place::Nowhere { amended: view.amended() },
        }
    }

    /// [`find`](Self::find), and if only dirty has the entry, it is taken out and retired. Its value stays readable under this guard.
    pub(crate) fn find_and_remove<Q: Equivalent<K> + ?Sized>(
        &mut self,
        hash: u64,
        key: &Q,
    ) -> Place<'p, K, V> {
        let place = self.find(hash, key);
        if let Place::InDirty(found) = &place {
            // SAFETY: INV-6: found in dirty and not in `read`, by its identity. We still hold the mutex, so it is still so.
            unsafe { self.remove(found) }
        }
        place
    }

    /// `read` as it is, and will stay while the mutex is held.
    pub(crate) fn view(&self) -> View<'p, K, V> {
        self.read.load_locked(self.guard)
    }

    /// Records a miss: the key will take the slow path each time until dirty is promoted.
    pub(crate) fn count(&mut self, miss: Miss) {
        self.dirty.misses += miss as usize;
        let entries = self.dirty.table.as_ref().map_or(0, Table::len);
        // As many misses as dirty has entries have paid for the copy of that many entries, which the next new key will make.
        if self.dirty.misses >= entries {
            // While memory is short, the same number of misses has to come together once more. INV-8
            match self.must_wait(1) {
                true => self.dirty.misses = 0,
                false => self.promote(),
            }
        }
    }

    /// Whether to put a promotion off, because large tables that earlier promotions replaced are not freed yet; at most `at_most` times
    /// in a row. (A thread that sleeps with such a table, or a `Drop` that panics, must not put promotions off for ever.)
    ///
    /// A promotion leaves a table to the epoch, and the next new key makes another. Threads that wait for the mutex are pinned, so the
    /// epoch stands still meanwhile, and the tables of all their promotions pile up: 50 times the size of the map was measured.
    pub(crate) fn must_wait(&mut self, at_most: usize) -> bool {
        let waiting = self.dirty.waiting.as_ref().map_or(0, |waiting| Arc::strong_count(waiting) - 1);
        let is_large = self.dirty.table.as_ref().is_some_and(Table::is_large);
        let waits = waiting >= MOST_WAITING && is_large && self.dirty.put_off < at_most;
        self.dirty.put_off += usize::from(waits);
        waits
    }

    /// The entries of dirty, for a walk while a promotion is put off.
    pub(crate) fn entries(&self) -> Vec<EntryPointer<K, V>> {
        self.dirty.table.iter().flat_map(Table::iter).copied().collect()
    }

    /// Dirty becomes `read`.
    pub(crate) fn promote(&mut self) {
        // No dirty: `read` has all keys already.
        let Some(table) = self.dirty.table.take() else {
            return;
        };
        let expunged = std::mem::take(&mut self.dirty.expunged);
        self.dirty.misses = 0;
        self.dirty.put_off = 0;
        let promoted = Owned::new(table).into_shared(self.guard.engine());
        // Publishes the new entries, whole, to look-ups without the mutex, and clears the tag: `read` has all keys. ORD-4 SeqCst
        let old = self.read.0.swap(promoted, &READ_PROMOTE, self.guard); // TLA: Promo
        // SAFETY: INV-6: the exchange above took it out of `read`.
        unsafe { self.retire_table(old) }
        // What the copy left out is now in neither table, unless a store put it back (unexpunged it) since. INV-6
        let is_out = |pointer: &EntryPointer<K, V>| {
            // SAFETY: INV-6: the old table had it until the exchange above, and only this thread, further down, retires what left it.
            let entry = unsafe { pointer.get() };
            entry.is_expunged_locked(self.guard)
        };
        // SAFETY: INV-6: what left both tables is retired by the holder of the mutex, which is this thread, and only below.
        let shared = |pointer: EntryPointer<K, V>| unsafe { pointer.shared() };
        let out = expunged.into_iter().filter(is_out).map(shared);
        // SAFETY: INV-6: the old table is unlinked, and an expunged entry is not in the new one (INV-3): nobody finds these from now on.
        // A thread that found them before has a guard. Each was listed once, by the copy, and that list is used up: each is retired once.
        unsafe { self.guard.retire_all(out, Entry::<K, V>::BYTES) }
    }

    /// Makes an entry of `read` ready for a value. If it is expunged, it becomes deleted, and goes back into dirty, which lacks it:
    /// otherwise the next promotion would lose the value (INV-4).
    pub(crate) fn put_back(&mut self, found: &Found<'p, K, V>) {
        if !found.entry.unexpunge(self.guard) {
            return; // dirty has it, or there is no dirty
        }
        let dirty =
            self.dirty.table.as_mut().expect("INV-3: an expunged entry in read means that dirty is present");
        // SAFETY: INV-6: `read` has the entry, so the map owns it. It was expunged and is not any more, so the next promotion moves it
        // to `read` and does not retire it.
        unsafe { dirty.insert(found.entry.hash, found.pointer) }
    }

    /// Adds a key that neither table has (INV-5), and returns its value.
    pub(crate) fn insert_new(&mut self, hash: u64, key: K, value: Unstored<V>) -> &'p V {
        if self.dirty.table.is_none() {
            // The first new key since the last promotion. Dirty begins as a copy of `read`, so that it can replace it later.
            self.copy_read();
            // Tells look-ups that a key they do not find may be in dirty. From here on they come to the mutex, which we hold until the
            // key is there: the store takes effect here, and needs its place in the single order of stores. ORD-3 SeqCst
            self.read.0.fetch_or(AMENDED, &READ_AMEND, self.guard); // TLA: Amend. LP(store, first new key)
        }
        let (entry, value) = Entry::new(hash, key, value, self.guard);
        let entry = Owned::new(entry).into_shared(self.guard.engine());
        let dirty = self.dirty.table.as_mut().expect("INV-2: just copied, or amended");
        // If dirty was there already, this is where the store (or `load_or_store`) takes effect: the mutex hides it until then.
        // SAFETY: INV-6: allocated a moment ago, and from now on the map's. It is retired when it leaves dirty, or the `read` that dirty
        // becomes.
        unsafe { dirty.insert(hash, EntryPointer::new(entry)) }
        value
    }

    /// Makes dirty: all entries of `read` but the deleted ones, which become expunged (INV-3). When nothing was deleted since
    /// the last time, no entry is looked at. If one is deleted meanwhile, it is copied as it is, which INV-3 allows.
    fn copy_read(&mut self) {
        let mut copy = self.view().table().map_or_else(Table::new, Table::copy);
        if self.deletions.take() {
            // Some entries may be deleted: leave them out, or they would be copied from table to table for ever.
            let expunged = &mut self.dirty.expunged;
            copy.retain(|pointer| {
                // SAFETY: INV-6: `read` has the entry, and keeps it until we unlink that table, because we hold the mutex.
                let entry = unsafe { pointer.get() };
                let is_expunged = entry.expunge(self.guard);
                if is_expunged {
                    // The promotion, which unlinks the old table, retires it from this list.
                    expunged.push(pointer);
                }
                !is_expunged
            });
            copy.shrink();
        }
        self.dirty.table = Some(copy);
    }

    /// Takes an entry out of dirty, and retires it.
    ///
    /// # Safety
    /// Dirty has the entry and `read` does not, by its identity.
    unsafe fn remove(&mut self, found: &Found<'p, K, V>) {
        let dirty = self.dirty.table.as_mut().expect("dirty has the entry");
        // A deletion takes effect here. Whoever has found the entry already may still use its value: such a call comes before it.
        let removed = dirty.remove(found.entry.hash, found.pointer);
        debug_assert!(removed, "dirty has the entry");
        // SAFETY: INV-6: dirty had the entry until now, so nobody has retired it; only holders of the mutex retire entries.
        let entry = unsafe { found.pointer.shared() };
        // SAFETY: INV-6: dirty alone had it, and has lost it: nobody finds it from now on. A thread that found it before has a guard. It is not
        // retired again: `expunged` lists only what is in `read`.
        unsafe { self.guard.retire(entry, Entry::<K, V>::BYTES) }
    }

    /// Empties the map. Returns whether it had entries.
    pub(crate) fn clear(&mut self) -> bool {
        let view = self.view();
        if view.table().is_none() && !view.amended() {
            return false; // nothing to clear: a store of the first new key would have set the tag
        }
        let dirty = self.dirty.table.take();
        self.dirty.put_off = 0;
        self.dirty.expunged.clear();
        self.dirty.misses = 0;
        let empty = Shared::null();
        // All keys go at once, and the tag with them: this is the moment that separates what was cleared from what comes after.
        // A look-up that finds a key absent must find it so from here on. ORD-5 SeqCst
        let old = self.read.0.swap(empty, &READ_CLEAR, self.guard); // TLA: Clear. LP(clear)
        // Most entries were in both tables, and some in one only: each has to be retired once. INV-6
        let published = View(old).table();
        let in_read = published.into_iter().flat_map(Table::iter);
        // SAFETY: INV-6: dirty, taken above, had them all. Only the holder of the mutex, which is this thread, retires entries:
        // further down.
        let hash = |pointer: &EntryPointer<K, V>| unsafe { pointer.get() }.hash;
        let had_entries = published.into_iter().chain(&dirty).any(|table| table.len() > 0);
        let dirty_only = dirty
            .iter()
            .flat_map(Table::iter)
            // identity: map-clear
            .filter(|pointer| !published.is_some_and(|table| table.has(hash(pointer), **pointer)));
        // SAFETY: INV-6: a table had each of them until now. Only the holder of the mutex, which is this thread, retires entries:
        // in the next step.
        let shared = |pointer: &EntryPointer<K, V>| unsafe { pointer.shared() };
        let all = in_read.chain(dirty_only).map(shared);
        // SAFETY: INV-6: both tables are unlinked, so nobody finds these entries from now on; a thread that found one before has a
        // guard. Each comes once: from `read`, or from dirty if `read` does not have it. The list `expunged` was emptied, so no
        // promotion retires one again.
        unsafe { self.guard.retire_all(all, Entry::<K, V>::BYTES) }
        // SAFETY: INV-6: the exchange above took it out of `read`.
        unsafe { self.retire_table(old) }
        had_entries
    }

    /// Retires the table that was published until now; its entries live on.
    ///
    /// # Safety
    /// An exchange of this holder of the mutex took `old` out of `read`, and this is called once for it.
    unsafe fn retire_table(&mut self, old: Shared<'p, Table<K, V>>) {
        let Some(table) = View(old).table() else { return };
        // SAFETY: INV-6: `read` has lost it, by the exchange of which the caller speaks: nobody finds it from now on, no other exchange
        // can take it out again, and a look-up that still walks it has a guard.
        unsafe { self.guard.retire(old.with_tag(0), table.bytes()) }
        if table.is_large() {
            // A token that is freed after the table, because it is retired after it: as long as it is there, the table is counted.
            let waits = Arc::clone(self.dirty.waiting.get_or_insert_default());
            let waits = Owned::new(waits).into_shared(self.guard.engine());
            // SAFETY: INV-6: allocated in the line above; no other thread knows it, and this is the only place that retires it.
            unsafe { self.guard.retire(waits, 0) }
        }
    }
}
