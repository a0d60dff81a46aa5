//! loom: weak memory and data races; complete thanks to the repair in the facade.

use crate::current::{self, Current};
use crate::engine::{Engine, ordering_by_name};
use crate::execution::{Build, EpochMode, LoomBuild, run_watched};
use crate::judge::{Go, Judge};
use linear::{Level, MAX_THREADS};

/// Enough for every program that the parser accepts; a run with more branches is in a loop that does not end.
const MAX_BRANCHES: usize = 20_000;

/// loom, set up for an exploration without a bound.
pub fn builder(bound: Option<usize>) -> loom::model::Builder {
    let mut builder = loom::model::Builder::new();
    builder.max_threads = MAX_THREADS;
    builder.max_branches = MAX_BRANCHES;
    builder.preemption_bound = bound;
    // loom ends a run as a success at these limits: there are none here, executions are counted by the collector.
    builder.max_duration = None;
    builder.max_permutations = None;
    builder.checkpoint_file = None;
    builder.location = false;
    builder.log = false;
    builder
}

/// Runs the job that the worker has begun, to its end.
pub(crate) fn run(current: &'static Current) -> Level {
    let (program, engine, bound, orderings) =
        current.with(|c| (c.program, c.job.engine, c.job.bound, c.job.orderings.clone()));
    let mode = match engine {
        Engine::LoomEager => EpochMode::Eager,
        Engine::LoomVisible => EpochMode::Visible,
        Engine::LoomAbstract => EpochMode::OneStep,
        _ => EpochMode::Leak,
    };
    for (id, ordering) in &orderings {
        LoomBuild::replace_ordering(id, ordering_by_name(ordering).ok());
    }
    current.with(|c| c.place = if program.has_users() { mode.place() } else { "" });
    builder(bound).check(move || {
        let is_watched = current.with(|c| c.is_watched());
        run_watched::<LoomBuild>(program, mode, is_watched, |history, invariants| {
            current::judge_model::<LoomBuild>(current, history, invariants)
        });
        current.with(|c| c.early_destruction_shows |= LoomBuild::early_destruction_shows());
        current.with(Judge::passed);
        if current.with(Judge::pace) == Go::Stop {
            current::stop(current);
        }
    });
    for (id, _) in &orderings {
        LoomBuild::replace_ordering(id, None);
    }
    bound.map_or(Level::Complete, Level::Bounded)
}

/// Turns the repair of loom's search off, for a check that must notice it, and on again.
pub fn repair_search(on: bool) {
    sync_map_model::loom::repair_search(on);
}
