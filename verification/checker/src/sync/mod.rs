//! What an author's structure imports instead of `std::sync`: under an engine each access is a step of its search, elsewhere it is what
//! `std` has.
//!
//! A structure that is compiled for its users imports `std`, and for its tests this:
//!
//! ```
//! # #[allow(unused_imports)]
//! # mod structure {
//! #[cfg(test)]
//! use checker::sync::atomic::{AtomicUsize, Ordering};
//! #[cfg(not(test))]
//! use std::sync::atomic::{AtomicUsize, Ordering};
//! # }
//! ```

pub mod atomic;
mod lock;

pub use lock::{Condvar, Mutex, MutexGuard};
