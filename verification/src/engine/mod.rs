//! Engines: what runs a program in many ways, and the job that one run is.

pub mod collector;
pub mod loom;
pub mod model;
pub mod shuttle;
pub mod sleep;
pub mod threads;

use crate::program::{ParseError, Program};
use crate::subject;
use crate::verdict::{Failure, Level, Verdict};
pub use collector::{Collector, Go};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// An engine and its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Engine {
    /// loom, retired memory freed at the end.
    LoomLeak,
    /// loom, retired memory freed as early as is legal.
    LoomEager,
    /// The same, pins and retirements reordered by the search.
    LoomVisible,
    /// shuttle, the complete reduced search.
    ShuttleSleep,
    /// shuttle, all schedules.
    ShuttleDfs,
    /// shuttle, random schedules with few preemptions.
    ShuttlePct,
    /// shuttle, random schedules.
    ShuttleRandom,
    /// Real threads and the shipped build.
    Threads,
}

/// All of them, with their names.
pub const ENGINES: [(Engine, &str, &str); 8] = [
    (Engine::LoomLeak, "loom", "leak"),
    (Engine::LoomEager, "loom", "eager"),
    (Engine::LoomVisible, "loom", "visible"),
    (Engine::ShuttleSleep, "shuttle", "sleep"),
    (Engine::ShuttleDfs, "shuttle", "dfs"),
    (Engine::ShuttlePct, "shuttle", "pct"),
    (Engine::ShuttleRandom, "shuttle", "random"),
    (Engine::Threads, "threads", "stress"),
];

impl Engine {
    /// `loom`, `shuttle` or `threads`.
    pub fn name(self) -> &'static str {
        ENGINES.iter().find(|(engine, ..)| *engine == self).map_or("", |(_, name, _)| name)
    }

    /// `leak`, `sleep`…
    pub fn mode(self) -> &'static str {
        ENGINES.iter().find(|(engine, ..)| *engine == self).map_or("", |(.., mode)| mode)
    }

    /// Whether a run of it can be COMPLETE.
    pub fn is_exhaustive(self) -> bool {
        !matches!(self, Engine::ShuttlePct | Engine::ShuttleRandom | Engine::Threads)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.name(), self.mode()))
    }
}

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
    /// loom: explore only so many preemptions.
    pub bound: Option<usize>,
    /// Random engines: how many schedules.
    pub schedules: u64,
    /// Random engines: the seed.
    pub seed: u64,
    /// Stop after so long.
    pub budget: Option<Duration>,
    /// Say nothing for so long, and it hangs; the pool's patience if not given.
    pub patience: Option<Duration>,
    /// What is said of the outcomes.
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
    /// Judge outcomes alone, not what returned before something else was called.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outcomes_only: bool,
    /// Replay: stop after this execution.
    pub stop_at: Option<u64>,
    /// Replay on shuttle: the tasks to run, in order.
    pub schedule: Vec<usize>,
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
        }
    }

    /// The program.
    ///
    /// # Errors
    /// What is wrong with its text.
    pub fn parse(&self) -> Result<Program, ParseError> {
        let subject = subject::by_name(&self.subject).unwrap_or(subject::SUBJECTS[0]);
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
            failure: None,
        }
    }

    /// A FAILED verdict without an execution to show.
    pub fn failed(&self, kind: &str, message: String, time: Duration) -> Verdict {
        let mut verdict = self.verdict(Level::Failed, 0, &BTreeSet::new(), time);
        verdict.failure = Some(Failure::without_steps(kind, message));
        verdict
    }
}

/// The ordering of that name.
///
/// # Errors
/// When there is none.
pub fn ordering_by_name(name: &str) -> Result<Ordering, String> {
    match name {
        "Relaxed" => Ok(Ordering::Relaxed),
        "Acquire" => Ok(Ordering::Acquire),
        "Release" => Ok(Ordering::Release),
        "AcqRel" => Ok(Ordering::AcqRel),
        "SeqCst" => Ok(Ordering::SeqCst),
        _ => Err(format!("`{name}` is no ordering: Relaxed, Acquire, Release, AcqRel or SeqCst")),
    }
}

impl FromStr for Engine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = ENGINES.iter().find(|(_, name, mode)| text == format!("{name}/{mode}"));
        found.map(|(engine, ..)| *engine).ok_or_else(|| format!("`{text}` is no engine"))
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
