//! What `sync.Map` promises, asserted: the list is that of Go's own tests and issues, the tests are written afresh.
//!
//! Each file has one subject, and begins with the names of its tests. Every body runs under three hashers: a normal one,
//! a constant 0, and one cut to 4 bits. The comparison with two oracles is in `oracles.rs`, the count of allocations in
//! `allocations.rs`, the count of drops in `drops.rs`.

mod common;

#[path = "conformance/basics.rs"]
mod basics;
#[path = "conformance/compare_and_delete.rs"]
mod compare_and_delete;
#[path = "conformance/compare_and_swap.rs"]
mod compare_and_swap;
#[path = "conformance/conditional.rs"]
mod conditional;
#[path = "conformance/conservation.rs"]
mod conservation;
#[path = "conformance/counters.rs"]
mod counters;
#[path = "conformance/load_and_delete.rs"]
mod load_and_delete;
#[path = "conformance/odd_types.rs"]
mod odd_types;
#[path = "conformance/range_and_clear.rs"]
mod range_and_clear;
#[path = "conformance/references.rs"]
mod references;
#[path = "conformance/support.rs"]
mod support;
#[path = "conformance/swap.rs"]
mod swap;
#[path = "conformance/weak_values.rs"]
mod weak_values;
