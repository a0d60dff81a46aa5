//! A look at a map while others use it. For tests and tools.

use super::entry::KeyState;
use super::pinned::Pinned;
use super::read::{EntryPointer, Table};
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
    /// Misses since the last promotion or clear.
    pub misses: usize,
    /// How many entries the copy that made dirty has expunged.
    pub expunged: usize,
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
