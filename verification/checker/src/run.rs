//! Runs programs of a structure in workers, and makes what they answer into one verdict.

use crate::explored::{Counterexample, Explored};
use crate::failures::{counterexample, is_long};
use crate::subject::Subject;
use crate::worker::{Workers, workers};
use explore::engine::Engine;
use explore::job::Job;
use explore::search_oracle::OfASubject;
use linear::{Level, Program};
use runner::batch::Batch;
use runner::families::{Family, FamilyReport, FamilyRun, Size};
use runner::known_self_tests::{self, KnownSelfTests};
use runner::minimise::{What, minimise};
use runner::plan::{Plan, Planned};
use runner::pool::{self, News, Settings};
use runner::run::Run;
use runner::source::Unknown;
use runner::task::Told;
use runner::watched::watch;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Programs of each self-test of a search.
const SELF_TEST_PROGRAMS: usize = 200;

/// The same of our own register, by plain depth-first search: small ones.
const OF_A_SUBJECT: OfASubject = OfASubject { programs: 6, within: Some(2_000) };

/// How long it may take to make a counterexample smaller.
const TO_MINIMISE: Duration = Duration::from_secs(20);

/// How long one exploration of a program may take when nobody says: one that does not end, for it spins, must not be waited for.
const BUDGET: Duration = Duration::from_secs(120);

/// A run that takes longer says how far it is, now and then.
const IS_LONG: Duration = Duration::from_secs(10);

/// How programs are explored.
#[derive(Clone, Debug)]
pub(crate) struct How {
    pub(crate) engines: Vec<Engine>,
    pub(crate) bound: Option<usize>,
    pub(crate) budget: Option<Duration>,
    /// Under loom too, a call that returned before another was made comes before it.
    pub(crate) real_time_on_loom: bool,
    pub(crate) patience: Duration,
    pub(crate) workers: Option<usize>,
}

impl How {
    /// As `S` is explored when nobody says.
    pub(crate) fn of<S: Subject>() -> Self {
        let both = [Engine::ShuttleSleep, Engine::LoomLeak];
        let engines = if S::IS_LOOMS { both[1..].to_vec() } else { both.to_vec() };
        How {
            engines,
            bound: None,
            budget: Some(BUDGET),
            real_time_on_loom: false,
            patience: Duration::from_secs(30),
            workers: None,
        }
    }

    /// The settings of these workers.
    pub(crate) fn settings(&self, workers: &Workers) -> Settings {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Settings {
            workers: self.workers.unwrap_or(cores),
            patience: self.patience,
            interrupted: Arc::new(AtomicBool::new(false)),
            program: Some(workers.launch.clone()),
        }
    }

    /// This program on each engine, as jobs.
    pub(crate) fn jobs(&self, program: &Program) -> Vec<Job> {
        let of = |engine: &Engine| {
            let mut job = Job::new(program, *engine);
            job.bound = self.bound.filter(|_| engine.name() == "loom");
            job.budget = self.budget;
            job.outcomes_only = !self.real_time_on_loom && engine.name() == "loom";
            job
        };
        self.engines.iter().map(of).collect()
    }
}

/// Another program, which is linked with the same searches and keeps what came of their self-tests.
static CONTROL: OnceLock<PathBuf> = OnceLock::new();

/// See [`searches_are_those_of`](crate::host::searches_are_those_of).
pub(crate) fn know_control(control: &Path) {
    CONTROL.get_or_init(|| control.to_owned());
}

/// The results of self-tests that count here.
fn known() -> Option<KnownSelfTests> {
    match CONTROL.get() {
        Some(control) => KnownSelfTests::of(control, &control.parent()?.join(known_self_tests::FOLDER)),
        None => KnownSelfTests::of_this_executable(),
    }
}

/// The self-tests of the searches that these engines use.
fn self_tests(plan: &mut Plan, engines: &[Engine]) {
    let uses = |name: &str| engines.iter().any(|engine| engine.name() == name);
    plan.self_tests(1, SELF_TEST_PROGRAMS, OF_A_SUBJECT);
    plan.tasks.retain(|task| match task {
        Planned::SelfTest(test) if test.is_of_loom() => uses("loom"),
        Planned::SelfTest(_) => uses("shuttle"),
        Planned::Job(_) | Planned::Batch(_) => true,
    });
}

/// These programs, as a family.
pub(crate) fn plan_of_programs<S: Subject>(
    size: Size,
    keys: usize,
    programs: Vec<String>,
    how: &How,
) -> Plan {
    /// Programs for one worker at a time: at most so many.
    const BATCH: usize = 32;
    let mut plan = Plan::default();
    self_tests(&mut plan, &how.engines);
    let family = Family {
        subject: S::name().to_owned(),
        size,
        keys,
        ops: Vec::new(),
        shape: Default::default(),
        lawless: false,
    };
    let mut run = FamilyRun::new(family);
    (run.engines, run.bound, run.budget) = (how.engines.clone(), how.bound, how.budget);
    let programs: Vec<(usize, String)> = programs.into_iter().enumerate().collect();
    plan.families.push(FamilyReport::new(&run, &programs, &Unknown));
    let each = programs.len().div_ceil(32).clamp(1, BATCH);
    for programs in programs.chunks(each) {
        plan.tasks.push(Planned::Batch(Batch {
            family: 0,
            subject: S::name().to_owned(),
            programs: programs.to_vec(),
            engines: how.engines.clone(),
            bound: how.bound,
            budget: how.budget,
            lawless: false,
            eager_may_follow: false,
            weak_on_loom: !how.real_time_on_loom,
            crippled: None,
        }));
    }
    plan
}

