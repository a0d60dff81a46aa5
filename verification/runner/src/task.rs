//! Tasks of the pool. What one is, and what its answers mean, is the business of whoever owns it.

use explore::job::Job;
use explore::search_oracle::SelfTestReport;
use linear::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Debug;
use std::time::Duration;

/// What a worker is asked, a line of JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Which handler of the worker.
    pub kind: String,
    /// What for.
    pub body: Value,
    /// Answers begin with this: the pool gives each worker one of its own.
    #[serde(default)]
    pub mark: String,
}

impl Request {
    /// A request.
    ///
    /// # Panics
    /// When the body is no plain data.
    pub fn new(kind: &str, body: &impl Serialize) -> Request {
        Request {
            kind: kind.to_owned(),
            body: serde_json::to_value(body).expect("plain data"),
            mark: String::new(),
        }
    }
}

/// What it answers, each a line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Response {
    /// Alive, after so many executions.
    Beat(u64),
    /// A verdict: of a job, or one that ends the task early.
    Verdict(Box<Verdict>),
    /// One part of the task is through: what came of it.
    Part(Value),
    /// It cannot serve, and ends: why.
    Gone(String),
}

/// What a part of a task has told.
#[derive(Debug)]
pub enum Told {
    /// A self-test is over.
    SelfTest(SelfTestReport),
    /// A self-test did not come to its end: its name, and how.
    SelfTestLost(String, String),
    /// A program of a batch is over, and all is well with it.
    Program(ProgramResult),
    /// Something that only the owner of the task understands, after so many executions.
    Else(Value, u64),
}

impl Told {
    /// The executions that it took.
    pub fn executions(&self) -> u64 {
        match self {
            Told::SelfTest(report) => report.executions,
            Told::SelfTestLost(..) => 0,
            Told::Program(result) => result.executions.iter().sum(),
            Told::Else(_, executions) => *executions,
        }
    }
}

/// What came of a program of a batch, when nothing was wrong with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProgramResult {
    /// Which family of the plan.
    pub family: usize,
    /// Which program of the family.
    pub number: usize,
    /// How many variants were run: of a lawless family each program times what its users can do wrong.
    #[serde(default)]
    pub variants: u64,
    /// Executions on each of the engines.
    pub executions: Vec<u64>,
    /// loom/eager was not run, because its verdict follows from that of loom/leak.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub eager_follows: bool,
    /// Its outcomes: the same on all of them.
    pub outcomes: usize,
    /// The steps of the algorithm that it takes, as [`numbers`](crate::source::numbers) reads them.
    pub steps: String,
}

/// Something for a worker to do, in one part or in several.
pub trait Task: Debug + Send {
    /// What it is called while it runs.
    fn title(&self) -> String;

    /// What the worker is asked.
    fn request(&self) -> Request;

    /// How long the worker may say nothing; the pool's patience if not given.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// After so many parts it is over. One that only a verdict ends has none.
    fn parts(&self) -> usize {
        0
    }

    /// What a worker keeps of each part must go with it: it serves no other task.
    fn spends_its_worker(&self) -> bool {
        false
    }

    /// A part is through: what is to be told, if anything.
    ///
    /// # Errors
    /// Why that is no answer.
    fn hear(&self, _answer: Value) -> Result<Option<Told>, String> {
        Err("an answer in parts, to a task that has none".to_owned())
    }

    /// What is left to do after so many parts, when the worker is gone.
    fn rest(&self, _done: usize) -> Option<Box<dyn Task>> {
        None
    }

    /// The part that was at work after so many, as a job: if the worker was lost, that is the job's verdict.
    fn at(&self, _done: usize) -> Option<Job> {
        None
    }

    /// What is told when the worker was lost, if no part of it is a job.
    fn lost(&self, _how: &str) -> Option<Told> {
        None
    }
}
