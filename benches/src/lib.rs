//! Measurements of `sync-map` beside its peers, and instruction counts.
//!
//! ```text
//! cargo bench --bench peers -- --quick --check     # each target: the ratio measured, reached or missed
//! cargo bench --bench peers -- --report target/peers
//! cargo bench --bench instructions                 # needs valgrind
//! ```
//!
//! | file | idea |
//! |---|---|
//! | `peers/main.rs` | the command line, and the groups of rows in the order in which they are measured |
//! | `peers/adapters/` | each map behind the same few operations |
//! | `peers/workloads/` | what is done to a map |
//! | `peers/rounds.rs` | interleaved rounds over the maps |
//! | `peers/targets.rs` | what has to be reached |
//! | `peers/report/` | the page, the table, the CSV |
//! | `measure/` | one window of fixed time; statistics (a package of its own, with tests) |
//! | `instructions.rs` | instruction counts under callgrind |
//! | `go/` | the same workloads on Go's `sync.Map`, when there is a Go toolchain |
//!
//! This library is what both benchmarks share: the hasher and the keys.
#![forbid(unsafe_code)]

use std::hash::{BuildHasher, BuildHasherDefault};

/// The hasher of all maps: fast, with a fixed seed.
pub type Fast = foldhash::fast::FixedState;

/// The hasher of `std`, with a fixed key: SipHash 1-3.
pub type Sip = BuildHasherDefault<std::hash::DefaultHasher>;

/// The same hasher as a type of its own, which makes a map with it a type of its own.
///
/// A look-up that has one call site in the program is inlined there. With several call sites the optimizer inlines some
/// maps and not others, as it happens, which doubles the time of the fastest ones. So each adapter, and each group of rows that
/// calls `load` in another place, has its own tag, and no look-up of a measured type is called anywhere else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tagged<S, const TAG: u8>(S);

impl<S: BuildHasher, const TAG: u8> BuildHasher for Tagged<S, TAG> {
    type Hasher = S::Hasher;

    #[inline(always)]
    fn build_hasher(&self) -> S::Hasher {
        self.0.build_hasher()
    }
}

impl<S, const TAG: u8> Tagged<S, TAG> {
    /// The same, as this type.
    pub fn new(hasher: S) -> Self {
        Tagged(hasher)
    }
}

/// A small generator of random numbers: splitmix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        // The high word of the product: even, for a bound that is small against 2^64.
        ((u128::from(mixed) * u128::from(bound)) >> 64) as u64
    }

    /// The same elements in another order.
    pub fn shuffled<T>(&mut self, mut elements: Vec<T>) -> Vec<T> {
        for last in (1..elements.len()).rev() {
            elements.swap(last, self.below(last as u64 + 1) as usize);
        }
        elements
    }
}
