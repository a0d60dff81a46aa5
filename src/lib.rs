//! Go's classic `sync.Map` in Rust: a concurrent map for keys that are written rarely and read often, and counters built on it.
//!
//! A look-up of a key that the map has had for a while takes no lock and writes nothing that other threads write: one atomic load
//! for the table, one for the value. (Pinning, which [`SyncMap::load`] does each time, now and then collects garbage.) New keys go through a mutex, and become lock-free once look-ups have paid for it.
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
//! All operations on keys, and [`SyncMap::clear`], are linearizable over all keys. [`SyncMap::range`] and what is built on it
//! are linearizable for each key alone. `ARCHITECTURE.md` has the invariants INV-1 to INV-14 that the code cites, with the check for
//! each of them. The algorithm is in the module `map`, one file for each idea. Read `map/mod.rs`, then
//! `entry.rs`, `read.rs`, `dirty.rs`, `pinned.rs`.
//!
//! # The packages with this source
//!
#![doc = concat!("This one is `", env!("CARGO_PKG_NAME"), "`: ", env!("CARGO_PKG_DESCRIPTION"), ".")]
//!
//! A program depends on `sync-map`. `sync-map-loom` and `sync-map-shuttle` are the same source on the atomics and locks of a model checker, for the
//! tests of a crate that uses the map: there, under a `cfg` of that crate, the dependency is renamed (`sync-map = { package = "sync-map-loom", … }`),
//! and the model checker explores the crate's code together with the map's. They work only inside a model, and add the module `model`, with
//! `model::execution`, which begins and ends one execution.

#[doc(hidden)]
pub mod epoch;
#[doc(hidden)]
pub mod orderings;
#[doc(hidden)]
pub mod sync;

mod counter;
mod map;
mod patterns;
#[cfg(doctest)]
mod readme;
#[cfg(feature = "serde")]
mod serde;

pub use counter::{Counter, CounterMap};
#[doc(hidden)]
pub use map::{Drawn, DrawnRow, Glance, Guarded, KeyState, Shape};
pub use map::{IntoIter, Iter, Keys, LoadOrStore, Pinned, SyncMap, Values};
pub use patterns::cache::{Cache, CacheBuilder, Cause, Statistics};
pub use patterns::clock::{Clock, ManualClock};
pub use patterns::{config, registry};
#[allow(unused_imports, unreachable_pub, reason = "the shipped build adds nothing")]
pub use sync::added::*;
