//! One hot number, spread over stripes.
//!
//! Threads add to different stripes, each on cache lines of its own, so that they do not fight for one. A sum reads the stripes
//! one by one. It is exact if nobody adds meanwhile; otherwise it is the sum of what each stripe held at some moment of the call.
//!
//! # Memory orderings
//! ORD-14 to ORD-16 in [`crate::orderings`].
//!
//! # Progress
//! Every operation ends in a bounded number of steps.
#![forbid(unsafe_code)]

use crate::orderings::*;
use crate::sync::{AtomicI64, stripe_count, stripe_index};
use crossbeam_utils::CachePadded;
use std::fmt;

/// A counter for many threads: adding is usually one uncontended instruction, reading costs a walk over the stripes.
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
        // An add that returned before a sum began must be in that sum, whichever processor takes it. ORD-14 SeqCst
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
        // Stripe by stripe, with no moment at which all are read. The other side of `add`. ORD-15 SeqCst
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
        // Reads and zeroes each stripe in one step, so that an add in between falls to this call or to a later one. ORD-16 SeqCst
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
