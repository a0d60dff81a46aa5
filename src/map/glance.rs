//! A look at a map while others use it. For tests and tools.

use super::entry::KeyState;
use super::pinned::Pinned;
use super::read::{EntryPointer, Table};
use super::sync_map::SyncMap;
use std::hash::{BuildHasher, Hash};

/// What a map looked like: each part at its own moment. Not part of the stable interface.
#[derive(Debug)]
#[non_exhaustive]
pub struct Glance<'p, K, V> {
    /// There is a published table.
    pub table: bool,
    /// It is amended.
    pub amended: bool,
    /// A deletion was noted since dirty was last made.
    pub deleted: bool,
    /// The keys of the published table.
    pub in_read: Vec<(&'p K, KeyState<'p, V>)>,
    /// What the mutex guards, if it was free.
    pub guarded: Option<Guarded<'p, K, V>>,
}

/// What the mutex guards.
#[derive(Debug)]
#[non_exhaustive]
pub struct Guarded<'p, K, V> {
    /// Dirty is present.
    pub dirty: bool,
    /// The entries of dirty.
    pub dirty_len: usize,
    /// The keys that only dirty has.
    pub dirty_only: Vec<(&'p K, KeyState<'p, V>)>,
    /// All keys of dirty.
    pub in_dirty: Vec<(&'p K, KeyState<'p, V>)>,
    /// Misses since the last promotion or clear.
    pub misses: usize,
    /// How many entries the copy that made dirty has expunged.
    pub expunged: usize,
}

/// The tables of a map, to be drawn. Not part of the stable interface.
#[derive(Debug)]
#[non_exhaustive]
pub struct Drawn<'p, K> {
    /// `read`, if there is a published table.
    pub read: Option<Vec<DrawnRow<'p, K>>>,
    /// It is amended.
    pub amended: bool,
    /// Dirty, if there is one and the mutex was free.
    pub dirty: Option<Vec<DrawnRow<'p, K>>>,
    /// Misses since the last promotion or clear.
    pub misses: usize,
    /// A deletion was noted since dirty was last made.
    pub deleted: bool,
}

/// A row of a table.
#[derive(Debug)]
#[non_exhaustive]
pub struct DrawnRow<'p, K> {
    /// The key, where the entry has it.
    pub key: &'p K,
    /// The value as text, or the word for an entry without one.
    pub holds: String,
    /// Where the value is, if there is one.
    pub value: Option<*const u8>,
}

impl<'p, K> DrawnRow<'p, K> {
    fn new<V>((key, state): (&'p K, KeyState<'p, V>), text: &impl Fn(&V) -> String) -> Self {
        let (holds, value) = match state {
            KeyState::Live(value) => (text(value), Some(std::ptr::from_ref(value).cast())),
            KeyState::Deleted => ("deleted".to_owned(), None),
            KeyState::Expunged => ("expunged".to_owned(), None),
        };
        DrawnRow { key, holds, value }
    }
}

impl<'p, K> Drawn<'p, K> {
    /// The same tables by a part of the key.
    pub(crate) fn by<Q>(&self, part: impl Fn(&'p K) -> &'p Q) -> Drawn<'p, Q> {
        let row = |row: &DrawnRow<'p, K>| DrawnRow {
            key: part(row.key),
            holds: row.holds.clone(),
            value: row.value,
        };
        Drawn {
            read: self.read.as_ref().map(|rows| rows.iter().map(row).collect()),
            dirty: self.dirty.as_ref().map(|rows| rows.iter().map(row).collect()),
            amended: self.amended,
            misses: self.misses,
            deleted: self.deleted,
        }
    }
}

impl<K, V, S> SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// Shows the tables as [`Pinned::glance`] finds them. `text` makes text of a value. For tests and tools.
    #[doc(hidden)]
    pub fn draw(&self, text: impl Fn(&V) -> String, show: impl FnOnce(&Drawn<'_, K>)) {
        let pinned = self.pin();
        let glance = pinned.glance();
        let rows = |rows: Vec<_>| rows.into_iter().map(|row| DrawnRow::new(row, &text)).collect();
        let (dirty, misses) = match glance.guarded {
            Some(guarded) if guarded.dirty => (Some(guarded.in_dirty), guarded.misses),
            Some(guarded) => (None, guarded.misses),
            None => (None, 0),
        };
        show(&Drawn {
            read: glance.table.then(|| rows(glance.in_read)),
            amended: glance.amended,
            dirty: dirty.map(rows),
            misses,
            deleted: glance.deleted,
        });
    }
}

impl<K, V, S> Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// A look at the map while others use it. Waits for nobody. For tests and tools.
    #[doc(hidden)]
    pub fn glance(&self) -> Glance<'_, K, V> {
        let view = self.map.read.load(&self.guard);
        let row = |pointer: &EntryPointer<K, V>| {
            // SAFETY: INV-7: in a table that was published, or dirty under the mutex, while this guard was there. Another thread may have
            // retired the entry since, but cannot free it before the guard goes.
            let entry = unsafe { pointer.get() };
            let state = match entry.load(&self.guard) {
                Some(value) => KeyState::Live(value),
                None if entry.is_expunged_locked(&self.guard) => KeyState::Expunged,
                None => KeyState::Deleted,
            };
            (&entry.key, state)
        };
        let published = view.table();
        let in_read = published.into_iter().flat_map(Table::iter).map(row).collect();
        let guarded = self.map.dirty.try_lock().map(|locked| {
            let dirty = locked.table.as_ref();
            let has = |pointer: &EntryPointer<K, V>| {
                // SAFETY: INV-6: in dirty. We hold the mutex, so nobody takes the entry out and retires it meanwhile.
                let hash = unsafe { pointer.get() }.hash;
                published.is_some_and(|table| table.has(hash, *pointer))
            };
            let only = dirty.into_iter().flat_map(Table::iter).filter(|pointer| !has(pointer));
            Guarded {
                dirty: dirty.is_some(),
                dirty_len: dirty.map_or(0, Table::len),
                dirty_only: only.map(row).collect(),
                in_dirty: dirty.into_iter().flat_map(Table::iter).map(row).collect(),
                misses: locked.misses,
                expunged: locked.expunged.len(),
            }
        });
        Glance {
            table: published.is_some(),
            amended: view.amended(),
            deleted: self.map.deletions.noted(),
            in_read,
            guarded,
        }
    }
}
