//! Counters: one hot number spread over stripes, and a map of numbers by key.
//!
//! # `Counter`
//! Threads add to different stripes, each on cache lines of its own, so that they do not fight for one. A sum reads
//! the stripes one by one: it is exact when nobody adds meanwhile, and otherwise the sum of what each held at some moment of the call.
//!
//! # `CounterMap`
//! A cell per key. The seed of this project kept an atomic integer in a `sync.Map` and reset it by deleting the key, which
//! loses increments that race with the deletion. Here a cell has a *retired mark*, and the mark and the number are one
//! atomic word, so that every add either counts before the removal, and is harvested by it, or sees the mark and goes to a new cell.
//!
//! | bits 63..1 | bit 0 | the cell |
//! |---|---|---|
//! | the number | 0 | counts |
//! | of no meaning | 1 | is retired: harvested, and on its way out of the map |
//!
//! # Memory orderings
//! ORD-14 to ORD-20 in [`crate::orderings`].
//!
//! # Progress
//! `Counter`: every operation ends in a bounded number of steps. `CounterMap`: an operation on a key that is in the read table takes no
//! lock, and repeats only when a removal of that key got in between; new keys take the map's mutex.
#![forbid(unsafe_code)]

use crate::map::SyncMap;
use crate::orderings::*;
use crate::sync::{AtomicI64, stripe_count, stripe_index};
use crossbeam_utils::CachePadded;
use equivalent::Equivalent;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};

/// A counter for many threads: adding is one uncontended instruction as a rule, reading costs a walk over the stripes.
///
/// **Consistency.** Each stripe is linearizable. A sum is exact when quiet: adds that returned before the call are all in it, adds that
/// begin after it are not, of those in between any may be.
/// **Blocking.** None: adding is wait-free, and a sum takes as many steps as there are stripes.
/// **Overflow.** Wraps around, as the atomic integers of `std` do. **Panics.** Never. **Memory.** A padded number (128 bytes on x86-64)
/// for each hardware thread, rounded up to a power of two. Java's `LongAdder` is the model; Go has no such type.
///
/// ```
/// let requests = sync_map::Counter::new();
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| (0..1000).for_each(|_| requests.increment()));
///     }
/// });
/// assert_eq!(requests.get(), 4000);
/// assert_eq!(requests.reset_and_get(), 4000);
/// assert_eq!(requests.get(), 0);
/// ```
pub struct Counter {
    /// A power of two of them.
    stripes: Box<[CachePadded<AtomicI64>]>,
}

impl Counter {
    /// A counter at zero.
    ///
    /// ```
    /// assert_eq!(sync_map::Counter::new().get(), 0);
    /// ```
    pub fn new() -> Self {
        let stripe = |_| CachePadded::new(AtomicI64::new(0));
        Counter { stripes: (0..stripe_count()).map(stripe).collect() }
    }

    /// The stripe of this thread.
    fn mine(&self) -> &AtomicI64 {
        &self.stripes[stripe_index() & (self.stripes.len() - 1)]
    }

    /// Adds `n`, which may be negative. Wait-free.
    ///
    /// ```
    /// let counter = sync_map::Counter::new();
    /// counter.add(5);
    /// counter.add(-2);
    /// assert_eq!(counter.get(), 3);
    /// ```
    pub fn add(&self, n: i64) {
        self.mine().fetch_add(n, &STRIPE_ADD); // TLA: StripeAdd. LP(add)
    }

    /// Adds one. Wait-free.
    ///
    /// ```
    /// let counter = sync_map::Counter::new();
    /// counter.increment();
    /// assert_eq!(counter.get(), 1);
    /// ```
    pub fn increment(&self) {
        self.add(1);
    }

    /// Takes one away. Wait-free.
    ///
    /// ```
    /// let counter = sync_map::Counter::new();
    /// counter.decrement();
    /// assert_eq!(counter.get(), -1);
    /// ```
    pub fn decrement(&self) {
        self.add(-1);
    }

    /// The sum: exact when quiet, see the type.
    ///
    /// ```
    /// assert_eq!(sync_map::Counter::new().get(), 0);
    /// ```
    pub fn get(&self) -> i64 {
        // TLA: StripeLoad. LP(get, stripe), one for each
        self.stripes.iter().fold(0, |sum, stripe| sum.wrapping_add(stripe.load(&STRIPE_LOAD)))
    }

    /// Takes the sum and leaves zero. Every add is in exactly one harvest, or still in the counter: none is lost.
    ///
    /// ```
    /// let counter = sync_map::Counter::new();
    /// counter.add(5);
    /// assert_eq!(counter.reset_and_get(), 5);
    /// ```
    pub fn reset_and_get(&self) -> i64 {
        // TLA: StripeTake. LP(reset_and_get, stripe), one for each
        self.stripes.iter().fold(0, |sum, stripe| sum.wrapping_add(stripe.swap(0, &STRIPE_TAKE)))
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Counter").field(&self.get()).finish()
    }
}

