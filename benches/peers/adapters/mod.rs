//! Each map behind the same few operations.
//!
//! A [`Peer`] is the map that threads share; a [`Session`] is what one thread has of it: a reference, or a guard that
//! is held for a batch. Values are `u64`, and come out as copies, so that no adapter has to hold anything.
//!
//! A map that lacks an operation says so in [`Peer::CAN`], and its cell is a dash. An operation is there only when it
//! is one atomic step of that map: by its own method, by its entry, or under its lock.

mod check;
mod dashmap;
mod flurry;
mod locks;
mod ours;
mod papaya;
mod plain;
mod scc;

pub(crate) use check::check;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};
pub(crate) use sync_map_benches::Tagged;

/// The names of the maps, as they are printed.
pub(crate) mod name {
    pub(crate) const BY_VALUE: &str = "sync-map by value";
    pub(crate) const PER_CALL: &str = "sync-map pinned per call";
    pub(crate) const BATCH: &str = "sync-map pinned batch";
    pub(crate) const RW_LOCK: &str = "RwLock<HashMap>";
    pub(crate) const MUTEX: &str = "Mutex<HashMap>";
    pub(crate) const PARKING_LOT: &str = "parking_lot RwLock";
    pub(crate) const DASHMAP: &str = "dashmap";
    pub(crate) const PAPAYA: &str = "papaya";
    pub(crate) const PAPAYA_BATCH: &str = "papaya batch";
    pub(crate) const SCC: &str = "scc HashMap";
    pub(crate) const SCC_INDEX: &str = "scc HashIndex";
    pub(crate) const FLURRY: &str = "flurry";
    pub(crate) const PLAIN: &str = "hashbrown, not shared";
    pub(crate) const GO: &str = "Go sync.Map";

    /// In the order in which they are measured and printed.
    pub(crate) const ALL: [&str; 14] = [
        BY_VALUE,
        PER_CALL,
        BATCH,
        RW_LOCK,
        MUTEX,
        PARKING_LOT,
        DASHMAP,
        PAPAYA,
        PAPAYA_BATCH,
        SCC,
        SCC_INDEX,
        FLURRY,
        PLAIN,
        GO,
    ];
}

/// A key.
pub(crate) trait Key: Clone + Debug + Hash + Ord + Send + Sync + 'static {
    /// The keys of all workloads, by number.
    fn number(number: u64) -> Self;
}

impl Key for u64 {
    fn number(number: u64) -> Self {
        number
    }
}

impl Key for String {
    fn number(number: u64) -> Self {
        format!("key_{number}")
    }
}

/// A hasher.
pub(crate) trait Hasher: BuildHasher + Clone + Default + Send + Sync + 'static {}
impl<S: BuildHasher + Clone + Default + Send + Sync + 'static> Hasher for S {}

/// What a map can do beyond load and store, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Can(u8);

impl Can {
    pub(crate) const NOTHING_MORE: Can = Can(0);
    /// Operations by several threads that change the map.
    pub(crate) const SHARED_WRITES: Can = Can(1);
    /// `compare_and_swap`, `compare_and_delete`.
    pub(crate) const COMPARE: Can = Can(2);

    pub(crate) const fn and(self, other: Can) -> Can {
        Can(self.0 | other.0)
    }

    pub(crate) const fn includes(self, other: Can) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Which kind of map it is: some targets speak of the best of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This project's.
    Ours,
    /// One lock around a plain map.
    Locked,
    /// Made for many threads.
    Concurrent,
    /// Not shared, or not a map: how fast it could be.
    Limit,
    /// In another language, and measured by another process.
    Foreign,
}

/// A map that threads share.
pub(crate) trait Peer<K: Key, S: Hasher>: Sync + Send + Sized + 'static {
    const NAME: &'static str;
    const KIND: Kind = Kind::Concurrent;
    const CAN: Can = Can::SHARED_WRITES.and(Can::COMPARE);

    type Session<'m>: Session<K>
    where
        Self: 'm;

    fn with_hasher(hasher: S) -> Self;

    /// What one thread has of the map. Not more than one thread writes at a time unless [`Can::SHARED_WRITES`].
    fn session(&self) -> Self::Session<'_>;
}

/// What one thread has of a map.
pub(crate) trait Session<K> {
    fn load(&self, key: &K) -> Option<u64>;
    fn store(&self, key: &K, value: u64);
    fn swap(&self, key: &K, value: u64) -> Option<u64>;
    /// The value that was there; nothing when `value` was stored.
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64>;
    fn load_and_delete(&self, key: &K) -> Option<u64>;
    /// Adds one to the value of a key that is there, as one atomic step.
    fn increment(&self, key: &K);
    /// Calls `visit` for each key until it returns `false`.
    fn range(&self, visit: impl FnMut(&K, u64) -> bool);
    fn clear(&self);

    /// Only with [`Can::COMPARE`].
    fn compare_and_swap(&self, _key: &K, _old: u64, _new: u64) -> bool {
        unreachable!("the workload asks for Can::COMPARE")
    }
    /// Only with [`Can::COMPARE`].
    fn compare_and_delete(&self, _key: &K, _old: u64) -> bool {
        unreachable!("the workload asks for Can::COMPARE")
    }

    /// Called every [`BATCH`] operations: a guard that is held for a batch is renewed here.
    fn rest(&mut self) {}

    /// Called at the end, and timed: garbage that is still to be handed over is handed over here.
    fn finish(&mut self) {}
}

/// How many operations a guard is held for.
pub(crate) const BATCH: usize = 256;

/// Something to be done with each kind of map.
pub(crate) trait Visitor<K: Key, S: Hasher> {
    fn visit<P: Peer<K, S>>(&mut self);
}

/// Calls the visitor once for each kind of map.
pub(crate) fn each<K: Key, S: Hasher>(visitor: &mut impl Visitor<K, S>) {
    visitor.visit::<ours::ByValue<K, S>>();
    visitor.visit::<ours::PerCall<K, S>>();
    visitor.visit::<ours::Batch<K, S>>();
    visitor.visit::<locks::RwLocked<K, S>>();
    visitor.visit::<locks::Mutexed<K, S>>();
    visitor.visit::<locks::ParkingLot<K, S>>();
    visitor.visit::<dashmap::Dash<K, S>>();
    visitor.visit::<papaya::PerCall<K, S>>();
    visitor.visit::<papaya::Batch<K, S>>();
    visitor.visit::<scc::Map<K, S>>();
    visitor.visit::<scc::Index<K, S>>();
    visitor.visit::<flurry::Flurry<K, S>>();
    visitor.visit::<plain::Plain<K, S>>();
}
