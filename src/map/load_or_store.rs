//! The result of `load_or_store`.

use super::value::LoadedOrStored;

/// What [`Pinned::load_or_store`](super::Pinned::load_or_store) did. `T` is `&V` or `V`; `R` is what comes back if the value was not stored.
///
/// ```
/// use sync_map::LoadOrStore;
/// let map = sync_map::SyncMap::from([("key", 1)]);
/// match map.load_or_store("key", 2) {
///     LoadOrStore::Loaded { actual, rejected } => assert_eq!((actual, rejected), (1, 2)),
///     LoadOrStore::Stored(_) => unreachable!("the key was there"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadOrStore<T, R> {
    /// The key was present: its value, and the rejected one back.
    Loaded {
        /// The value that the map has.
        actual: T,
        /// The value that was offered.
        rejected: R,
    },
    /// The key was absent, and now has the offered value.
    Stored(T),
}

impl<T, R> LoadOrStore<T, R> {
    /// The value that the map has for the key, loaded or stored.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// assert_eq!(map.load_or_store("key", 1).actual(), 1);
    /// assert_eq!(map.load_or_store("key", 2).actual(), 1);
    /// ```
    pub fn actual(self) -> T {
        match self {
            LoadOrStore::Loaded { actual, .. } | LoadOrStore::Stored(actual) => actual,
        }
    }

    /// Go's second result: whether the key was present.
    ///
    /// ```
    /// let map = sync_map::SyncMap::new();
    /// assert!(!map.load_or_store("key", 1).is_loaded());
    /// assert!(map.load_or_store("key", 2).is_loaded());
    /// ```
    pub fn is_loaded(&self) -> bool {
        matches!(self, LoadOrStore::Loaded { .. })
    }
}

impl<'g, V> From<LoadedOrStored<'g, V>> for LoadOrStore<&'g V, V> {
    fn from(done: LoadedOrStored<'g, V>) -> Self {
        match done {
            LoadedOrStored::Loaded(actual, rejected) => {
                LoadOrStore::Loaded { actual, rejected: rejected.into_inner() }
            }
            LoadedOrStored::Stored(value) => LoadOrStore::Stored(value),
        }
    }
}
