//! What came of a check of a lab.

use serde::{Deserialize, Serialize};

/// What is wrong with an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wrong {
    /// In a few words that `fails.toml` can pin: `not linearizable`, `missed outcome`, `mistake`, …
    pub(crate) kind: String,
    /// The smallest program that shows it, where a program does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) program: Option<String>,
    /// In a sentence.
    pub(crate) sentence: String,
    /// The execution, drawn; or what else there is to see.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) drawn: String,
    /// The same as a page for a browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
}

impl Wrong {
    pub(crate) fn new(kind: &str, sentence: impl Into<String>) -> Wrong {
        Wrong { kind: kind.to_owned(), sentence: sentence.into(), ..Wrong::default() }
    }

    /// What was typed is no answer. The text says where, and what to do.
    pub(crate) fn mistake(text: impl ToString) -> Wrong {
        Wrong { drawn: text.to_string(), ..Wrong::new(MISTAKE, "Your answer cannot be read.") }
    }

    /// Something could not be checked, through no fault of the answer.
    pub(crate) fn not_checked(why: impl Into<String>) -> Wrong {
        Wrong::new(NOT_CHECKED, why)
    }

    pub(crate) fn of_program(self, program: impl ToString) -> Wrong {
        Wrong { program: Some(program.to_string()), ..self }
    }

    pub(crate) fn drawn(self, drawn: impl Into<String>) -> Wrong {
        Wrong { drawn: drawn.into(), ..self }
    }
}

/// The kind of what is no answer.
pub(crate) const MISTAKE: &str = "mistake";

/// The kind of what was not checked.
pub(crate) const NOT_CHECKED: &str = "not checked";

/// A check of a lab: what it is called, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) points: u32,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checked {
    /// Its name.
    pub(crate) name: String,
    /// What it is worth.
    pub(crate) points: u32,
    /// What is wrong; nothing if it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wrong: Option<Wrong>,
}

impl Checked {
    pub(crate) fn new(named: &Named, wrong: Option<Wrong>) -> Checked {
        Checked { name: named.name.clone(), points: named.points, wrong }
    }

    /// All of these fail for one reason.
    pub(crate) fn all_fail(named: &[Named], wrong: &Wrong) -> Vec<Checked> {
        named.iter().map(|named| Checked::new(named, Some(wrong.clone()))).collect()
    }

    pub(crate) fn passes(&self) -> bool {
        self.wrong.is_none()
    }

    /// The points that were earned.
    pub(crate) fn earned(&self) -> u32 {
        if self.passes() { self.points } else { 0 }
    }
}
