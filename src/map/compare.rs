//! The operations that look at a value before they change it: compare-and-swap, compare-and-delete, and the two that
//! take a closure. `load_or_store_with` is here too: it looks, and stores what its closure makes where the key is absent.
//!
//! The first four find the entry as a load does, and then work on its slot without the mutex, even for a key that only dirty
//! has: values are never compared under the lock. (Go's `CompareAndSwap` compares under it; the outcomes are the same. ADR 6.)
//!
//! A conditional deletion leaves the entry in its table, as in Go. If only dirty has it, it is released once dirty has been
//! promoted and copied again. So that this happens, the look-up counts as two misses ([`Miss::Delete`]). (In Go it counts as
//! one, and keys that come and go fill the map.) `load_and_delete` takes the entry out at once.

use super::dirty::Miss;
use super::load_or_store::LoadOrStore;
use super::pinned::Pinned;
use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash};

impl<K, V, S> Pinned<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// Gives `key` the value `new` if it has the value `old`: Go's `CompareAndSwap`. Never adds a key.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`load`](Self::load). Values are compared without a lock, and again if another
    /// thread's exchange gets in between. **Panics.** If `Hash`, `Eq` or the values' `PartialEq` does; the map is unchanged then.
    /// **Drop.** The old value is retired.
    ///
    /// # Errors
    /// The rejected `new` comes back if the key is absent or has another value.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert_eq!(map.pin().compare_and_swap("key", &1, 2), Ok(()));
    /// assert_eq!(map.pin().compare_and_swap("key", &1, 3), Err(3));
    /// ```
    pub fn compare_and_swap<Q>(&self, key: &Q, old: &V, new: V) -> Result<(), V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
        V: PartialEq,
    {
        let Some(found) = self.find(key) else {
            // Absent from both tables: there is nothing to compare with, and this operation never adds a key.
            return Err(new);
        };
        let done = found.entry.compare_and_swap(|value| value == old, new, &self.guard);
        self.guard.flush_if_full();
        done
    }

    /// Deletes `key` if it has the value `old`: Go's `CompareAndDelete`. Returns whether it did.
    ///
    /// **Consistency, Blocking, Panics, Drop.** As [`compare_and_swap`](Self::compare_and_swap).
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert!(!map.pin().compare_and_delete("key", &2));
    /// assert!(map.pin().compare_and_delete("key", &1));
    /// ```
    pub fn compare_and_delete<Q>(&self, key: &Q, old: &V) -> bool
    where
        Q: Hash + Equivalent<K> + ?Sized,
        V: PartialEq,
    {
        self.delete_if(key, |value| value == old).is_some()
    }

    /// Deletes `key` if its value satisfies `condition`, and returns that value.
    ///
    /// What is deleted is the very value that `condition` saw: a value stored in between is looked at again.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`load`](Self::load); `condition` runs without a lock, once for each value
    /// seen: for ever, if it stores into the same key each time. **Panics.** If `Hash`, `Eq` or `condition` does; the map is
    /// unchanged then. **Drop.** The value is retired.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("session", 7)]);
    /// assert_eq!(map.pin().delete_if("session", |age| *age > 10), None);
    /// assert_eq!(map.pin().delete_if("session", |age| *age > 5), Some(&7));
    /// ```
    pub fn delete_if<Q>(&self, key: &Q, condition: impl FnMut(&V) -> bool) -> Option<&V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        // Two misses if `read` lacks the key, whether the value is deleted in the end or not: see the module.
        self.delete_value(&self.find_for(Miss::Delete, key)?, condition)
    }

    /// Replaces the value of `key` by what `change` makes of it, and returns the new value; `None` if the key is absent.
    ///
    /// The value is replaced only if it is still the very one that `change` saw; otherwise `change` runs again.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`load`](Self::load); `change` runs without a lock: for ever, if it stores
    /// into the same key each time. **Panics.** If `Hash`, `Eq` or `change` does; the map is unchanged then. **Drop.** The old value
    /// is retired.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("visits", 1)]);
    /// assert_eq!(map.pin().update("visits", |n| n + 1), Some(&2));
    /// assert_eq!(map.pin().update("other", |n| n + 1), None);
    /// ```
    pub fn update<Q>(&self, key: &Q, mut change: impl FnMut(&V) -> V) -> Option<&V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let (_, new) = self.find(key)?.entry.replace_if(|value| Some(change(value)), &self.guard)?;
        self.guard.flush_if_full();
        Some(new)
    }

    /// The value of `key` if it has one; otherwise stores what `make` returns.
    ///
    /// `make` runs outside the lock, at most once, and only if the key was seen absent. If another thread stores meanwhile,
    /// its value is loaded and ours comes back: two callers may both run their `make`. (Asked for in golang/go 20884, 44159
    /// and 67048.)
    ///
    /// **Consistency.** The look and the store are each linearizable. **Blocking.** As [`swap`](Self::swap), and whatever `make`
    /// does. **Panics.** If `Hash`, `Eq` or `make` does; the map is unchanged then. If the `Drop` of `key` does: see
    /// [`load_or_store`](Self::load_or_store).
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// let pinned = map.pin();
    /// assert_eq!(pinned.load_or_store_with("key", || 6 * 7).actual(), &42);
    /// assert_eq!(pinned.load_or_store_with("key", || unreachable!()).actual(), &42);
    /// ```
    pub fn load_or_store_with(&self, key: K, make: impl FnOnce() -> V) -> LoadOrStore<&V, Option<V>> {
        // Look first, so that `make` runs only where its value is wanted.
        if let Some(actual) = self.load(&key) {
            return LoadOrStore::Loaded { actual, rejected: None };
        }
        // Another thread may have stored since: `load_or_store` decides, and gives back what `make` made.
        match self.load_or_store(key, make()) {
            LoadOrStore::Stored(value) => LoadOrStore::Stored(value),
            LoadOrStore::Loaded { actual, rejected } => {
                LoadOrStore::Loaded { actual, rejected: Some(rejected) }
            }
        }
    }
}
