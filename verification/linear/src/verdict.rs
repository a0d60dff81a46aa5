//! Verdicts, and what is known about a failure.

use crate::snapshot::Snapshot;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How much a run has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Level {
    /// Every execution that the engine distinguishes was explored.
    Complete,
    /// Complete up to that many preemptions.
    Bounded(usize),
    /// That many schedules; of a family, that many of its programs.
    Sampled(u64),
    /// Stopped by a budget or by the user.
    Truncated,
    /// A counterexample.
    Failed,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Level::Complete => f.pad("COMPLETE"),
            Level::Bounded(bound) => f.pad(&format!("BOUNDED({bound})")),
            Level::Sampled(schedules) => f.pad(&format!("SAMPLED({schedules})")),
            Level::Truncated => f.pad("TRUNCATED"),
            Level::Failed => f.pad("FAILED"),
        }
    }
}

impl From<Level> for String {
    fn from(level: Level) -> String {
        level.to_string()
    }
}

impl TryFrom<String> for Level {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(')'));
        match text.as_str() {
            "COMPLETE" => Ok(Level::Complete),
            "TRUNCATED" => Ok(Level::Truncated),
            "FAILED" => Ok(Level::Failed),
            _ => number("BOUNDED(")
                .and_then(|n| n.parse().ok().map(Level::Bounded))
                .or_else(|| number("SAMPLED(").and_then(|n| n.parse().ok().map(Level::Sampled)))
                .ok_or_else(|| format!("`{text}` is not a verdict")),
        }
    }
}

/// A step of an execution, as the facade recorded it, ready to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The thread of the program; one more than the last for the set-up and the end.
    pub thread: usize,
    /// What was done: `load`, `exchange`, `lock`, `call`…
    pub action: String,
    /// To what: `slot #7`.
    pub object: String,
    /// The id of the ordering, and the ordering.
    pub site: Option<(String, String)>,
    /// The value seen.
    pub seen: Option<String>,
    /// The value written.
    pub written: Option<String>,
    /// The value seen was not the latest.
    pub stale: bool,
    /// The line of the source.
    pub line: String,
    /// The same in stable names, if the subject was watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// What the subject looks like after the step, if it was watched and looks otherwise than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

/// A step in names that do not depend on which objects came first: `slot(a)`, not `slot #7`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The object.
    pub object: String,
    /// What was there before the step: the latest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// The value written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
}

/// A counterexample: what failed, and how to see it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One of: not linearizable, panic, data race, use after free, double retire, double free, leak, live guard,
    /// nested collection, deadlock, hang, crash, invariant, forbidden outcome, missing outcome, disagreement; never ends: by the
    /// specification.
    pub kind: String,
    /// In words.
    pub message: String,
    /// What went wrong, in a sentence or two, if it could be worked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
    /// Which execution it was, counted from 1.
    pub execution: u64,
    /// The tasks that shuttle ran, in order.
    pub schedule: Vec<usize>,
    /// The outcome, if the execution got that far.
    pub outcome: Option<String>,
    /// What the threads did, in the order in which they did it.
    pub steps: Vec<Step>,
}

impl Failure {
    /// A failure for which there is no execution to show.
    pub fn without_steps(kind: &str, message: String) -> Self {
        let kind = kind.to_owned();
        let (schedule, steps) = (Vec::new(), Vec::new());
        Failure { kind, message, sentence: None, execution: 0, schedule, outcome: None, steps }
    }
}

/// An execution in which nothing was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Its outcome.
    pub outcome: String,
    /// Which execution of the search it was, counted from 1.
    pub execution: u64,
    /// The tasks that shuttle ran, in order.
    pub schedule: Vec<usize>,
    /// What the threads did, in the order in which they did it.
    pub steps: Vec<Step>,
}

/// The verdict on one program under one engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Always `verdict`.
    pub kind: String,
    /// The type under test.
    pub subject: String,
    /// The program, as text.
    pub program: String,
    /// The scenario, if it is one.
    pub name: Option<String>,
    /// Which family of the run it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<usize>,
    /// `loom`, `shuttle` or `threads`.
    pub engine: String,
    /// The engine's mode.
    pub mode: String,
    /// How sure it makes us; as text in JSON.
    pub verdict: Level,
    /// Executions explored.
    pub executions: u64,
    /// Distinct outcomes.
    pub outcomes: usize,
    /// Time taken.
    pub seconds: f64,
    /// The seed, for the engines that have one.
    pub seed: Option<u64>,
    /// The outcomes themselves.
    pub outcome_set: BTreeSet<String>,
    /// How many executions had each of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub executions_by_outcome: BTreeMap<String, u64>,
    /// The self-tests that this verdict stands on were run earlier, by the same executable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_tests_known: bool,
    /// It is loom's in mode leak, COMPLETE, and that of mode eager follows from it. (For the process that explored; not part of a report.)
    #[serde(skip)]
    pub eager_follows: bool,
    /// The counterexample.
    pub failure: Option<Failure>,
    /// The execution that was asked for by its outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
}

/// The counts of a whole run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Always `summary`.
    pub kind: String,
    /// COMPLETE verdicts.
    pub complete: usize,
    /// BOUNDED verdicts.
    pub bounded: usize,
    /// SAMPLED verdicts.
    pub sampled: usize,
    /// TRUNCATED verdicts.
    pub truncated: usize,
    /// FAILED verdicts and checks.
    pub failed: usize,
    /// Executions of all of them.
    pub executions: u64,
    /// Wall time.
    pub seconds: f64,
}

impl Summary {
    /// Adds a verdict.
    pub fn count(&mut self, verdict: &Verdict) {
        self.executions += verdict.executions;
        match verdict.verdict {
            Level::Complete => self.complete += 1,
            Level::Bounded(_) => self.bounded += 1,
            Level::Sampled(_) => self.sampled += 1,
            Level::Truncated => self.truncated += 1,
            Level::Failed => self.failed += 1,
        }
    }

    /// The exit status: 1 something failed, 3 something was cut short, 0 otherwise.
    pub fn exit_status(&self) -> u8 {
        match (self.failed, self.truncated) {
            (0, 0) => 0,
            (0, _) => 3,
            _ => 1,
        }
    }
}
