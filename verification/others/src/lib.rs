//! Structures that are not ours, made again in our own words, each with a fault that is in the textbooks, or was once in one that people used,
//! and with the fault mended.
//!
//! A structure is one folder: `mod.rs` has the structure and its sequential specification, `tests/found.rs`
//! what the checker finds.
//!
//! | folder | is | its fault |
//! |---|---|---|
//! | `treiber` | a stack that frees what it pops | another `pop` still reads it |
//! | `pool_stack` | a stack of nodes that are used again | ABA: the top is what it was, and its successor is not |
//! | `skip_list` | the lowest level of a skip list | `insert` of a key that is there loses it for a moment: crossbeam 1023 |
//! | `trie` | an entry of Go's hash-trie map | its compare-and-swap was not atomic: golang/go 70970 |
//! | `once` | a cell that is set once; others spin | whoever waits is not ready for a failure: RUSTSEC-2023-0031 |
//! | `deque` | a work-stealing deque | without a fence, the last element is taken twice |

pub mod deque;
pub mod once;
pub mod pool_stack;
pub mod skip_list;
pub mod treiber;
pub mod trie;
