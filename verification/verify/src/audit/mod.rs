//! The audit pack: every promise with its words, specification, code, checks, evidence, and the broken variants that take it away.
//!
//! | file | is |
//! |---|---|
//! | `files`, `rust` | the texts of the repository; items, documentation and unsafe operations in them |
//! | `ledger`, `beside`, `unsafe_rows` | the tables of `docs/audit/` as they are written |
//! | `pack` | all of it, read |
//! | `check`, `problem` | whether what each row says is so |
//! | `words`, `typed`, `evidence`, `kills`, `orphans` | the parts of that: quotes, commands, certificates, variants, what no row names |
//! | `spot`, `since` | claims that are run again; what has changed since a revision |
//! | `audited`, `output`, `pages`, `drawing`, `sbom`, `archive` | what an auditor gets: data, pages, the assurance case, bills of materials, one archive |

pub mod archive;
mod audited;
pub mod beside;
pub mod check;
mod drawing;
pub mod evidence;
pub mod files;
pub mod kills;
pub mod ledger;
pub mod orphans;
pub mod output;
pub mod pack;
mod pages;
pub mod problem;
pub mod rust;
mod sbom;
pub mod since;
pub mod spot;
pub mod typed;
pub mod unsafe_rows;
pub mod words;
