//! The three hashers that the suite runs under: with a bad hash every table is one long probe sequence, and keys that
//! differ have the same hash.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hasher};

/// What a test needs of a hasher.
pub trait TestHasher: BuildHasher + Default + Clone + Send + Sync + 'static {}

impl<S: BuildHasher + Default + Clone + Send + Sync + 'static> TestHasher for S {}

/// Every hash is 0.
pub type Constant = BuildHasherDefault<Nought>;

/// Sixteen different hashes.
pub type FourBits = BuildHasherDefault<Cut>;

/// The hasher of [`Constant`].
#[derive(Clone, Default)]
pub struct Nought;

impl Hasher for Nought {
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        0
    }
}

/// The hasher of [`FourBits`].
#[derive(Clone, Default)]
pub struct Cut(DefaultHasher);

impl Hasher for Cut {
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.finish() & 0b1111
    }
}

/// For each function `body<S: TestHasher>()` three tests: `body::normal`, `body::constant_0`, `body::four_bits`.
#[macro_export]
macro_rules! under_three_hashers {
    ($($body:ident),+ $(,)?) => {$(
        mod $body {
            #[test]
            fn normal() {
                super::$body::<std::hash::RandomState>();
            }

            #[test]
            fn constant_0() {
                super::$body::<$crate::Constant>();
            }

            #[test]
            fn four_bits() {
                super::$body::<$crate::FourBits>();
            }
        }
    )+};
}
