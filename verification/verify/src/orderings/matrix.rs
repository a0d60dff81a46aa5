//! The parent's side: what every program costs as the code is, then every weakening on the programs that use its ordering.

use super::candidates::{self, Candidate};
use super::trial::{Passed, Trial};
use super::{Weakening, ordering_name, weakenings};
use crate::certificates::source::SOURCE;
use linear::{Level, Verdict};
use runner::explain::FailureFile;
use runner::pool::News;
use runner::source::Source;
use runner::task::Task;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use sync_map::orderings::ALL;

/// What is known of one weakening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Always `ordering`.
    pub kind: String,
    /// `ORD-1`
    pub id: String,
    /// `read.load`
    pub site: String,
    /// The ordering in the source.
    pub shipped: String,
    /// The one in its place.
    pub weaker: String,
    /// Whether a program failed.
    pub needed: bool,
    /// The smallest that did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub killer: Option<Killer>,
    /// How many programs were explored, the failing one included.
    pub programs: usize,
    /// In so many executions.
    pub executions: u64,
}

/// A program that fails under a weakening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Killer {
    /// The subject's name.
    pub subject: String,
    /// The program.
    pub program: String,
    /// The scenario, if it is one.
    pub scenario: Option<String>,
    /// The kind of failure.
    pub fails_as: String,
    /// The outcome has an order that explains it, but not one that keeps to what returned before something else was called. The
    /// language has no such notion between threads that nothing else orders: here it is loom's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_real_time_only: bool,
}

impl Killer {
    /// The kind of failure, as the tables have it.
    pub fn kind(&self) -> String {
        let when = if self.in_real_time_only { ", in real time" } else { "" };
        format!("{}{when}", self.fails_as)
    }
}

/// A run of the matrix.
#[derive(Debug, Default)]
pub struct Matrix {
    candidates: Vec<Candidate>,
    costs: BTreeMap<usize, Passed>,
    tried: BTreeMap<Weakening, (usize, u64)>,
    killed: BTreeMap<Weakening, Box<Verdict>>,
    planned: BTreeMap<Weakening, usize>,
    outcomes_only: bool,
    by_time: BTreeSet<Weakening>,
    /// What is wrong with the run itself.
    pub problems: Vec<String>,
    /// The failures, to read and to run again.
    pub failures: Vec<FailureFile>,
}

/// Programs that one worker prices at a time.
const CHUNK: usize = 100;

/// A program whose exploration takes longer than this, as the code is, is not tried.
const BUDGET: Duration = Duration::from_secs(5);

/// Programs with more executions than this are left out: there are smaller ones.
const TOO_MANY: u64 = 2_500;

impl Matrix {
    /// A run that has not begun.
    pub fn new() -> Matrix {
        Matrix { candidates: candidates::all(), ..Matrix::default() }
    }

    /// The first step: all programs as the code is.
    pub fn pricing(&self) -> Vec<Box<dyn Task>> {
        let chunks = self.candidates.chunks(CHUNK).enumerate();
        let trial = |(number, chunk): (usize, &[Candidate])| Trial {
            weakening: None,
            candidates: chunk.to_vec(),
            first: number * CHUNK,
            budget: Some(BUDGET),
            outcomes_only: false,
        };
        chunks.map(|chunk| Box::new(trial(chunk)) as Box<dyn Task>).collect()
    }

    /// The second and third: these weakenings, each on the programs that use its ordering. First by outcomes alone, then, for
    /// what no outcome speaks against, by what happened before what, too.
    pub fn trials(&mut self, chosen: &[Weakening], outcomes_only: bool) -> Vec<Box<dyn Task>> {
        let mut tasks: Vec<Box<dyn Task>> = Vec::new();
        self.outcomes_only = outcomes_only;
        for weakening in chosen.iter().filter(|weakening| !self.killed.contains_key(weakening)) {
            let uses = |number: &usize| {
                let cost = self.costs.get(number);
                cost.is_some_and(|cost| {
                    cost.complete && cost.executions <= TOO_MANY && cost.used.contains(&weakening.id)
                })
            };
            let numbers = (0..self.candidates.len()).filter(uses);
            let candidates: Vec<Candidate> = numbers.map(|number| self.candidates[number].clone()).collect();
            self.planned.insert(weakening.clone(), candidates.len());
            self.tried.remove(weakening);
            if candidates.is_empty() {
                // Nobody needs it as far as anybody can tell: the row wants a reason.
                self.tried.insert(weakening.clone(), (0, 0));
                continue;
            }
            let weakening = Some(weakening.clone());
            let trial = Trial { weakening, candidates, first: 0, budget: None, outcomes_only };
            tasks.push(Box::new(trial));
        }
        tasks
    }

