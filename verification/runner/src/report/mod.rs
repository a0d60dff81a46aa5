//! The report of a run.
//!
//! | file | has |
//! |---|---|
//! | `data` | what a run has found out, as it is kept |
//! | `write` | the files in the folder of a report |
//! | `page` | `report.html`: counts, failures, the slowest, certificates, a line a scenario |
//! | `scenarios` | the part of it with a line a scenario, and the outcomes of each |
//! | `junit` | `junit.xml`, whose leaves are engines |

mod data;
mod junit;
mod page;
mod scenarios;
mod write;

pub use data::{KeptCertificate, Report};
