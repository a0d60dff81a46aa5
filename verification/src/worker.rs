//! The worker process: takes jobs from its standard input, one a line, and answers on its standard output.
//!
//! A worker that finds a counterexample, or uses up a budget, says so and exits at once: from the panic hook, before anything
//! unwinds, for a model that is stopped in the middle cannot always be taken down in good order. What kills a worker (an abort, a stack
//! overflow, a hang) its parent sees.

use crate::adapter;
use crate::coverage::Taken;
use crate::engine::model::{Build, LoomBuild, ShuttleBuild};
use crate::engine::{Collector, Engine, Job};
use crate::history::History;
use crate::orderings::run::{Passed, Trial};
use crate::program::Program;
use crate::selftest::{SelfTest, SelfTestReport};
use crate::subject;
use crate::verdict::{Failure, Level, Step, Verdict};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

/// What a worker is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Run a program on an engine.
    Job(Box<Job>),
    /// Check an engine's search against brute force.
    SelfTest(SelfTest),
    /// Run many programs, each on several engines.
    Batch(Batch),
    /// Run programs under a weaker ordering, until one fails.
    Trial(Box<Trial>),
}

/// Programs of a family, for one worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Batch {
    /// Which family of the plan.
    pub family: usize,
    /// The subject.
    pub subject: String,
    /// The programs, each with its number in the family.
    pub programs: Vec<(usize, String)>,
    /// Each on all of these; their outcomes must be equal.
    pub engines: Vec<Engine>,
    /// loom: explore only so many preemptions.
    pub bound: Option<usize>,
    /// Stop each exploration after so long.
    pub budget: Option<Duration>,
    /// A self-check of this name: loom runs without the repair of its search, and the engines must disagree.
    pub crippled: Option<String>,
}

impl Batch {
    /// The batch without its first `done` programs, if any are left. A self-check is over with its first failure.
    pub fn after(&self, done: usize) -> Option<Batch> {
        if self.crippled.is_some() {
            return None;
        }
        let rest = self.programs.get(done..).filter(|rest| !rest.is_empty())?;
        Some(Batch { programs: rest.to_vec(), ..self.clone() })
    }
}

/// What came of a program of a batch, when nothing was wrong with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProgramResult {
    /// Which family of the plan.
    pub family: usize,
    /// Which program of the family.
    pub number: usize,
    /// Executions on each of the engines.
    pub executions: Vec<u64>,
    /// Its outcomes: the same on all of them.
    pub outcomes: usize,
    /// The steps of the algorithm that it takes, as [`coverage::numbers`](crate::coverage::numbers) reads them.
    pub steps: String,
}

/// What it answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Response {
    /// Alive, after so many executions.
    Beat(u64),
    /// The job's verdict.
    Verdict(Box<Verdict>),
    /// The self-test's result.
    SelfTest(SelfTestReport),
    /// The next program of the batch.
    Program(ProgramResult),
    /// The next program of the trial.
    Passed(Passed),
}

/// The running job.
#[derive(Debug)]
pub struct Current(Mutex<Collector>);

