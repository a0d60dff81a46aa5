//! Measures a variant, whose edit is made in the copy, at every checker, each within a budget.

use super::Variant;
use super::copy::Tree;
use super::matrix::{self, ADDRESS, FAMILY, Measured, PROPERTY, Seen};
use super::run::{job, verdicts};
use crate::subjects;
use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use linear::{Failure, Level, Verdict};
use runner::families;
use runner::families::{Family, Size};
use runner::pool;
use runner::pool::{News, Settings};
use runner::task::Task;
use runner::tasks::JobTask;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What each engine may take for a variant.
pub const BUDGET: Duration = Duration::from_secs(5);

/// Schedules of the random engines and of real threads.
pub const SCHEDULES: u64 = 10_000;

/// What all programs of a family may take for a variant.
const FAMILY_BUDGET: Duration = Duration::from_secs(900);

/// Cells that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Group {
    /// The variant's program on each engine.
    Engines,
    /// The families of its subject.
    Family,
    /// The property tests of its subject.
    Property,
    /// Its program on real threads, under the address sanitizer.
    Address,
}

/// All of them, the cheap ones first.
pub const GROUPS: [Group; 4] = [Group::Engines, Group::Family, Group::Property, Group::Address];

impl Group {
    /// Whether a cell of it is missing.
    pub fn is_missing(self, row: &Measured) -> bool {
        match self {
            Group::Engines => matrix::engines().any(|engine| row.cell(&engine.to_string()).is_none()),
            Group::Family => row.cell(FAMILY).is_none(),
            Group::Property => row.cell(PROPERTY).is_none(),
            Group::Address => row.cell(ADDRESS).is_none(),
        }
    }

    /// Measures its cells.
    ///
    /// # Errors
    /// When the edit does not compile.
    pub fn measure(
        self,
        tree: &Tree,
        variant: &Variant,
        row: &mut Measured,
        settings: &Settings,
    ) -> Result<(), String> {
        let cells = match self {
            Group::Engines => engines(variant, &tree.build()?, settings)?,
            Group::Family => vec![families(variant, &tree.build()?, settings)],
            Group::Property => vec![property(tree, &variant.subject)?.0],
            Group::Address => vec![address(variant, &tree.build_sanitized("address")?, SCHEDULES, settings)?],
        };
        // What the user has cut short is not measured.
        if !settings.interrupted.load(Ordering::Relaxed) {
            row.put(cells);
        }
        Ok(())
    }
}

/// The program of the variant on every engine.
fn engines(variant: &Variant, program: &Path, settings: &Settings) -> Result<Vec<Seen>, String> {
    let mut jobs = Vec::new();
    for engine in matrix::engines() {
        let mut job = job(variant, engine)?;
        job.budget = Some(BUDGET);
        job.schedules = SCHEDULES;
        jobs.push(job);
    }
    let found = verdicts(jobs, program, settings);
    let of = |engine: Engine| {
        found.iter().find(move |verdict| verdict.engine == engine.name() && verdict.mode == engine.mode())
    };
    Ok(matrix::engines().filter_map(|engine| of(engine).map(see)).collect())
}

fn see(verdict: &Verdict) -> Seen {
    Seen {
        checker: format!("{}/{}", verdict.engine, verdict.mode),
        failure: verdict.failure.as_ref().map(|failure| failure.kind.clone()),
        verdict: verdict.verdict.to_string(),
        executions: verdict.executions,
        ..Seen::default()
    }
}

/// The program on real threads in a build with the address sanitizer, which ends the worker with status 1.
fn address(variant: &Variant, program: &Path, schedules: u64, settings: &Settings) -> Result<Seen, String> {
    let mut job = job(variant, Engine::Threads)?;
    job.budget = Some(BUDGET);
    job.schedules = schedules;
    let found = verdicts(vec![job], program, settings);
    let verdict = found.first().ok_or("no worker answered")?;
    let mut seen = Seen { checker: ADDRESS.to_owned(), ..see(verdict) };
    let is_report =
        verdict.failure.as_ref().is_some_and(|failure| failure.message.ends_with("exit status: 1"));
    if is_report {
        seen.failure = Some("address sanitizer".to_owned());
    }
    Ok(seen)
}

