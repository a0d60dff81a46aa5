//! Every key and value is dropped exactly once: after each operation, under threads, and when user code panics or uses
//! the map again wherever the map calls it.
//!
//! A [`Ledger`](test_support::Ledger) knows each key and value that was made. After the map is dropped and the collector is
//! flushed, none may be left and none may have been dropped twice. What is *not* tested, because it is not so: when the
//! `Drop` of a replaced or deleted value panics in the collector, the rest of its bag leaks.

mod accounting;
mod collecting;
#[cfg(debug_assertions)]
mod eq;
mod operations;
mod panics;
mod reentry;
