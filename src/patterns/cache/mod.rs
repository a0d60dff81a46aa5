//! A cache: keys with values that expire, and that may be evicted to keep the cache small.
//!
//! The map's value is a [`Slot`](item::Slot): an item, or a computation that is under way. All that takes an item out of the
//! map because of its time does so *by identity*: what is deleted is the very item that was found expired. (The
//! seed of this project deleted by key, and so deleted a value that was stored in between.)
//!
//! | file | idea |
//! |---|---|
//! | [`item`] | what a slot holds, and the one judge of whether it is over |
//! | [`compute`] | one computation for many callers |
//! | [`bound`] | the bound, and whom to evict |
//! | [`inner`] | the operations, and the books that they keep |
//! | [`janitor`], [`builder`], [`statistics`] | what users of a cache expect on top |
//! | [`quiet`] | what an exclusive owner can see and check |
//!
//! # Steps
//! A look-up loads the slot, then reads the clock, then uses the item. If it is expired, the look-up ends it and deletes it by
//! identity. When the deletion fails, another value may be there: the look-up begins again, for a value that is there
//! all the time must not read as absent.
//!
//! # Progress
//! A hit takes no lock when the map's read table has the key. User code (the listener, closures, `Drop`, `Clone`) runs under no
//! lock; the key's `Eq` may run under the map's mutex, as for the map.
#![forbid(unsafe_code)]

mod bound;
mod builder;
mod compute;
mod inner;
mod item;
mod janitor;
mod quiet;
mod statistics;

pub use self::builder::{CacheBuilder, Cause};
pub use self::statistics::Statistics;

use self::inner::Inner;
use self::janitor::Janitor;
use crate::patterns::clock::Clock;
use crate::sync::Arc;
use equivalent::Equivalent;
use std::convert::Infallible;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

/// A cache for many threads: values expire, a bound may be set, and a missing value is computed once for all that ask.
///
/// A hit takes no lock as a rule. Values are cloned out: put what is dear to clone into an `Arc`.
///
/// **Time.** An entry is expired from the very moment at which its time is over, for every operation alike; expired reads as absent.
/// **Consistency.** `get`, `contains_key`, `insert`, `remove` and `get_or_insert_with` are linearizable over all keys, where the time to
/// live of an insertion counts from a reading of the clock during the call. `cleanup`, `clear`, `iter` and `len` are so for each key
/// alone. An eviction is a removal at any moment.
/// **Blocking.** `clear`, `cleanup`, `iter`, `len` and `is_empty` look at each entry, and wait as
/// [`Pinned::range`](crate::Pinned::range) does; `statistics` and `clock` wait for nothing.
/// **Drop.** A value that left is dropped later, by any thread (see [`SyncMap`](crate::SyncMap)); the cache's own drop ends the janitor and
/// drops at once what is in the cache.
///
/// ```
/// use std::time::Duration;
/// use sync_map::Cache;
///
/// let cache = Cache::builder().time_to_live(Duration::from_secs(10)).build();
/// cache.insert_for("user:123", "John Doe", Duration::from_secs(5));
/// cache.insert("session:abc", "active");
/// assert_eq!(cache.get("user:123"), Some("John Doe"));
/// assert_eq!(cache.get_or_insert_with("user:7", || "computed once"), "computed once");
/// ```
pub struct Cache<K, V, S = RandomState> {
    /// Declared first: it is joined before the rest is dropped.
    janitor: Option<Janitor>,
    inner: Arc<Inner<K, V, S>>,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// A cache in which nothing expires by itself, and that has no bound.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// assert_eq!(cache.get("key"), Some(1));
    /// ```
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A cache with times, a bound, a listener, a clock…: see [`CacheBuilder`].
    ///
    /// ```
    /// let cache = sync_map::Cache::builder().max_entries(100).build();
    /// cache.insert("key", 1);
    /// ```
    pub fn builder() -> CacheBuilder<K, V> {
        CacheBuilder::new()
    }
}

