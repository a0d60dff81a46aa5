//! A map of numbers by key: a cell for each.
//!
//! The obvious counter keeps an atomic integer in a map and is reset by deleting its key. It loses increments: a thread that
//! has found the integer may add to it after the deletion has read it. Here a cell has a *retired mark*, and the mark and the
//! number are one atomic word. So every add either counts before the removal, which returns it, or sees the mark and goes to a
//! new cell.
//!
//! | bits 63..1 | bit 0 | the cell |
//! |---|---|---|
//! | the number | 0 | counts |
//! | meaningless | 1 | is retired: its number was taken, and it is on its way out of the map |
//!
//! # Memory orderings
//! ORD-17 to ORD-20 in [`crate::orderings`].
//!
//! # Progress
//! An operation on a key that is in the read table takes no lock, and repeats only if a removal of that key got in between. New
//! keys take the map's mutex.
#![forbid(unsafe_code)]

use crate::map::{LoadOrStore, SyncMap};
use crate::orderings::*;
use crate::sync::AtomicI64;
use equivalent::Equivalent;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What `CounterMap::add` says when it would go on for ever.
const LIES: &str = "sync-map: a key's `Hash`, `Eq` or `Clone` lies: it is in a `CounterMap` for one look-up and not for another";

/// Bit 0 of a cell.
const RETIRED: i64 = 1;

/// The number of a key and its retired mark, in one word: see the module.
pub(crate) struct Cell(AtomicI64);

impl Cell {
    fn new(n: i64) -> Self {
        Cell(AtomicI64::new(n << 1))
    }

    /// Adds, and returns the new number; `None` if the cell is retired (what was added to it does not count then).
    fn add(&self, n: i64) -> Option<i64> {
        // Adds and looks at the mark in one step: there is no moment in between at which a removal could take the number without
        // this. Like the map's own accesses, those of cells are in the single order over all keys. ORD-17 SeqCst
        let before = self.0.fetch_add(n << 1, &CELL_ADD); // TLA: CellAdd. LP(add)
        number(before).map(|before| (before << 1).wrapping_add(n << 1) >> 1)
    }

    pub(super) fn get(&self) -> Option<i64> {
        // A retired cell reads as no counter: its number belongs to whoever removed it. ORD-18 SeqCst
        number(self.0.load(&CELL_LOAD)) // TLA: CellLoad. LP(get)
    }

    /// Takes the number and leaves zero, and the mark if it is there.
    fn take(&self) -> Option<i64> {
        // Keeps the mark, so that a reset cannot revive a cell that a removal has retired. ORD-19 SeqCst
        number(self.0.fetch_and(RETIRED, &CELL_TAKE)) // TLA: CellTake. LP(reset_and_get)
    }

    /// Marks the cell, and takes the number; `None` if it is marked already.
    fn retire(&self) -> Option<i64> {
        // Of two removals, the one that finds no mark has the number. From here on, adds go to another cell. ORD-20 SeqCst
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
/// **Blocking.** None for a key that the read table has; otherwise as [`Pinned::load_or_store`](crate::Pinned::load_or_store). `snapshot`
/// and `top` look at each key, and wait as [`Pinned::range`](crate::Pinned::range) does.
/// **Overflow.** A number has 63 bits and wraps around. **Panics.** If the key's `Hash`, `Eq` or `Clone` does; no number is changed
/// then. ([`remove`](Self::remove) returns a number that it has taken even if the `Hash` panics after that.) [`add`](Self::add) also
/// panics if they lie, where it would go on for ever. **Drop.** A removed key is dropped later (see [`SyncMap`]); the map's own drop drops at once what is in it.
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
    pub(super) cells: SyncMap<K, Cell, S>,
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
        // Fast path: the key has a cell, and nobody is removing it.
        let cells = self.cells.pin();
        if let Some(sum) = cells.load(&key).and_then(|cell| cell.add(n)) {
            return sum;
        }
        let mut helped: Vec<&Cell> = Vec::new();
        loop {
            match cells.load_or_store(key.clone(), Cell::new(n)) {
                // A new cell that begins with `n`: the store is the addition.
                LoadOrStore::Stored(_) => return number(n << 1).unwrap_or_default(), // LP(add, new cell)
                LoadOrStore::Loaded { actual, .. } => {
                    // Another thread's cell is there: add to it, unless it is retired.
                    if let Some(sum) = actual.add(n) {
                        return sum;
                    }
                    // A cell that we took out of the map cannot be there again, unless the key lies. Without this, the loop would not end.
                    // identity: counter-helped
                    assert!(!helped.iter().any(|cell| std::ptr::eq(*cell, actual)), "{LIES}");
                    // A removal has marked this cell and not yet taken it out. Do not wait for it: take the cell out, and try again.
                    // identity: counter-help
                    cells.delete_if(&key, |cell| std::ptr::eq(cell, actual));
                    helped.push(actual);
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

    /// The value of the counter; 0 if there is none.
    ///
    /// ```
    /// assert_eq!(sync_map::CounterMap::<&str>::new().get("requests"), 0);
    /// ```
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> i64 {
        self.cells.pin().load(key).and_then(Cell::get).unwrap_or(0)
    }

    /// Takes the value of the counter and leaves zero; 0 if there is none. No increment is lost.
    ///
    /// ```
    /// let counters = sync_map::CounterMap::new();
    /// counters.add("requests", 5);
    /// assert_eq!(counters.reset_and_get("requests"), 5);
    /// ```
    pub fn reset_and_get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> i64 {
        self.cells.pin().load(key).and_then(Cell::take).unwrap_or(0)
    }

    /// Removes the counter, and returns its last value; `None` if there is none. No increment is lost: one that comes too
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
        // The number is taken and must reach the caller, so a panic of the key's `Hash` stops here. The cell then stays in the map until
        // the next add to this key takes it out.
        // identity: counter-remove
        let take_out = || cells.delete_if(key, |other| std::ptr::eq(other, cell)).is_some();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(take_out)) {
            match harvest {
                Some(_) => std::mem::forget(panic), // its own `Drop` may panic
                None => resume_unwind(panic),
            }
        }
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
