//! Runs many configurations side by side, and tells how they came out.

use crate::expected::{Bug, Configuration, Expected, Profile};
use crate::progress::Progress;
use crate::run::{self, Checker, Finding, Verdict};
use crate::{modules, show};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// One thing to run.
#[derive(Clone, Debug)]
pub enum Task {
    /// Everything must hold.
    Configuration(Configuration),
    /// Its property must not.
    Bug(Bug),
}

impl Task {
    /// `SyncMap/one_key`, `SyncMap/expunge-by-store`.
    pub fn name(&self) -> String {
        match self {
            Task::Configuration(configuration) => format!("{}/{}", configuration.module, configuration.name),
            Task::Bug(bug) => format!("{}/{}", bug.module, bug.name),
        }
    }

    fn run(&self, checker: &Checker) -> Finding {
        match self {
            Task::Configuration(configuration) => run::configuration(configuration, checker),
            Task::Bug(bug) => run::bug(bug, checker),
        }
    }

    /// How long it took where it was measured; a bug was not.
    fn seconds(&self) -> Option<f64> {
        match self {
            Task::Configuration(configuration) => Some(configuration.seconds),
            Task::Bug(_) => None,
        }
    }

    /// A guess at how much work it is: the long ones begin first.
    fn weight(&self) -> f64 {
        match self {
            Task::Configuration(configuration) => configuration.seconds,
            Task::Bug(bug) => bug.steps as f64,
        }
    }
}

/// What to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The full profile, not the quick one only.
    pub full: bool,
    /// The seeded bugs, not the configurations.
    pub bugs: bool,
    /// Threads.
    pub jobs: usize,
    /// By whom.
    pub checker: Checker,
}

/// The stack of a thread: the evaluator is recursive.
const STACK: usize = 512 << 20;

/// Set by Ctrl-C: what is not finished is TRUNCATED.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The tasks of a plan; only those with one of `names`, if there are any.
///
/// # Errors
/// A name that none has.
pub fn tasks(expected: &Expected, plan: &Plan, names: &[String]) -> Result<Vec<Task>, String> {
    let mut tasks: Vec<Task> = if plan.bugs {
        expected.bug.iter().cloned().map(Task::Bug).collect()
    } else {
        let wanted = |c: &&Configuration| plan.full || c.profile == Profile::Quick || !names.is_empty();
        expected.configuration.iter().filter(wanted).cloned().map(Task::Configuration).collect()
    };
    let is_named = |task: &Task, name: &String| {
        let whole = task.name();
        whole == *name || whole.split('/').next_back() == Some(name)
    };
    if let Some(unknown) = names.iter().find(|name| !tasks.iter().any(|task| is_named(task, name))) {
        let known: Vec<String> = tasks.iter().map(Task::name).collect();
        let what = if plan.bugs { "seeded bug" } else { "configuration" };
        return Err(format!("`{unknown}` is not a {what}: use {}", known.join(", ")));
    }
    tasks.retain(|task| names.is_empty() || names.iter().any(|name| is_named(task, name)));
    tasks.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    Ok(tasks)
}

/// Runs them; tells each finding as it comes, and returns all in the order of the tasks.
pub fn run(tasks: &[Task], plan: &Plan, mut tell: impl FnMut(&Task, &Finding)) -> Vec<Option<Finding>> {
    let jobs = plan.jobs.min(tasks.len());
    let mut progress = Progress::new(tasks.iter().map(Task::name).zip(tasks.iter().map(Task::seconds)), jobs);
    let next = Mutex::new(0..tasks.len());
    let running = Mutex::new(BTreeMap::<usize, Instant>::new());
    let mut findings: Vec<Option<Finding>> = tasks.iter().map(|_| None).collect();
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (send, next, running) = (send.clone(), &next, &running);
            let worker = move || {
                while let Some(task) = { next.lock().expect("no thread panics with it").next() } {
                    if INTERRUPTED.load(Ordering::Relaxed) {
                        return;
                    }
                    running.lock().expect("as above").insert(task, Instant::now());
                    let finding = tasks[task].run(&plan.checker);
                    running.lock().expect("as above").remove(&task);
                    if send.send((task, finding)).is_err() {
                        return;
                    }
                }
            };
            let built = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker);
            built.expect("the system gives a thread");
        }
        drop(send);
        loop {
            let news = receive.recv_timeout(Duration::from_millis(200));
            if INTERRUPTED.load(Ordering::Relaxed) && news.is_err() {
                // The checker cannot be stopped in the middle: what there is is reported, and the process ends.
                progress.close();
                crate::report::interrupted(tasks, &findings, progress.seconds());
            }
            match news {
                Ok((task, finding)) => {
                    progress.over(task, &finding);
                    progress.above(|| tell(&tasks[task], &finding));
                    findings[task] = Some(finding);
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    progress.show(&running.lock().expect("as above"));
                }
            }
        }
    });
    progress.close();
    findings
}

