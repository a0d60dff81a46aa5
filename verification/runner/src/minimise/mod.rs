//! Makes a counterexample smaller: the program, then the schedule. It must fail in the same way, on the same engine.
//!
//! Greedy, and in a fixed order: a removal that still fails is taken, until none is left that does. Each smaller program is explored by a
//! worker, within a time; one that is cut short has not been shown to fail, nor to hold, and the result says how many were. The orders of
//! the tries do not depend on how long they take, so two runs that are not cut short end in the same program.

mod file;
mod program;
mod schedule;
mod trials;

use crate::explain::FailureFile;
use crate::minimised::{Minimised, switches};
use crate::pool::Settings;
use explore::engine::Engine;
use explore::job::Job;
use linear::{Failure, Program, Verdict};
use std::time::{Duration, Instant};
use trials::{Trials, Tried};

/// What is made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The program, and the schedule of what is left of it.
    Program,
    /// The schedule alone: the program is one of the smallest that fail.
    Schedule,
}

/// How long it may take when nobody says.
pub const SECONDS: u64 = 30;

/// One try has this part of the time, but not less than [`LEAST`].
const PART: u32 = 10;

/// One try has at least so long, if there is so long.
const LEAST: Duration = Duration::from_millis(200);

/// Failures that have nothing to be made smaller: several engines are needed for them, or no execution.
const LEFT_ALONE: [&str; 6] =
    ["disagreement", "missing outcome", "never ends", "program", "unknown step", "interrupted"];

/// What can be made smaller of a failure on this engine.
fn possible(engine: Engine, kind: &str, asked: What) -> Option<What> {
    if engine == Engine::Threads || LEFT_ALONE.contains(&kind) {
        return None;
    }
    // What is forbidden is said of one program; and a sample that finds nothing says nothing.
    let fixed = kind == "forbidden outcome" || !engine.is_exhaustive();
    Some(if fixed { What::Schedule } else { asked })
}

/// Threads, calls and switches of a counterexample.
fn sizes(program: &Program, failure: &Failure) -> [usize; 3] {
    let threads = program.threads.len();
    let calls = program.setup.len() + program.threads.iter().map(Vec::len).sum::<usize>();
    [threads, calls, switches(&failure.steps, threads)]
}

/// An outcome that no order explains says more than one that is only not in the order of time: if there is one, such are looked for.
fn use_outcomes_alone(job: &mut Job, verdict: &mut Verdict, trials: &mut Trials<'_>) {
    let kind = verdict.failure.as_ref().map(|failure| failure.kind.as_str());
    if job.outcomes_only || kind != Some("not linearizable") {
        return;
    }
    let outcomes_only = Job { outcomes_only: true, ..job.clone() };
    let known = trials.cut_short;
    if let Some(Tried::Fails(found)) = trials.run(vec![outcomes_only.clone()]).pop() {
        (*job, *verdict) = (outcomes_only, *found);
    }
    // Nothing smaller was cut short.
    trials.cut_short = known;
}

/// Makes the counterexample of a file smaller, within this time; the file then holds the smaller one, and says from what it was made. Does
/// nothing where nothing can be made smaller.
pub fn minimise(file: &mut FailureFile, asked: What, settings: &Settings, time: Duration) {
    let (Ok(program), Some(failure)) = (file.job.parse(), file.verdict.failure.clone()) else { return };
    let Some(what) = possible(file.job.engine, &failure.kind, asked) else { return };
    if time.is_zero() || file.minimised.is_some() {
        return;
    }
    let started = Instant::now();
    let each = (time / PART).max(LEAST);
    let patience = file.job.patience.unwrap_or(settings.patience);
    if failure.kind == "hang" && failure.execution == 0 && patience > each {
        return; // each try would take longer than it may
    }
    let mut trials = Trials::new(settings, &failure, started + time, each);
    let (mut job, mut verdict) = (file.job.clone(), file.verdict.clone());
    let from = sizes(&program, &failure);
    let mut least = program;
    let mut is_minimal = None;
    if what == What::Program {
        use_outcomes_alone(&mut job, &mut verdict, &mut trials);
        let found = program::smallest(least, |programs| trials.programs(&job, programs));
        least = found.program;
        if let Some(smaller) = found.verdict {
            job.program = least.to_string();
            job.expectation = Default::default();
            verdict = *smaller;
        }
        is_minimal = Some(trials.cut_short == 0 && !trials.is_over);
    }
    let (mut preemptions, mut is_rescheduled) = (None, false);
    match job.engine.name() {
        "loom" => preemptions = schedule::fewest_preemptions(&mut job, &mut verdict, &least, &mut trials),
        _ => is_rescheduled = schedule::fewer_switches(&job, &mut verdict, &least, &mut trials),
    }
    let Some(now) = verdict.failure.as_ref() else { return };
    let to = sizes(&least, now);
    let pair = |number: usize| (from[number], to[number]);
    file.minimised = Some(Minimised {
        kind: "minimised".to_owned(),
        program: verdict.program.clone(),
        engine: format!("{}/{}", verdict.engine, verdict.mode),
        from_program: file.job.program.clone(),
        from_bound: file.job.bound,
        from_execution: failure.execution,
        from_schedule: failure.schedule.clone(),
        threads: pair(0),
        calls: pair(1),
        switches: pair(2),
        is_by_outcomes_alone: job.outcomes_only && !file.job.outcomes_only,
        preemptions,
        is_rescheduled,
        is_minimal,
        cut_short: trials.cut_short,
        is_out_of_time: trials.is_over,
        runs: trials.runs,
        seconds: (started.elapsed().as_secs_f64() * 10.0).round() / 10.0,
    });
    (verdict.name, verdict.family) = (file.verdict.name.take(), file.verdict.family);
    (file.verdict, file.job) = (verdict, job);
}

/// The same for several files of a run, one after the other, each in its share of the time.
pub fn minimise_all<'f>(
    files: impl IntoIterator<Item = (&'f mut FailureFile, What)>,
    settings: &Settings,
    time: Duration,
) {
    let end = Instant::now() + time;
    let files: Vec<_> = files.into_iter().collect();
    let mut left = u32::try_from(files.len()).unwrap_or(u32::MAX);
    for (file, what) in files {
        if settings.interrupted.load(std::sync::atomic::Ordering::Relaxed) {
            return;
        }
        minimise(file, what, settings, end.saturating_duration_since(Instant::now()) / left);
        left -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_that_needs_several_engines_or_chance_is_left_alone() {
        let of = |engine, kind| possible(engine, kind, What::Program);
        assert_eq!(of(Engine::LoomLeak, "not linearizable"), Some(What::Program));
        assert_eq!(of(Engine::LoomLeak, "disagreement"), None);
        assert_eq!(of(Engine::Threads, "not linearizable"), None);
        assert_eq!(of(Engine::ShuttlePct, "leak"), Some(What::Schedule));
        assert_eq!(of(Engine::ShuttleSleep, "forbidden outcome"), Some(What::Schedule));
        assert_eq!(possible(Engine::LoomLeak, "leak", What::Schedule), Some(What::Schedule));
    }
}
