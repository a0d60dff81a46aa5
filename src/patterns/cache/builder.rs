//! How a cache is built.
#![forbid(unsafe_code)]

use super::bound::Bound;
use super::cache::Cache;
use super::cause::Cause;
use super::inner::Inner;
use super::janitor::Janitor;
use super::listening::{Listener, Listening};
use super::statistics::Counters;
use crate::map::SyncMap;
use crate::patterns::clock::{Clock, NEVER, nanos};
use crate::sync::Arc;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

/// Builds a [`Cache`]: nothing expires, nothing is evicted, unless this says so.
///
/// ```
/// use std::time::Duration;
///
/// let cache = sync_map::Cache::builder()
///     .time_to_live(Duration::from_secs(60))
///     .time_to_idle(Duration::from_secs(10))
///     .max_entries(1_000)
///     .build();
/// cache.insert("key", "value");
/// assert_eq!(cache.get("key"), Some("value"));
/// ```
pub struct CacheBuilder<K, V, S = RandomState> {
    time_to_live: Duration,
    time_to_idle: Duration,
    max_entries: Option<usize>,
    listener: Option<Listener<K, V>>,
    clock: Option<Clock>,
    statistics: bool,
    janitor: Option<Duration>,
    hasher: S,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// A cache without a bound in which nothing expires by itself.
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

impl<K, V> CacheBuilder<K, V> {
    pub(super) fn new() -> Self {
        CacheBuilder {
            time_to_live: Duration::MAX,
            time_to_idle: Duration::MAX,
            max_entries: None,
            listener: None,
            clock: None,
            statistics: true,
            janitor: None,
            hasher: RandomState::new(),
        }
    }
}

impl<K, V, S> CacheBuilder<K, V, S> {
    /// How long an entry is valid after it was inserted, unless it is inserted with a time of its own. Zero: it is
    /// expired at once. `Duration::MAX`, or any time over 292 years: for ever.
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache = sync_map::Cache::builder().time_to_live(Duration::ZERO).build();
    /// cache.insert("key", 1);
    /// assert_eq!(cache.get("key"), None);
    /// ```
    pub fn time_to_live(mut self, time: Duration) -> Self {
        self.time_to_live = time;
        self
    }

    /// How long an entry is valid after it was inserted or last read. If both times are set, the one that ends first counts.
    /// Each hit writes the time to its entry, if that has changed.
    ///
    /// ```
    /// use std::time::Duration;
    /// let time = sync_map::ManualClock::new();
    /// let cache = sync_map::Cache::builder().time_to_idle(Duration::from_secs(5)).clock(time.clock()).build();
    /// cache.insert("key", 1);
    /// time.advance(Duration::from_secs(4));
    /// assert_eq!(cache.get("key"), Some(1)); // five seconds more
    /// time.advance(Duration::from_secs(4));
    /// assert_eq!(cache.get("key"), Some(1));
    /// time.advance(Duration::from_secs(5));
    /// assert_eq!(cache.get("key"), None);
    /// ```
    pub fn time_to_idle(mut self, time: Duration) -> Self {
        self.time_to_idle = time;
        self
    }

    /// The maximum number of entries. An insertion that exceeds it evicts others, by the *clock* policy (second chance): the entry that
    /// came first and was not read since the last eviction looked at it. The new entry is not the first to go.
    ///
    /// **Consistency.** When all calls have returned there are no more than this. While insertions run there may be one more
    /// for each of them. Zero: nothing is kept.
    ///
    /// ```
    /// let cache = sync_map::Cache::builder().max_entries(2).build();
    /// cache.insert("a", 1);
    /// cache.insert("b", 2);
    /// cache.get("a"); // has its second chance
    /// cache.insert("c", 3);
    /// assert_eq!((cache.get("a"), cache.get("b"), cache.get("c")), (Some(1), None, Some(3)));
    /// ```
    pub fn max_entries(mut self, most: usize) -> Self {
        self.max_entries = Some(most);
        self
    }

