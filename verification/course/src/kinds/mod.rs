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

use crate::checked::{Checked, MISTAKE, Named, Wrong};
use crate::host::Host;
use crate::places::{MOST_BYTES, read};
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
        let checked = answer_in(answer).and_then(|text| self.kind().check(lab, &text, host));
        checked.unwrap_or_else(|wrong| Checked::all_fail(&self.checks(), &wrong))
    }
}

/// The text of an answer, without the mark that some editors put before a text.
///
/// # Errors
/// Why there is none.
fn answer_in(path: &Path) -> Result<String, Wrong> {
    let size = std::fs::metadata(path).map_or(0, |known| known.len());
    if size > MOST_BYTES {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let sentence = format!(
            "Your answer is too large: `{name}` has {size} bytes, and at most {MOST_BYTES} are read."
        );
        return Err(Wrong::new(MISTAKE, sentence));
    }
    let text = read(path).map_err(Wrong::mistake)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_mistake_and_what_is_too_large_is_said_to_be() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("program.txt");
        std::fs::write(&path, "\u{feff}|| pop\n").expect("written");
        assert_eq!(answer_in(&path), Ok("|| pop\n".to_owned()));
        std::fs::write(&path, vec![b'#'; MOST_BYTES as usize + 1]).expect("written");
        let wrong = answer_in(&path).expect_err("too large");
        assert_eq!((wrong.kind.as_str(), wrong.drawn.as_str()), (MISTAKE, ""));
        assert!(wrong.sentence.contains("too large: `program.txt` has 65537 bytes"), "{}", wrong.sentence);
        assert!(answer_in(&place.path().join("none")).is_err());
    }
}
