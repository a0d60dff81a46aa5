//! Go's classic `sync.Map` in Rust: a concurrent map for keys that are written rarely and read often, and counters on it.
//!
//! A look-up of a key that the map has had for a while takes no lock and writes to no shared memory: one atomic load for the
//! table, one for the value. New keys go through a mutex, and become lock-free once look-ups have paid for it.
//!
//! ```
//! use sync_map::SyncMap;
//!
//! let map = SyncMap::new();
//! map.store("key1", "value1"); // Store
//! assert_eq!(map.load("key1"), Some("value1")); // Load
//! assert!(!map.load_or_store("key3", "value3").is_loaded()); // LoadOrStore
//! assert!(map.delete("key1")); // Delete
//! assert_eq!(map.load("key1"), None);
//!
//! let pinned = map.pin(); // one guard for a batch of operations, by reference
//! for (key, value) in &pinned {
//!     assert_eq!((*key, *value), ("key3", "value3")); // Range
//! }
//! ```
//!
//! # When to use it, and when not
//!
//! Use it when keys are written once and read many times, or when threads work on disjoint sets of keys that stay. Use
//! something else when most operations store new keys or overwrite values (each allocates, and retires the old one), when
//! you need the number of entries, an order, or a snapshot, or when one thread at a time is enough: a `Mutex<HashMap>`
//! is smaller and simpler.
//!
//! # What is promised
//!
//! All operations on keys, and [`SyncMap::clear`], are linearizable over all keys; [`SyncMap::range`] and what is built on it
//! is so for each key alone. The invariants INV-1 to INV-8 that the code cites are in `ARCHITECTURE.md`, with the check that
//! each one has. The algorithm is in the module `map`, one room for each idea; begin with `map/pinned.rs`.

#[doc(hidden)]
pub mod epoch;
#[doc(hidden)]
pub mod orderings;
#[doc(hidden)]
pub mod sync;

mod counter;
mod map;
mod patterns;
#[cfg(feature = "serde")]
mod serde;

pub use counter::{Counter, CounterMap};
#[doc(hidden)]
pub use map::{Glance, Guarded, KeyState, Shape};
pub use map::{IntoIter, Iter, Keys, LoadOrStore, Pinned, SyncMap, Values};
pub use patterns::cache::{Cache, CacheBuilder, Cause, Statistics};
pub use patterns::clock::{Clock, ManualClock};
pub use patterns::{config, registry};
