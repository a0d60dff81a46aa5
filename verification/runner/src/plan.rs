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

    /// Puts the jobs between the batches of the families, evenly over the first nine tenths of these. So what is left can be guessed by what is
    /// over; and at the end, where one long job would leave the other workers without work, there are batches alone, which are short.
    pub fn spread_jobs(&mut self) {
        let (batches, others): (Vec<Planned>, Vec<Planned>) =
            std::mem::take(&mut self.tasks).into_iter().partition(|task| matches!(task, Planned::Batch(_)));
        let (jobs, first): (Vec<Planned>, Vec<Planned>) =
            others.into_iter().partition(|task| matches!(task, Planned::Job(_)));
        self.tasks = first;
        let (places, count) = (batches.len() * 9 / 10, jobs.len());
        let mut jobs = jobs.into_iter();
        for (place, batch) in batches.into_iter().enumerate() {
            let due = if place < places { (place + 1) * count / places } else { count };
            let so_far = count - jobs.len();
            self.tasks.extend(jobs.by_ref().take(due - so_far));
            self.tasks.push(batch);
        }
        self.tasks.extend(jobs);
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
                weak_on_loom: false,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(jobs: usize, batches: usize) -> Plan {
        let job: Job = serde_json::from_value(serde_json::json!({
            "subject": "none", "program": "|| load a", "name": null, "engine": Engine::LoomLeak, "bound": null, "schedules": 1,
            "seed": 1, "budget": null, "patience": null, "expectation": { "interesting": [], "forbidden": [] }, "orderings": [],
            "stop_at": null, "schedule": [],
        }))
        .expect("a job");
        let batch = Batch {
            family: 0,
            subject: "none".to_owned(),
            programs: vec![(0, "|| load a".to_owned())],
            engines: vec![Engine::LoomLeak],
            bound: None,
            budget: None,
            lawless: false,
            eager_may_follow: false,
            weak_on_loom: false,
            crippled: None,
        };
        let jobs = (0..jobs).map(|number| {
            let job = Job { name: Some(number.to_string()), ..job.clone() };
            Planned::Job(Box::new(job))
        });
        let tasks = jobs.chain((0..batches).map(|_| Planned::Batch(batch.clone()))).collect();
        Plan { tasks, ..Plan::default() }
    }

    #[test]
    fn jobs_are_spread_over_the_batches_and_none_is_lost_or_among_the_last() {
        for (jobs, batches) in [(1462, 300), (3, 20), (20, 3), (7, 1), (5, 0), (0, 5)] {
            let mut plan = plan(jobs, batches);
            plan.spread_jobs();
            let names = plan.tasks.iter().filter_map(|task| match task {
                Planned::Job(job) => job.name.clone(),
                _ => None,
            });
            assert_eq!(
                names.collect::<Vec<_>>(),
                (0..jobs).map(|number| number.to_string()).collect::<Vec<_>>()
            );
            assert_eq!(plan.tasks.len(), jobs + batches);
            let last = plan.tasks.iter().rev().take_while(|task| matches!(task, Planned::Batch(_))).count();
            assert!(last >= batches.div_ceil(10).min(batches), "{last} of {batches} batches come last");
            // In the first half of what the jobs are spread over there is half of them.
            let half = plan.tasks.len() * 9 / 20;
            let so_far = plan.tasks[..half].iter().filter(|task| matches!(task, Planned::Job(_))).count();
            if batches > 10 && jobs > 10 {
                assert!((so_far * 2).abs_diff(jobs) < jobs / 8 + 3, "{so_far} of {jobs}");
            }
        }
    }
}
