//! The operations, each as Go's function of the same name.
//!
//! An operation looks into `read` first, without a lock. If `read` has the key, one read or one exchange of the
//! entry's slot answers. If not, and `read` is amended, the operation takes the mutex and looks again, into `read` and
//! into dirty. User code runs under no lock (but for the key's `Eq`).
//!
//! `TLA:` marks an atomic access, and names the action of `specs/SyncMap.tla` that it is; `steps:` marks a call that makes
//! such accesses. `LP` marks a linearization point, the moment at which the operation takes effect.

use super::SyncMap;
use super::dirty::{Locked, Place};
use super::entry::{LoadedOrStored, Unstored};
use super::load_or_store::LoadOrStore;
use super::read::Found;
use crate::epoch::{self, Guard};
use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash};

/// A map with this thread pinned: all operations, by reference.
///
/// Got from [`SyncMap::pin`]. It holds one epoch guard, so that what it returns are references, `&V`, that live as
/// long as it does; a loop that reads much pins once and pays for it once. It holds no lock.
///
/// **Memory.** While a thread is pinned, nothing that any thread retires is freed. Keep a `Pinned` for a batch, not for
/// the life of a thread, or call [`repin`](Self::repin) between batches.
///
/// A `Pinned` stays on its thread (it is neither `Send` nor `Sync`).
///
/// ```
/// let map = sync_map::SyncMap::from([("a", String::from("one"))]);
/// let pinned = map.pin();
/// let one: &String = pinned.load("a").unwrap();
/// map.delete("a"); // the reference outlives the deletion
/// assert_eq!(one, "one");
/// ```
pub struct Pinned<'m, K, V, S> {
    pub(super) map: &'m SyncMap<K, V, S>,
    pub(super) guard: Guard,
}

impl<'m, K, V, S> Pinned<'m, K, V, S> {
    #[inline]
    #[track_caller]
    pub(super) fn new(map: &'m SyncMap<K, V, S>) -> Self {
        Pinned { map, guard: epoch::pin() }
    }

    /// The map.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert!(std::ptr::eq(map.pin().map(), &map));
    /// ```
    pub fn map(&self) -> &'m SyncMap<K, V, S> {
        self.map
    }

    /// Ends all references that this `Pinned` has handed out, and lets what was retired since it was made be freed.
    ///
    /// **Drop.** Hands over what this thread retired when that is much: then user `Drop`s may run here.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// let mut pinned = map.pin();
    /// for round in 0..10 {
    ///     for key in 0..256 {
    ///         pinned.store(key, round);
    ///     }
    ///     pinned.repin();
    /// }
    /// ```
    pub fn repin(&mut self) {
        self.guard.repin();
        self.guard.flush_if_full();
    }

    /// Hands what this thread has retired to the collector, and collects some of what no guard can see any more.
    ///
    /// **Drop.** User `Drop`s may run here; a panic in one surfaces here.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([(1, "one")]);
    /// map.delete(&1);
    /// map.pin().flush();
    /// ```
    pub fn flush(&self) {
        self.guard.flush();
    }
}