impl<K, V, S> Cache<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// The value of `key`, cloned; nothing when there is none, or when its time is over.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`Pinned::load`](crate::Pinned::load). An expired entry is taken out, and its
    /// removal told. **Panics.** When `Hash`, `Eq`, `Clone` or the listener do.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// assert_eq!((cache.get("key"), cache.get("other")), (Some(1), None));
    /// ```
    #[inline]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        let slots = self.inner.slots.pin();
        let item = self.inner.find(&slots, key);
        self.inner.count_lookup(item.is_some());
        item.map(|item| item.value.clone())
    }

    /// Whether `key` has a value whose time is not over. Neither a use of it nor a look-up for the statistics.
    ///
    /// **Consistency, Blocking, Panics.** As [`get`](Self::get).
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// assert!(cache.contains_key("key"));
    /// ```
    pub fn contains_key<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.inner.contains(key)
    }

    /// Gives `key` this value, for the cache's time to live.
    ///
    /// **Consistency.** Linearizable; its time counts from a reading of the clock before it takes effect. **Blocking.** As
    /// [`Pinned::swap`](crate::Pinned::swap); with a bound it also takes the mutex of the queue. **Panics.** When `Hash`, `Eq`, `Clone` or the
    /// listener do; if the listener, then the value is stored.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// cache.insert("key", 2);
    /// assert_eq!(cache.get("key"), Some(2));
    /// ```
    pub fn insert(&self, key: K, value: V)
    where
        K: Clone,
    {
        self.insert_for(key, value, self.inner.time_to_live);
    }

    /// Gives `key` this value, for this long. Zero: it is expired at once. `Duration::MAX`: for ever. As [`insert`](Self::insert).
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache = sync_map::Cache::new();
    /// cache.insert_for("key", 1, Duration::from_secs(5));
    /// cache.insert_for("never", 1, Duration::ZERO);
    /// cache.insert_for("always", 1, Duration::MAX);
    /// assert_eq!((cache.get("key"), cache.get("never"), cache.get("always")), (Some(1), None, Some(1)));
    /// ```
    pub fn insert_for(&self, key: K, value: V, time_to_live: Duration)
    where
        K: Clone,
    {
        self.inner.insert(key, value, time_to_live);
    }

    /// Takes `key` out, and returns the value it had, cloned; nothing when there was none, or when its time was over.
    ///
    /// A computation of the key that is under way ([`get_or_insert_with`](Self::get_or_insert_with)) is cut off: its value goes to those
    /// who wait for it, and is not kept. (Then this returns nothing, though it acts as a removal of that value.)
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`Pinned::load`](crate::Pinned::load). **Panics.** As [`get`](Self::get).
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// assert_eq!((cache.remove("key"), cache.remove("key")), (Some(1), None));
    /// ```
    pub fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        V: Clone,
    {
        self.inner.remove(key)
    }

    /// Takes all out that is there, and cuts computations off, key by key. Not atomic: what comes meanwhile may stay.
    /// **Blocking.** As [`cleanup`](Self::cleanup). **Panics.** When the listener does: what was not taken out by then stays.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// cache.clear();
    /// assert!(cache.is_empty());
    /// ```
    pub fn clear(&self) {
        self.inner.clear();
    }

    /// Takes out what is expired; returns how many entries that were. Not atomic: each key at its own moment.
    ///
    /// **Blocking.** As [`Pinned::range`](crate::Pinned::range). It looks at each entry. **Panics.** When the listener does.
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache = sync_map::Cache::new();
    /// cache.insert_for("key", 1, Duration::ZERO);
    /// cache.insert("other", 1);
    /// assert_eq!(cache.cleanup(), 1);
    /// ```
    pub fn cleanup(&self) -> usize {
        self.inner.cleanup()
    }

    /// The keys and values that are not expired, cloned, in a vector's iterator, in no order. Not a snapshot, and no use of them.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// assert_eq!(cache.iter().collect::<Vec<_>>(), [("key", 1)]);
    /// ```
    pub fn iter(&self) -> std::vec::IntoIter<(K, V)>
    where
        K: Clone,
        V: Clone,
    {
        let mut entries = Vec::new();
        self.inner.visit(|item| entries.push((item.key.clone(), item.value.clone())));
        entries.into_iter()
    }

    /// How many entries are not expired: counted one by one.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// cache.insert("key", 1);
    /// assert_eq!(cache.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        let mut entries = 0;
        self.inner.visit(|_| entries += 1);
        entries
    }

    /// Whether there is no entry that is not expired.
    ///
    /// ```
    /// assert!(sync_map::Cache::<u8, u8>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was counted. Each number is exact when quiet, and they are read one by one.
    ///
    /// ```
    /// let cache = sync_map::Cache::<u8, u8>::new();
    /// cache.get(&1);
    /// assert_eq!(cache.statistics().misses, 1);
    /// ```
    pub fn statistics(&self) -> Statistics {
        self.inner.counters.as_ref().map_or_else(Statistics::default, |counters| counters.read())
    }

    /// The clock that it looks at.
    ///
    /// ```
    /// assert!(sync_map::Cache::<u8, u8>::new().clock().now() < std::time::Duration::from_secs(60));
    /// ```
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
}

