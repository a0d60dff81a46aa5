//! `pin`, and the operations by value: each pins, calls the operation of the same name on [`Pinned`], and clones what it returns.
//!
//! Consistency, blocking, panics and drop are those of the method on [`Pinned`]; if `Clone` panics, the operation has already
//! taken effect.

use super::load_or_store::LoadOrStore;
use super::pinned::Pinned;
use super::sync_map::SyncMap;
use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash};

impl<K, V, S> SyncMap<K, V, S> {
    /// Pins this thread, for the operations by reference. See [`Pinned`].
    ///
    /// **Drop.** Pinning collects garbage now and then: user `Drop`s of values of any map may run here, and panic here.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert_eq!(map.pin().load("key"), Some(&1));
    /// ```
    #[inline]
    #[track_caller]
    pub fn pin(&self) -> Pinned<'_, K, V, S> {
        Pinned::new(self)
    }
}

impl<K, V, S> SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// The value of `key`, cloned: Go's `Load`. See [`Pinned::load`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([(String::from("key1"), 1)]);
    /// assert_eq!(map.load("key1"), Some(1));
    /// ```
    #[inline]
    pub fn load<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        self.pin().load(key).cloned()
    }

    /// Whether `key` is present. See [`Pinned::contains_key`].
    ///
    /// ```
    /// assert!(sync_map::SyncMap::from([(1, 1)]).contains_key(&1));
    /// ```
    pub fn contains_key<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.pin().contains_key(key)
    }

    /// Gives `key` the value `value`: Go's `Store`. See [`Pinned::store`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// map.store("key1", 1);
    /// assert_eq!(map.load("key1"), Some(1));
    /// ```
    pub fn store(&self, key: K, value: V) {
        self.pin().store(key, value);
    }

    /// Gives `key` the value `value`, and returns the one it had, cloned: Go's `Swap`. See [`Pinned::swap`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key1", 1)]);
    /// assert_eq!(map.swap("key1", 2), Some(1));
    /// ```
    pub fn swap(&self, key: K, value: V) -> Option<V>
    where
        V: Clone,
    {
        self.pin().swap(key, value).cloned()
    }

    /// The value of `key`, or `value` stored: Go's `LoadOrStore`. See [`Pinned::load_or_store`].
    ///
    /// ```
    /// use sync_map::LoadOrStore;
    /// let map = sync_map::SyncMap::new();
    /// assert_eq!(map.load_or_store("key3", 3), LoadOrStore::Stored(3));
    /// assert_eq!(map.load_or_store("key3", 4), LoadOrStore::Loaded { actual: 3, rejected: 4 });
    /// ```
    pub fn load_or_store(&self, key: K, value: V) -> LoadOrStore<V, V>
    where
        V: Clone,
    {
        match self.pin().load_or_store(key, value) {
            LoadOrStore::Loaded { actual, rejected } => {
                LoadOrStore::Loaded { actual: actual.clone(), rejected }
            }
            LoadOrStore::Stored(value) => LoadOrStore::Stored(value.clone()),
        }
    }

    /// The value of `key`, or what `make` returns stored. See [`Pinned::load_or_store_with`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// assert_eq!(map.load_or_store_with("key", || 42).actual(), 42);
    /// ```
    pub fn load_or_store_with(&self, key: K, make: impl FnOnce() -> V) -> LoadOrStore<V, Option<V>>
    where
        V: Clone,
    {
        match self.pin().load_or_store_with(key, make) {
            LoadOrStore::Loaded { actual, rejected } => {
                LoadOrStore::Loaded { actual: actual.clone(), rejected }
            }
            LoadOrStore::Stored(value) => LoadOrStore::Stored(value.clone()),
        }
    }

    /// Deletes `key` and returns its value, cloned: Go's `LoadAndDelete`. See [`Pinned::load_and_delete`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key2", 2)]);
    /// assert_eq!(map.load_and_delete("key2"), Some(2));
    /// ```
    pub fn load_and_delete<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        self.pin().load_and_delete(key).cloned()
    }

    /// Deletes `key`; whether it was present: Go's `Delete`. See [`Pinned::delete`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key2", 2)]);
    /// assert!(map.delete("key2"));
    /// ```
    pub fn delete<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.pin().delete(key)
    }

    /// Gives `key` the value `new` if it has `old`: Go's `CompareAndSwap`. See [`Pinned::compare_and_swap`].
    ///
    /// # Errors
    /// The rejected `new` comes back if the key is absent or has another value.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert_eq!(map.compare_and_swap("key", &1, 2), Ok(()));
    /// ```
    pub fn compare_and_swap<Q>(&self, key: &Q, old: &V, new: V) -> Result<(), V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
        V: PartialEq,
    {
        self.pin().compare_and_swap(key, old, new)
    }

    /// Deletes `key` if it has the value `old`: Go's `CompareAndDelete`. See [`Pinned::compare_and_delete`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 1)]);
    /// assert!(map.compare_and_delete("key", &1));
    /// ```
    pub fn compare_and_delete<Q>(&self, key: &Q, old: &V) -> bool
    where
        Q: Hash + Equivalent<K> + ?Sized,
        V: PartialEq,
    {
        self.pin().compare_and_delete(key, old)
    }

    /// Deletes `key` if its value satisfies `condition`, and returns that value, cloned. See [`Pinned::delete_if`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("key", 7)]);
    /// assert_eq!(map.delete_if("key", |value| *value > 5), Some(7));
    /// ```
    pub fn delete_if<Q>(&self, key: &Q, condition: impl FnMut(&V) -> bool) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
        V: Clone,
    {
        self.pin().delete_if(key, condition).cloned()
    }

    /// Replaces the value of `key` by what `change` makes of it; returns that, cloned. See [`Pinned::update`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("visits", 1)]);
    /// assert_eq!(map.update("visits", |n| n + 1), Some(2));
    /// ```
    pub fn update<Q>(&self, key: &Q, change: impl FnMut(&V) -> V) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
        V: Clone,
    {
        self.pin().update(key, change).cloned()
    }

    /// Calls `visit` for each key and value until it returns `false`: Go's `Range`. See [`Pinned::range`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1), ("b", 2)]);
    /// let mut keys = Vec::new();
    /// map.range(|key, _value| {
    ///     keys.push(*key);
    ///     true
    /// });
    /// keys.sort();
    /// assert_eq!(keys, ["a", "b"]);
    /// ```
    pub fn range(&self, visit: impl FnMut(&K, &V) -> bool) {
        self.pin().range(visit);
    }

    /// The keys and values, cloned, in a vector's iterator. See [`Pinned::iter`], which clones nothing.
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1)]);
    /// assert_eq!(map.iter().collect::<Vec<_>>(), [("a", 1)]);
    /// ```
    pub fn iter(&self) -> std::vec::IntoIter<(K, V)>
    where
        K: Clone,
        V: Clone,
    {
        self.collected(|(key, value)| (key.clone(), value.clone()))
    }

    /// The keys, cloned, in a vector's iterator. See [`Pinned::keys`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1)]);
    /// assert_eq!(map.keys().collect::<Vec<_>>(), ["a"]);
    /// ```
    pub fn keys(&self) -> std::vec::IntoIter<K>
    where
        K: Clone,
    {
        self.collected(|(key, _)| key.clone())
    }

    /// The values, cloned, in a vector's iterator. See [`Pinned::values`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([("a", 1)]);
    /// assert_eq!(map.values().collect::<Vec<_>>(), [1]);
    /// ```
    pub fn values(&self) -> std::vec::IntoIter<V>
    where
        V: Clone,
    {
        self.collected(|(_, value)| value.clone())
    }

    fn collected<T>(&self, row: impl FnMut((&K, &V)) -> T) -> std::vec::IntoIter<T> {
        self.pin().iter().map(row).collect::<Vec<T>>().into_iter()
    }

    /// Whether no key was found present. See [`Pinned::is_empty`].
    ///
    /// ```
    /// assert!(sync_map::SyncMap::<u8, u8>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.pin().is_empty()
    }

    /// Deletes each key whose value does not satisfy `keep`. See [`Pinned::retain`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([(1, 1), (2, 2)]);
    /// map.retain(|_key, value| *value > 1);
    /// assert!(!map.contains_key(&1));
    /// ```
    pub fn retain(&self, keep: impl FnMut(&K, &V) -> bool) {
        self.pin().retain(keep);
    }

    /// Deletes all keys at once: Go's `Clear`. See [`Pinned::clear`].
    ///
    /// ```
    /// let map = sync_map::SyncMap::from([(1, 1), (2, 2)]);
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&self) {
        self.pin().clear();
    }
}
