//! The cache itself: its methods, each of which calls one of [`Inner`].
#![forbid(unsafe_code)]

use super::inner::Inner;
use super::janitor::Janitor;
use super::statistics::Statistics;
use crate::patterns::clock::Clock;
use crate::sync::Arc;
use equivalent::Equivalent;
use std::convert::Infallible;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

/// A cache for many threads: values expire, a bound may be set, and a missing value is computed once for all that ask.
///
/// A hit usually takes no lock. Values are cloned out: put what is expensive to clone into an `Arc`.
///
/// **Time.** An entry is expired from the very moment at which its time is over, for every operation alike; expired reads as absent.
/// **Consistency.** `get`, `contains_key`, `insert`, `remove` and `get_or_insert_with` are linearizable over all keys, where the time to
/// live of an insertion counts from a reading of the clock during the call. `cleanup`, `clear`, `iter` and `len` are so for each key
/// alone. An eviction is a removal at any moment.
/// **Blocking.** `clear`, `cleanup`, `iter`, `len` and `is_empty` look at each entry, and wait as
/// [`Pinned::range`](crate::Pinned::range) does; `statistics` and `clock` wait for nothing.
/// **Drop.** A value that left is dropped later (see [`SyncMap`](crate::SyncMap)): the thread that took it out hands it over
/// when it has taken out more, in a [`Pinned::flush`](crate::Pinned::flush) of any map, and after a `clear` or a `cleanup` of 64 entries or
/// more. The cache's own drop ends the janitor and drops at once what is in the cache, computed values too.
/// **Panics.** Whatever user code panics, what follows an effect is done: the counts, the eviction that makes room, the listener. Then the first
/// panic goes on. Every call ends, even with keys whose `Hash`, `Eq` or `Clone` lies; other promises do not hold for them.
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
    pub(super) janitor: Option<Janitor>,
    pub(super) inner: Arc<Inner<K, V, S>>,
}

impl<K, V, S> Cache<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// The value of `key`, cloned; `None` if there is none, or when its time is over.
    ///
    /// **Consistency.** Linearizable. **Blocking.** As [`Pinned::load`](crate::Pinned::load). An expired entry is taken out, and its
    /// removal told. **Panics.** If `Hash`, `Eq`, `Clone`, the clock or the listener does.
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
        self.inner.get(key)
    }

    /// Whether `key` has a value whose time is not over. This counts neither as a use of it nor as a look-up in the statistics.
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
    /// [`Pinned::swap`](crate::Pinned::swap); with a bound it also takes the mutex of the queue. **Panics.** If `Hash`, `Eq`, `Clone`, the
    /// clock or the listener does. If it is the listener or a key that is evicted, the value is stored; so it is if the `Drop` of `key`
    /// panics, which runs here if the map has the key already.
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

    /// Takes `key` out, and returns the value it had, cloned; `None` if there was none, or if its time was over.
    ///
    /// A computation of the key that is under way ([`get_or_insert_with`](Self::get_or_insert_with)) is cut off: its value goes to the
    /// callers that wait for it, and is not kept. (Then this returns nothing, though it acts as a removal of that value.)
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

    /// Takes everything out, and cuts computations off, key by key. Not atomic: what is inserted meanwhile may stay.
    /// **Blocking.** As [`cleanup`](Self::cleanup). **Panics.** If the listener, `Hash` or `Eq` does, at the end: everything is taken out
    /// except for the keys whose `Hash` or `Eq` panicked. **Drop.** Hands over what it took out: user `Drop`s may run here then.
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

    /// Takes out what is expired; returns how many entries it took out. Not atomic: each key at its own moment.
    ///
    /// **Blocking.** As [`Pinned::range`](crate::Pinned::range). It looks at each entry. **Panics, Drop.** As [`clear`](Self::clear); it
    /// also panics if the clock does.
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

    /// The keys and values that are not expired, cloned, in a vector's iterator, in no order. Not a snapshot, and not a use of them.
    /// **Panics.** If `Clone` or the clock does.
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

    /// How many entries are not expired: counted one by one. **Panics.** If the clock does.
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

    /// Whether all entries are expired, or there are none. **Panics.** If the clock does.
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
    /// is not kept (its time to live is zero, it was evicted or cut off: see [`remove`](Self::remove)). If `make` panics, or any user code
    /// after it, the panic surfaces in its own call, and the next waiting caller runs its own `make`.
    ///
    /// **Consistency.** Linearizable: finds a value, or stores one. **Blocking.** Waits for `make` of another thread; no lock is held
    /// while one runs, and `make` may use the cache. **Panics.** If `make`, `Hash`, `Eq`, `Clone`, the clock or the listener does; and if `make` asks
    /// for the very key that it computes, which would wait for itself. (Two closures that ask for each other's keys wait for ever.)
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

    /// [`get_or_insert_with`](Self::get_or_insert_with), where `make` also says how long its value is valid, as a name server's answer does.
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
    /// What `make` returned, for the caller that ran it, and for no other: nothing is stored, and the next waiting caller runs
    /// its own `make`.
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

    /// [`get_or_insert_with`](Self::get_or_insert_with), where `make` may fail, and says how long its value is valid.
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
