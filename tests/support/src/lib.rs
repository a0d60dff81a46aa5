//! What the test binaries share: hashers, the watchdog, threads, random values, the flushing of the collector, and a ledger of
//! drops.
#![forbid(unsafe_code)]

pub mod hang;
mod hashers;
mod ledger;
#[cfg(feature = "random")]
mod random;
mod threads;

pub use hashers::{Constant, Cut, FourBits, Nought, TestHasher};
pub use ledger::{Call, Fault, Key, Ledger, Value, faults, flush_until};
#[cfg(feature = "random")]
pub use random::{Trials, fixed_sample};
pub use threads::{THREADS, race, with_churn};

/// A small generator of numbers for the threads of a test (xorshift): its seed is the number of the thread.
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a thread.
    pub fn new(seed: usize) -> Self {
        Numbers((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % limit
    }
}
