//! The runner's own tasks: a job, a self-test, a batch of programs.

use crate::batch::Batch;
use crate::families::run_lawless;
use crate::playing;
use crate::task::{ProgramResult, Request, Task, Told};
use crate::what_if;
use crate::worker::{Handler, Host};
use explore::engine::Engine;
use explore::job::Job;
use explore::observer::Observer;
use explore::search_oracle::{OfASubject, Search, SelfTest};
use explore::subjects;
use linear::{Failure, Level, Program, Verdict};
use serde_json::Value;
use std::time::Duration;

/// What a worker does with the runner's own tasks.
pub static HANDLERS: [Handler; 5] = [
    Handler { kind: "job", serve: serve_job },
    Handler { kind: "self-test", serve: serve_self_test },
    Handler { kind: "batch", serve: serve_batch },
    playing::HANDLER,
    what_if::HANDLER,
];

fn serve_job(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    let (verdict, ..) = host.run(serde_json::from_value(body)?);
    host.verdict(verdict);
    Ok(())
}

fn serve_self_test(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    let test: SelfTest = serde_json::from_value(body)?;
    test.run(host).iter().for_each(|report| host.part(report));
    Ok(())
}

fn serve_batch(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    let batch: Batch = serde_json::from_value(body)?;
    let problem = match subjects::by_name(&batch.subject) {
        None => format!("`{}` is not a subject", batch.subject),
        Some(_) if batch.engines.is_empty() => "a batch without engines would run nothing".to_owned(),
        Some(_) => {
            run_batch(&batch, host);
            return Ok(());
        }
    };
    Err(serde::de::Error::custom(problem))
}

/// One program on one engine.
#[derive(Clone, Debug)]
pub struct JobTask(pub Box<Job>);

impl Task for JobTask {
    fn title(&self) -> String {
        let job = &self.0;
        format!("{} {}", job.engine, job.name.as_deref().unwrap_or(&job.program))
    }
    fn request(&self) -> Request {
        Request::new("job", &self.0)
    }
    fn patience(&self) -> Option<Duration> {
        self.0.patience
    }
    fn at(&self, _done: usize) -> Option<Job> {
        Some((*self.0).clone())
    }
}

/// A self-test of a search.
#[derive(Clone, Debug)]
pub struct SelfTestTask(pub SelfTest);

impl Task for SelfTestTask {
    fn title(&self) -> String {
        format!("self-test {:?}", self.0.search)
    }
    fn request(&self) -> Request {
        Request::new("self-test", &self.0)
    }
    fn parts(&self) -> usize {
        self.0.each().len()
    }
    fn hear(&self, answer: Value) -> Result<Option<Told>, String> {
        serde_json::from_value(answer).map(Told::SelfTest).map(Some).map_err(|error| error.to_string())
    }
    fn lost(&self, how: &str) -> Option<Told> {
        Some(Told::SelfTestLost(format!("{:?}", self.0.search), how.to_owned()))
    }
}

/// The self-tests that each engine's COMPLETE rests on: a search, and the search crippled. Of so many programs of words and a mutex, and
/// of programs of a subject: plain depth-first search of one of these takes thousands of executions.
pub fn self_tests(seed: u64, programs: usize, of_a_subject: OfASubject) -> Vec<SelfTest> {
    let of = |search, programs| SelfTest { search, seed, programs, within: None };
    vec![
        of(Search::Loom, programs),
        of(Search::StockLoom, programs),
        of(Search::Sleep, programs),
        of(Search::BrokenSleep, programs),
        SelfTest { within: of_a_subject.within, ..of(Search::SleepHistories, of_a_subject.programs) },
    ]
}

/// Runs the programs of a batch. One that fails, or whose engines disagree, ends the worker.
fn run_batch(batch: &Batch, host: &'static Host) {
    let subject = subjects::by_name(&batch.subject).expect("a subject of the table");
    explore::on_loom::repair_search(batch.crippled.is_none());
    // One engine will do, for they take the same steps: the one with the fewest executions.
    let sleep = batch.engines.iter().find(|engine| **engine == Engine::ShuttleSleep);
    let steps_by = sleep.or(batch.engines.first()).copied();
    for (number, text) in &batch.programs {
        if batch.lawless {
            run_lawless(batch, subject, *number, text, host);
            continue;
        }
        let mut verdicts: Vec<Verdict> = Vec::new();
        let mut executions = Vec::new();
        let mut eager_follows = false;
        let mut steps = String::new();
        for engine in &batch.engines {
            if *engine == Engine::LoomEager
                && batch.eager_may_follow
                && verdicts.iter().any(|verdict| verdict.eager_follows)
            {
                eager_follows = true;
                executions.push(0);
                continue;
            }
            let program = Program::parse(subject, text).expect("a program of a family parses");
            let mut job = Job::new(&program, *engine);
            job.name = batch.crippled.clone();
            job.family = batch.crippled.is_none().then_some(batch.family);
            job.setup_checked = true;
            job.budget = batch.budget;
            job.bound = batch.bound.filter(|_| engine.name() == "loom");
            job.outcomes_only = batch.weak_on_loom && engine.name() == "loom";
            job.steps = Some(*engine) == steps_by;
            let (verdict, taken, _) = host.run(job);
            steps.extend(taken);
            let is_whole = matches!(verdict.verdict, Level::Complete | Level::Bounded(_));
            let agrees = |first: &Verdict| match batch.weak_on_loom {
                true => first.outcome_set.is_subset(&verdict.outcome_set),
                false => first.outcome_set == verdict.outcome_set,
            };
            if !is_whole || !verdicts.first().is_none_or(agrees) {
                host.leave(disagreement(verdict, verdicts.first()));
            }
            executions.push(verdict.executions);
            verdicts.push(verdict);
        }
        let outcomes = verdicts.first().map_or(0, |verdict| verdict.outcomes);
        let (family, number) = (batch.family, *number);
        host.part(&ProgramResult { family, number, variants: 1, executions, eager_follows, outcomes, steps });
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
