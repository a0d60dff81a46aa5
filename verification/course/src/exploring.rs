//! Programs explored, for a check: every execution, or none of it counts.

use crate::checked::Wrong;
use crate::host::Host;
use explore::engine::Engine;
use explore::job::Job;
use linear::{Example, Level, Program, Snapshot, Verdict};
use runner::explain::{self, Drawing, FailureFile};
use runner::families::{Family, FamilyRun, Shape, Size};
use runner::known_self_tests::{self, KnownSelfTests};
use runner::minimise::{What, minimise};
use runner::plan::{Plan, Planned};
use runner::pool::{self, News, Settings};
use runner::run::Run;
use runner::source::Unknown;
use runner::task::Told;
use runner::watched::watch;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The engines that explore a program when a lab names none.
pub(crate) const BOTH: [Engine; 2] = [Engine::ShuttleSleep, Engine::LoomLeak];

/// How long one exploration may take. (A program that a student has typed may be large.)
const LONGEST: Duration = Duration::from_secs(20);

/// What says nothing for so long, in a copy that a student has changed, hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a counterexample may be made smaller.
const TO_MINIMISE: Duration = Duration::from_secs(5);

/// How wide drawings are.
pub(crate) const WIDTH: usize = 80;

/// What exploring a program has shown.
pub(crate) struct Found {
    pub(crate) verdicts: Vec<Verdict>,
    failure: Option<FailureFile>,
    problems: Vec<String>,
}

/// A job for a lab. loom's memory is weak: there only the order of each thread counts.
pub(crate) fn job(program: &Program, engine: Engine) -> Job {
    let mut job = Job::new(program, engine);
    job.budget = Some(LONGEST);
    job.outcomes_only = engine.name() == "loom";
    job.schedules = 2_000;
    job
}

/// Keeps the self-tests of the searches that these engines use.
fn only_for(plan: &mut Plan, engines: &[Engine]) {
    let uses = |name: &str| engines.iter().any(|engine| engine.name() == name);
    plan.tasks.retain(|task| match task {
        Planned::SelfTest(test) if test.is_of_loom() => uses("loom"),
        Planned::SelfTest(_) => uses("shuttle"),
        Planned::Job(_) | Planned::Batch(_) => true,
    });
}

/// Lets the searches pass their self-tests, so that no check of a lab waits for them.
pub(crate) fn warm_up(host: &dyn Host) {
    let mut plan = Plan::default();
    host.add_self_tests(&mut plan);
    run(plan, &host.settings(), host, false);
    WARM.store(true, Ordering::Relaxed);
}

/// This process has run the self-tests of the searches.
static WARM: AtomicBool = AtomicBool::new(false);

/// Explores a program on these engines.
pub(crate) fn explore(program: &Program, engines: &[Engine], host: &dyn Host) -> Found {
    explore_weakened(program, engines, &BTreeMap::new(), host)
}

/// The same with orderings of the map replaced, by their ids: `ORD-1` by `Acquire`.
pub(crate) fn explore_weakened(
    program: &Program,
    engines: &[Engine],
    weakened: &BTreeMap<String, String>,
    host: &dyn Host,
) -> Found {
    let mut plan = Plan::default();
    host.add_self_tests(&mut plan);
    only_for(&mut plan, engines);
    let orderings: Vec<_> = weakened.iter().map(|(id, order)| (id.clone(), order.clone())).collect();
    let job = |engine: &Engine| Job { orderings: orderings.clone(), ..job(program, *engine) };
    plan.tasks.extend(engines.iter().map(|engine| Planned::Job(Box::new(job(engine)))));
    run(plan, &host.settings(), host, false)
}

/// The settings of workers that are another program: one that was built of a copy.
fn settings_of(executable: &Path, host: &dyn Host) -> Settings {
    Settings { program: Some(executable.to_owned().into()), ..host.settings() }
}

/// Explores a program in workers of another program.
pub(crate) fn explore_in(program: &Program, engines: &[Engine], executable: &Path, host: &dyn Host) -> Found {
    let mut plan = Plan::default();
    let jobs = engines.iter().map(|engine| {
        // The map's orderings are judged by time, too.
        let job = Job { outcomes_only: false, patience: Some(PATIENCE), ..job(program, *engine) };
        Planned::Job(Box::new(job))
    });
    plan.tasks.extend(jobs);
    run(plan, &settings_of(executable, host), host, false)
}

