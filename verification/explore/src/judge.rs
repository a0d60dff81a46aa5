//! What a run has seen so far, and the verdict that follows from it.

use crate::engine::Engine;
use crate::execution::Build;
use crate::job::{Job, matches};
use crate::lawless as plan;
use crate::observer::Observer;
use crate::sentence::sentence;
use linear::{
    Checker, Effect, Example, Failure, History, Level, Program, Step, Verdict, outcomes_by_specification,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// No more histories than this are remembered.
const MOST_JUDGED: usize = 10_000;

/// What a run has seen so far.
pub struct Judge {
    /// The job.
    pub job: Job,
    /// Its program. (Programs of a worker live as long as the process.)
    pub program: &'static Program,
    checker: Checker<'static>,
    /// What the specification allows, if that can be enumerated.
    allowed: Option<BTreeSet<String>>,
    /// How many executions were seen to their end.
    pub executions: u64,
    /// Their outcomes, each with its place in `counts`.
    outcomes: BTreeMap<String, usize>,
    /// How many executions had each outcome.
    counts: Vec<u64>,
    /// The host, which hears of the run.
    pub observer: &'static dyn Observer,
    /// The observer wants to see the calls of each execution.
    looks: bool,
    /// Histories that were judged and found right: the place of their outcome in `counts`.
    judged: HashMap<Arc<History>, usize>,
    /// The place of the outcome of the last execution that was judged.
    last_outcome: usize,
    /// Where destructors run, if that matters: for the description of a failure.
    pub place: &'static str,
    /// Whether anything was retired in some execution.
    pub retired: bool,
    /// Whether mode eager might show something that mode leak does not: see the model's `strict_epoch::early`.
    pub early_destruction_shows: bool,
    /// How often each call-back was called, in the execution that called it most.
    pub calls: plan::CallCounts,
    /// The history of the execution that is being judged.
    last: Option<Arc<History>>,
    started: Instant,
    beaten: Instant,
}

/// What a run does after an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Continues.
    On,
    /// Has used up its budget.
    Stop,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Judge of `{}`", self.program)
    }
}

impl Judge {
    /// Nothing seen yet.
    pub fn new(job: Job, program: &'static Program, observer: &'static dyn Observer) -> Self {
        let allowed = outcomes_by_specification(program);
        let now = Instant::now();
        let checker = Checker::new(program, !job.outcomes_only);
        let looks = observer.looks(&job);
        Judge {
            job,
            program,
            checker,
            allowed,
            looks,
            observer,
            executions: 0,
            outcomes: BTreeMap::new(),
            counts: Vec::new(),
            place: "",
            retired: false,
            early_destruction_shows: false,
            calls: plan::CallCounts::default(),
            judged: HashMap::new(),
            last_outcome: 0,
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
        if self.program.has(Effect::Lies) {
            self.count(outcome);
            return Ok(()); // nothing follows from a lie but that memory is whole
        }
        if self.program.is_judged() && !self.checker.is_linearizable(history) {
            return Err(("not linearizable", format!("no order of the operations explains `{outcome}`")));
        }
        invariants.map_err(|message| ("invariant", message))?;
        if let Some(pattern) =
            self.job.expectation.forbidden.iter().find(|pattern| matches(pattern, &outcome))
        {
            return Err(("forbidden outcome", format!("`{outcome}` is forbidden by `{pattern}`")));
        }
        self.count(outcome);
        Ok(())
    }

    /// Counts an execution with this outcome.
    fn count(&mut self, outcome: String) {
        let next = self.counts.len();
        let place = *self.outcomes.entry(outcome).or_insert(next);
        if place == next {
            self.counts.push(0);
        }
        self.counts[place] += 1;
        self.last_outcome = place;
    }

    /// The same for an execution of a model, where a few histories occur over and over: each is judged once.
    ///
    /// # Errors
    /// The kind of failure, and what failed.
    pub fn observe_model(
        &mut self,
        history: &History,
        invariants: Result<(), String>,
    ) -> Result<(), (&'static str, String)> {
        if let (Ok(()), Some((judged, place))) = (&invariants, self.judged.get_key_value(history)) {
            self.last = Some(Arc::clone(judged));
            self.counts[*place] += 1;
            self.last_outcome = *place;
            return Ok(());
        }
        self.observe(history, invariants)?;
        if self.judged.len() < MOST_JUDGED {
            self.judged.extend(self.last.clone().map(|history| (history, self.last_outcome)));
        }
        Ok(())
    }

    /// Shows the observer the calls of an execution on `B`, if it wants to see them.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn show<B: Build>(&self, history: &History) -> Result<(), String> {
        if self.looks { self.observer.look(B::passages(self.program, history)) } else { Ok(()) }
    }

