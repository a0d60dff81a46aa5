//! The worker's side: programs one after the other in one process, under one weakening or none.

use super::Weakening;
use super::candidates::Candidate;
use crate::subjects;
use explore::engine::Engine;
use explore::job::Job;
use explore::observer::Observer;
use linear::Level;
use linear::Program;
use runner::task::{Request, Task, Told};
use runner::worker::{Handler, Host};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use sync_map_model::loom::trace::{orderings_used, watch_orderings};

/// What a worker is asked: to run these programs in this order, until one fails.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// The ordering to weaken; nothing to find out what each program costs and uses.
    pub weakening: Option<Weakening>,
    /// The programs.
    pub candidates: Vec<Candidate>,
    /// The number of the first, counted in all candidates.
    pub first: usize,
    /// Stop each program after so long: then it has not been explored.
    pub budget: Option<Duration>,
    /// Judge the outcome alone: a program fails when no order of its operations explains it, whatever returned before
    /// something else was called.
    pub outcomes_only: bool,
}

/// What came of one of them, when it did not fail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Passed {
    /// Which trial.
    pub weakening: Option<Weakening>,
    /// Its number in all candidates.
    pub number: usize,
    /// Executions.
    pub executions: u64,
    /// Explored to the end.
    pub complete: bool,
    /// The orderings that it used; only without a weakening.
    pub used: BTreeSet<String>,
}

impl Trial {
    /// The trial without its first `done` programs, if any are left. With a weakening it is over with its first failure.
    pub fn after(&self, done: usize) -> Option<Trial> {
        let rest = self.candidates.get(done..).filter(|rest| !rest.is_empty())?;
        let rest = Trial { candidates: rest.to_vec(), first: self.first + done, ..self.clone() };
        self.weakening.is_none().then_some(rest)
    }

    /// The job of a candidate.
    pub fn job(&self, number: usize) -> Option<Job> {
        let candidate = self.candidates.get(number).or(self.candidates.last())?;
        let subject = subjects::by_name(&candidate.subject)?;
        let program = Program::parse(subject, &candidate.program).ok()?;
        let mut job = Job::new(&program, Engine::LoomLeak);
        job.name = Some(match &self.weakening {
            Some(weakening) => weakening.to_string(),
            None => "as shipped".to_owned(),
        });
        job.budget = self.budget;
        job.outcomes_only = self.outcomes_only;
        job.orderings =
            self.weakening.iter().map(|weakening| (weakening.id.clone(), weakening.weaker.clone())).collect();
        Some(job)
    }

    /// Runs them. It does not return when one fails.
    fn run(&self, host: &'static Host) {
        for number in 0..self.candidates.len() {
            let Some(job) = self.job(number) else { continue };
            if self.weakening.is_none() {
                watch_orderings();
            }
            let (verdict, ..) = host.run(job);
            let used = orderings_used().into_iter().map(str::to_owned).collect();
            if verdict.verdict == Level::Failed {
                host.leave(verdict);
            }
            let complete = verdict.verdict == Level::Complete;
            let (weakening, number) = (self.weakening.clone(), self.first + number);
            host.part(&Passed { weakening, number, executions: verdict.executions, complete, used });
        }
    }
}

/// What a worker does with a trial.
pub static HANDLERS: [Handler; 1] = [Handler { kind: "trial", serve }];

fn serve(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    serde_json::from_value::<Trial>(body)?.run(host);
    Ok(())
}

impl Passed {
    /// What a trial has told.
    pub(super) fn of(told: &Told) -> Option<Passed> {
        let Told::Else(answer, _) = told else { return None };
        serde_json::from_value(answer.clone()).ok()
    }
}

impl Task for Trial {
    fn title(&self) -> String {
        match &self.weakening {
            Some(weakening) => weakening.to_string(),
            None => "the programs as they are".to_owned(),
        }
    }
    fn request(&self) -> Request {
        Request::new("trial", self)
    }
    fn parts(&self) -> usize {
        self.candidates.len()
    }
    fn spends_its_worker(&self) -> bool {
        true
    }
    fn hear(&self, answer: Value) -> Result<Option<Told>, String> {
        let passed: Passed = serde_json::from_value(answer.clone()).map_err(|error| error.to_string())?;
        Ok(Some(Told::Else(answer, passed.executions)))
    }
    fn rest(&self, done: usize) -> Option<Box<dyn Task>> {
        self.after(done).map(|rest| Box::new(rest) as Box<dyn Task>)
    }
    fn at(&self, done: usize) -> Option<Job> {
        self.job(done)
    }
}