    /// A closure that is called for each entry that leaves, after it has left: on the thread that took it out, in the same call.
    ///
    /// It runs under no lock and may use the cache. It is called exactly once for each entry that leaves; not when the
    /// cache is dropped.
    ///
    /// **Order.** It is called for entries in the order in which their thread took them out. If the listener takes out entries itself, it is
    /// called for them by the same call, after it has returned, and never inside itself. (A listener that puts back what was evicted evicts
    /// another, without end. So a call delivers 1,024 waiting events, its own, and 1,024 that follow from them. The rest waits for the
    /// next call that takes something out, or cleans up.)
    /// **Panics.** If it panics, it is still called for everything else that left; then the first panic surfaces in that call, whose work is
    /// done. A janitor continues. See [`Cause`].
    ///
    /// ```
    /// let cache = sync_map::Cache::builder()
    ///     .removal_listener(|key: &&str, value: &i32, cause| println!("{key}: {value} {cause:?}"))
    ///     .build();
    /// cache.insert("a", 1);
    /// ```
    pub fn removal_listener(mut self, listener: impl Fn(&K, &V, Cause) + Send + Sync + 'static) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }

    /// The clock of the cache; by default the system's.
    ///
    /// ```
    /// let time = sync_map::ManualClock::new();
    /// let cache = sync_map::Cache::builder().clock(time.clock()).build();
    /// cache.insert("key", 1);
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Whether the cache counts what it does; by default it does. Without, [`Cache::statistics`] is all zeros.
    ///
    /// ```
    /// let cache = sync_map::Cache::builder().statistics(false).build();
    /// cache.insert("key", 1);
    /// assert_eq!(cache.statistics().insertions, 0);
    /// ```
    pub fn statistics(mut self, on: bool) -> Self {
        self.statistics = on;
        self
    }

    /// Starts a thread that calls [`Cache::cleanup`] at this interval (by the cache's clock). The thread ends when the cache is dropped,
    /// which waits for it, and for a cleanup under way. (It does not wait if a janitor's thread drops the cache.) Without a janitor, expired
    /// entries leave when they are looked up, evicted, or cleaned up.
    ///
    /// The interval is at least a millisecond: a shorter time, even zero, counts as that. **Panics.** A panic of the listener or of
    /// the clock ends one cleanup and not the thread, which tries again after the same time; the panic hook has reported it.
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache = sync_map::Cache::builder().janitor(Duration::from_secs(1)).build();
    /// cache.insert_for("key", 1, Duration::from_millis(1));
    /// ```
    pub fn janitor(mut self, every: Duration) -> Self {
        self.janitor = Some(every);
        self
    }

    /// Hashes with this.
    ///
    /// ```
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    /// let cache = sync_map::Cache::builder().hasher(BuildHasherDefault::<DefaultHasher>::default()).build();
    /// cache.insert("key", 1);
    /// ```
    pub fn hasher<T>(self, hasher: T) -> CacheBuilder<K, V, T> {
        CacheBuilder {
            time_to_live: self.time_to_live,
            time_to_idle: self.time_to_idle,
            max_entries: self.max_entries,
            listener: self.listener,
            clock: self.clock,
            statistics: self.statistics,
            janitor: self.janitor,
            hasher,
        }
    }

    /// The cache, empty.
    ///
    /// **Panics.** If the janitor's thread cannot be started.
    ///
    /// ```
    /// let cache: sync_map::Cache<String, i32> = sync_map::Cache::builder().build();
    /// assert!(cache.is_empty());
    /// ```
    pub fn build(self) -> Cache<K, V, S>
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Send + Sync + 'static,
        S: BuildHasher + Send + Sync + 'static,
    {
        let idle = nanos(self.time_to_idle);
        let inner = Arc::new(Inner {
            slots: SyncMap::with_hasher(self.hasher),
            clock: self.clock.unwrap_or_default(),
            time_to_live: self.time_to_live,
            time_to_idle: (idle != NEVER).then_some(idle),
            bound: self.max_entries.map(Bound::new),
            listening: self.listener.map(Listening::new),
            counters: self.statistics.then(Counters::new),
        });
        let janitor = self.janitor.map(|every| Janitor::start(&inner, every));
        Cache { janitor, inner }
    }
}

impl<K, V, S> fmt::Debug for CacheBuilder<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder")
            .field("time_to_live", &self.time_to_live)
            .field("time_to_idle", &self.time_to_idle)
            .field("max_entries", &self.max_entries)
            .field("janitor", &self.janitor)
            .finish_non_exhaustive()
    }
}
