//! The model-checking suite of sync-map: programs, engines, histories, verdicts, reports.
//!
//! `ARCHITECTURE.md` tells how it works, `cargo verify --help` how to use it.

pub mod adapter;
mod agreement;
pub mod certificate;
pub mod console;
pub mod coverage;
pub mod edges;
pub mod engine;
pub mod explain;
pub mod family;
pub mod figures;
pub mod fingerprint;
pub mod history;
pub mod journal;
pub mod mutants;
pub mod orderings;
pub mod pages;
pub mod pool;
pub mod program;
pub mod report;
pub mod scenarios;
pub mod self_checks;
pub mod selftest;
pub mod sources;
pub mod stacks;
pub mod subject;
pub mod suite;
pub mod traces;
pub mod values;
pub mod verdict;
mod words;
pub mod worker;
