//! What the checks of a lab in Rust are written with, and the program that an answer becomes: `main.rs`, which `cargo verify lab` builds with the
//! answer and the checks of its lab, and of which it runs each check in a process.
//!
//! What came of a check is written into a file. Its name, and a word that must be in it, come on standard input: they are read before any code of
//! the answer runs, and kept where that code does not find them.

mod control;

use checker::{Explored, Family, Level, Subject};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

/// Where the result is written to.
#[derive(Deserialize)]
struct Address {
    file: PathBuf,
    word: String,
    /// A program without an answer, which has run the self-tests of the searches.
    #[serde(default)]
    control: Option<PathBuf>,
}

/// What is written there.
#[derive(Serialize)]
struct Letter {
    word: String,
    wrong: Option<Wrong>,
}

/// What came of a check: nothing, or what is wrong.
pub type Outcome = Result<(), Wrong>;

/// What is wrong, as the course reads it.
#[derive(Debug, Default, Serialize)]
pub struct Wrong {
    kind: String,
    program: Option<String>,
    sentence: String,
    drawn: String,
    /// The file of a page.
    page: Option<PathBuf>,
}

impl Wrong {
    /// Something that no counterexample shows.
    pub fn new(kind: &str, sentence: impl Into<String>) -> Wrong {
        Wrong { kind: kind.to_owned(), sentence: sentence.into(), ..Wrong::default() }
    }
}

/// The structure passes: every program of the family is COMPLETE.
///
/// # Errors
/// The counterexample, or what was cut short.
pub fn passes<S: Subject>(family: Family<S>) -> Outcome {
    judged(family.workers(1).explore())
}

/// The same of what was explored.
///
/// # Errors
/// The counterexample, or what was cut short.
pub fn judged(explored: Explored) -> Outcome {
    let told = explored.to_string();
    match (explored.failure, explored.verdict) {
        (Some(failure), _) => Err(Wrong {
            kind: failure.kind,
            program: Some(failure.program),
            sentence: failure.sentence,
            drawn: failure.drawn,
            page: failure.page,
        }),
        (None, Level::Complete) => Ok(()),
        (None, _) => {
            let why = explored.problems.first().cloned().unwrap_or(told);
            Err(Wrong::new(
                "cut short",
                format!("Not every execution was explored, which proves nothing: {why}"),
            ))
        }
    }
}

/// A program passes in every interleaving. What weak memory alone shows is for another check.
///
/// # Errors
/// The counterexample.
pub fn passes_in_turns<S: Subject>(program: &str) -> Outcome {
    judged(checker::host::explore_in_turns::<S>(program))
}

/// The family finds something wrong: in a broken structure, judged by the student's specification. If it does not, `shown` is the same
/// structure judged by the right one, and its counterexample is what was wrongly accepted.
///
/// # Errors
/// The history that was wrongly accepted.
pub fn is_caught<S: Subject, Shown: Subject>(family: Family<S>, shown: Family<Shown>) -> Outcome {
    if family.workers(1).explore().failure.is_some() {
        return Ok(());
    }
    match judged(shown.workers(1).explore()) {
        Err(wrong) => Err(Wrong { kind: "wrongly accepted".to_owned(), ..wrong }),
        Ok(()) => {
            Err(Wrong::new("not checked", "the broken structure passes: the lab is wrong, not your answer"))
        }
    }
}

/// No access of the structure can be weaker, or left out, without these programs noticing.
///
/// # Errors
/// The first that can.
pub fn bites<S: Subject>(programs: &[&str]) -> Outcome {
    let bitten = checker::bite::<S>(programs);
    match bitten.survivors.is_empty() && bitten.unknown.is_empty() {
        true => Ok(()),
        false => Err(Wrong {
            drawn: bitten.to_string(),
            ..Wrong::new("not needed", "Something can be weaker, or left out, and nobody notices.")
        }),
    }
}

/// Where the result goes. A worker of a check has none: it tells its parent, and does not come to the end of `main`.
fn address() -> Option<Address> {
    if checker::host::is_a_worker() {
        return None;
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}

/// The check in which this program has no answer: the searches pass their self-tests.
const CONTROL: &str = "control";

/// Makes the check that the first argument names. The exit status is 0 if the result was written, whatever it is.
pub fn run(check: fn(&str) -> Option<Outcome>) -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let address = address();
    if let Some(control) = address.as_ref().and_then(|address| address.control.as_ref()) {
        checker::host::searches_are_those_of(control);
    }
    let outcome =
        if name == CONTROL { Some(passes(checker::family::<control::Number>("2x1"))) } else { check(&name) };
    let Some(outcome) = outcome else {
        eprintln!("error: `{name}` is not a check of this lab");
        return ExitCode::from(2);
    };
    let Some(Address { file, word, .. }) = address else {
        eprintln!(
            "error: nobody has said where the result goes: `cargo verify lab check` starts this program"
        );
        return ExitCode::from(2);
    };
    let letter = serde_json::to_string(&Letter { word, wrong: outcome.err() }).expect("plain data");
    match std::fs::write(&file, letter) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: `{}` cannot be written: {error}", file.display());
            ExitCode::from(3)
        }
    }
}
