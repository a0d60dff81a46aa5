//! The facade over shuttle: schedules of sequentially consistent steps, all of them or random ones.

mod engine;

#[allow(
    clippy::duplicate_mod,
    reason = "compiled once for each engine: each has types and thread-locals of its own"
)]
#[path = "facade/mod.rs"]
mod facade;

pub use facade::*;
