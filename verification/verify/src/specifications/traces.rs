//! Records executions for the specification: each atomic access of each, as the facade saw it.
//!
//! The receiver (`speccheck --traces`) follows them in `specs/SyncMap.tla`. Both sides know the form by its field names only,
//! so that this package needs no TLA+ checker.

use explore::execution::{Build, EpochMode, LoomBuild, ShuttleBuild, run_once};
use explore::sleep_sets::{Reduction, SleepSets};
use explore::{on_loom, on_shuttle};
use linear::Step;
use linear::{Call, Program};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// The engine whose executions are recorded: each explores all that it distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorder {
    /// loom, mode leak.
    Loom,
    /// shuttle, mode sleep.
    Shuttle,
}

/// What is recorded: accesses, the mutex, calls and returns.
const RECORDED: [&str; 7] = ["Load", "Exchange", "ExchangeFailed", "Lock", "Unlock", "Call", "Return"];

/// One execution as a line; allocation and reclamation are left out, and so is what leads to the result, and what the harness
/// looks at when the last call has returned.
pub fn line(steps: &[Step]) -> String {
    let end = steps.iter().rposition(|step| step.action == "Return").map_or(0, |last| last + 1);
    let recorded = steps[..end].iter().filter(|step| RECORDED.contains(&step.action.as_str()));
    let event = |step: &Step| {
        json!({ "thread": step.thread, "action": step.action, "object": step.object, "seen": step.seen,
            "written": step.written, "stale": step.stale, "line": step.line })
    };
    json!({ "execution": recorded.map(event).collect::<Vec<_>>() }).to_string()
}

fn calls(calls: &[Call]) -> Vec<Value> {
    calls.iter().map(|call| json!({ "name": call.name(), "args": call.args })).collect()
}

/// The line before the executions of a program.
fn header(program: &Program, recorder: Recorder) -> String {
    let engine = match recorder {
        Recorder::Loom => "loom/leak",
        Recorder::Shuttle => "shuttle/sleep",
    };
    let threads: Vec<_> = program.threads.iter().map(|thread| calls(thread)).collect();
    json!({ "program": { "subject": program.subject.name, "text": program.to_string(), "engine": engine, "setup": calls(&program.setup), "threads": threads } })
        .to_string()
}

/// Calls `each` with the steps of every execution of a program.
pub fn explore(program: &'static Program, recorder: Recorder, each: impl FnMut(Vec<Step>) + Send + 'static) {
    let each = Arc::new(Mutex::new(each));
    let threads = program.threads.len();
    let tell = move |steps: Vec<Step>| (each.lock().unwrap_or_else(PoisonError::into_inner))(steps);
    match recorder {
        Recorder::Loom => on_loom::builder(None).check(move || {
            run_once::<LoomBuild>(program, EpochMode::Leak, |_, _| tell(LoomBuild::steps(threads)));
        }),
        Recorder::Shuttle => {
            let scheduler = SleepSets::new(Reduction::KeepHistories);
            shuttle::Runner::new(scheduler, on_shuttle::config()).run(move || {
                run_once::<ShuttleBuild>(program, EpochMode::Eager, |_, _| {
                    tell(ShuttleBuild::steps(threads))
                });
            });
        }
    }
}

/// Sends all executions of a program, each that differs in its accesses once.
///
/// # Errors
/// That the receiver is gone.
pub fn send(
    program: &'static Program,
    recorder: Recorder,
    receiver: impl Write + Send + 'static,
) -> std::io::Result<()> {
    let state = Arc::new(Mutex::new((receiver, HashSet::new(), Ok(()))));
    let shared = Arc::clone(&state);
    let put = |receiver: &mut dyn Write, line: &str| writeln!(receiver, "{line}");
    {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        put(&mut state.0, &header(program, recorder))?;
    }
    explore(program, recorder, move |steps| {
        let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let (receiver, seen, result) = &mut *state;
        let line = line(&steps);
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        if result.is_ok() && seen.insert(hasher.finish()) {
            *result = put(receiver, &line);
        }
    });
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut state.2, Ok(()))?;
    put(&mut state.0, "\"end\"")
}