/// What is wrong with the specifications beside what a run finds: nothing may be there that no one checks.
///
/// # Errors
/// That a file cannot be read.
pub fn inconsistencies(expected: &Expected) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for name in modules::names(".cfg")? {
        if expected.find(&name).is_none() {
            wrong.push(format!(
                "specs/{name}.cfg is in no [[configuration]] of specs/expected.toml: no one runs it"
            ));
        }
    }
    let of_modules: BTreeSet<&str> = expected.configuration.iter().map(|c| c.module.as_str()).collect();
    for module in of_modules {
        let written = modules::bugs(module)?;
        let listed: BTreeSet<String> =
            expected.bug.iter().filter(|bug| bug.module == module).map(|bug| bug.name.clone()).collect();
        let one_sided = written.symmetric_difference(&listed).filter(|name| *name != "none");
        wrong.extend(one_sided.map(|name| {
            format!("bug {name}: it must stand both in specs/{module}.tla and in specs/expected.toml")
        }));
        let broken: BTreeSet<&str> =
            expected.bug.iter().filter(|bug| bug.module == module).map(|bug| bug.property.as_str()).collect();
        for configuration in expected.configuration.iter().filter(|c| c.module == module) {
            let cfg = modules::cfg(&configuration.name)?;
            let properties = cfg.invariants.iter().chain(&cfg.properties);
            wrong.extend(properties.filter(|name| !broken.contains(name.as_str())).map(|name| {
                format!("specs/{}.cfg: no seeded bug breaks {name}: it may be vacuous", configuration.name)
            }));
        }
    }
    Ok(wrong)
}

/// Actions of a module that no configuration of the run takes. Only meaningful when all quick ones have run.
///
/// # Errors
/// That a module cannot be read.
pub fn never_taken(tasks: &[Task], findings: &[Option<Finding>]) -> Result<Vec<String>, String> {
    let mut taken: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (task, finding) in tasks.iter().zip(findings) {
        if let (Task::Configuration(configuration), Some(finding)) = (task, finding) {
            taken.entry(&configuration.module).or_default().extend(finding.actions.iter().cloned());
        }
    }
    let mut wrong = Vec::new();
    for (module, taken) in taken {
        let broken_only =
            |name: &String| name.starts_with("Broken") || ["RetireEarly", "End"].contains(&name.as_str());
        let actions = modules::actions(module)?;
        let missing = actions.iter().filter(|name| !taken.contains(*name) && !broken_only(name));
        wrong.extend(
            missing.map(|name| format!("specs/{module}.tla: no configuration takes the action {name}")),
        );
        let unknown = taken.iter().filter(|name| !actions.contains(*name) && *name != "Finished");
        wrong.extend(
            unknown.map(|name| format!("specs/{module}.tla: {name} is taken, and not found in Next")),
        );
    }
    Ok(wrong)
}

/// The counterexample of a failure, or of a bug that was caught, as a table.
pub fn story(finding: &Finding) -> Option<String> {
    finding.counterexample.as_ref().map(show::counterexample)
}

/// The exit status: 1 something failed, 3 something was cut short, 0 otherwise.
pub fn exit_status(findings: &[Option<Finding>], wrong: usize) -> u8 {
    let any = |verdict: Verdict| findings.iter().flatten().any(|finding| finding.verdict == verdict);
    if wrong > 0 || any(Verdict::Failed) {
        1
    } else if any(Verdict::Truncated) || findings.iter().any(Option::is_none) {
        3
    } else {
        0
    }
}
