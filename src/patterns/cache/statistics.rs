//! What a cache has counted.
#![forbid(unsafe_code)]

use super::Cause;
use crate::Counter;

/// What a cache has counted since it was built; see [`Cache::statistics`](super::Cache::statistics).
///
/// **Conservation.** In a quiet cache, `insertions` is the number of entries that the map holds plus `replacements`, `removals`,
/// `expirations` and `evictions`. (An entry that is expired and not yet taken out is still held.)
///
/// ```
/// let cache = sync_map::Cache::new();
/// cache.insert("a", 1);
/// cache.get("a");
/// cache.get("b");
/// let statistics = cache.statistics();
/// assert_eq!((statistics.hits, statistics.misses, statistics.insertions), (1, 1, 1));
/// assert_eq!(statistics.hit_rate(), Some(0.5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Look-ups that found a value.
    pub hits: u64,
    /// Look-ups that did not. A caller that waits for another's computation counts as one.
    pub misses: u64,
    /// Entries that came, by `insert` or computed.
    pub insertions: u64,
    /// Entries that a later value of their key took the place of.
    pub replacements: u64,
    /// Entries that were removed or cleared.
    pub removals: u64,
    /// Entries whose time was over when they left.
    pub expirations: u64,
    /// Entries that made room for others.
    pub evictions: u64,
}

impl Statistics {
    /// The share of look-ups that found a value, from 0 to 1; nothing when there were none.
    ///
    /// ```
    /// assert_eq!(sync_map::Cache::<u8, u8>::new().statistics().hit_rate(), None);
    /// ```
    pub fn hit_rate(&self) -> Option<f64> {
        let lookups = self.hits + self.misses;
        (lookups > 0).then(|| self.hits as f64 / lookups as f64)
    }
}

/// The counters: striped, for hits are counted by many threads.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) hits: Counter,
    pub(super) misses: Counter,
    pub(super) insertions: Counter,
    replacements: Counter,
    removals: Counter,
    expirations: Counter,
    evictions: Counter,
}

impl Counters {
    pub(super) fn left(&self, cause: Cause) {
        match cause {
            Cause::Replaced => &self.replacements,
            Cause::Removed => &self.removals,
            Cause::Expired => &self.expirations,
            Cause::Evicted => &self.evictions,
        }
        .increment();
    }

    pub(super) fn read(&self) -> Statistics {
        let read = |counter: &Counter| u64::try_from(counter.get()).unwrap_or(0);
        Statistics {
            hits: read(&self.hits),
            misses: read(&self.misses),
            insertions: read(&self.insertions),
            replacements: read(&self.replacements),
            removals: read(&self.removals),
            expirations: read(&self.expirations),
            evictions: read(&self.evictions),
        }
    }
}
