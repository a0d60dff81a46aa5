//! The map itself: what it consists of, and its constructors. The other files have its operations.

use super::dirty::{Deletions, Dirty};
use super::read::Read;
use crate::epoch::Atomic;
use crate::sync::{Mutex, const_constructor};
use std::hash::RandomState;

/// What a report calls the mutex. Only one thing can make a thread take it twice, so the name says what.
const MUTEX: &str =
    "the map's mutex, under which a key's `Eq` (`Equivalent`, `Borrow`) has used the same map";

/// A concurrent map for keys that are written rarely and read often: Go's `sync.Map`.
///
/// All methods take `&self`. The methods of the map itself return values (`V: Clone`); those of the same name on
/// [`Pinned`](super::Pinned), which [`pin`](Self::pin) returns, return references. The front page of the crate says when to use it.
///
/// **Bounds.** `K` and `V` are `Send + Sync + 'static`, because a replaced value or a deleted key is dropped later, by any thread that
/// uses a map.
///
/// **Panics.** A method of the map itself panics where that of [`Pinned`](super::Pinned) does, and if `Clone` does, after it has taken
/// effect. A panic of a `Drop` from elsewhere may surface in any operation: it pins, and flushes if there is a lot, which drops what was
/// retired before, from any map.
///
/// **Drop.** Dropping the map drops at once what is in it. What was replaced or deleted before is dropped by the epoch collector: some
/// time after the last guard that could see it is gone, by any thread that uses a map. It stays with the thread that replaced it until that
/// thread has retired more, flushes ([`Pinned::flush`](super::Pinned::flush)) or ends. A pin runs at most 512 such drops, and so does a
/// flush, which an operation makes at its end if its thread has retired a lot. None runs inside another.
///
/// **Memory.** As long as no guard is held for long and no more threads work than there are cores: at most 3 times what the map holds (10 times
/// while keys come and go by conditional deletions), and 256 KiB for each thread. What keys and values own themselves is not counted. The
/// key of a deleted entry stays until the next promotion after a new key.
///
/// ```
/// use sync_map::SyncMap;
///
/// let map = SyncMap::new();
/// map.store("key1", "value1");
/// assert_eq!(map.load("key1"), Some("value1"));
/// let (actual, loaded) = match map.load_or_store("key3", "value3") {
///     sync_map::LoadOrStore::Loaded { actual, .. } => (actual, true),
///     sync_map::LoadOrStore::Stored(actual) => (actual, false),
/// };
/// assert_eq!((actual, loaded), ("value3", false));
/// ```
pub struct SyncMap<K, V, S = RandomState> {
    pub(crate) read: Read<K, V>,
    pub(crate) dirty: Mutex<Dirty<K, V>>,
    pub(crate) deletions: Deletions,
    pub(crate) hasher: S,
}

impl<K, V> SyncMap<K, V> {
    /// An empty map with the standard hasher. Allocates nothing.
    ///
    /// ```
    /// let map: sync_map::SyncMap<String, i32> = sync_map::SyncMap::new();
    /// assert!(map.is_empty());
    /// ```
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }
}

impl<K, V, S> SyncMap<K, V, S> {
    const_constructor! {
        /// An empty map with this hasher. Allocates nothing; `const`, so that a map can be a `static`.
        ///
        /// ```
        /// use std::hash::{BuildHasherDefault, DefaultHasher};
        /// use sync_map::SyncMap;
        ///
        /// type Hasher = BuildHasherDefault<DefaultHasher>;
        /// static MAP: SyncMap<u32, u32, Hasher> = SyncMap::with_hasher(Hasher::new());
        /// MAP.store(1, 2);
        /// assert_eq!(MAP.load(&1), Some(2));
        /// ```
        pub fn with_hasher(hasher: S) -> Self {
            SyncMap {
                read: Read(Atomic::null()),
                dirty: Mutex::named(MUTEX, Dirty::new()),
                deletions: Deletions::none(),
                hasher,
            }
        }
    }

    /// The hasher.
    ///
    /// ```
    /// use std::hash::BuildHasher;
    /// let map = sync_map::SyncMap::<u32, u32>::new();
    /// map.hasher().hash_one(1);
    /// ```
    pub fn hasher(&self) -> &S {
        &self.hasher
    }
}