impl<K, V, S> Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    pub(super) fn lock(&self) -> Locked<'_, K, V> {
        Locked::lock(self.map, &self.guard) // TLA: Lock. When it is dropped: Unlock
    }

    fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.map.hasher.hash_one(key)
    }

    /// The entry of `key` from either table, to be read or compared without the lock.
    #[inline]
    pub(super) fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Found<'_, K, V>> {
        let hash = self.hash(key);
        let read = self.map.read.load(&self.guard); // steps: Rd1
        match read.find(hash, key, &self.guard) {
            Some(found) => Some(found),
            None if read.amended() => self.find_locked(hash, key),
            None => None, // LP(absent): the key is in neither table
        }
    }

    /// The slow path of [`find`](Self::find): `read` lacks the key, dirty may have it.
    #[cold]
    fn find_locked<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Option<Found<'_, K, V>> {
        let mut locked = self.lock(); // steps: Lock
        match locked.find(hash, key) {
            Place::InRead(found) => Some(found),
            Place::InDirty(found) => {
                locked.count_miss();
                Some(found)
            }
            Place::Nowhere { amended } => {
                if amended {
                    locked.count_miss();
                }
                None // LP(absent): looked up under the mutex
            }
        }
    }

    /// The value of `key`: Go's `Load`.
    ///
    /// **Consistency.** Linearizable; what the store of the value did before happens before what follows.
    /// **Blocking.** None when `read` has the key, or is not amended; else takes the mutex. **Panics.** When `Hash` or `Eq` do.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key1", 1)]);
    /// assert_eq!(map.pin().load("key1"), Some(&1));
    /// assert_eq!(map.pin().load("key2"), None);
    /// ```
    #[inline]
    pub fn load<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.find(key)?.entry.load(&self.guard)
    }

    /// Whether `key` is present. As [`load`](Self::load).
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key1", 1)]);
    /// assert!(map.pin().contains_key("key1"));
    /// ```
    pub fn contains_key<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.load(key).is_some()
    }

    /// Gives `key` the value `value`: Go's `Store`.
    ///
    /// **Consistency, Blocking, Drop.** As [`swap`](Self::swap).
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// map.pin().store("key1", "value1");
    /// assert_eq!(map.load("key1"), Some("value1"));
    /// ```
    pub fn store(&self, key: K, value: V) {
        self.swap(key, value);
    }

    /// Gives `key` the value `value`, and returns the one it had: Go's `Swap`.
    ///
    /// **Consistency.** Linearizable. **Blocking.** None when `read` has the key and its entry is not expunged; else takes the
    /// mutex. The first new key after a promotion copies the table: time in proportion to the number of entries.
    /// **Panics.** When `Hash` or `Eq` do; the map is unchanged then. **Drop.** The old value is retired: dropped later, by any
    /// thread. The key is dropped here when the map has it already.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// assert_eq!(map.pin().swap("key", 1), None);
    /// assert_eq!(map.pin().swap("key", 2), Some(&1));
    /// ```
    pub fn swap(&self, key: K, value: V) -> Option<&V> {
        let hash = self.hash(&key);
        let mut value = value;

        // Fast path: the key is in read and its entry is not expunged. No lock.
        let read = self.map.read.load(&self.guard); // steps: Rd1
        if let Some(found) = read.find(hash, &key, &self.guard) {
            match found.entry.try_swap(value, &self.guard) {
                Ok(previous) => {
                    self.guard.flush_if_full();
                    return previous;
                }
                Err((_expunged, rejected)) => value = rejected,
            }
        }

        // Slow path: a new key, a key that only dirty has, or an expunged entry.
        let value = Unstored::Plain(value);
        let mut locked = self.lock(); // steps: Lock
        let previous = match locked.find(hash, &key) {
            Place::InRead(found) => {
                // steps: Unexp
                if found.entry.unexpunge(&self.guard) {
                    locked.put_back(&found); // INV-4
                }
                found.entry.swap_locked(value, &self.guard)
            }
            Place::InDirty(found) => found.entry.swap_locked(value, &self.guard),
            Place::Nowhere { .. } => {
                locked.insert_new(hash, key, value); // steps: Rd3, NoteTake, Amend (INV-2)
                None
            }
        };
        drop(locked); // user code may run in the next line
        self.guard.flush_if_full();
        previous
    }

    /// The value of `key` if it has one; otherwise stores `value`: Go's `LoadOrStore`.
    ///
    /// Of many callers for one absent key, exactly one stores; the others load what it stored.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`swap`](Self::swap). **Panics.** When `Hash` or `Eq` do. **Errors.** The
    /// rejected value comes back in [`LoadOrStore::Loaded`].
    ///
    /// ```
    /// use sync_map::LoadOrStore;
    /// let map = sync_map::SyncMap::new();
    /// let pinned = map.pin();
    /// assert_eq!(pinned.load_or_store("key3", 3), LoadOrStore::Stored(&3));
    /// assert_eq!(pinned.load_or_store("key3", 4), LoadOrStore::Loaded { actual: &3, rejected: 4 });
    /// ```
    pub fn load_or_store(&self, key: K, value: V) -> LoadOrStore<&V, V> {
        let hash = self.hash(&key);
        let mut value = Unstored::Plain(value);

        // Fast path: the key is in read and its entry is not expunged. No lock.
        let read = self.map.read.load(&self.guard); // steps: Rd1
        if let Some(found) = read.find(hash, &key, &self.guard) {
            match found.entry.try_load_or_store(value, &self.guard) {
                Ok(done) => return done.into(),
                Err((_expunged, rejected)) => value = rejected,
            }
        }

        // Slow path: a new key, a key that only dirty has, or an expunged entry.
        let mut locked = self.lock(); // steps: Lock
        let done = match locked.find(hash, &key) {
            Place::InRead(found) => {
                // steps: Unexp
                if found.entry.unexpunge(&self.guard) {
                    locked.put_back(&found); // INV-4
                }
                found.entry.try_load_or_store(value, &self.guard)
            }
            Place::InDirty(found) => {
                let done = found.entry.try_load_or_store(value, &self.guard);
                locked.count_miss();
                done
            }
            Place::Nowhere { .. } => {
                Ok(LoadedOrStored::Stored(locked.insert_new(hash, key, value))) // steps: Rd3, NoteTake, Amend (INV-2)
            }
        };
        match done {
            Ok(done) => done.into(),
            Err(_) => unreachable!("INV-4: nothing is expunged while this thread holds the mutex"),
        }
    }

    /// The value of `key` if it has one; otherwise stores what `make` returns.
    ///
    /// `make` runs outside the lock, at most once, and only when the key was seen absent. When another thread stores
    /// meanwhile, its value is loaded and ours comes back: two callers may both run their `make`. (Asked for in golang/go
    /// 20884, 44159 and 67048.)
    ///
    /// **Consistency.** The look and the store are each linearizable. **Blocking.** As [`swap`](Self::swap), and what `make`
    /// does. **Panics.** When `Hash`, `Eq` or `make` do; the map is unchanged then.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// let pinned = map.pin();
    /// assert_eq!(pinned.load_or_store_with("key", || 6 * 7).actual(), &42);
    /// assert_eq!(pinned.load_or_store_with("key", || unreachable!()).actual(), &42);
    /// ```
    pub fn load_or_store_with(&self, key: K, make: impl FnOnce() -> V) -> LoadOrStore<&V, Option<V>> {
        if let Some(actual) = self.load(&key) {
            return LoadOrStore::Loaded { actual, rejected: None };
        }
        match self.load_or_store(key, make()) {
            LoadOrStore::Stored(value) => LoadOrStore::Stored(value),
            LoadOrStore::Loaded { actual, rejected } => {
                LoadOrStore::Loaded { actual, rejected: Some(rejected) }
            }
        }
    }

    /// Deletes `key` and returns the value it had: Go's `LoadAndDelete`. One that finds nothing is a read.
    ///
    /// **Consistency.** Linearizable; a reader that sees the key absent because of this call sees what came before it.
    /// **Blocking.** None when `read` has the key or is not amended; else takes the mutex. **Panics.** When `Hash` or `Eq` do.
    /// **Drop.** The value is retired; the key when its entry leaves both tables.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert_eq!(map.pin().load_and_delete("key"), Some(&1));
    /// assert_eq!(map.pin().load_and_delete("key"), None);
    /// ```
    pub fn load_and_delete<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        let hash = self.hash(key);
        let read = self.map.read.load(&self.guard); // steps: Rd1
        let found = match read.find(hash, key, &self.guard) {
            Some(found) => found,
            None if read.amended() => self.remove_locked(hash, key)?,
            None => return None, // LP(delete, absent)
        };
        self.delete_value(&found, |_| true)
    }

    /// Deletes the value of an entry, if it satisfies `condition`, and leaves a note for the next copy.
    pub(super) fn delete_value(
        &self,
        found: &Found<'_, K, V>,
        condition: impl FnMut(&V) -> bool,
    ) -> Option<&V> {
        let deleted = found.entry.delete_if(condition, &self.guard)?;
        self.map.deletions.note();
        self.guard.flush_if_full();
        Some(deleted)
    }

    /// The slow path of a deletion: an entry that only dirty has leaves it, which deletes the key; its value is
    /// deleted after.
    #[cold]
    fn remove_locked<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Option<Found<'_, K, V>> {
        let mut locked = self.lock(); // steps: Lock
        match locked.find(hash, key) {
            Place::InRead(found) => Some(found),
            Place::InDirty(found) => {
                locked.remove(&found);
                locked.count_miss();
                Some(found)
            }
            Place::Nowhere { amended } => {
                if amended {
                    locked.count_miss();
                }
                None // LP(delete, absent)
            }
        }
    }

    /// Deletes `key`: Go's `Delete`. Returns whether it was present. As [`load_and_delete`](Self::load_and_delete).
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key2", 1)]);
    /// assert!(map.pin().delete("key2"));
    /// assert!(!map.pin().delete("key2"));
    /// ```
    pub fn delete<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.load_and_delete(key).is_some()
    }
}