    /// How many programs the weakening is tried on, at most.
    pub fn planned(&self) -> usize {
        self.planned.values().sum()
    }

    /// Takes the news of either step.
    pub fn hear(&mut self, news: &News) {
        match news {
            News::Told(told) => Passed::of(told).into_iter().for_each(|passed| self.passed(passed)),
            News::Verdict(verdict) => self.verdict(verdict),
            _ => {}
        }
    }

    fn passed(&mut self, passed: Passed) {
        match &passed.weakening {
            None => drop(self.costs.insert(passed.number, passed)),
            Some(weakening) => {
                let tried = self.tried.entry(weakening.clone()).or_default();
                *tried = (tried.0 + 1, tried.1 + passed.executions);
            }
        }
    }

    fn verdict(&mut self, verdict: &Verdict) {
        let name = verdict.name.clone().unwrap_or_default();
        let weakening = weakenings().into_iter().find(|weakening| weakening.to_string() == name);
        match (verdict.verdict, weakening) {
            (Level::Failed, Some(weakening)) => {
                let tried = self.tried.entry(weakening.clone()).or_default();
                *tried = (tried.0 + 1, tried.1 + verdict.executions);
                self.failures.extend(failure_file(verdict, &weakening, self.outcomes_only));
                if !self.outcomes_only {
                    self.by_time.insert(weakening.clone());
                }
                self.killed.insert(weakening, Box::new(verdict.clone()));
            }
            (Level::Failed, None) => {
                let failure = verdict.failure.as_ref();
                let how = failure.map_or_else(String::new, |f| format!("{}: {}", f.kind, f.message));
                self.problems.push(format!("`{}` fails as the code is: {how}", verdict.program));
            }
            // Too dear as the code is: left out. A trial has no budget.
            _ => {}
        }
    }

    /// The rows, for those weakenings of which all that was planned has been done.
    pub fn rows(&self) -> Vec<Row> {
        weakenings().iter().filter_map(|weakening| self.row(weakening)).collect()
    }

    fn row(&self, weakening: &Weakening) -> Option<Row> {
        let (programs, executions) = self.tried.get(weakening).copied()?;
        let site = ALL.iter().find(|site| site.id == weakening.id)?;
        let killed = self.killed.get(weakening);
        if killed.is_none() && programs < *self.planned.get(weakening)? {
            return None;
        }
        let killer = killed.and_then(|verdict| {
            let candidate = self.candidates.iter().find(|candidate| {
                candidate.program == verdict.program && candidate.subject == verdict.subject
            })?;
            Some(Killer {
                subject: candidate.subject.clone(),
                program: candidate.program.clone(),
                scenario: candidate.scenario.clone(),
                fails_as: verdict.failure.as_ref()?.kind.clone(),
                in_real_time_only: self.by_time.contains(weakening),
            })
        });
        Some(Row {
            kind: "ordering".into(),
            id: weakening.id.clone(),
            site: site.name.to_owned(),
            shipped: ordering_name(site.ordering).to_owned(),
            weaker: weakening.weaker.clone(),
            needed: killer.is_some(),
            killer,
            programs,
            executions,
        })
    }

    /// The programs that were tried, and those that were left out for their size.
    pub fn sizes(&self) -> (usize, usize) {
        let small = |cost: &&Passed| cost.complete && cost.executions <= TOO_MANY;
        let tried = self.costs.values().filter(small).count();
        (tried, self.candidates.len() - tried)
    }
}

fn failure_file(verdict: &Verdict, weakening: &Weakening, outcomes_only: bool) -> Option<FailureFile> {
    let subject = crate::subjects::by_name(&verdict.subject)?;
    let program = linear::Program::parse(subject, &verdict.program).ok()?;
    let mut job = explore::job::Job::new(&program, explore::engine::Engine::LoomLeak);
    job.name.clone_from(&verdict.name);
    job.outcomes_only = outcomes_only;
    job.orderings = vec![(weakening.id.clone(), weakening.weaker.clone())];
    let about = format!(
        "What breaks with {weakening}. Read it with `cargo verify explain FILE`, run it with `cargo verify replay FILE`."
    );
    let source = Some(SOURCE.fingerprint(&job.subject));
    Some(FailureFile { source, ..FailureFile::new(about, verdict.clone(), job) })
}
