//! Engines: what runs a program in many ways, and the job that one run is.

pub mod loom;
pub mod model;
pub mod shuttle;
pub mod sleep;
pub mod threads;

use crate::coverage::{self, Taken};
use crate::history::{Checker, History, outcomes_by_specification};
use crate::program::{ParseError, Program};
use crate::subject;
use crate::verdict::{Failure, Level, Step, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

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

/// More histories than these are not remembered.
const MOST_JUDGED: usize = 10_000;

/// What a run has seen so far.
#[derive(Debug)]
pub struct Collector {
    /// The job.
    pub job: Job,
    /// Its program. (Programs of a worker live as long as the process.)
    pub program: &'static Program,
    checker: Checker<'static>,
    /// What the specification allows, when that can be enumerated.
    allowed: Option<BTreeSet<String>>,
    /// Executions seen whole.
    pub executions: u64,
    /// Their outcomes.
    pub outcomes: BTreeSet<String>,
    /// The steps of the algorithm, if they are asked for.
    pub taken: Option<Taken>,
    /// Histories that were judged, and nothing was wrong with them.
    judged: HashSet<Arc<History>>,
    /// The history of the execution that is being judged.
    last: Option<Arc<History>>,
    started: Instant,
    beaten: Instant,
}

/// What a run does after an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Goes on.
    On,
    /// Has used up its budget.
    Stop,
}

impl Collector {
    /// Nothing seen yet.
    pub fn new(job: Job, program: &'static Program) -> Self {
        let allowed = outcomes_by_specification(program);
        let now = Instant::now();
        let steps = job.steps.then(|| coverage::steps_of(&job.subject)).flatten();
        let checker = Checker::new(program, !job.outcomes_only);
        Collector {
            job,
            program,
            checker,
            allowed,
            taken: steps.map(Taken::of),
            executions: 0,
            outcomes: BTreeSet::new(),
            judged: HashSet::new(),
            last: None,
            started: now,
            beaten: now,
        }
    }

    /// The time since the run began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Judges an execution.
    ///
    /// # Errors
    /// The kind of failure, and what failed.
    pub fn observe(
        &mut self,
        history: &History,
        invariants: Result<(), String>,
    ) -> Result<(), (&'static str, String)> {
        let outcome = history.outcome(self.program);
        self.last = Some(Arc::new(history.clone()));
        if !self.checker.is_linearizable(history) {
            return Err(("not linearizable", format!("no order of the operations explains `{outcome}`")));
        }
        invariants.map_err(|message| ("invariant", message))?;
        if let Some(pattern) =
            self.job.expectation.forbidden.iter().find(|pattern| matches(pattern, &outcome))
        {
            return Err(("forbidden outcome", format!("`{outcome}` is forbidden by `{pattern}`")));
        }
        self.outcomes.insert(outcome);
        Ok(())
    }

    /// The same for an execution of a model, where few histories come over and over: each is judged once.
    ///
    /// # Errors
    /// The kind of failure, and what failed.
    pub fn observe_model(
        &mut self,
        history: &History,
        invariants: Result<(), String>,
    ) -> Result<(), (&'static str, String)> {
        if let (Ok(()), Some(judged)) = (&invariants, self.judged.get(history)) {
            self.last = Some(Arc::clone(judged));
            return Ok(());
        }
        self.observe(history, invariants)?;
        if self.judged.len() < MOST_JUDGED {
            self.judged.extend(self.last.clone());
        }
        Ok(())
    }

    /// Notes the steps that an execution on `B` has taken, if they are asked for.
    ///
    /// # Errors
    /// A step that the list lacks.
    pub fn note_steps<B: model::Build>(&mut self, history: &History) -> Result<(), String> {
        let Some(taken) = &mut self.taken else { return Ok(()) };
        taken.note(B::passages(self.program, history))
    }

    /// The execution is over, and nothing was wrong with it.
    pub fn passed(&mut self) {
        self.last = None;
        self.executions += 1;
    }

    /// Whether to go on. Says that the run is alive, now and then.
    pub fn pace(&mut self) -> Go {
        if self.job.stop_at.is_some_and(|last| self.executions >= last) {
            return Go::Stop;
        }
        if self.executions & 0x3f == 0 || self.job.budget.is_some() {
            let now = Instant::now();
            if now - self.beaten > Duration::from_millis(200) {
                self.beaten = now;
                crate::worker::beat(self.executions);
            }
            if self.job.budget.is_some_and(|budget| now - self.started >= budget) {
                return Go::Stop;
            }
        }
        Go::On
    }

    /// The verdict on a run that came to its end by itself.
    pub fn finish(&self, level: Level) -> Verdict {
        let verdict = self.job.verdict(level, self.executions, &self.outcomes, self.elapsed());
        if level != Level::Complete {
            return verdict;
        }
        // A complete search must reach all that operations one after the other reach, and what its author found worth a
        // word: otherwise it is the search that is wrong.
        let missing = self.allowed.iter().flatten().find(|outcome| !self.outcomes.contains(*outcome));
        let interesting = &self.job.expectation.interesting;
        let absent =
            interesting.iter().find(|pattern| !self.outcomes.iter().any(|outcome| matches(pattern, outcome)));
        let message = match (missing, absent) {
            (Some(outcome), _) => format!("`{outcome}` is allowed by the specification, and never occurred"),
            (None, Some(pattern)) => format!("the interesting outcome `{pattern}` never occurred"),
            (None, None) => return verdict,
        };
        let failed = self.job.failed("missing outcome", message, self.elapsed());
        Verdict {
            executions: verdict.executions,
            outcomes: verdict.outcomes,
            outcome_set: verdict.outcome_set,
            ..failed
        }
    }

    /// The verdict on a run that found a counterexample.
    pub fn fail(&self, kind: &str, message: String, schedule: Vec<usize>, mut steps: Vec<Step>) -> Verdict {
        for step in steps.iter_mut().filter(|step| step.action == "Return") {
            let number = step.object.rsplit('#').next().and_then(|number| number.parse().ok());
            let records = self.last.iter().flat_map(|history| &history.records);
            let record = records.into_iter().find(|r| r.thread == step.thread && Some(r.number) == number);
            step.seen = record.map(|record| record.ret.to_string());
        }
        let mut verdict =
            self.job.verdict(Level::Failed, self.executions + 1, &self.outcomes, self.elapsed());
        verdict.failure = Some(Failure {
            kind: kind.to_owned(),
            message,
            execution: self.executions + 1,
            schedule,
            outcome: self.last.as_ref().map(|history| history.outcome(self.program)),
            steps,
        });
        verdict
    }
}