/// The property tests of a subject: a target in `tests/`, and a module of it.
fn property_tests(subject: &str) -> (&'static str, &'static str) {
    match subject {
        "registry" => ("registry", "model::"),
        "config" => ("config", "model::"),
        "map" | "counter" | "countermap" => ("oracles", ""),
        _ => ("cache", "model::"),
    }
}

/// What the property tests see; and why, when they fail.
fn property(tree: &Tree, subject: &str) -> Result<(Seen, String), String> {
    let (target, module) = property_tests(subject);
    let run = tree.test("sync-map", target, module)?;
    let successes = run.output.lines().find_map(|line| line.trim().strip_prefix("successes: "));
    let successes: u64 = successes.and_then(|number| number.trim().parse().ok()).unwrap_or(0);
    let failed = run.output.lines().find_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"));
    let seen = Seen {
        checker: PROPERTY.to_owned(),
        failure: (!run.passes).then(|| failed.unwrap_or("does not end well").to_owned()),
        verdict: if run.passes { "SAMPLED" } else { "FAILED" }.to_owned(),
        executions: if run.passes { 0 } else { successes + 1 },
        ..Seen::default()
    };
    let why = if run.passes { String::new() } else { run.why() };
    Ok((seen, why))
}

/// The families of a subject that are tried, one after the other: threads, operations, keys.
fn sizes(variant: &Variant) -> Vec<Family> {
    let Ok(templates) = families::templates_of(&variant.subject) else { return Vec::new() };
    if let Some(shown) = &variant.family {
        let family = Family::new(&variant.subject, shown.size, Some(shown.keys));
        return family.and_then(|family| family.with_ops(&shown.ops)).into_iter().collect();
    }
    let entry = subjects::entry(&variant.subject);
    let is_pattern =
        entry.is_some_and(|entry| entry.sources.iter().any(|file| file.starts_with("patterns/")));
    let sizes = match (is_pattern, templates.has_keys()) {
        (false, true) => vec![(2, 1, Some(1)), (2, 1, Some(2)), (2, 2, Some(1))],
        (false, false) => vec![(2, 1, None), (2, 2, None)],
        // Those of which certificates are kept: larger ones are too large.
        (true, _) => vec![(2, 1, Some(1))],
    };
    // Where none shows it, and the file says why, the large one is spared.
    let spared = usize::from(variant.no_family.is_some() && !is_pattern);
    let few = sizes.len() - spared;
    let family = |&(threads, operations, keys): &(usize, usize, Option<usize>)| {
        Family::new(&variant.subject, Size::of(threads, operations), keys).ok()
    };
    sizes.iter().take(few).filter_map(family).collect()
}

/// The families, until the first program that fails.
fn families(variant: &Variant, program: &Path, settings: &Settings) -> Seen {
    let mut last = Seen { checker: FAMILY.to_owned(), verdict: "no family".to_owned(), ..Seen::default() };
    let named = variant.family.iter().flat_map(|family| &family.engines);
    let named: Vec<Engine> = named.filter_map(|engine| engine.parse().ok()).collect();
    let engines = if named.is_empty() { &FAMILY_ENGINES[..] } else { &named };
    for family in sizes(variant) {
        last = in_family(&family, engines, program, settings);
        if last.failure.is_some() {
            break;
        }
    }
    last
}

/// The engines of a family: their outcomes must be equal.
const FAMILY_ENGINES: [Engine; 3] = [Engine::ShuttleSleep, Engine::LoomLeak, Engine::LoomEager];

