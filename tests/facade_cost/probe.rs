//! Compiled by `main.rs` with optimization, beside copies of the two modules: each pair of functions must come out as the same code.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod orderings;
pub mod sync;

use crate::orderings::{CELL_ADD, CELL_LOAD, CELL_RETIRE, CELL_TAKE, READ_LOAD_LOCKED, STRIPE_TAKE};
use std::sync::atomic::{AtomicI64, Ordering};

macro_rules! pair {
    ($facade:ident, $plain:ident, $method:ident($($arg:expr),*), $site:ident, $ordering:ident) => {
        #[unsafe(no_mangle)]
        pub fn $facade(word: &sync::AtomicI64) -> i64 {
            word.$method($($arg,)* &$site)
        }
        #[unsafe(no_mangle)]
        pub fn $plain(word: &AtomicI64) -> i64 {
            word.$method($($arg,)* Ordering::$ordering)
        }
    };
}

pair!(facade_load, plain_load, load(), CELL_LOAD, SeqCst);
pair!(facade_relaxed, plain_relaxed, load(), READ_LOAD_LOCKED, Relaxed);
pair!(facade_add, plain_add, fetch_add(2), CELL_ADD, SeqCst);
pair!(facade_or, plain_or, fetch_or(1), CELL_RETIRE, SeqCst);
pair!(facade_and, plain_and, fetch_and(1), CELL_TAKE, SeqCst);
pair!(facade_swap, plain_swap, swap(0), STRIPE_TAKE, SeqCst);

/// Without debug assertions a mutex of the facade is a mutex of `std` and nothing more.
pub const _: () = assert!(size_of::<sync::Mutex<u64>>() == size_of::<std::sync::Mutex<u64>>());
