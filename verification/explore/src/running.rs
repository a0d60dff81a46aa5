//! Runs a job in this process.
//!
//! A counterexample, or a budget that is used up, ends the process through the [`Observer`]: from the panic hook, before anything unwinds,
//! because a model that is stopped in the middle cannot always be taken down in good order.

use crate::current::{Current, install_panic_hook};
use crate::engine::Engine;
use crate::job::Job;
use crate::judge::Judge;
use crate::lawless::CallCounts;
use crate::observer::Observer;
use crate::{on_loom, on_shuttle, on_threads, stack_pool, subjects};
use linear::{Level, Program, Verdict, waits_for_ever};
use std::time::Duration;

/// Settles the order of the panic hooks: loom's before shuttle's before ours. Called once ours is installed.
///
/// loom's coroutines end by a panic that their crate hides: its hook, installed with the first coroutine, runs before those that were
/// there. shuttle's hook, installed with its first run, writes each panic to the standard error. If shuttle's is installed last, it
/// writes about the end of every coroutine of loom, which took half of the time of a family. So shuttle runs once here.
fn settle_panic_hooks() {
    let once = shuttle::scheduler::DfsScheduler::new(Some(1), false);
    shuttle::Runner::new(once, on_shuttle::config()).run(|| {});
}

/// What is wrong with the structure that the set-up of a program leads to.
fn setup_problem(job: &Job, program: &Program) -> Option<String> {
    let expected =
        program.subject.specification.structure_after(&program.setup).filter(|_| job.setup_checked)?;
    let found = subjects::structure_after(program.subject, &program.setup);
    (found != expected)
        .then(|| format!("the set-up leads to: {found}. By the specification it leads to: {expected}"))
}

/// Whether the engine knows what call-backs do. loom does not see that threads share their counts, and real threads do not share them.
pub fn can_run(engine: Engine, program: &Program) -> bool {
    if engine.is_abstract() {
        // User code misbehaves in the middle of a call, which is one step here.
        return !program.has_users() && subjects::builds_of(program.subject).one_step.is_some();
    }
    !program.has_users()
        || engine.name() == "shuttle"
        || engine.name() == "loom" && program.threads.len() == 1
}

/// Prepares this process for jobs, once: the panic hooks, and the pool of stacks.
pub fn prepare() {
    install_panic_hook();
    settle_panic_hooks();
    stack_pool::enable();
}

/// Runs a job: its verdict, and how often each call-back was called. Only a job in which nothing fails returns.
pub fn run(job: Job, observer: &'static dyn Observer) -> (Verdict, CallCounts) {
    let program = match job.parse() {
        Ok(program) if can_run(job.engine, &program) => program,
        Ok(_) => {
            let nothing = job.verdict(Level::Truncated, 0, &Default::default(), Duration::ZERO);
            return (nothing, CallCounts::default());
        }
        Err(error) => {
            return (job.failed("program", error.to_string(), Duration::ZERO), CallCounts::default());
        }
    };
    let program = Box::leak(Box::new(program));
    let engine = job.engine;
    let current = Current::begin(Judge::new(job, program, observer));
    // Do not run it: it would not end, whether the code is right or wrong.
    if let Some(why) = waits_for_ever(program) {
        observer.leave(current.with(|c| c.job.failed("never ends", why, Duration::ZERO)));
    }
    let problem = current.with(|c| setup_problem(&c.job, c.program));
    if let Some(problem) = problem {
        observer.leave(current.with(|c| c.fail("structure", problem, Vec::new(), Vec::new())));
    }
    let level = match engine.name() {
        "loom" => on_loom::run(current),
        "shuttle" => on_shuttle::run(current),
        "threads" => on_threads::run(current),
        other => unreachable!("no file runs the engine {other}"),
    };
    Current::end();
    current.with(|c| (c.finish(level), c.calls))
}