impl Current {
    /// Looks at what the job has seen so far. Not to be held across a call of an engine.
    pub fn with<R>(&self, f: impl FnOnce(&mut Collector) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

static CURRENT: Mutex<Option<&'static Current>> = Mutex::new(None);

fn answer(response: &Response) {
    let line = serde_json::to_string(response).expect("plain data");
    let mut out = std::io::stdout().lock();
    // A parent that is gone has no use for the answer.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Says that the worker is alive.
pub fn beat(executions: u64) {
    answer(&Response::Beat(executions));
}

fn leave(verdict: Verdict) -> ! {
    answer(&Response::Verdict(Box::new(verdict)));
    std::process::exit(0)
}

/// Ends the job: its budget is used up.
pub fn stop(current: &Current) -> ! {
    leave(current.with(|c| c.finish(Level::Truncated)))
}

/// Ends the job: a counterexample.
pub fn fail(current: &Current, kind: &str, message: String) -> ! {
    let (engine, threads) = current.with(|c| (c.job.engine, c.program.threads.len()));
    let (schedule, steps) = evidence(engine, threads);
    leave(current.with(|c| c.fail(kind, message, schedule, steps)))
}

/// Judges an execution; a wrong one ends the job.
pub fn judge(current: &Current, history: &History, invariants: Result<(), String>) {
    let judged = current.with(|c| c.observe(history, invariants));
    if let Err((kind, message)) = judged {
        fail(current, kind, message);
    }
}

/// Judges an execution of a model, and notes the steps that it took.
pub fn judge_model<B: Build>(current: &Current, history: &History, invariants: Result<(), String>) {
    let judged = current.with(|c| c.observe_model(history, invariants));
    if let Err((kind, message)) = judged {
        fail(current, kind, message);
    }
    let noted = current.with(|c| c.note_steps::<B>(history));
    if let Err(message) = noted {
        fail(current, "unknown step", message);
    }
}

/// What happened in the execution that just failed, on this OS thread.
fn evidence(engine: Engine, threads: usize) -> (Vec<usize>, Vec<Step>) {
    match engine.name() {
        "loom" => (Vec::new(), LoomBuild::steps(threads)),
        "shuttle" => (crate::engine::shuttle::schedule(), ShuttleBuild::steps(threads)),
        _ => (Vec::new(), Vec::new()),
    }
}

/// The kind of failure that a panic is.
fn classify(engine: Engine, message: &str) -> &'static str {
    let violation = match engine.name() {
        "loom" => LoomBuild::violation(),
        "shuttle" => ShuttleBuild::violation(),
        _ => None,
    };
    let starts = ["use after free", "double free", "double retire", "leak", "live guard"];
    match violation {
        Some(kind) => kind,
        None if message.contains("Causality violation") => "data race",
        None if message.contains("deadlock") => "deadlock",
        None if message.contains("maximum number of branches") || message.contains("exceeded max_steps") => {
            "hang"
        }
        None => starts.into_iter().find(|kind| message.starts_with(kind)).unwrap_or("panic"),
    }
}

/// Makes a panic end the job as a counterexample, before anything unwinds.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text =
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".into());
        let place =
            info.location().map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
        let current = match CURRENT.try_lock() {
            Ok(current) => *current,
            Err(TryLockError::Poisoned(current)) => **current.get_ref(),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(current) = current {
            let engine = current.with(|c| c.job.engine);
            fail(current, classify(engine, &text), format!("{text}{place}"));
        }
        eprintln!("worker: {text}{place}");
    }));
}

/// Settles the order of the panic hooks: loom's before shuttle's before ours. Called once ours is installed.
///
/// loom's coroutines end by a panic, of which their crate tells nobody: its hook, installed with the first coroutine, comes before those
/// that were there. shuttle's hook, installed with its first run, writes about each panic to the standard error. Where shuttle's came
/// last it wrote of the end of every coroutine of loom: half of the time of a family. So shuttle runs once here.
fn settle_panic_hooks() {
    let once = shuttle::scheduler::DfsScheduler::new(Some(1), false);
    shuttle::Runner::new(once, crate::engine::shuttle::config()).run(|| {});
}

/// Serves until the standard input ends.
///
/// # Errors
/// When the standard input cannot be read.
pub fn serve() -> std::io::Result<()> {
    install_panic_hook();
    settle_panic_hooks();
    crate::stacks::enable();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match serde_json::from_str(&line) {
            Ok(Request::Job(job)) => {
                let (verdict, _) = run(*job);
                answer(&Response::Verdict(Box::new(verdict)));
            }
            Ok(Request::SelfTest(test)) => answer(&Response::SelfTest(test.run())),
            Ok(Request::Batch(batch)) => run_batch(&batch),
            Ok(Request::Trial(trial)) => {
                trial.run(
                    |job| run(job).0,
                    |passed| answer(&Response::Passed(passed)),
                    |verdict| leave(verdict),
                );
            }
            Err(error) => {
                eprintln!("worker: `{line}` is no request: {error}");
                std::process::exit(2);
            }
        }
    }
    Ok(())
}

