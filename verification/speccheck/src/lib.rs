//! The specifications of sync-map, run through tla-checker; and recorded executions, followed in them.
//!
//! `specs/README.md` tells what the specifications say; this package only runs them. It is a package of its own because
//! tla-checker has many dependencies: the suite (`cargo verify specs`) calls it as a program.

pub mod access;
pub mod document;
pub mod expected;
pub mod follow;
pub mod followed;
pub mod labels;
pub mod machine;
pub mod modules;
mod progress;
pub mod recorded;
pub mod report;
pub mod run;
pub mod show;
pub mod suite;
pub mod table;
pub mod tlc;
pub mod traces;
