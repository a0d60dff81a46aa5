//! Which tasks shuttle ran, written down.

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use std::cell::RefCell;

thread_local! {
    static SCHEDULE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// The tasks that the last execution ran, in order.
pub(crate) fn schedule() -> Vec<usize> {
    SCHEDULE.with_borrow(Clone::clone)
}

/// Writes down what another scheduler chooses.
pub(crate) struct Noting<S>(pub(crate) S);

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