/// Bit 0 of a cell.
const RETIRED: i64 = 1;

/// The number of a key and its retired mark, in one word: see the module.
pub(crate) struct Cell(AtomicI64);

impl Cell {
    fn new(n: i64) -> Self {
        Cell(AtomicI64::new(n << 1))
    }

    /// Adds, and returns the new number; nothing when the cell is retired (then what was added to it does not count).
    fn add(&self, n: i64) -> Option<i64> {
        let before = self.0.fetch_add(n << 1, &CELL_ADD); // TLA: CellAdd. LP(add)
        number(before).map(|before| (before << 1).wrapping_add(n << 1) >> 1)
    }

    fn get(&self) -> Option<i64> {
        number(self.0.load(&CELL_LOAD)) // TLA: CellLoad. LP(get)
    }

    /// Takes the number and leaves zero, and the mark if it is there.
    fn take(&self) -> Option<i64> {
        number(self.0.fetch_and(RETIRED, &CELL_TAKE)) // TLA: CellTake. LP(reset_and_get)
    }

    /// Marks the cell, and takes the number; nothing when it is marked already.
    fn retire(&self) -> Option<i64> {
        number(self.0.fetch_or(RETIRED, &CELL_RETIRE)) // TLA: CellRetire. LP(remove)
    }
}

/// The number in the word of a cell, unless it is retired.
fn number(word: i64) -> Option<i64> {
    (word & RETIRED == 0).then_some(word >> 1)
}

/// Counters by key, of which none loses an increment.
///
/// **Consistency.** `add`, `get`, `reset_and_get` and `remove` are linearizable over all keys; [`snapshot`](Self::snapshot) and
/// [`top`](Self::top) are so for each key alone.
/// **Conservation.** For each key, the sum of all that was added is the sum of what [`reset_and_get`](Self::reset_and_get) and
/// [`remove`](Self::remove) have returned, plus what [`get`](Self::get) returns now.
/// **Blocking.** None for a key that the read table has; else as [`Pinned::load_or_store`](crate::Pinned::load_or_store). `snapshot`
/// and `top` look at each key, and wait as [`Pinned::range`](crate::Pinned::range) does.
/// **Overflow.** A number has 63 bits and wraps around. **Panics.** When the key's `Hash`, `Eq` or `Clone` do; no number is changed
/// then. **Drop.** A removed key is dropped later, by any thread (see [`SyncMap`]); the map's own drop drops at once what is in it.
///
/// ```
/// use sync_map::CounterMap;
///
/// let counters = CounterMap::new();
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| (0..250).for_each(|_| drop(counters.increment("requests"))));
///     }
/// });
/// assert_eq!(counters.reset_and_get("requests"), 1000);
/// assert_eq!(counters.get("requests"), 0);
/// ```
pub struct CounterMap<K, S = RandomState> {
    cells: SyncMap<K, Cell, S>,
}

impl<K> CounterMap<K> {
    /// No counters, with the standard hasher. Allocates nothing.
    ///
    /// ```
    /// assert!(sync_map::CounterMap::<&str>::new().snapshot().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }
}

impl<K, S> CounterMap<K, S> {
    /// No counters, with this hasher. Allocates nothing.
    ///
    /// ```
    /// assert_eq!(sync_map::CounterMap::with_hasher(std::hash::RandomState::new()).increment("requests"), 1);
    /// ```
    pub fn with_hasher(hasher: S) -> Self {
        CounterMap { cells: SyncMap::with_hasher(hasher) }
    }
}

impl<K, S> CounterMap<K, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    S: BuildHasher,
{
    /// Adds `n` to the counter of `key`, which begins at zero, and returns its new value.
    ///
    /// **Consistency.** Linearizable. **Blocking.** None for a key in the read table; a new key takes the map's mutex.
    ///
    /// ```
    /// let counters = sync_map::CounterMap::new();
    /// assert_eq!(counters.add("requests", 5), 5);
    /// assert_eq!(counters.add("requests", -2), 3);
    /// ```
    pub fn add(&self, key: K, n: i64) -> i64
    where
        K: Clone,
    {
        let cells = self.cells.pin();
        if let Some(sum) = cells.load(&key).and_then(|cell| cell.add(n)) {
            return sum;
        }
        loop {
            match cells.load_or_store(key.clone(), Cell::new(n)) {
                crate::LoadOrStore::Stored(_) => return number(n << 1).unwrap_or_default(), // LP(add, new cell)
                crate::LoadOrStore::Loaded { actual, .. } => {
                    if let Some(sum) = actual.add(n) {
                        return sum;
                    }
                    // A removal has marked this cell and not yet taken it out: help, then try again.
                    cells.delete_if(&key, |cell| std::ptr::eq(cell, actual));
                }
            }
        }
    }

