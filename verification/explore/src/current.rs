//! The job at work in this process, and the ways in which it ends early.

use crate::engine::Engine;
use crate::execution::{Build, LoomBuild, ShuttleBuild};
use crate::judge::Judge;
use crate::schedule::schedule;
use linear::{History, Level, Step, who_does_not_return};
use std::sync::{Mutex, PoisonError, TryLockError};

/// The running job.
#[derive(Debug)]
pub(crate) struct Current(Mutex<Judge>);

impl Current {
    /// Looks at what the job has seen so far. Must not be held across a call of an engine.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut Judge) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

static CURRENT: Mutex<Option<&'static Current>> = Mutex::new(None);

/// Ends the job: its budget is used up.
pub(crate) fn stop(current: &Current) -> ! {
    let (observer, verdict) = current.with(|c| (c.observer, c.finish(Level::Truncated)));
    observer.leave(verdict)
}

/// Ends the job: the execution that it asks for is over.
fn stop_at_example(current: &Current) -> ! {
    let (engine, program) = current.with(|c| (c.job.engine, c.program));
    let (schedule, steps) = evidence(engine, program.threads.len());
    let (observer, verdict) = current.with(|c| (c.observer, c.example(schedule, steps)));
    observer.leave(verdict)
}

/// Ends the job: a counterexample.
pub(crate) fn fail(current: &Current, kind: &str, message: String) -> ! {
    let (engine, program) = current.with(|c| (c.job.engine, c.program));
    let (schedule, steps) = evidence(engine, program.threads.len());
    let who = if kind == "deadlock" { who_does_not_return(program, &steps) } else { String::new() };
    let message = if who.is_empty() { message } else { format!("{who}: {message}") };
    let (observer, verdict) = current.with(|c| (c.observer, c.fail(kind, message, schedule, steps)));
    observer.leave(verdict)
}

/// Judges an execution; a wrong one ends the job.
pub(crate) fn judge(current: &Current, history: &History, invariants: Result<(), String>) {
    let judged = current.with(|c| c.observe(history, invariants));
    if let Err((kind, message)) = judged {
        fail(current, kind, message);
    }
}

/// Judges an execution of a model, and notes the steps that it took.
pub(crate) fn judge_model<B: Build>(current: &Current, history: &History, invariants: Result<(), String>) {
    let judged = current.with(|c| c.observe_model(history, invariants));
    if let Err((kind, message)) = judged {
        fail(current, kind, message);
    }
    let noted = current.with(|c| c.show::<B>(history));
    if let Err(message) = noted {
        fail(current, "unknown step", message);
    }
    if current.with(|c| c.is_example()) {
        stop_at_example(current);
    }
}

/// What happened in the execution that just failed, on this OS thread.
fn evidence(engine: Engine, threads: usize) -> (Vec<usize>, Vec<Step>) {
    match engine.name() {
        "loom" => (Vec::new(), LoomBuild::steps(threads)),
        "shuttle" => (schedule(), ShuttleBuild::steps(threads)),
        _ => (Vec::new(), Vec::new()),
    }
}

/// The kind of failure that a panic is.
fn classify(engine: Engine, message: &str) -> &'static str {
    let violation = match engine.name() {
        "loom" => LoomBuild::violation(),
        "shuttle" => ShuttleBuild::violation(),
        _ => None,
    };
    let starts = ["use after free", "double free", "double retire", "leak", "live guard"];
    match violation {
        Some(kind) => kind,
        None if message.contains("Causality violation") => "data race",
        None if message.contains("deadlock") => "deadlock",
        None if message.contains("maximum number of branches") || message.contains("exceeded max_steps") => {
            "hang"
        }
        // loom's own words, for what is on loom's own types.
        None if message.contains("Allocation leaked") || message.contains("Arc leaked") => "leak",
        None if message.contains("pointer not tracked") => "double free",
        None => starts.into_iter().find(|kind| message.starts_with(kind)).unwrap_or("panic"),
    }
}

/// A path in a package from a registry, without the folder that cargo has it in: that is another one on each machine.
fn without_registry(path: &str) -> &str {
    let below = path.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    below.map_or(path, |(_, in_package)| in_package)
}

/// Makes a panic end the job as a counterexample, before anything unwinds.
pub(crate) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        if LoomBuild::is_looking() || ShuttleBuild::is_looking() {
            return; // caught where somebody looks
        }
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text =
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".into());
        let place = info.location().map_or_else(String::new, |place| {
            format!(" ({}:{})", without_registry(place.file()), place.line())
        });
        let current = match CURRENT.try_lock() {
            Ok(current) => *current,
            Err(TryLockError::Poisoned(current)) => **current.get_ref(),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(current) = current {
            let engine = current.with(|c| c.job.engine);
            fail(current, classify(engine, &text), format!("{text}{place}"));
        }
        eprintln!("worker: {text}{place}");
    }));
}

impl Current {
    /// The job begins.
    pub(crate) fn begin(judge: Judge) -> &'static Current {
        let current: &'static Current = Box::leak(Box::new(Current(Mutex::new(judge))));
        *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(current);
        current
    }

    /// The job is over: a panic from now on is not its own.
    pub(crate) fn end() {
        *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::without_registry;

    #[test]
    fn a_place_in_a_package_is_the_same_on_each_machine() {
        let place =
            "/home/a/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/loom-0.7.2/src/rt/location.rs";
        assert_eq!(without_registry(place), "loom-0.7.2/src/rt/location.rs");
        assert_eq!(without_registry("src/map/mod.rs"), "src/map/mod.rs");
    }
}
