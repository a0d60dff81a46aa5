//! Whose turn it is: where a player is asked which thread steps next, and where not.
//!
//! Until all threads are there nobody is asked, and a thread whose calls have all returned goes on by itself.

use std::ops::Range;
use sync_map_model::Action;
use sync_map_model::shuttle::trace::with_events;

/// See the module. The tasks are those of shuttle: the first runs the last thread of the program.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// How many calls each thread has.
    calls: Vec<usize>,
    /// How many calls of each task have returned.
    returned: Vec<usize>,
    /// How many events there were when the last step ended.
    pub(crate) events: usize,
}

impl Turns {
    /// Of a program whose threads have so many calls; no step is taken.
    pub(crate) fn new(calls: Vec<usize>) -> Turns {
        Turns { calls, ..Turns::default() }
    }

    /// An execution begins.
    pub(crate) fn begin(&mut self) {
        self.returned.clear();
        self.events = 0;
    }

    /// The thread of the program that a task runs.
    pub(crate) fn thread(&self, task: usize) -> usize {
        task.checked_sub(1).unwrap_or(self.calls.len() - 1)
    }

    /// A step of the task has ended: the events of it.
    pub(crate) fn stepped(&mut self, task: usize) -> Range<usize> {
        let before = self.events;
        with_events(|events| {
            let new = events.get(before..).unwrap_or_default().iter();
            let returned = new.filter(|event| event.action == Action::Return).count();
            if self.returned.len() <= task {
                self.returned.resize(task + 1, 0);
            }
            self.returned[task] += returned;
            self.events = events.len();
        });
        before..self.events
    }

    /// All calls of a task have returned. What it does then, such as to wait for others, nobody sees.
    pub(crate) fn is_through(&self, task: usize) -> bool {
        self.returned.get(task).is_some_and(|returned| *returned >= self.calls[self.thread(task)])
    }

    /// All calls of all tasks have returned.
    pub(crate) fn all_return(&self) -> bool {
        (0..self.calls.len()).all(|task| self.is_through(task))
    }

    /// The task that goes on without a question; none, if a player is asked, or if all is over.
    pub(crate) fn unasked(&self, enabled: &[usize], has_begun: bool) -> Option<usize> {
        if self.all_return() {
            return None;
        }
        let threads = self.calls.len();
        let are_all_there = threads > 1 && enabled.iter().any(|task| task + 1 == threads);
        if !has_begun && !are_all_there {
            return enabled.first().copied();
        }
        enabled.iter().find(|task| self.is_through(**task)).copied()
    }
}
