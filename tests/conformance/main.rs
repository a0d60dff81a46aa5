//! What `sync.Map` promises, asserted: the list is that of Go's own tests and issues, the tests are written afresh.
//!
//! Each file has one subject, and begins with the names of its tests. Every body runs under three hashers: a normal one,
//! a constant 0, and one cut to 4 bits. The comparison with two oracles is in `oracles`, the count of allocations in
//! `allocations.rs`, the count of drops in `drops`.

mod basics;
mod compare_and_delete;
mod compare_and_swap;
mod conditional;
mod conservation;
mod counters;
mod load_and_delete;
mod odd_types;
mod range_and_clear;
mod references;
mod support;
mod swap;
mod weak_values;