/// All programs of a family, the smallest first, as `cargo verify family … --until-failure` runs them. (But steps are not
/// noted: a variant may take one that the list of the source lacks, and that is no failure of its behaviour.)
fn in_family(family: &Family, engines: &[Engine], program: &Path, settings: &Settings) -> Seen {
    let mut tasks: Vec<Box<dyn Task>> = Vec::new();
    for text in families::programs(family) {
        let subject = subjects::by_name(&family.subject).expect("a family has a subject");
        let parsed = Program::parse(subject, &text).expect("a program of a family parses");
        let job = |engine: &Engine| Job { setup_checked: true, ..Job::new(&parsed, *engine) };
        tasks.extend(engines.iter().map(|engine| Box::new(JobTask(Box::new(job(engine)))) as Box<dyn Task>));
    }
    let count = tasks.len();
    let stop = Arc::new(AtomicBool::new(false));
    let (mut last, mut first, mut executions, mut whole) = (None::<Verdict>, None::<Verdict>, 0, 0);
    // One worker: the programs end in their order.
    let inner = Settings {
        workers: 1,
        program: Some(program.to_owned().into()),
        interrupted: Arc::clone(&stop),
        ..settings.clone()
    };
    let started = Instant::now();
    pool::run(tasks, &inner, |news| {
        if settings.interrupted.load(Ordering::Relaxed) || started.elapsed() > FAMILY_BUDGET {
            stop.store(true, Ordering::Relaxed);
        }
        let News::Verdict(verdict) = news else { return };
        let mut verdict = *verdict;
        if first.is_some() || verdict.verdict == Level::Truncated {
            return;
        }
        executions += verdict.executions;
        let other = last.as_ref().filter(|last| last.program == verdict.program);
        if verdict.failure.is_none() && other.is_some_and(|other| other.outcome_set != verdict.outcome_set) {
            verdict.failure = Some(Failure::without_steps("disagreement", "the engines disagree".to_owned()));
        }
        if verdict.failure.is_some() {
            first = Some(verdict);
            stop.store(true, Ordering::Relaxed);
        } else {
            whole += 1;
            last = Some(verdict);
        }
    });
    let keys = if family.keys == 0 { String::new() } else { format!(" --keys {}", family.keys) };
    let ops = if family.ops.is_empty() { String::new() } else { format!(" --ops {}", family.ops.join(",")) };
    let modes: Vec<&str> = engines.iter().map(|engine| engine.mode()).collect();
    let modes =
        if engines == FAMILY_ENGINES { String::new() } else { format!(" --mode {}", modes.join(",")) };
    let verdict = match &first {
        Some(_) => "FAILED",
        None if whole == count => "COMPLETE",
        None => "TRUNCATED",
    };
    Seen {
        checker: FAMILY.to_owned(),
        failure: first
            .as_ref()
            .and_then(|verdict| verdict.failure.as_ref())
            .map(|failure| failure.kind.clone()),
        verdict: verdict.to_owned(),
        executions,
        family: Some(format!("{}{keys}{ops}{modes}", family.size)),
        engine: first.as_ref().map(|verdict| format!("{}/{}", verdict.engine, verdict.mode)),
        program: first.map(|verdict| verdict.program),
    }
}

/// What must not see anything in the tree as it is: the sanitizer and the property tests. (The engines are the control of every
/// run of `cargo verify mutants`.) Returns the row of the control.
///
/// # Errors
/// When it does not build.
pub fn control(tree: &Tree, variants: &[Variant], settings: &Settings) -> Result<Measured, String> {
    let mut row = Measured { id: super::matrix::CONTROL.to_owned(), ..Measured::default() };
    let mut subjects: Vec<&str> = variants.iter().map(|variant| variant.subject.as_str()).collect();
    subjects.sort_by_key(|subject| property_tests(subject));
    subjects.dedup_by_key(|subject| property_tests(subject));
    for subject in subjects {
        let (seen, why) = property(tree, subject)?;
        if let Some(failure) = &seen.failure {
            return Err(format!(
                "the property tests of {subject} fail in the tree as it is: {failure}\n{why}"
            ));
        }
        row.put(vec![seen]);
    }
    let program = tree.build_sanitized("address")?;
    let mut executions = 0;
    for variant in variants {
        let seen = address(variant, &program, SCHEDULES / 10, settings)?;
        if let Some(failure) = &seen.failure {
            return Err(format!("{ADDRESS} fails with the tree as it is: `{}`: {failure}", variant.program));
        }
        executions += seen.executions;
    }
    row.put(vec![Seen {
        checker: ADDRESS.to_owned(),
        verdict: "SAMPLED".to_owned(),
        executions,
        ..Seen::default()
    }]);
    Ok(row)
}
