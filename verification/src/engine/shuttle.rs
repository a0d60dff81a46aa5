//! shuttle: all sequentially consistent schedules, or random ones.

use super::model::{EpochMode, ShuttleBuild, run_once};
use super::sleep::{Reduction, SleepSets};
use super::{Engine, Go};
use crate::verdict::Level;
use crate::worker::{self, Current};
use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId};
use std::cell::RefCell;

thread_local! {
    static SCHEDULE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// The tasks that the last execution ran, in order.
pub fn schedule() -> Vec<usize> {
    SCHEDULE.with_borrow(Clone::clone)
}

/// Writes down what another scheduler chooses.
struct Noting<S>(S);

impl<S: Scheduler> Scheduler for Noting<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        SCHEDULE.with_borrow_mut(Vec::clear);
        self.0.new_execution()
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, yielding: bool) -> Option<TaskId> {
        let next = self.0.next_task(runnable, current, yielding)?;
        SCHEDULE.with_borrow_mut(|schedule| schedule.push(usize::from(next)));
        Some(next)
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// Runs one execution again, by its tasks; the lowest runnable one where the list is at its end.
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

/// Runs the job that the worker has begun, to its end.
pub fn run(current: &'static Current) -> Level {
    let job = current.with(|c| c.job.clone());
    let program = current.with(|c| c.program);
    let schedules = usize::try_from(job.schedules).unwrap_or(usize::MAX);
    let body = move || {
        let judge =
            |history: &_, invariants| worker::judge_model::<ShuttleBuild>(current, history, invariants);
        run_once::<ShuttleBuild>(program, EpochMode::Eager, judge);
        current.with(super::Collector::passed);
        if current.with(super::Collector::pace) == Go::Stop {
            worker::stop(current);
        }
    };
    let scheduler: Box<dyn Scheduler + Send> = match job.engine {
        _ if !job.schedule.is_empty() => Box::new(Replay { tasks: job.schedule.into_iter(), begun: false }),
        Engine::ShuttleDfs => Box::new(DfsScheduler::new(None, false)),
        Engine::ShuttlePct => Box::new(PctScheduler::new_from_seed(job.seed, 3, schedules)),
        Engine::ShuttleRandom => Box::new(RandomScheduler::new_from_seed(job.seed, schedules)),
        _ => Box::new(SleepSets::new(Reduction::KeepHistories)),
    };
    shuttle::Runner::new(Noting(scheduler), config()).run(body);
    match job.engine {
        Engine::ShuttlePct | Engine::ShuttleRandom => Level::Sampled(current.with(|c| c.executions)),
        _ => Level::Complete,
    }
}
