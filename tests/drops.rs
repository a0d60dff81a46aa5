//! Every key and value is dropped exactly once: after each operation, under threads, and when user code panics or uses
//! the map again wherever the map calls it.
//!
//! A [`Ledger`](common::Ledger) knows each key and value that was made. After the map is dropped and the collector is
//! flushed, none may be left and none may have been dropped twice. What is *not* tested, because it is not so: when the
//! `Drop` of a replaced or deleted value panics in the collector, the rest of its bag leaks.

mod common;

#[path = "drops/accounting.rs"]
mod accounting;
#[cfg(debug_assertions)]
#[path = "drops/eq.rs"]
mod eq;
#[path = "drops/operations.rs"]
mod operations;
#[path = "drops/panics.rs"]
mod panics;
#[path = "drops/reentry.rs"]
mod reentry;
