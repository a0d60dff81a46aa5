//! What is to be run.

use crate::batch::Batch;
use crate::families::{FamilyReport, FamilyRun};
use crate::known_self_tests::KnownSelfTests;
use crate::scenarios::Scenario;
use crate::source::Source;
use crate::task::{ProgramResult, Task};
use crate::tasks::{JobTask, SelfTestTask, self_tests};
use explore::engine::Engine;
use explore::job::Job;
use explore::running::can_run;
use explore::search_oracle::{OfASubject, SelfTest, SelfTestReport};
use std::collections::{BTreeMap, BTreeSet};

/// Programs of a family for one worker at a time: at most so many.
const BATCH: usize = 64;

/// A family has at least so many batches, if it has the programs: the large ones come last, and are for all workers.
const BATCHES: usize = 32;

/// Something of a plan.
#[derive(Clone, Debug)]
pub enum Planned {
    /// A program on an engine.
    Job(Box<Job>),
    /// A self-test of a search.
    SelfTest(SelfTest),
    /// Programs of a family.
    Batch(Batch),
}

impl Planned {
    /// As a task of the pool.
    pub fn task(self) -> Box<dyn Task> {
        match self {
            Planned::Job(job) => Box::new(JobTask(job)),
            Planned::SelfTest(test) => Box::new(SelfTestTask(test)),
            Planned::Batch(batch) => Box::new(batch),
        }
    }
}

/// What is to be run.
#[derive(Debug, Default)]
pub struct Plan {
    /// In this order.
    pub tasks: Vec<Planned>,
    /// The families that the batches are of.
    pub families: Vec<FamilyReport>,
    /// By the name of their job.
    pub must_fail: BTreeMap<String, Vec<String>>,
    /// What is wrong before anything is run.
    pub problems: Vec<String>,
    /// Self-tests are run, also those that this executable has passed already.
    pub self_tests_anew: bool,
}

/// The modes that a scenario is run in when nobody asks for others.
pub fn usual_engines(scenario: &Scenario) -> Vec<Engine> {
    let program = &scenario.program;
    let calls: usize = program.threads.iter().map(Vec::len).sum();
    // Two modes grow fastest: for small programs of two threads.
    let small = program.threads.len() <= 2 && calls <= 3 && !program.subject.is_long && !scenario.large;
    let mut engines = vec![Engine::LoomLeak, Engine::LoomEager];
    engines.extend(small.then_some(Engine::LoomVisible));
    engines.push(Engine::ShuttleSleep);
    engines.extend(small.then_some(Engine::ShuttleDfs));
    engines.push(Engine::Threads);
    engines.retain(|engine| can_run(*engine, program));
    engines
}

impl Plan {
    /// Adds the self-tests of the searches: so many programs, and those of a subject.
    pub fn self_tests(&mut self, seed: u64, programs: usize, of_a_subject: OfASubject) {
        self.tasks.extend(self_tests(seed, programs, of_a_subject).into_iter().map(Planned::SelfTest));
    }

    /// Takes out the self-tests that this executable has passed already, unless they are to be run anew: their results.
    pub fn take_known(&mut self, known: Option<&KnownSelfTests>) -> Vec<SelfTestReport> {
        let mut reports = Vec::new();
        let Some(known) = known.filter(|_| !self.self_tests_anew) else { return reports };
        self.tasks.retain(|task| match task {
            Planned::SelfTest(test) => {
                let found: Option<Vec<SelfTestReport>> =
                    test.each().iter().map(|test| known.find(test)).collect();
                let is_known = found.is_some();
                reports.extend(found.into_iter().flatten());
                !is_known
            }
            Planned::Job(_) | Planned::Batch(_) => true,
        });
        reports
    }

    /// Whether it has self-tests.
    pub fn has_self_tests(&self) -> bool {
        self.tasks.iter().any(|task| matches!(task, Planned::SelfTest(_)))
    }

    /// Adds a scenario on these engines.
    pub fn scenario(&mut self, scenario: &Scenario, engines: &[Engine], adjust: impl Fn(&mut Job)) {
        for engine in engines {
            let mut job = Job::new(&scenario.program, *engine);
            job.name = Some(scenario.name.clone());
            job.expectation = scenario.expectation.clone();
            job.setup_checked = true;
            adjust(&mut job);
            self.tasks.push(Planned::Job(Box::new(job)));
        }
    }

    /// Adds a job that must fail in one of these ways.
    pub fn must_fail(&mut self, name: String, mut job: Job, expected: Vec<String>) {
        job.name = Some(name.clone());
        self.must_fail.insert(name, expected);
        self.tasks.push(Planned::Job(Box::new(job)));
    }

    /// The programs of the families.
    pub fn programs(&self) -> impl Iterator<Item = &(usize, String)> {
        let batches = self.tasks.iter().filter_map(|task| match task {
            Planned::Batch(batch) if batch.crippled.is_none() => Some(&batch.programs),
            _ => None,
        });
        batches.flatten()
    }

    /// How many tasks, each program of a batch counted.
    pub fn len(&self) -> usize {
        let steps = |task: &Planned| match task {
            Planned::Batch(batch) if batch.crippled.is_none() => batch.programs.len(),
            Planned::SelfTest(test) => test.each().len(),
            _ => 1,
        };
        self.tasks.iter().map(steps).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl Plan {
    /// Adds all programs of a family, or those that are drawn, in batches for the workers.
    pub fn family(&mut self, run: &FamilyRun, source: &dyn Source) {
        let programs = run.programs();
        let number = self.families.len();
        self.families.push(FamilyReport::new(run, &programs, source));
        for programs in programs.chunks(programs.len().div_ceil(BATCHES).clamp(1, BATCH)) {
            self.tasks.push(Planned::Batch(Batch {
                family: number,
                subject: run.family.subject.clone(),
                programs: programs.to_vec(),
                engines: run.engines.clone(),
                bound: run.bound,
                budget: run.budget,
                lawless: run.family.lawless,
                eager_may_follow: run.eager_may_follow,
                crippled: None,
            }));
        }
    }

    /// Takes out the programs of a family that are through already.
    pub fn without(&mut self, family: usize, done: &[ProgramResult]) {
        let done: BTreeSet<usize> = done.iter().map(|result| result.number).collect();
        for task in &mut self.tasks {
            if let Planned::Batch(batch) = task
                && batch.crippled.is_none()
                && batch.family == family
            {
                batch.programs.retain(|(number, _)| !done.contains(number));
            }
        }
        self.tasks.retain(|task| !matches!(task, Planned::Batch(batch) if batch.programs.is_empty()));
    }
}
