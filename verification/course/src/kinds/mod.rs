//! What a student does in a lab: a file a kind.
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
//! | `rust` | writes a structure in Rust, or its specification |

mod histories;
mod history;
mod litmus;
mod map_edit;
mod orders;
mod outcomes;
mod program;
mod rust;
mod schedule;
mod table;
mod weakest;

use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use crate::places::read;
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
    Schedule(schedule::Schedule),
    Orders(orders::Orders),
    History(history::History),
    Litmus(litmus::Litmus),
    Weakest(weakest::Weakest),
}

/// A kind of work.
pub(crate) trait Kind {
    /// The file that the student fills in.
    fn answer(&self) -> &str;

    /// The checks.
    fn checks(&self) -> Vec<Named>;

    /// What is wrong with `lab.toml`.
    ///
    /// # Errors
    /// The first thing.
    fn validate(&self, lab: &Lab, host: &dyn Host) -> Result<(), String>;

    /// Texts that the page of the lab must have: its programs.
    fn quoted(&self) -> Vec<String> {
        Vec::new()
    }

    /// Files of the lab's folder beside those that every lab has.
    fn own_files(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Checks an answer.
    ///
    /// # Errors
    /// What is wrong with it as a whole: then no check was made.
    fn check(&self, lab: &Lab, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong>;
}

impl Work {
    fn kind(&self) -> &dyn Kind {
        match self {
            Work::Outcomes(work) => work,
            Work::Program(work) => work,
            Work::Rust(work) => work,
            Work::MapEdit(work) => work,
            Work::Table(work) => work,
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

    pub(crate) fn validate(&self, lab: &Lab, host: &dyn Host) -> Result<(), String> {
        self.kind().validate(lab, host).map_err(|error| format!("`{}/lab.toml`: {error}", lab.name))
    }

    pub(crate) fn quoted(&self) -> Vec<String> {
        self.kind().quoted()
    }

    pub(crate) fn own_files(&self) -> Vec<&str> {
        self.kind().own_files()
    }

    /// What formatting and lints have against the template and the solution.
    pub(crate) fn lint(&self, lab: &Lab, host: &dyn Host) -> Vec<String> {
        match self {
            Work::Rust(_) => rust::Rust::lint(lab, host),
            _ => Vec::new(),
        }
    }

    /// Checks the answer in a file.
    pub(crate) fn check(&self, lab: &Lab, answer: &Path, host: &dyn Host) -> Vec<Checked> {
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

/// Makes checks one after the other; after the first that fails, the others are not made.
pub(crate) fn one_after_another(
    checks: &[Named],
    mut check: impl FnMut(usize) -> Option<Wrong>,
) -> Vec<Checked> {
    let mut failed: Option<String> = None;
    let made = checks.iter().enumerate().map(|(number, named)| {
        let wrong = match &failed {
            Some(first) => Some(Wrong::not_checked(format!("It is checked when “{first}” passes."))),
            None => check(number),
        };
        if wrong.is_some() && failed.is_none() {
            failed = Some(named.name.clone());
        }
        Checked::new(named, wrong)
    });
    made.collect()
}
