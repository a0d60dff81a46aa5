//! Counters: one hot number spread over stripes, and a map of numbers by key.
//!
//! | file | is |
//! |---|---|
//! | [`striped`] | `Counter`: threads add to different stripes, a sum reads all |
//! | [`by_key`] | `CounterMap`: a cell for each key, of which none loses an increment |
//! | [`quiet`] | what an exclusive owner sees of a `CounterMap` |
//!
//! # Memory orderings
//! ORD-14 to ORD-20 in [`crate::orderings`].
#![forbid(unsafe_code)]

mod by_key;
mod quiet;
mod striped;

pub use self::by_key::CounterMap;
pub use self::striped::Counter;
