//! The operations on the whole map: `range` and what is built on it, `retain`, `clear`.
//!
//! `range` walks one published table. When dirty may have keys that `read` lacks, it promotes dirty first, so that the
//! table it walks has every key that was present when the call began.

use super::iter::{Iter, Keys, Values};
use super::pinned::Pinned;
use std::fmt;
use std::hash::{BuildHasher, Hash};

/// How many walks in a row may put a promotion off, at most: 64, where a miss may do so once, since a walk has another way.
const WALKS: usize = 64;

impl<K, V, S> Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// Calls `visit` for each key and value until it returns `false`: Go's `Range`.
    ///
    /// **Consistency.** Each key at most once, each as a `load` at some moment of the call; not a snapshot. A key that is present
    /// throughout is visited exactly once; a key that is not visited was absent at some moment. **Blocking.** Takes the mutex
    /// if new keys have come since the last promotion; no lock is held while `visit` runs, which may call any method.
    /// **Panics.** If `visit` does.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
    /// let mut sum = 0;
    /// map.pin().range(|_key, value| {
    ///     sum += value;
    ///     true
    /// });
    /// assert_eq!(sum, 3);
    /// ```
    pub fn range(&self, mut visit: impl FnMut(&K, &V) -> bool) {
        for (key, value) in self.iter() {
            if !visit(key, value) {
                return;
            }
        }
    }

    /// The keys and values as an iterator; consistency and blocking as [`range`](Self::range).
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
    /// assert_eq!(map.pin().iter().map(|(_, value)| value).sum::<i32>(), 3);
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V> {
        let mut read = self.map.read.load(&self.guard); // steps: Rd1
        if read.amended() {
            // Dirty may have keys that `read` lacks, and a walk over `read` would miss them. Promote dirty: a walk takes as many steps
            // as the table has entries anyway, so the next copy is paid for without misses.
            let mut locked = self.lock(); // steps: Lock, Rd2Walk
            if locked.must_wait(WALKS) {
                // Earlier tables are not freed yet, so the promotion is put off. Dirty has all keys: walk a list of its entries.
                let entries = locked.entries();
                drop(locked);
                self.guard.flush();
                // SAFETY: INV-7: listed under the mutex, and our guard is older than the lock.
                return unsafe { Iter::of(entries, &self.guard) };
            }
            // Look again: another thread may have promoted dirty, or cleared the map, while we waited for the mutex.
            if locked.view().amended() {
                locked.promote(); // steps: Promo, Out
            }
            read = locked.view(); // steps: Rd3
            drop(locked);
            self.guard.flush_if_full(); // a promotion retires a table
        }
        Iter::new(read.table(), &self.guard)
    }

    /// The keys; consistency and blocking as [`range`](Self::range).
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1)]);
    /// assert_eq!(map.pin().keys().collect::<Vec<_>>(), [&"a"]);
    /// ```
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys(self.iter())
    }

    /// The values; consistency and blocking as [`range`](Self::range).
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1)]);
    /// assert_eq!(map.pin().values().collect::<Vec<_>>(), [&1]);
    /// ```
    pub fn values(&self) -> Values<'_, K, V> {
        Values(self.iter())
    }

    /// Whether no key was found present; consistency and blocking as [`range`](Self::range).
    ///
    /// ```
    /// assert!(sync_map::SyncMap::<i32, i32>::new().pin().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Deletes each key whose value does not satisfy `keep`. What is deleted is the very value that `keep` saw.
    ///
    /// **Consistency.** Each key by itself, as [`range`](Self::range) with [`delete_if`](Self::delete_if). A value stored while
    /// this runs may or may not be looked at. **Blocking.** As [`range`](Self::range); no lock is held while `keep` runs. **Panics.** If
    /// `keep` does; what was deleted stays deleted. **Drop.** The values are retired.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
    /// map.pin().retain(|_key, value| *value > 1);
    /// assert_eq!(map.load("a"), None);
    /// assert_eq!(map.load("b"), Some(2));
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&K, &V) -> bool) {
        // One by one, each without a lock: what is deleted is the very value that `keep` refused.
        let mut entries = self.iter();
        while let Some(found) = entries.next_entry() {
            self.delete_value(&found, |value| !keep(&found.entry.key, value));
        }
    }

    /// Deletes all keys at once: Go's `Clear`.
    ///
    /// **Consistency.** Linearizable: one moment separates what was cleared from what came after. **Blocking.** Takes the mutex;
    /// time in proportion to the number of entries. **Drop.** All keys and values are retired. Allocates nothing when the
    /// map has no entries.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
    /// map.pin().clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&self) {
        let read = self.map.read.load(&self.guard); // steps: Rd1
        if read.table().is_none() && !read.amended() {
            // Nothing to clear, and no need for the mutex.
            return; // LP(clear, empty)
        }
        let had_entries = self.lock().clear(); // steps: Lock, Rd2Clear, Clear
        match had_entries {
            // All entries were retired at once: pay for all of them here, where the work was made.
            true => self.guard.flush_all(),
            // Nothing to pay for, and a flush would allocate.
            false => self.guard.flush_if_full(),
        }
    }
}

impl<'p, K, V, S> IntoIterator for &'p Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    type Item = (&'p K, &'p V);
    type IntoIter = Iter<'p, K, V>;

    fn into_iter(self) -> Iter<'p, K, V> {
        self.iter()
    }
}

impl<K, V, S> fmt::Debug for Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + fmt::Debug + 'static,
    V: Send + Sync + fmt::Debug + 'static,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
