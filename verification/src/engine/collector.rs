//! What a run has seen so far, and the verdict that comes of it.

use super::{Job, matches, model};
use crate::coverage::{self, Taken};
use crate::history::{Checker, History, outcomes_by_specification};
use crate::program::Program;
use crate::verdict::{Failure, Level, Step, Verdict};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

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
