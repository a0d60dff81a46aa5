//! shuttle: all sequentially consistent schedules, or random ones.

use crate::current::{self, Current};
use crate::engine::Engine;
use crate::execution::{Build, EpochMode, ShuttleBuild, places, run_watched};
use crate::job::Job;
use crate::judge::{Go, Judge};
use crate::schedule::Noting;
use crate::sleep_sets::{Reduction, SleepSets};
use linear::{Effect, Level};
use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId};

/// Repeats one execution, by its list of tasks; when the list is at its end, the lowest runnable task runs.
struct Replay {
    tasks: std::vec::IntoIter<usize>,
    begun: bool,
}

impl Scheduler for Replay {
    fn new_execution(&mut self) -> Option<Schedule> {
        (!std::mem::replace(&mut self.begun, true)).then(|| Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], _: Option<TaskId>, _: bool) -> Option<TaskId> {
        let wanted = self.tasks.next();
        let same = runnable.iter().find(|task| Some(usize::from(task.id())) == wanted);
        same.or(runnable.first()).map(|task| task.id())
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// shuttle's settings: no files, no limit on time, and a loop that does not end is a failure.
pub fn config() -> shuttle::Config {
    let mut config = shuttle::Config::new();
    config.failure_persistence = shuttle::FailurePersistence::None;
    config.max_steps = shuttle::MaxSteps::FailAfter(100_000);
    config.max_time = None;
    config.silence_warnings = true;
    config
}

/// What chooses the schedules of a job, in which user code panics or not.
fn scheduler(job: &Job, panics: bool) -> Box<dyn Scheduler + Send> {
    let schedules = usize::try_from(job.schedules).unwrap_or(usize::MAX);
    match job.engine {
        _ if !job.schedule.is_empty() => {
            Box::new(Replay { tasks: job.schedule.clone().into_iter(), begun: false })
        }
        Engine::ShuttleDfs => Box::new(DfsScheduler::new(None, false)),
        Engine::ShuttlePct => Box::new(PctScheduler::new_from_seed(job.seed, 3, schedules)),
        Engine::ShuttleRandom => Box::new(RandomScheduler::new_from_seed(job.seed, schedules)),
        _ => Box::new(SleepSets::new(Reduction::KeepHistories).finishing(panics)),
    }
}

/// Runs the job that the worker has begun, to its end.
pub(crate) fn run(current: &'static Current) -> Level {
    let job = current.with(|c| c.job.clone());
    let program = current.with(|c| c.program);
    let modes = if job.engine.is_abstract() { &[EpochMode::OneStep] } else { places(program) };
    if !job.schedule.is_empty() && program.has_users() {
        // The file does not say which of them it was, but the failure occurs in that one.
        current.with(|c| c.job.stop_at = Some(modes.len() as u64));
    }
    for mode in modes.iter().copied() {
        current.with(|c| c.place = if program.has_users() { mode.place() } else { "" });
        let body = move || {
            let judge =
                |history: &_, invariants| current::judge_model::<ShuttleBuild>(current, history, invariants);
            let is_watched = current.with(|c| c.is_watched());
            run_watched::<ShuttleBuild>(program, mode, is_watched, judge);
            current.with(|c| c.retired |= ShuttleBuild::retired_any());
            current.with(Judge::passed);
            if current.with(Judge::pace) == Go::Stop {
                current::stop(current);
            }
        };
        shuttle::Runner::new(Noting(scheduler(&job, program.has(Effect::Panics))), config()).run(body);
        if !current.with(|c| c.retired) {
            break; // no destructor is run by anyone: the others are the same
        }
    }
    match job.engine {
        Engine::ShuttlePct | Engine::ShuttleRandom => Level::Sampled(current.with(|c| c.executions)),
        _ => Level::Complete,
    }
}
