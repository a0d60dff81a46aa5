//! What a student does in a lab: a file a kind.
//!
//! `kind` is what they have in common.
//!
//! | kind | the student |
//! |---|---|
//! | `outcomes` | predicts the outcomes of programs |
//! | `program` | writes a program that fails on one structure, and passes on another |
//! | `schedule` | is the scheduler, and reaches an outcome |
//! | `orders`, `history` | orders drawn histories, or says why there is no order; writes a history of which two judges think differently |
//! | `litmus` | predicts what weak memory allows |
//! | `weakest` | gives each access the weakest ordering that does |
//! | `table` | fills in a table |
//! | `map_edit` | writes a function of the map itself |
//! | `tla` | writes a definition of the TLA+ specification |
//! | `rust` | writes a structure in Rust, or its specification |

mod histories;
mod history;
mod kind;
mod litmus;
mod map_edit;
mod orders;
mod outcomes;
mod program;
mod rust;
mod schedule;
mod table;
mod tla;
mod weakest;

use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::places::read;
use kind::Kind;
use serde::Deserialize;
use std::path::Path;

/// What a student does, with what it needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Work {
    Outcomes(outcomes::Outcomes),
    Program(program::Programs),
    Rust(rust::Rust),
    MapEdit(map_edit::MapEdit),
    Table(table::Table),
    Tla(tla::Tla),
    Schedule(schedule::Schedule),
    Orders(orders::Orders),
    History(history::History),
    Litmus(litmus::Litmus),
    Weakest(weakest::Weakest),
}

impl Work {
    fn kind(&self) -> &dyn Kind {
        match self {
            Work::Outcomes(work) => work,
            Work::Program(work) => work,
            Work::Rust(work) => work,
            Work::MapEdit(work) => work,
            Work::Table(work) => work,
            Work::Tla(work) => work,
            Work::Schedule(work) => work,
            Work::Orders(work) => work,
            Work::History(work) => work,
            Work::Litmus(work) => work,
            Work::Weakest(work) => work,
        }
    }

    /// The name of the kind.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Work::Outcomes(_) => "outcomes",
            Work::Program(_) => "program",
            Work::Rust(_) => "rust",
            Work::MapEdit(_) => "map-edit",
            Work::Table(_) => "table",
            Work::Tla(_) => "tla",
            Work::Schedule(_) => "schedule",
            Work::Orders(_) => "orders",
            Work::History(_) => "history",
            Work::Litmus(_) => "litmus",
            Work::Weakest(_) => "weakest",
        }
    }

    /// Whether something is built for each answer.
    pub(crate) fn builds(&self) -> bool {
        matches!(self, Work::Rust(_) | Work::MapEdit(_))
    }

    pub(crate) fn answer(&self) -> &str {
        self.kind().answer()
    }

    pub(crate) fn checks(&self) -> Vec<Named> {
        self.kind().checks()
    }

    pub(crate) fn validate(&self, lab: &Path, host: &dyn Host) -> Result<(), String> {
        self.kind().validate(lab, host).map_err(|error| format!("`{}/lab.toml`: {error}", lab.display()))
    }

    pub(crate) fn quoted(&self) -> Vec<String> {
        self.kind().quoted()
    }

    pub(crate) fn own_files(&self) -> Vec<&str> {
        self.kind().own_files()
    }

    /// What formatting and lints have against the template and the solution.
    pub(crate) fn lint(&self, lab: &Path, solution: &Path, host: &dyn Host) -> Vec<String> {
        match self {
            Work::Rust(_) => rust::Rust::lint(lab, solution, host),
            _ => Vec::new(),
        }
    }

    /// Checks the answer in a file.
    pub(crate) fn check(&self, lab: &Path, answer: &Path, host: &dyn Host) -> Vec<Checked> {
        let checked = read(answer).map_err(Wrong::mistake).and_then(|text| {
            let size = text.len();
            match size > MOST_BYTES {
                true => Err(Wrong::mistake(format!("{size} bytes: an answer has at most {MOST_BYTES}"))),
                false => self.kind().check(lab, &text, host),
            }
        });
        checked.unwrap_or_else(|wrong| Checked::all_fail(&self.checks(), &wrong))
    }
}

/// No answer is larger.
const MOST_BYTES: usize = 64 * 1024;
