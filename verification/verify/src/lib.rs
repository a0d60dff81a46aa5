//! What is sync-map's own in its verification: its certificates, orderings, gallery, specifications and documents. The binary beside it is the
//! command `cargo verify`.
//!
//! | folder | is |
//! |---|---|
//! | `scenarios`, `families`, `deliberate_failures` | named programs; which families are run; what must fail |
//! | `certificates` | what a result holds for: the steps of the algorithm, the fingerprint of the source, the certificates that are kept |
//! | `orderings` | each memory ordering weakened, by one word at a time |
//! | `gallery` | broken variants, and who sees them |
//! | `specifications` | the code held to the TLA+: edges and traces |
//! | `audit` | the ledger of promises, and what an auditor gets |
//! | `documents` | what commands write into Markdown |
//! | `quoted` | lines of the source that was run |
//! | `repository` | its folder, and its files |
//!
//! The rest is in the crates beside this one: `linear` (programs, histories, the judge), `explore` (the engines), `runner` (worker processes,
//! families, reports), `subjects` (what is checked).

pub mod audit;
pub mod certificates;
pub mod deliberate_failures;
pub mod documents;
pub mod families;
pub mod gallery;
pub mod orderings;
pub mod quoted;
pub mod repository;
pub mod scenarios;
pub mod specifications;

pub use subjects;