    /// Adds one, and returns the new value. As [`add`](Self::add).
    ///
    /// ```
    /// assert_eq!(sync_map::CounterMap::new().increment("requests"), 1);
    /// ```
    pub fn increment(&self, key: K) -> i64
    where
        K: Clone,
    {
        self.add(key, 1)
    }

    /// Takes one away, and returns the new value. As [`add`](Self::add).
    ///
    /// ```
    /// assert_eq!(sync_map::CounterMap::new().decrement("open"), -1);
    /// ```
    pub fn decrement(&self, key: K) -> i64
    where
        K: Clone,
    {
        self.add(key, -1)
    }

    /// The value of the counter; 0 when there is none.
    ///
    /// ```
    /// assert_eq!(sync_map::CounterMap::<&str>::new().get("requests"), 0);
    /// ```
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> i64 {
        self.cells.pin().load(key).and_then(Cell::get).unwrap_or(0)
    }

    /// Takes the value of the counter and leaves zero; 0 when there is none. No increment is lost.
    ///
    /// ```
    /// let counters = sync_map::CounterMap::new();
    /// counters.add("requests", 5);
    /// assert_eq!(counters.reset_and_get("requests"), 5);
    /// ```
    pub fn reset_and_get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> i64 {
        self.cells.pin().load(key).and_then(Cell::take).unwrap_or(0)
    }

    /// Removes the counter, and returns its last value; nothing when there is none. No increment is lost: one that comes too
    /// late for this value counts in a new counter.
    ///
    /// ```
    /// let counters = sync_map::CounterMap::new();
    /// counters.add("requests", 5);
    /// assert_eq!(counters.remove("requests"), Some(5));
    /// assert_eq!(counters.remove("requests"), None);
    /// ```
    pub fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<i64> {
        let cells = self.cells.pin();
        let cell = cells.load(key)?;
        let harvest = cell.retire();
        cells.delete_if(key, |other| std::ptr::eq(other, cell));
        harvest
    }

    /// Each key and its value, in no order. Not atomic: each value is read at its own moment.
    ///
    /// ```
    /// let counters = sync_map::CounterMap::new();
    /// counters.add("requests", 5);
    /// assert_eq!(counters.snapshot(), [("requests", 5)]);
    /// ```
    pub fn snapshot(&self) -> Vec<(K, i64)>
    where
        K: Clone,
    {
        let cells = self.cells.pin();
        cells.iter().filter_map(|(key, cell)| Some((key.clone(), cell.get()?))).collect()
    }

    /// The `n` greatest counters, the greatest first, equal ones by key. Not atomic, as [`snapshot`](Self::snapshot).
    ///
    /// ```
    /// let counters = sync_map::CounterMap::new();
    /// counters.add("a", 1);
    /// counters.add("b", 3);
    /// counters.add("c", 2);
    /// assert_eq!(counters.top(2), [("b", 3), ("c", 2)]);
    /// ```
    pub fn top(&self, n: usize) -> Vec<(K, i64)>
    where
        K: Clone + Ord,
    {
        let mut all = self.snapshot();
        all.sort_by(|(key, value), (other_key, other)| other.cmp(value).then_with(|| key.cmp(other_key)));
        all.truncate(n);
        all
    }

    /// The map of cells, for the checks of a quiet map.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String> {
        self.cells.check_invariants()
    }

    #[doc(hidden)]
    pub fn shape(&mut self) -> crate::Shape<'_, K, impl Sized> {
        self.cells.shape()
    }

    /// Each key and its value in a quiet map, without an atomic access. For tests and tools.
    #[doc(hidden)]
    pub fn quiet_contents(&mut self) -> Vec<(K, i64)>
    where
        K: Clone,
    {
        let shape = self.cells.shape();
        let rows = shape.in_read.iter().chain(&shape.dirty_only);
        let live = rows.filter_map(|(key, state)| match state {
            crate::KeyState::Live(cell) => Some(((*key).clone(), cell.get()?)),
            _ => None,
        });
        live.collect()
    }
}

impl<K, S: Default> Default for CounterMap<K, S> {
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<K, S> fmt::Debug for CounterMap<K, S>
where
    K: Hash + Eq + Send + Sync + Clone + fmt::Debug + 'static,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.snapshot()).finish()
    }
}
