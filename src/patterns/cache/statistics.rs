//! What a cache has counted.
#![forbid(unsafe_code)]

use super::cause::Cause;
use crate::orderings::*;
use crate::sync::{AtomicI64, stripe_count, stripe_index};
use crossbeam_utils::CachePadded;

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
    /// Look-ups that did not. A call counts once, even if it waits for another caller's computation, and however often it looks again.
    pub misses: u64,
    /// Entries that came, by `insert` or computed.
    pub insertions: u64,
    /// Entries that were replaced by a later value of their key.
    pub replacements: u64,
    /// Entries that were removed or cleared.
    pub removals: u64,
    /// Entries whose time was over when they left.
    pub expirations: u64,
    /// Entries that made room for others.
    pub evictions: u64,
}

impl Statistics {
    /// The share of look-ups that found a value, from 0 to 1; `None` if there were none.
    ///
    /// ```
    /// assert_eq!(sync_map::Cache::<u8, u8>::new().statistics().hit_rate(), None);
    /// ```
    pub fn hit_rate(&self) -> Option<f64> {
        let lookups = self.hits + self.misses;
        (lookups > 0).then(|| self.hits as f64 / lookups as f64)
    }
}

/// What is counted: the number of a row of [`Counters`].
#[derive(Clone, Copy)]
pub(super) enum Count {
    Hits,
    Misses,
    Insertions,
    Replacements,
    Removals,
    Expirations,
    Evictions,
}

/// How many there are.
const COUNTS: usize = Count::Evictions as usize + 1;

impl From<Cause> for Count {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Replaced => Count::Replacements,
            Cause::Removed => Count::Removals,
            Cause::Expired => Count::Expirations,
            Cause::Evicted => Count::Evictions,
        }
    }
}

/// One set of stripes, as a [`Counter`](crate::Counter) has, for all counts: a thread counts on cache lines of its own, and its seven
/// numbers share them. (Seven counters would have 896 bytes for each hardware thread, and not 128.)
pub(super) struct Counters {
    /// A power of two of them.
    stripes: Box<[CachePadded<[AtomicI64; COUNTS]>]>,
}

impl Counters {
    pub(super) fn new() -> Self {
        let stripe = |_| CachePadded::new(std::array::from_fn(|_| AtomicI64::new(0)));
        Counters { stripes: (0..stripe_count()).map(stripe).collect() }
    }

    pub(super) fn count(&self, what: Count) {
        let mine = &self.stripes[stripe_index() & (self.stripes.len() - 1)];
        // As `Counter::add`: no count is lost, and one that returned before a sum began is in it. ORD-14 SeqCst
        mine[what as usize].fetch_add(1, &STRIPE_ADD);
    }

    fn sum(&self, what: Count) -> u64 {
        // As `Counter::get`: exact when quiet. ORD-15 SeqCst
        let numbers = self.stripes.iter().map(|stripe| stripe[what as usize].load(&STRIPE_LOAD));
        u64::try_from(numbers.fold(0, i64::wrapping_add)).unwrap_or(0)
    }

    pub(super) fn read(&self) -> Statistics {
        Statistics {
            hits: self.sum(Count::Hits),
            misses: self.sum(Count::Misses),
            insertions: self.sum(Count::Insertions),
            replacements: self.sum(Count::Replacements),
            removals: self.sum(Count::Removals),
            expirations: self.sum(Count::Expirations),
            evictions: self.sum(Count::Evictions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_a_cache_take_the_memory_of_one_counter() {
        let counters = Counters::new();
        let padded = size_of::<CachePadded<AtomicI64>>();
        assert_eq!(size_of_val(&*counters.stripes), stripe_count() * padded);
    }
}
