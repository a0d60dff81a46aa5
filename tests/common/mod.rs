//! What the test binaries share: hashers, threads, the flushing of the collector, and a ledger of drops.

#![allow(dead_code, unused_imports, unused_macros, reason = "each test binary uses a part of this")]

mod hashers;
mod ledger;
mod threads;

pub(crate) use hashers::{Constant, FourBits, TestHasher, under_three_hashers};
pub(crate) use ledger::{Call, Fault, Key, Ledger, Value, flush_until};
pub(crate) use threads::{THREADS, race, with_churn};

/// A small generator of numbers for the threads of a test (xorshift): its seed is the number of the thread.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: usize) -> Self {
        Numbers((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % limit
    }
}
