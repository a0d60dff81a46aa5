//! A run: what is asked of the engines, what must fail, and what the answers amount to together.

use crate::agreement::disagreements;
use crate::certificate::FamilyReport;
use crate::engine::{Engine, Job};
use crate::explain::FailureFile;
use crate::pool::{News, Task};
use crate::program::Program;
use crate::report::Report;
use crate::scenarios::Scenario;
use crate::self_checks::SelfCheck;
use crate::selftest::{Search, SelfTestReport};
use crate::subject::{self, Kind};
use crate::verdict::{Level, Verdict};
use std::collections::BTreeMap;

/// What is to be run.
#[derive(Debug, Default)]
pub struct Plan {
    /// In this order.
    pub tasks: Vec<Task>,
    /// The families that the batches are of.
    pub families: Vec<FamilyReport>,
    /// By the name of their job.
    pub(crate) must_fail: BTreeMap<String, Vec<String>>,
    /// What is wrong before anything is run.
    pub problems: Vec<String>,
}

/// Whether the calls of a program have so many steps that of the complete searches only the reduced ones end, and only
/// while pins are no steps.
pub fn is_long(program: &Program) -> bool {
    matches!(program.subject.kind, Kind::Registry | Kind::Config)
}

/// The modes that a scenario is run in when nobody asks for others.
pub fn usual_engines(scenario: &Scenario) -> Vec<Engine> {
    let program = &scenario.program;
    let calls: usize = program.threads.iter().map(Vec::len).sum();
    // Two modes grow fastest: for small programs of two threads.
    let small = program.threads.len() <= 2 && calls <= 3 && !is_long(program) && !scenario.large;
    let mut engines = vec![Engine::LoomLeak, Engine::LoomEager];
    engines.extend(small.then_some(Engine::LoomVisible));
    engines.push(Engine::ShuttleSleep);
    engines.extend(small.then_some(Engine::ShuttleDfs));
    engines.push(Engine::Threads);
    engines
}

impl Plan {
    /// Adds the self-tests of the searches.
    pub fn self_tests(&mut self, seed: u64, programs: usize) {
        self.tasks.extend(crate::pool::self_tests(seed, programs));
    }

    /// Adds a scenario on these engines.
    pub fn scenario(&mut self, scenario: &Scenario, engines: &[Engine], adjust: impl Fn(&mut Job)) {
        for engine in engines {
            let mut job = Job::new(&scenario.program, *engine);
            job.name = Some(scenario.name.clone());
            job.expectation = scenario.expectation.clone();
            job.setup_checked = true;
            adjust(&mut job);
            self.tasks.push(Task::Job(Box::new(job)));
        }
    }

    /// Adds a job that must fail in one of these ways.
    pub(crate) fn must_fail(&mut self, name: String, mut job: Job, expected: Vec<String>) {
        job.name = Some(name.clone());
        self.must_fail.insert(name, expected);
        self.tasks.push(Task::Job(Box::new(job)));
    }

    /// The programs of the families.
    pub fn programs(&self) -> impl Iterator<Item = &(usize, String)> {
        let batches = self.tasks.iter().filter_map(|task| match task {
            Task::Batch(batch) if batch.crippled.is_none() => Some(&batch.programs),
            _ => None,
        });
        batches.flatten()
    }