impl<K, V, S> Cache<K, V, S>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    /// The value of `key`; if there is none, what `make` returns, stored for the cache's time to live.
    ///
    /// Of many callers for one absent key, one runs its `make`; the others wait for it and share its value, even if it
    /// is not kept (its time to live is zero, it was evicted or cut off: see [`remove`](Self::remove)). When `make` panics, the panic surfaces
    /// in its own call, and the next of those who wait runs its own `make`.
    ///
    /// **Consistency.** Linearizable: finds a value, or stores one. **Blocking.** Waits for `make` of another thread; no lock is held
    /// while one runs, and `make` may use the cache. **Panics.** When `make`, `Hash`, `Eq`, `Clone` or the listener do; when `make` asks
    /// for the very key that it computes, which would wait for itself. (Two closures that ask for one another's keys wait for ever.)
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// assert_eq!(cache.get_or_insert_with("key", || 6 * 7), 42);
    /// assert_eq!(cache.get_or_insert_with("key", || unreachable!()), 42);
    /// ```
    pub fn get_or_insert_with(&self, key: K, make: impl FnOnce() -> V) -> V {
        let time_to_live = self.inner.time_to_live;
        self.get_or_insert_with_time(key, || (make(), time_to_live))
    }

    /// [`get_or_insert_with`](Self::get_or_insert_with), where `make` also says how long its value is good for: a name server's answer does.
    ///
    /// **Consistency, Blocking, Panics.** As [`get_or_insert_with`](Self::get_or_insert_with).
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache = sync_map::Cache::new();
    /// assert_eq!(cache.get_or_insert_with_time("host", || ("192.0.2.1", Duration::from_secs(300))), "192.0.2.1");
    /// ```
    pub fn get_or_insert_with_time(&self, key: K, make: impl FnOnce() -> (V, Duration)) -> V {
        match self.try_get_or_insert_with_time(key, || Ok::<_, Infallible>(make())) {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// The value of `key`; if there is none, what `make` returns, stored. As [`get_or_insert_with`](Self::get_or_insert_with).
    ///
    /// # Errors
    /// What `make` returned, to the caller that ran it, and to no other: nothing is stored, and the next of those who
    /// wait runs its own `make`.
    ///
    /// ```
    /// let cache = sync_map::Cache::new();
    /// assert_eq!(cache.try_get_or_insert_with("key", || "no number".parse::<i32>().map_err(|_| "bad")), Err("bad"));
    /// assert_eq!(cache.try_get_or_insert_with("key", || "42".parse::<i32>()), Ok(42));
    /// ```
    pub fn try_get_or_insert_with<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let time_to_live = self.inner.time_to_live;
        self.try_get_or_insert_with_time(key, || Ok((make()?, time_to_live)))
    }

    /// [`get_or_insert_with`](Self::get_or_insert_with), where `make` may fail, and says how long its value is good for.
    ///
    /// # Errors
    /// As [`try_get_or_insert_with`](Self::try_get_or_insert_with).
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache = sync_map::Cache::new();
    /// let found: Result<i32, ()> = cache.try_get_or_insert_with_time("key", || Ok((42, Duration::from_secs(1))));
    /// assert_eq!(found, Ok(42));
    /// ```
    pub fn try_get_or_insert_with_time<E>(
        &self,
        key: K,
        make: impl FnOnce() -> Result<(V, Duration), E>,
    ) -> Result<V, E> {
        self.inner.get_or_compute(key, make)
    }
}

impl<K, V> Default for Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V, S> fmt::Debug for Cache<K, V, S>
where
    K: Hash + Eq + Send + Sync + fmt::Debug + 'static,
    V: Send + Sync + fmt::Debug + 'static,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        self.inner.visit(|item| {
            map.entry(&item.key, &item.value);
        });
        map.finish()
    }
}
