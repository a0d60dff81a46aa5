//! What came of a check, for a test that wants to see it.

use linear::Level;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Names the file of a counterexample that is to be run again.
pub(crate) const REPLAY: &str = "CHECKER_REPLAY";

/// What came of a check.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explored {
    /// The structure.
    pub subject: String,
    /// What was asked: a program, or the size of a family.
    pub asked: String,
    /// How sure it makes us: `COMPLETE` when every execution that the engines distinguish was explored, of each program; `BOUNDED(k)`,
    /// `TRUNCATED` when something was cut short; `FAILED`. By loom's own search it is never `COMPLETE`, but `SAMPLED(n)` after n executions.
    pub verdict: Level,
    /// loom alone explored it, by its own search: that skips interleavings, so that nothing was found is no proof.
    pub is_by_looms_own_search: bool,
    /// How many programs there are.
    pub programs: usize,
    /// The executions of all of them, on all engines.
    pub executions: u64,
    /// How long that took.
    pub time: Duration,
    /// The counterexample.
    pub failure: Option<Counterexample>,
    /// What is wrong beside that: two engines disagree, a self-test of a search has failed.
    pub problems: Vec<String>,
}

/// A counterexample, made smaller where that was possible.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counterexample {
    /// `not linearizable`, `use after free`, `data race`, `deadlock`, `panic`, `leak`, …
    pub kind: String,
    /// The program.
    pub program: String,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// The execution, drawn: a column for each thread.
    pub drawn: String,
    /// How many steps the drawing unfolds.
    pub steps: usize,
    /// The same as a file, and as a page for a browser; nothing where they could not be written.
    pub file: Option<PathBuf>,
    /// The page.
    pub page: Option<PathBuf>,
}

impl Counterexample {
    /// The command that runs the execution again.
    pub fn command(&self, test: &str) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(format!("{}={} cargo test {test}", REPLAY, file.display()))
    }
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let programs = runner::style::count(self.programs, "program");
        let by_loom = "nothing found by loom's own search, which skips interleavings";
        let verdict = match self.verdict {
            Level::Sampled(_) if self.is_by_looms_own_search => by_loom.to_owned(),
            Level::Bounded(most) if self.is_by_looms_own_search => {
                format!("{by_loom}, with at most {}", runner::style::count(most, "preemption"))
            }
            verdict => verdict.to_string(),
        };
        write!(
            f,
            "{} {}: {verdict}, {programs}, {} executions, {}",
            self.subject,
            self.asked,
            runner::style::thousands(self.executions),
            runner::style::time(self.time)
        )
    }
}
