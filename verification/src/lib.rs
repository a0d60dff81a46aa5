//! The model-checking suite of sync-map: programs, engines, histories, verdicts, reports.
//!
//! `docs/` tells how it works, `cargo verify --help` how to use it.

pub mod adapter;
pub mod engine;
pub mod history;
pub mod program;
pub mod selftest;
pub mod subject;
pub mod verdict;
pub mod worker;
