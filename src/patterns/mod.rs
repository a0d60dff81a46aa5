//! What people build on a concurrent map, without the races: a cache, a registry of services, a configuration store, and (in
//! [`crate::CounterMap`]) counters.
//!
//! Each is safe code on the public operations of the map. Each is a subject of `cargo verify`, with a sequential
//! specification, and each has the racy variant that people write first among its broken variants.

pub(crate) mod cache;
pub(crate) mod clock;
pub mod config;
pub(crate) mod monitor;
pub(crate) mod panics;
pub mod registry;
