//! The map.
//!
//! Two tables of the same entries. `read` is published by an atomic pointer and never changed: look-ups go there without
//! a lock. `dirty` is behind a mutex: new keys go there. When enough look-ups have missed `read`, dirty is published in
//! its place (a promotion).
//!
//! ```text
//!   SyncMap
//!   ├─ read ───▶ Table (amended) ──┬──▶ Entry a: live 1 ◀──┐
//!   │                              └──▶ Entry b: expunged  │
//!   └─ mutex ──▶ Dirty, misses 1 ───────────────────────── ┼─▶ Entry c: live 3
//!                                                          └── (the same entry a)
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`entry`] | one key, and the slot that says what it holds: live, deleted, expunged |
//! | [`read`] | tables of entries, and the published one with its amended tag |
//! | [`dirty`] | what the mutex guards: dirty, misses, promotion, the copy that expunges, clear |
//! | [`pinned`], [`compare`], [`whole`] | the operations: on one key, after a look at its value, on all keys |
//! | [`by_value`], [`iter`], [`traits`] | what Rust users of a map expect on top |
//! | [`quiet`], [`glance`] | what an exclusive owner can see and check: the invariants; what a test can see while others work |

pub(crate) mod by_value;
pub(crate) mod compare;
pub(crate) mod dirty;
pub(crate) mod entry;
pub(crate) mod glance;
pub(crate) mod iter;
pub(crate) mod load_or_store;
pub(crate) mod pinned;
pub(crate) mod quiet;
pub(crate) mod read;
pub(crate) mod traits;
pub(crate) mod whole;

pub use self::glance::{Glance, Guarded};
pub use self::iter::{IntoIter, Iter, Keys, Values};
pub use self::load_or_store::LoadOrStore;
pub use self::pinned::Pinned;
pub use self::quiet::{KeyState, Shape};

use self::dirty::{Deletions, Dirty};
use self::read::Read;
use crate::epoch::Atomic;
use crate::sync::{Mutex, const_constructor};
use std::hash::RandomState;

/// A concurrent map for keys that are written rarely and read often: Go's `sync.Map`.
///
/// All methods take `&self`. The methods of the map itself return values (`V: Clone`); those of the same name on
/// [`Pinned`], got by [`pin`](Self::pin), return references. The front page of the crate tells when to use it.
///
/// **Bounds.** `K` and `V` are `Send + Sync + 'static`, because a replaced value or a deleted key is dropped later, by
/// any thread.
///
/// **Drop.** Dropping the map drops at once what is in it. What was replaced or deleted before is dropped by the epoch collector.
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
                dirty: Mutex::new(Dirty::new()),
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

    /// Pins this thread: the operations by reference. See [`Pinned`].
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
