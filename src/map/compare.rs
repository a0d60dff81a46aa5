//! The operations that look at a value before they change it: compare-and-swap, compare-and-delete, and the two that
//! take a closure.
//!
//! All four find the entry as a load does, and then work on its slot without the mutex, also for a key that only dirty
//! has: values are never compared under the lock. (Go compares under it in `CompareAndSwap`; the outcomes are the same.)
//!
//! A conditional deletion leaves the entry in its table, as in Go: a key that only dirty has, and that is deleted so, is
//! released when dirty has been promoted and copied again. `load_and_delete` takes it out at once.

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
    /// **Consistency.** Linearizable. **Blocking.** As [`load`](Self::load). Values are compared without a lock, again when another
    /// thread's exchange gets in between. **Panics.** When `Hash`, `Eq` or the values' `PartialEq` do; the map is unchanged then.
    /// **Drop.** The old value is retired.
    ///
    /// # Errors
    /// The rejected `new` comes back when the key is absent or has another value.
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
    /// seen. **Panics.** When `Hash`, `Eq` or `condition` do; the map is unchanged then. **Drop.** The value is retired.
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
        self.delete_value(&self.find(key)?, condition)
    }

    /// Replaces the value of `key` by what `change` makes of it, and returns the new value; nothing when absent.
    ///
    /// The value is replaced only if it is still the very one that `change` saw; otherwise `change` runs again.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`load`](Self::load); `change` runs without a lock. **Panics.** When `Hash`,
    /// `Eq` or `change` do; the map is unchanged then. **Drop.** The old value is retired.
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
}
