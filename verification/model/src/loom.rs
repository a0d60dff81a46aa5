//! The facade over loom: weak memory, and data races. Its atomics close the hole in loom's search: `repair_search`.

mod engine;
mod numbers;
mod repair;

#[allow(
    clippy::duplicate_mod,
    reason = "compiled once for each engine: each has types and thread-locals of its own"
)]
#[path = "facade/mod.rs"]
mod facade;

pub use facade::*;
pub use repair::repair_search;
