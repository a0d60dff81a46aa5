//! loom: weak memory and data races, complete by the repair in the facade.

use super::model::{Build, EpochMode, LoomBuild, run_once};
use super::{Engine, Go};
use crate::verdict::Level;
use crate::worker::{self, Current};

/// Enough for every program that the parser takes; more is a loop that does not end.
const MAX_BRANCHES: usize = 20_000;

/// loom, set up for an exploration without a bound.
pub fn builder(bound: Option<usize>) -> loom::model::Builder {
    let mut builder = loom::model::Builder::new();
    builder.max_threads = crate::program::MAX_THREADS;
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
pub fn run(current: &'static Current) -> Level {
    let (program, engine, bound, orderings) =
        current.with(|c| (c.program, c.job.engine, c.job.bound, c.job.orderings.clone()));
    let mode = match engine {
        Engine::LoomEager => EpochMode::Eager,
        Engine::LoomVisible => EpochMode::Visible,
        _ => EpochMode::Leak,
    };
    for (id, ordering) in &orderings {
        LoomBuild::replace_ordering(id, super::ordering_by_name(ordering).ok());
    }
    builder(bound).check(move || {
        run_once::<LoomBuild>(program, mode, |history, invariants| {
            worker::judge_model::<LoomBuild>(current, history, invariants)
        });
        current.with(super::Collector::passed);
        if current.with(super::Collector::pace) == Go::Stop {
            worker::stop(current);
        }
    });
    for (id, _) in &orderings {
        LoomBuild::replace_ordering(id, None);
    }
    bound.map_or(Level::Complete, Level::Bounded)
}