    /// The execution is over, and nothing was wrong with it.
    pub fn passed(&mut self) {
        self.last = None;
        self.executions += 1;
        for (most, calls) in self.calls.iter_mut().zip(plan::calls()) {
            *most = calls.max(*most);
        }
    }

    /// Whether to continue. Now and then it tells the host that the run is alive.
    pub fn pace(&mut self) -> Go {
        if self.job.stop_at.is_some_and(|last| self.executions >= last) {
            return Go::Stop;
        }
        if self.executions & 0x3f == 0 || self.job.budget.is_some() {
            let now = Instant::now();
            if now - self.beaten > Duration::from_millis(200) {
                self.beaten = now;
                self.observer.beat(self.executions);
            }
            if self.job.budget.is_some_and(|budget| now - self.started >= budget) {
                return Go::Stop;
            }
        }
        Go::On
    }

    /// Whether the execution that begins is watched: the last one, if the job says which that is.
    pub(crate) fn is_watched(&self) -> bool {
        self.job.watch && self.job.stop_at.is_none_or(|last| self.executions + 1 == last)
    }

    /// The verdict on a run that came to its end by itself.
    pub fn finish(&self, level: Level) -> Verdict {
        let mut verdict = self.verdict(level, self.executions);
        if level != Level::Complete {
            return verdict;
        }
        // Where users misbehave, destructors have effects that the model does not see.
        let is_plain = self.job.engine == Engine::LoomLeak && !self.program.has_users();
        verdict.eager_follows = is_plain && !self.early_destruction_shows;
        // A complete search must reach every outcome that the operations reach one after the other, and every outcome that the scenario's
        // author called interesting. If it does not, it is the search that is wrong.
        let missing = self.allowed.iter().flatten().find(|outcome| !self.outcomes.contains_key(*outcome));
        let interesting = &self.job.expectation.interesting;
        let absent =
            interesting.iter().find(|pattern| !self.outcomes.keys().any(|outcome| matches(pattern, outcome)));
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
            executions_by_outcome: verdict.executions_by_outcome,
            ..failed
        }
    }

    /// A verdict on what was seen so far.
    fn verdict(&self, level: Level, executions: u64) -> Verdict {
        let outcomes = self.outcomes.keys().cloned().collect();
        let mut verdict = self.job.verdict(level, executions, &outcomes, self.elapsed());
        let counted = self.outcomes.iter().map(|(outcome, place)| (outcome.clone(), self.counts[*place]));
        verdict.executions_by_outcome = counted.collect();
        verdict
    }

    /// Whether the execution that was just judged is the one that the job asks for.
    pub(crate) fn is_example(&self) -> bool {
        let Some(wanted) = &self.job.example_of else { return false };
        self.outcomes.get(wanted).is_some_and(|place| *place == self.last_outcome)
    }

    /// The verdict on a run that stops at the execution that the job asks for.
    pub(crate) fn example(&self, schedule: Vec<usize>, mut steps: Vec<Step>) -> Verdict {
        self.add_answers(&mut steps);
        let mut verdict = self.verdict(Level::Truncated, self.executions + 1);
        let outcome = self.job.example_of.clone().unwrap_or_default();
        verdict.example = Some(Example { outcome, execution: self.executions + 1, schedule, steps });
        verdict
    }

    /// Adds to each return of a call what it returned.
    pub(crate) fn add_answers(&self, steps: &mut [Step]) {
        for step in steps.iter_mut().filter(|step| step.action == "Return") {
            let number = step.object.rsplit('#').next().and_then(|number| number.parse().ok());
            let records = self.last.iter().flat_map(|history| &history.records);
            let record = records.into_iter().find(|r| r.thread == step.thread && Some(r.number) == number);
            step.seen = record.map(|record| record.ret.to_string());
        }
    }

    /// The verdict on a run that found a counterexample.
    pub fn fail(&self, kind: &str, message: String, schedule: Vec<usize>, mut steps: Vec<Step>) -> Verdict {
        self.add_answers(&mut steps);
        let mut verdict = self.verdict(Level::Failed, self.executions + 1);
        let mut failure = Failure {
            kind: kind.to_owned(),
            message: format!("{message}{}", self.place),
            sentence: None,
            execution: self.executions + 1,
            schedule,
            outcome: self.last.as_ref().map(|history| history.outcome(self.program)),
            steps,
        };
        failure.sentence = sentence(self.program, &failure, self.last.as_deref(), !self.job.outcomes_only);
        verdict.failure = Some(failure);
        verdict
    }
}