/// Explores a family of one key in workers of another program.
pub(crate) fn explore_family_in(
    subject: &str,
    size: Size,
    ops: &[String],
    engines: &[Engine],
    executable: &Path,
    host: &dyn Host,
) -> Found {
    let family = Family {
        subject: subject.to_owned(),
        size,
        keys: 1,
        ops: ops.to_vec(),
        shape: Shape::default(),
        lawless: false,
    };
    let mut plan = Plan::default();
    plan.family(
        &FamilyRun { engines: engines.to_vec(), budget: Some(LONGEST), ..FamilyRun::new(family) },
        &Unknown,
    );
    // With one worker the first counterexample is always the same.
    let settings = Settings { workers: 1, ..settings_of(executable, host) };
    run(plan, &settings, host, true)
}

/// Runs a plan; the first failure ends it, if that is asked for.
pub(crate) fn run(mut plan: Plan, settings: &Settings, host: &dyn Host, until_one_fails: bool) -> Found {
    let stop = Arc::new(AtomicBool::new(false));
    let settings = Settings { interrupted: Arc::clone(&stop), ..settings.clone() };
    let mut run = Run::new(&plan, "cargo verify lab".to_owned());
    // Under continuous integration they run anew; once in this process, and not for each answer.
    plan.self_tests_anew |= known_self_tests::are_run_anew() && !WARM.load(Ordering::Relaxed);
    let known = plan.has_self_tests().then(KnownSelfTests::of_this_executable).flatten();
    run.know(plan.take_known(known.as_ref()));
    pool::run(plan.tasks.into_iter().map(Planned::task).collect(), &settings, |news| {
        if let News::Told(Told::SelfTest(report)) = &news {
            known.iter().for_each(|known| known.keep(report));
        }
        run.hear(news);
        if until_one_fails && run.failed() > 0 {
            stop.store(true, Ordering::Relaxed);
        }
    });
    run.finish(false, 0.0);
    stop.store(false, Ordering::Relaxed);
    let mut report = run.report;
    report.failures.sort_by_key(|file| {
        let program = &file.verdict.program;
        // Engines work side by side: which one is heard first is chance.
        (
            program.matches(';').count(),
            program.len(),
            file.job.engine.name() == "loom",
            file.job.engine.to_string(),
        )
    });
    let failure = report.failures.into_iter().next().map(|mut file| {
        minimise(&mut file, What::Program, &settings, TO_MINIMISE);
        watch([&mut file], &settings);
        file.quote(|name| host.quoted(name));
        file
    });
    let problems = if failure.is_some() { Vec::new() } else { report.problems };
    Found { verdicts: report.verdicts, failure, problems }
}

impl Found {
    /// The counterexample, made smaller and drawn.
    pub(crate) fn failure(&self) -> Option<Wrong> {
        let file = self.failure.as_ref()?;
        let failure = file.verdict.failure.as_ref()?;
        let sentence = failure.sentence.clone().unwrap_or_else(|| failure.message.clone());
        let wrong = Wrong::new(&failure.kind, sentence).of_program(&file.verdict.program);
        let page = explain::page(file, explain::NO_SOURCE);
        Some(Wrong { page: Some(page), ..wrong.drawn(explain::text(file, WIDTH, false)) })
    }

    /// Why it is not known that all executions were explored, if it is not.
    pub(crate) fn incomplete(&self) -> Option<Wrong> {
        if let Some(problem) = self.problems.first() {
            return Some(Wrong::not_checked(format!("The search cannot be trusted: {problem}")));
        }
        let exhaustive = self.verdicts.iter().filter(|verdict| verdict.engine != "threads");
        let cut =
            exhaustive.filter(|verdict| verdict.failure.is_none()).find(|v| v.verdict != Level::Complete)?;
        let sentence = format!(
            "Not every execution of this program was explored on {}/{}: it is {}, which proves nothing. Take a smaller program.",
            cut.engine, cut.mode, cut.verdict
        );
        Some(Wrong::new("cut short", sentence).of_program(&cut.program))
    }

    /// All outcomes that occurred.
    pub(crate) fn outcomes(&self) -> BTreeSet<String> {
        let of = |verdict: &Verdict| {
            let failing = verdict.failure.as_ref().and_then(|failure| failure.outcome.clone());
            verdict.outcome_set.iter().cloned().chain(failing).collect::<Vec<_>>()
        };
        self.verdicts.iter().flat_map(of).collect()
    }

    /// The executions of all engines.
    pub(crate) fn executions(&self) -> u64 {
        self.verdicts.iter().map(|verdict| verdict.executions).sum()
    }