/// Runs the programs of a batch. One that fails, or whose engines disagree, ends the worker.
fn run_batch(batch: &Batch) {
    let subject = subject::by_name(&batch.subject).expect("a subject of the table");
    sync_map_loom::sync::engine::repair_search(batch.crippled.is_none());
    // One engine will do, for they take the same steps: the one with the fewest executions.
    let sleep = batch.engines.iter().find(|engine| **engine == Engine::ShuttleSleep);
    let steps_by = sleep.or(batch.engines.first()).copied();
    for (number, text) in &batch.programs {
        let mut verdicts: Vec<Verdict> = Vec::new();
        let mut steps = String::new();
        for engine in &batch.engines {
            let program = Program::parse(subject, text).expect("a program of a family parses");
            let mut job = Job::new(&program, *engine);
            job.name = batch.crippled.clone();
            job.family = batch.crippled.is_none().then_some(batch.family);
            job.setup_checked = true;
            job.budget = batch.budget;
            job.bound = batch.bound.filter(|_| engine.name() == "loom");
            job.steps = Some(*engine) == steps_by;
            let (verdict, taken) = run(job);
            steps.extend(taken);
            let is_whole = matches!(verdict.verdict, Level::Complete | Level::Bounded(_));
            if !is_whole || verdicts.first().is_some_and(|first| first.outcome_set != verdict.outcome_set) {
                leave(disagreement(verdict, verdicts.first()));
            }
            verdicts.push(verdict);
        }
        let executions = verdicts.iter().map(|verdict| verdict.executions).collect();
        let outcomes = verdicts.first().map_or(0, |verdict| verdict.outcomes);
        let (family, number) = (batch.family, *number);
        answer(&Response::Program(ProgramResult { family, number, executions, outcomes, steps }));
    }
}

/// A verdict that is wrong as it is, or wrong because another engine found other outcomes.
fn disagreement(mut verdict: Verdict, other: Option<&Verdict>) -> Verdict {
    if let (Some(other), None) = (other, &verdict.failure) {
        let only =
            |a: &Verdict, b: &Verdict| a.outcome_set.difference(&b.outcome_set).cloned().collect::<Vec<_>>();
        let message = format!(
            "the engines disagree: only {}/{} has {:?}, only {}/{} has {:?}",
            verdict.engine,
            verdict.mode,
            only(&verdict, other),
            other.engine,
            other.mode,
            only(other, &verdict),
        );
        verdict.verdict = Level::Failed;
        verdict.failure = Some(Failure::without_steps("disagreement", message));
    }
    verdict
}

/// What is wrong with the structure to which the set-up of a program leads.
fn setup_problem(job: &Job, program: &Program) -> Option<String> {
    let expected = program.subject.meaning.structure_after(&program.setup).filter(|_| job.setup_checked)?;
    let found = adapter::structure_after(program.subject.kind, &program.setup);
    (found != expected)
        .then(|| format!("the set-up leads to: {found}. By the specification it leads to: {expected}"))
}

/// The verdict, and the steps taken if the job asks for them.
fn run(job: Job) -> (Verdict, Option<String>) {
    let program = match job.parse() {
        Ok(program) => program,
        Err(error) => return (job.failed("program", error.to_string(), Duration::ZERO), None),
    };
    let program = Box::leak(Box::new(program));
    let engine = job.engine;
    let current: &'static Current = Box::leak(Box::new(Current(Mutex::new(Collector::new(job, program)))));
    let set = |value| *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = value;
    set(Some(current));
    let problem = current.with(|c| setup_problem(&c.job, c.program));
    if let Some(problem) = problem {
        leave(current.with(|c| c.fail("structure", problem, Vec::new(), Vec::new())));
    }
    let level = match engine.name() {
        "loom" => crate::engine::loom::run(current),
        "shuttle" => crate::engine::shuttle::run(current),
        _ => crate::engine::threads::run(current),
    };
    set(None);
    current.with(|c| (c.finish(level), c.taken.as_ref().map(Taken::digits)))
}
