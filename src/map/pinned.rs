//! The operations, each as Go's function of the same name.
//!
//! An operation looks into `read` first, without a lock. If `read` has the key, one read or one exchange of the entry's slot answers.
//! If not, and `read` is amended, the operation takes the mutex and looks again, into `read` and into dirty. No user code runs under
//! a lock, except for the key's `Eq`.
//!
//! `TLA:` marks an atomic access, and names its action in `specs/SyncMap.tla`; `steps:` marks a call that makes
//! such accesses. `LP` marks a linearization point, the moment at which the operation takes effect.

use super::dirty::{Locked, Miss, Place};
use super::load_or_store::LoadOrStore;
use super::read::Found;
use super::sync_map::SyncMap;
use super::value::{LoadedOrStored, Unstored};
use crate::epoch::{self, Guard};
use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash};

/// A map with this thread pinned: all operations, by reference.
///
/// Made by [`SyncMap::pin`]. It holds one epoch guard, so it can return references, `&V`, that live as long as it does. A loop that reads
/// a lot pins once and pays for it once. It holds no lock.
///
/// **Memory.** While a thread is pinned, nothing that any thread retires is freed, and large maps put promotions off. Keep a `Pinned`
/// for a batch, not for the life of a thread, or call [`repin`](Self::repin) between batches.
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

    /// Invalidates all references that this `Pinned` has handed out, and allows what was retired since it was made to be freed.
    ///
    /// **Drop.** Hands over what this thread retired if there is a lot: user `Drop`s may run here then.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// let mut pinned = map.pin();
    /// for round in 0..10 {
    ///     (0..256).for_each(|key| pinned.store(key, round));
    ///     pinned.repin();
    /// }
    /// ```
    pub fn repin(&mut self) {
        self.guard.repin();
        self.guard.flush_all();
    }

    /// Hands what this thread has retired to the collector, and collects some of what no guard can see any more: at most 512 objects.
    ///
    /// Does nothing inside the `Drop` of a key or value that the collector runs: collections do not nest. (crossbeam-epoch's own
    /// `flush` does not reach what this crate has retired.) **Drop.** User `Drop`s may run here; a panic in one surfaces here.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([(1, "one")]);
    /// map.delete(&1);
    /// map.pin().flush();
    /// ```
    pub fn flush(&self) {
        self.guard.flush();
    }

    /// [`flush`](Self::flush) if this thread has retired a lot. For callers that held a lock until now: no flush runs under a lock.
    pub(crate) fn flush_if_full(&self) {
        self.guard.flush_if_full();
    }

    /// Hands over what this thread has retired, and pays for all of it: at the end of an operation on many keys.
    pub(crate) fn flush_all(&self) {
        self.guard.flush_all();
    }

    /// Frees what this thread has retired, `objects` of it under this `Pinned`, except for what another guard may see.
    pub(crate) fn let_go(&mut self, objects: usize) {
        self.guard.let_go(objects);
    }
}

