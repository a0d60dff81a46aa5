//! Jobs: one program on one engine.

use crate::engine::Engine;
use crate::subjects;
use linear::{Failure, Level, ParseError, Program, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What a scenario says of its outcomes, as patterns in which `_` stands for any result.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Expectation {
    /// Must occur.
    pub interesting: Vec<String>,
    /// Must not.
    pub forbidden: Vec<String>,
}

/// One program on one engine, as it is sent to a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The name of the subject.
    pub subject: String,
    /// The program, as text.
    pub program: String,
    /// The scenario, if it is one.
    pub name: Option<String>,
    /// The engine.
    pub engine: Engine,
    /// loom: explore only this many preemptions.
    pub bound: Option<usize>,
    /// Random engines: how many schedules.
    pub schedules: u64,
    /// Random engines: the seed.
    pub seed: u64,
    /// Stop after this time.
    pub budget: Option<Duration>,
    /// A worker that says nothing for this long is taken to hang; by default, the pool's patience.
    pub patience: Option<Duration>,
    /// What the scenario says of its outcomes.
    pub expectation: Expectation,
    /// Orderings to replace, by id.
    pub orderings: Vec<(String, String)>,
    /// Which family of the plan the program is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<usize>,
    /// Compare the structure after the set-up with that of the specification.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub setup_checked: bool,
    /// Note the steps of the algorithm that are taken.
    #[serde(default)]
    pub steps: bool,
    /// Judge only outcomes, and not which call returned before another was made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outcomes_only: bool,
    /// Replay: stop after this execution.
    pub stop_at: Option<u64>,
    /// Replay on shuttle: the tasks to run, in order.
    pub schedule: Vec<usize>,
    /// Look at the subject after each step of the last execution, the one at which the job stops.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub watch: bool,
    /// Stop at the first execution with this outcome, and record its steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example_of: Option<String>,
}

impl Job {
    /// A job with the usual settings.
    pub fn new(program: &Program, engine: Engine) -> Job {
        Job {
            subject: program.subject.name.to_owned(),
            program: program.to_string(),
            name: None,
            engine,
            bound: None,
            schedules: 10_000,
            seed: 1,
            budget: None,
            patience: None,
            expectation: Expectation::default(),
            orderings: Vec::new(),
            family: None,
            setup_checked: false,
            steps: false,
            outcomes_only: false,
            stop_at: None,
            schedule: Vec::new(),
            watch: false,
            example_of: None,
        }
    }

    /// The program.
    ///
    /// # Errors
    /// What is wrong with its text.
    pub fn parse(&self) -> Result<Program, ParseError> {
        let subject = subjects::by_name(&self.subject).ok_or_else(|| subjects::unknown(&self.subject))?;
        Program::parse(subject, &self.program)
    }

    /// A verdict on this job.
    pub fn verdict(
        &self,
        level: Level,
        executions: u64,
        outcomes: &BTreeSet<String>,
        time: Duration,
    ) -> Verdict {
        Verdict {
            kind: "verdict".into(),
            subject: self.subject.clone(),
            program: self.program.clone(),
            name: self.name.clone(),
            family: self.family,
            engine: self.engine.name().into(),
            mode: self.engine.mode().into(),
            verdict: level,
            executions,
            outcomes: outcomes.len(),
            seconds: (time.as_secs_f64() * 1000.0).round() / 1000.0,
            seed: (!self.engine.is_exhaustive()).then_some(self.seed),
            outcome_set: outcomes.clone(),
            executions_by_outcome: BTreeMap::new(),
            self_tests_known: false,
            eager_follows: false,
            failure: None,
            example: None,
        }
    }

    /// A FAILED verdict without an execution to show.
    pub fn failed(&self, kind: &str, message: String, time: Duration) -> Verdict {
        let mut verdict = self.verdict(Level::Failed, 0, &BTreeSet::new(), time);
        verdict.failure = Some(Failure::without_steps(kind, message));
        verdict
    }
}

/// Whether an outcome fits a pattern: the same text, but `_` stands for any one result.
pub fn matches(pattern: &str, outcome: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let text = text.replace(" -> ", " || ");
        text.split(" || ").flat_map(|thread| thread.split("; ")).map(|part| part.trim().to_owned()).collect()
    };
    let (pattern, outcome) = (parts(pattern), parts(outcome));
    pattern.len() == outcome.len()
        && pattern.iter().zip(&outcome).all(|(wanted, is)| wanted == "_" || wanted == is)
}