    /// How many tasks, each program of a batch counted.
    pub fn len(&self) -> usize {
        let steps = |task: &Task| match task {
            Task::Batch(batch) if batch.crippled.is_none() => batch.programs.len(),
            _ => 1,
        };
        self.tasks.iter().map(steps).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

/// What a person or a tool is told as the run goes on.
#[derive(Debug)]
pub enum Line {
    /// A verdict.
    Verdict(Box<Verdict>),
    /// A self-test of a search.
    SelfTest(SelfTestReport),
    /// A check of the suite itself.
    SelfCheck(SelfCheck),
}

/// The answers so far.
#[derive(Debug)]
pub struct Run {
    jobs: BTreeMap<(String, String), Job>,
    must_fail: BTreeMap<String, Vec<String>>,
    /// Verdicts that wait for the self-tests of their engine.
    waiting: Vec<Verdict>,
    needs_self_tests: bool,
    /// What goes into the report.
    pub report: Report,
}

impl Run {
    /// A run of this plan.
    pub fn new(plan: &Plan, command: String) -> Run {
        let key =
            |job: &Job| (job.engine.to_string(), job.name.clone().unwrap_or_else(|| job.program.clone()));
        let jobs = plan.tasks.iter().filter_map(|task| match task {
            Task::Job(job) => Some((key(job), (**job).clone())),
            Task::SelfTest(_) | Task::Batch(_) | Task::Trial(_) => None,
        });
        let mut run = Run {
            jobs: jobs.collect(),
            must_fail: plan.must_fail.clone(),
            waiting: Vec::new(),
            needs_self_tests: plan.tasks.iter().any(|task| matches!(task, Task::SelfTest(_))),
            report: Report { command, families: plan.families.clone(), ..Report::default() },
        };
        plan.problems.iter().for_each(|problem| run.problem(problem.clone()));
        run
    }

    /// Takes the news, and returns what is to be told.
    pub fn hear(&mut self, news: News) -> Vec<Line> {
        match news {
            News::Begun(..) | News::Beat(..) | News::Passed(_) => Vec::new(),
            News::Program(result) => {
                if let Some(family) = self.report.families.get_mut(result.family) {
                    family.count(&result);
                }
                Vec::new()
            }
            News::SelfTest(report) => {
                if !report.passes() {
                    let first = report.first.as_deref().unwrap_or("nothing was missed");
                    self.problem(format!("the self-test {:?} failed: {first}", report.test.search));
                }
                self.report.self_tests.push(report.clone());
                let mut lines = vec![Line::SelfTest(report)];
                lines.extend(self.release());
                lines
            }
            News::SelfTestLost(test, how) => {
                if how == "interrupted" {
                    return Vec::new();
                }
                self.problem(format!("the self-test {:?} did not end: {how}", test.search));
                Vec::new()
            }
            News::Verdict(verdict) => {
                if let Some(expected) =
                    verdict.name.as_ref().and_then(|name| self.must_fail.get(name)).cloned()
                {
                    let check = self.self_check(&verdict, &expected);
                    self.report.self_checks.push(check.clone());
                    return vec![Line::SelfCheck(check)];
                }
                self.waiting.push(*verdict);
                self.release()
            }
        }
    }

    fn self_check(&mut self, verdict: &Verdict, expected: &[String]) -> SelfCheck {
        let found = verdict.failure.as_ref().map_or_else(|| verdict.verdict.to_string(), |f| f.kind.clone());
        let passes = verdict.verdict == Level::Failed && expected.contains(&found);
        let name = verdict.name.clone().unwrap_or_default();
        if !passes && verdict.verdict != Level::Truncated {
            let message = verdict.failure.as_ref().map_or("", |failure| failure.message.as_str());
            self.problem(format!(
                "`{name}` must be reported as {}, and was {found} {message}",
                expected.join(" or ")
            ));
        }
        let engine = format!("{}/{}", verdict.engine, verdict.mode);
        let expected = expected.to_vec();
        SelfCheck { kind: "self-check".into(), name, engine, expected, found, passes }
    }

    fn problem(&mut self, problem: String) {
        self.report.summary.failed += 1;
        self.report.problems.push(problem);
    }

    /// Whether all self-tests of the engine have passed; nothing while one is still out.
    fn trust(&self, engine: &str) -> Option<bool> {
        if !self.needs_self_tests {
            return Some(true);
        }
        let searches: &[Search] = match engine {
            "loom" => &[Search::Loom, Search::StockLoom],
            "shuttle" => {
                &[Search::Sleep, Search::BrokenSleep, Search::SleepHistories, Search::SleepWithoutHistories]
            }
            _ => return Some(true),
        };
        let of = |search| self.report.self_tests.iter().find(move |report| report.test.search == search);
        let passed: Option<Vec<bool>> = searches.iter().map(|search| Some(of(*search)?.passes())).collect();
        Some(passed?.into_iter().all(|passed| passed))
    }

    /// Lets go of the verdicts whose engine is known to be trusted, or not.
    fn release(&mut self) -> Vec<Line> {
        let mut lines = Vec::new();
        for verdict in std::mem::take(&mut self.waiting) {
            match self.trust(&verdict.engine) {
                None if verdict.verdict == Level::Complete => self.waiting.push(verdict),
                trusted => lines.push(self.settle(verdict, trusted.unwrap_or(true))),
            }
        }
        lines
    }

    fn settle(&mut self, mut verdict: Verdict, trusted: bool) -> Line {
        if !trusted && verdict.verdict == Level::Complete {
            verdict.verdict = Level::Truncated;
        }
        self.report.summary.count(&verdict);
        if let Some(family) = verdict.family.and_then(|family| self.report.families.get_mut(family)) {
            family.note(&verdict);
        }
        if verdict.failure.is_some() {
            let name = verdict.name.clone().unwrap_or_else(|| verdict.program.clone());
            let engine = format!("{}/{}", verdict.engine, verdict.mode);
            let job = self.jobs.get(&(engine, name)).cloned().or_else(|| job_of(&verdict));
            if let Some(job) = job {
                let about = "A counterexample. Read it with `cargo verify explain FILE`, run it with `cargo verify replay FILE`.";
                self.report.failures.push(FailureFile { about: about.into(), verdict: verdict.clone(), job });
            }
        }
        self.report.verdicts.push(verdict.clone());
        Line::Verdict(Box::new(verdict))
    }

    /// How many programs have failed so far.
    pub fn failed(&self) -> usize {
        self.report.summary.failed
    }

    /// The end: what is left is let go, and the engines are compared.
    pub fn finish(&mut self, interrupted: bool, seconds: f64) -> Vec<Line> {
        self.report.interrupted = interrupted;
        let mut lines = Vec::new();
        for verdict in std::mem::take(&mut self.waiting) {
            let trusted = self.trust(&verdict.engine).unwrap_or(false);
            lines.push(self.settle(verdict, trusted));
        }
        let trusted = self.trust("loom") == Some(true) && self.trust("shuttle") == Some(true);
        for problem in disagreements(&self.report.verdicts) {
            self.problem(problem);
        }
        let unheard: Vec<String> = self.must_fail.keys().cloned().collect();
        for name in unheard {
            if !interrupted && !self.report.self_checks.iter().any(|check| check.name == name) {
                self.problem(format!("`{name}` must be reported as a failure, and nothing was reported"));
            }
        }
        for family in &mut self.report.families {
            family.finish(trusted, (seconds * 1000.0).round() / 1000.0);
            let whole = if trusted { family.whole } else { 0 };
            match family.bound {
                None => self.report.summary.complete += whole,
                Some(_) => self.report.summary.bounded += whole,
            }
            // What was not heard of was not run.
            self.report.summary.truncated +=
                (family.programs - whole).saturating_sub(family.unfinished.len());
            self.report.summary.executions += family.executions.iter().map(|(_, sum)| sum).sum::<u64>();
        }
        for problem in self.report.families.iter().flat_map(FamilyReport::problems).collect::<Vec<_>>() {
            self.problem(problem);
        }
        self.report.summary.kind = "summary".into();
        self.report.summary.seconds = (seconds * 1000.0).round() / 1000.0;
        lines
    }
}

/// The job of a verdict on a program of a batch, which had none of its own.
fn job_of(verdict: &Verdict) -> Option<Job> {
    let program = Program::parse(subject::by_name(&verdict.subject)?, &verdict.program).ok()?;
    let engine = format!("{}/{}", verdict.engine, verdict.mode).parse().ok()?;
    Some(Job { setup_checked: true, ..Job::new(&program, engine) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::verdict;

    #[test]
    fn complete_waits_for_the_self_tests_and_is_withdrawn_when_they_fail() {
        let mut plan = Plan::default();
        plan.self_tests(1, 1);
        let mut run = Run::new(&plan, String::new());
        let complete = verdict(Engine::LoomLeak, Level::Complete, &["a"]);
        assert!(
            run.hear(News::Verdict(Box::new(complete))).is_empty(),
            "nobody knows yet whether loom is complete"
        );
        let report = |search, missed| {
            let test = crate::selftest::SelfTest { search, seed: 1, programs: 1 };
            let (executions, outcomes, extra) = (1, 1, 0);
            SelfTestReport { test, executions, outcomes, missed, extra, first: None, seconds: 0.0 }
        };
        run.hear(News::SelfTest(report(Search::StockLoom, 1)));
        let lines = run.hear(News::SelfTest(report(Search::Loom, 1)));
        let Some(Line::Verdict(verdict)) = lines.last() else { panic!("the verdict is let go") };
        assert_eq!(verdict.verdict, Level::Truncated);
        assert_eq!(run.report.summary.exit_status(), 1);
    }

    /// A program of a family has no job in the plan; its failure is a file all the same.
    #[test]
    fn a_failure_of_a_batch_is_a_failure_file_too() {
        let mut run = Run::new(&Plan::default(), String::new());
        let mut failed = verdict(Engine::LoomEager, Level::Failed, &[]);
        failed.failure = Some(crate::verdict::Failure::without_steps("disagreement", "on purpose".into()));
        run.hear(News::Verdict(Box::new(failed)));
        let [file] = run.report.failures.as_slice() else { panic!("one failure file") };
        assert_eq!((file.job.engine, file.job.program.as_str()), (Engine::LoomEager, "|| load a"));
        assert_eq!(run.report.summary.exit_status(), 1);
    }
}