impl<K, V, S> Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    pub(super) fn lock(&self) -> Locked<'_, K, V> {
        Locked::lock(&self.map.dirty, &self.map.read, &self.map.deletions, &self.guard) // TLA: Lock. When it is dropped: Unlock
    }

    fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.map.hasher.hash_one(key)
    }

    /// The entry of `key` from either table, to be read or compared without the lock.
    #[inline]
    pub(super) fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Found<'_, K, V>> {
        self.find_for(Miss::Look, key)
    }

    /// [`find`](Self::find), with how much a miss of `read` counts.
    #[inline]
    pub(super) fn find_for<Q>(&self, miss: Miss, key: &Q) -> Option<Found<'_, K, V>>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let hash = self.hash(key);
        let read = self.map.read.load(&self.guard); // steps: Rd1
        match read.find(hash, key, &self.guard) {
            // The fast path: the slot of the entry answers, without a lock.
            Some(found) => Some(found),
            // Dirty may have the key: take the mutex to see.
            None if read.amended() => self.find_locked(miss, hash, key),
            // Not amended: `read` had all keys at the moment of that load.
            None => None, // LP(absent): the key is in neither table
        }
    }

    /// The slow path of [`find`](Self::find): `read` lacks the key, dirty may have it.
    #[cold]
    fn find_locked<Q>(&self, miss: Miss, hash: u64, key: &Q) -> Option<Found<'_, K, V>>
    where
        Q: Equivalent<K> + ?Sized,
    {
        let mut locked = self.lock(); // steps: Lock, Rd2Find
        let found = match locked.find(hash, key) {
            // Dirty was promoted while we waited for the mutex. This is no miss: the next look-up finds the key in `read`.
            Place::InRead(found) => Some(found),
            // A miss: this key takes the slow path each time until dirty is promoted.
            Place::InDirty(found) => {
                locked.count(miss); // steps: Promo, Out
                Some(found)
            }
            // A miss as well, if there is a dirty: it sends look-ups of absent keys here until it is promoted.
            Place::Nowhere { amended } => {
                if amended {
                    locked.count(miss); // steps: Promo, Out
                }
                None // LP(absent): looked up under the mutex
            }
        };
        drop(locked);
        self.guard.flush_if_full(); // the miss may have paid for a promotion, which retires a table
        found
    }

    /// The value of `key`: Go's `Load`.
    ///
    /// **Consistency.** Linearizable; whatever the storing thread did before it stored the value happens before what follows.
    /// **Blocking.** None if `read` has the key or is not amended; otherwise takes the mutex. **Panics.** If `Hash` or `Eq` does.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key1", 1)]);
    /// assert_eq!(map.pin().load("key1"), Some(&1));
    /// assert_eq!(map.pin().load("key2"), None);
    /// ```
    #[inline]
    pub fn load<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        // The lock, if it was taken, is free again: the value is read from the slot in either case, as it is by then.
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
    /// **Consistency, Blocking, Panics, Drop.** As [`swap`](Self::swap).
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
    /// **Consistency.** Linearizable. **Blocking.** None if `read` has the key and its entry is not expunged; otherwise takes the
    /// mutex. The first new key after a promotion copies the table: time in proportion to the number of entries.
    /// **Panics.** If `Hash` or `Eq` does; the map is unchanged then. If the `Drop` of `key` does; the value is stored then.
    /// **Drop.** The old value is retired: dropped later (see [`SyncMap`]). The key is dropped here if the map has it already.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// assert_eq!(map.pin().swap("key", 1), None);
    /// assert_eq!(map.pin().swap("key", 2), Some(&1));
    /// ```
    pub fn swap(&self, key: K, value: V) -> Option<&V> {
        let mut previous = None;
        self.swap_then(key, value, |seen| previous = seen);
        previous
    }

    /// [`swap`](Self::swap), with what must follow it: `then` gets the previous value once the swap has taken effect, under no lock, and
    /// before any user code runs that may panic (the `Drop` of a key that the map has already, a collection).
    #[inline]
    pub(crate) fn swap_then<'p>(&'p self, key: K, value: V, then: impl FnOnce(Option<&'p V>)) {
        let hash = self.hash(&key);
        let mut value = value;

        // Fast path: the key is in read and its entry is not expunged. No lock.
        let read = self.map.read.load(&self.guard); // steps: Rd1
        if let Some(found) = read.find(hash, &key, &self.guard) {
            match found.entry.try_swap(value, &self.guard) {
                Ok(previous) => {
                    then(previous);
                    return self.guard.flush_if_full();
                }
                // Dirty lacks the entry: putting it back takes the mutex.
                Err((_expunged, rejected)) => value = rejected,
            }
        }

        // Slow path: a new key, a key that only dirty has, or an expunged entry.
        let value = Unstored::Plain(value);
        let mut locked = self.lock(); // steps: Lock, Rd2Store
        let previous = match locked.find(hash, &key) {
            // Expunged, or promoted while we waited for the mutex. If dirty lacks the entry, it gets it back first: otherwise the next
            // promotion would lose the value.
            Place::InRead(found) => {
                locked.put_back(&found); // steps: Unexp (INV-4)
                found.entry.swap_locked(value, &self.guard)
            }
            // Not a miss: in Go, too, only look-ups pay for a promotion.
            Place::InDirty(found) => found.entry.swap_locked(value, &self.guard),
            // A new key, which goes into dirty: `read` is never changed in place.
            Place::Nowhere { .. } => {
                locked.insert_new(hash, key, value); // steps: Rd3, NoteTake, Amend (INV-2)
                None
            }
        };
        drop(locked);
        then(previous);
        self.guard.flush_if_full();
    }

    /// The value of `key` if it has one; otherwise stores `value`: Go's `LoadOrStore`.
    ///
    /// Of many callers for one absent key, exactly one stores; the others load what it stored.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`swap`](Self::swap). **Panics.** If `Hash` or `Eq` does; the map is unchanged
    /// then. If the `Drop` of `key` does, which runs here if the map has the key already; the operation has taken effect then.
    /// **Errors.** The rejected value comes back in [`LoadOrStore::Loaded`].
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
                // Dirty lacks the entry: putting it back takes the mutex.
                Err((_expunged, rejected)) => value = rejected,
            }
        }

        // Slow path: a new key, a key that only dirty has, or an expunged entry.
        let mut locked = self.lock(); // steps: Lock, Rd2Store
        let done = match locked.find(hash, &key) {
            // Expunged, or promoted while we waited for the mutex. If dirty lacks the entry, it gets it back first: otherwise the next
            // promotion would lose the value.
            Place::InRead(found) => {
                locked.put_back(&found); // steps: Unexp (INV-4)
                found.entry.try_load_or_store(value, &self.guard)
            }
            // A miss, as for a load: until dirty is promoted, the key takes the slow path each time.
            Place::InDirty(found) => {
                let done = found.entry.try_load_or_store(value, &self.guard);
                locked.count(Miss::Look); // steps: Promo, Out
                done
            }
            // A new key, which goes into dirty. Absent under the mutex: nobody else can add it before us.
            Place::Nowhere { .. } => {
                Ok(LoadedOrStored::Stored(locked.insert_new(hash, key, value))) // steps: Rd3, NoteTake, Amend (INV-2)
            }
        };
        drop(locked); // user code may run in the next line
        self.guard.flush_if_full();
        match done {
            Ok(done) => done.into(),
            Err(_) => unreachable!("INV-4: nothing is expunged while this thread holds the mutex"),
        }
    }

    /// Deletes `key` and returns the value it had: Go's `LoadAndDelete`. If there is none, this is only a read.
    ///
    /// **Consistency.** Linearizable; a reader that sees the key absent because of this call sees what came before it.
    /// **Blocking.** None if `read` has the key or is not amended; otherwise takes the mutex. **Panics.** If `Hash` or `Eq` does.
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
            // The entry stays in its table, with an empty slot: a published table is never changed.
            Some(found) => found,
            // Only dirty may have the key, and dirty can be changed: there the entry itself goes.
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
        // After the deletion: a copy that takes the note must find the slot empty.
        self.map.deletions.note();
        self.guard.flush_if_full();
        Some(deleted)
    }

    /// The slow path of a deletion: an entry that only dirty has is taken out, which deletes the key. The caller deletes its value.
    #[cold]
    fn remove_locked<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Option<Found<'_, K, V>> {
        let mut locked = self.lock(); // steps: Lock, Rd2Find
        let found = match locked.find_and_remove(hash, key) {
            // Promoted while we waited for the mutex: the caller empties the slot, as on the fast path.
            Place::InRead(found) => Some(found),
            // A miss, as for a load: deletions in dirty take the slow path too.
            Place::InDirty(found) => {
                locked.count(Miss::Look); // steps: Promo, Out
                Some(found)
            }
            // A miss as well, if there is a dirty: deletions of absent keys come here until it is promoted.
            Place::Nowhere { amended } => {
                if amended {
                    locked.count(Miss::Look); // steps: Promo, Out
                }
                None // LP(delete, absent)
            }
        };
        drop(locked);
        self.guard.flush_if_full();
        found
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