    /// What an engine has found: the kind of failure, or `passes`; nothing if it was cut short.
    pub(crate) fn on(&self, engine: Engine) -> Option<String> {
        let is = |verdict: &&Verdict| {
            (verdict.engine.as_str(), verdict.mode.as_str()) == (engine.name(), engine.mode())
        };
        let verdict = self.verdicts.iter().find(is)?;
        match (&verdict.failure, verdict.verdict) {
            (Some(failure), _) => Some(failure.kind.clone()),
            (None, Level::Complete | Level::Sampled(_)) => Some("passes".to_owned()),
            (None, _) => None,
        }
    }
}

/// An execution with this outcome, on the first of the engines that has one.
pub(crate) fn example(
    program: &Program,
    outcome: &str,
    engines: &[Engine],
    host: &dyn Host,
) -> Option<Example> {
    let settings = Settings { workers: 1, ..host.settings() };
    engines.iter().find_map(|engine| {
        let mut job = job(program, *engine);
        job.example_of = Some(outcome.to_owned());
        job.watch = true;
        let mut found = None;
        pool::run(vec![Planned::Job(Box::new(job)).task()], &settings, |news| {
            if let News::Verdict(verdict) = news {
                found = verdict.example;
            }
        });
        found
    })
}

/// What the subject looks like after a program of one thread.
pub(crate) fn last_look(program: &Program, host: &dyn Host) -> Option<Snapshot> {
    let found = explore(program, &[Engine::ShuttleSleep], host);
    let seen = example(program, found.outcomes().first()?, &[Engine::ShuttleSleep], host)?;
    Some(seen.steps.into_iter().filter_map(|step| step.snapshot).next_back().unwrap_or_default())
}

/// An execution, drawn: a column for each thread.
pub(crate) fn drawn(program: &Program, example: &Example) -> String {
    let drawing = Drawing { program: Some(program), width: WIDTH, all: false, stopped: false, source: None };
    drawing.text(&example.steps)
}

/// The calls of an execution, drawn: for whoever does not know yet what is in the structure. One that no other call has come between is one line.
pub(crate) fn drawn_calls(program: &Program, example: &Example) -> String {
    let calls = example.steps.iter().filter(|step| matches!(step.action.as_str(), "Call" | "Return"));
    let calls: Vec<_> = calls.filter(|step| step.thread < program.threads.len()).collect();
    let text = |step: &linear::Step| {
        let number = step.object.rsplit('#').next().and_then(|number| number.parse::<usize>().ok());
        let call = number.and_then(|number| program.threads[step.thread].get(number));
        call.map(ToString::to_string).unwrap_or_default()
    };
    let returned = |step: &linear::Step| {
        step.seen
            .clone()
            .filter(|seen| !seen.is_empty())
            .map_or_else(String::new, |seen| format!(" = {seen}"))
    };
    let mut rows: Vec<(usize, String)> = Vec::new();
    let mut at = 0;
    while let Some(step) = calls.get(at) {
        let next = calls.get(at + 1).filter(|next| next.thread == step.thread && step.action == "Call");
        let row = match (step.action.as_str(), next) {
            (_, Some(next)) => format!("{}{}", text(step), returned(next)),
            ("Call", None) => format!("▶ {}", text(step)),
            _ => format!("◀ {}{}", text(step), returned(step)),
        };
        rows.push((step.thread, row));
        at += if next.is_some() { 2 } else { 1 };
    }
    let width = |thread: usize| {
        let own = rows.iter().filter(|(of, _)| *of == thread).map(|(_, row)| row.chars().count());
        own.max().unwrap_or(0).max("thread 0".len())
    };
    let line = |cells: Vec<String>, between: &str| format!("  {}\n", cells.join(between).trim_end());
    let threads = 0..program.threads.len();
    let head =
        threads.clone().map(|thread| format!("{:1$}", format!("thread {thread}"), width(thread))).collect();
    let mut out =
        line(head, " │ ") + &line(threads.clone().map(|thread| "─".repeat(width(thread))).collect(), "─┼─");
    for (of, row) in &rows {
        let cell =
            |thread: usize| format!("{:1$}", if thread == *of { row.as_str() } else { "" }, width(thread));
        out.push_str(&line(threads.clone().map(cell).collect(), " │ "));
    }
    out
}

/// The engines of these names; both if there are none.
///
/// # Errors
/// When one of them is not an engine.
pub(crate) fn engines(names: &[String]) -> Result<Vec<Engine>, String> {
    if names.is_empty() {
        return Ok(BOTH.to_vec());
    }
    names.iter().map(|name| name.parse()).collect()
}
