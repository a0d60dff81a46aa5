//! The README, so that `cargo test` compiles and runs its example.
#![doc = include_str!("../README.md")]
