//! The answers of a run, and what they amount to together.

use crate::deliberate_failures::SelfCheck;
use crate::explain::FailureFile;
use crate::families::FamilyReport;
use crate::plan::{Plan, Planned};
use crate::pool::News;
use crate::report::Report;
use crate::task::Told;
use explore::job::Job;
use explore::search_oracle::{Search, SelfTestReport};
use explore::subjects;
use linear::{Level, Program, Verdict, disagreements};
use std::collections::BTreeMap;

/// Whether the shipped build of a subject may have outcomes that no model has.
fn is_wider(subject: &str) -> bool {
    subjects::by_name(subject).is_some_and(|subject| subject.is_wider_when_shipped)
}

/// What a person or a tool is told as the run goes on.
#[derive(Debug)]
pub enum Line {
    /// A verdict.
    Verdict(Box<Verdict>),
    /// A self-test of a search.
    SelfTest(SelfTestReport),
    /// Those that were run earlier, by the same executable.
    KnownSelfTests(Vec<SelfTestReport>),
    /// A check of the suite itself.
    SelfCheck(SelfCheck),
}

/// The self-tests that COMPLETE rests on, of an engine.
fn searches_of(engine: &str) -> &'static [Search] {
    match engine {
        "loom" => &[Search::Loom, Search::StockLoom],
        "shuttle" => {
            &[Search::Sleep, Search::BrokenSleep, Search::SleepHistories, Search::SleepWithoutHistories]
        }
        _ => &[],
    }
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
            Planned::Job(job) => Some((key(job), (**job).clone())),
            Planned::SelfTest(_) | Planned::Batch(_) => None,
        });
        let mut run = Run {
            jobs: jobs.collect(),
            must_fail: plan.must_fail.clone(),
            waiting: Vec::new(),
            needs_self_tests: plan.has_self_tests(),
            report: Report { command, families: plan.families.clone(), ..Report::default() },
        };
        plan.problems.iter().for_each(|problem| run.problem(problem.clone()));
        run
    }

    /// Takes what is known from earlier runs of this executable, and returns what is to be told.
    pub fn know(&mut self, reports: Vec<SelfTestReport>) -> Vec<Line> {
        self.report.known_self_tests.extend(reports.iter().map(|report| report.test.search));
        self.report.self_tests.extend(reports.iter().cloned());
        if reports.is_empty() { Vec::new() } else { vec![Line::KnownSelfTests(reports)] }
    }

    /// Takes the news, and returns what is to be told.
    pub fn hear(&mut self, news: News) -> Vec<Line> {
        match news {
            News::Begun(..) | News::Beat(..) | News::Told(Told::Else(..)) => Vec::new(),
            News::Told(Told::Program(result)) => {
                if let Some(family) = self.report.families.get_mut(result.family) {
                    family.count(&result);
                }
                Vec::new()
            }
            News::Told(Told::SelfTest(report)) => {
                if !report.passes() {
                    let first = report.first.as_deref().unwrap_or("nothing was missed");
                    self.problem(format!("the self-test {:?} failed: {first}", report.test.search));
                }
                self.report.self_tests.push(report.clone());
                let mut lines = vec![Line::SelfTest(report)];
                lines.extend(self.release());
                lines
            }
            News::Told(Told::SelfTestLost(test, how)) => {
                if how == "interrupted" {
                    return Vec::new();
                }
                self.problem(format!("the self-test {test} did not end: {how}"));
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

    /// Whether one of the self-tests that the engine's verdicts stand on was not run now.
    fn stands_on_known(&self, engine: &str) -> bool {
        self.report.known_self_tests.iter().any(|search| searches_of(engine).contains(search))
    }

    /// Whether all self-tests of the engine have passed; nothing while one is still out.
    fn trust(&self, engine: &str) -> Option<bool> {
        if !self.needs_self_tests {
            return Some(true);
        }
        let searches = searches_of(engine);
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
        verdict.self_tests_known =
            verdict.verdict == Level::Complete && self.stands_on_known(&verdict.engine);
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
                self.report.failures.push(FailureFile::new(about.into(), verdict.clone(), job));
            }
        }
        self.report.verdicts.push(verdict.clone());
        Line::Verdict(Box::new(verdict))
    }

    /// How many programs have failed so far.
    pub fn failed(&self) -> usize {
        self.report.summary.failed
    }

    /// Ends the run: settles the verdicts that still wait for self-tests, and compares the engines.
    pub fn finish(&mut self, interrupted: bool, seconds: f64) -> Vec<Line> {
        self.report.interrupted = interrupted;
        let mut lines = Vec::new();
        for verdict in std::mem::take(&mut self.waiting) {
            let trusted = self.trust(&verdict.engine).unwrap_or(false);
            lines.push(self.settle(verdict, trusted));
        }
        let trusted = ["loom", "shuttle"].map(|engine| (engine, self.trust(engine) == Some(true)));
        for problem in disagreements(&self.report.verdicts, is_wider) {
            self.problem(problem);
        }
        let unheard: Vec<String> = self.must_fail.keys().cloned().collect();
        for name in unheard {
            if !interrupted && !self.report.self_checks.iter().any(|check| check.name == name) {
                self.problem(format!("`{name}` must be reported as a failure, and nothing was reported"));
            }
        }
        for family in &mut self.report.families {
            // A family may be explored by one engine alone: then the self-tests of the other were not run.
            let uses = |engine: &str| family.executions.iter().any(|(name, _)| name.starts_with(engine));
            let trusted = trusted.iter().all(|(engine, trusted)| *trusted || !uses(engine));
            family.finish(trusted, (seconds * 1000.0).round() / 1000.0);
            family.self_tests_known = !self.report.known_self_tests.is_empty();
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
    let program = Program::parse(subjects::by_name(&verdict.subject)?, &verdict.program).ok()?;
    let engine = format!("{}/{}", verdict.engine, verdict.mode).parse().ok()?;
    Some(Job { setup_checked: true, ..Job::new(&program, engine) })
}