/// Tells how far a long run is. Not `eprintln!`: what a test prints is held back until it ends.
struct Progress {
    asked: String,
    all: usize,
    done: usize,
    told: Instant,
    started: Instant,
}

impl Progress {
    fn hear(&mut self, news: &News) {
        self.done += usize::from(matches!(news, News::Verdict(_) | News::Told(_)));
        if self.told.elapsed() > IS_LONG {
            self.told = Instant::now();
            let Progress { asked, all, done, .. } = self;
            let seconds = self.started.elapsed().as_secs();
            // Who cannot hear it does without.
            let _ = writeln!(std::io::stderr(), "{asked}: {done} of {all}, {seconds} s");
        }
    }
}

/// How workers of this test are started.
///
/// # Panics
/// When they cannot be.
pub(crate) fn workers_of_this_test<S: Subject>() -> Workers {
    workers::<S>().unwrap_or_else(|error| panic!("this test cannot be run in a process of its own: {error}"))
}

/// Runs a plan for `S`. The first failure ends it; the counterexample is made smaller.
pub(crate) fn run<S: Subject>(asked: String, mut plan: Plan, how: &How) -> Explored {
    let started = Instant::now();
    let workers = workers_of_this_test::<S>();
    let settings = how.settings(&workers);
    let mut run = Run::new(&plan, asked.clone());
    plan.self_tests_anew |= known_self_tests::are_run_anew() && CONTROL.get().is_none();
    let known = known();
    run.know(plan.take_known(known.as_ref()));
    let (all, told) = (plan.len(), Instant::now());
    let programs = plan.families.first().map_or(1, |family| family.programs);
    let mut progress = Progress { asked: format!("{} {asked}", S::name()), all, done: 0, told, started };
    let mut has_failed = false;
    pool::run(plan.tasks.into_iter().map(Planned::task).collect(), &settings, |news| {
        progress.hear(&news);
        if let News::Told(Told::SelfTest(report)) = &news {
            let own = known.iter().filter(|_| CONTROL.get().is_none());
            own.for_each(|known| known.keep(report));
        }
        run.hear(news);
        if run.failed() > 0 {
            has_failed = true;
            settings.interrupted.store(true, Ordering::Relaxed);
        }
    });
    run.finish(false, started.elapsed().as_secs_f64());
    let mut report = run.report;
    let time = started.elapsed();
    // Of several that were at work, the smallest program.
    report
        .failures
        .sort_by_key(|file| (file.verdict.program.matches(';').count(), file.verdict.program.len()));
    let settings = Settings { interrupted: Arc::new(AtomicBool::new(false)), ..settings };
    let failure: Option<Counterexample> = report.failures.into_iter().next().map(|mut file| {
        minimise(&mut file, What::Program, &settings, TO_MINIMISE);
        if !is_long(&file) {
            watch([&mut file], &settings);
        }
        counterexample::<S>(file)
    });
    let verdict = match &failure {
        _ if has_failed || !report.problems.is_empty() => Level::Failed,
        Some(_) => Level::Failed,
        None => match least(&report.summary, how.bound) {
            // It came to its end, and has skipped interleavings on its way.
            Level::Complete if S::IS_LOOMS => Level::Sampled(report.summary.executions),
            level => level,
        },
    };
    let executions = report.summary.executions;
    let mut problems = if failure.is_some() { Vec::new() } else { report.problems };
    problems.extend(cut_short(&report.verdicts, how));
    let is_by_looms_own_search = S::IS_LOOMS;
    Explored {
        subject: S::name().to_owned(),
        asked,
        verdict,
        is_by_looms_own_search,
        programs,
        executions,
        time,
        failure,
        problems,
    }
}

/// The explorations that were cut short, the first few of them by name.
fn cut_short(verdicts: &[linear::Verdict], how: &How) -> Vec<String> {
    const FEW: usize = 3;
    let cut =
        verdicts.iter().filter(|verdict| verdict.verdict == Level::Truncated && verdict.failure.is_none());
    let budget = runner::style::time(how.budget.unwrap_or_default());
    let told = |verdict: &linear::Verdict| {
        format!(
            "`{}` on {}/{} was cut short after {budget}, and does not pass: give it more time by `.budget(…)`, or ask for less",
            verdict.program, verdict.engine, verdict.mode
        )
    };
    cut.take(FEW).map(told).collect()
}

/// The verdict that all of them have at the least.
fn least(summary: &linear::Summary, bound: Option<usize>) -> Level {
    match (summary.truncated, bound) {
        (0, None) => Level::Complete,
        (0, Some(bound)) => Level::Bounded(bound),
        _ => Level::Truncated,
    }
}
