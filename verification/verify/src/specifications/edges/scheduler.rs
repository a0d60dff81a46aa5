//! The scheduler of a walk: it runs the task whose turn it is, until that has made one step, and then the first task again, which leads.

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use std::cell::{Cell, RefCell};
use sync_map_model::shuttle::trace::{Action, Event, take_events};

/// Whose turn it is, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The leader's.
    Leader,
    /// This task's, until it has made a step.
    Step(usize),
    /// This task's, to its end.
    End(usize),
    /// Anyone's: the walk is given up.
    Anyone,
}

thread_local! {
    static TURN: Cell<Turn> = const { Cell::new(Turn::Leader) };
    static EVENTS: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
    static OVER: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn set_turn(turn: Turn) {
    TURN.set(turn);
}

/// No execution comes after this one; before the first, that some do.
pub(super) fn set_over(over: bool) {
    OVER.set(over);
}

/// What the tasks did since the last call.
pub(super) fn take_seen() -> Vec<Event> {
    collect();
    EVENTS.with_borrow_mut(std::mem::take)
}

fn collect() {
    EVENTS.with_borrow_mut(|events| events.extend(take_events()));
}

/// Whether it is a step of the specification: an atomic access, the lock or the unlock.
pub(super) fn is_step(event: &Event) -> bool {
    event.site.is_some() || matches!(event.action, Action::Lock | Action::Unlock)
}

/// See the module.
pub(super) struct Leading;

impl Scheduler for Leading {
    fn new_execution(&mut self) -> Option<Schedule> {
        TURN.set(Turn::Leader);
        EVENTS.with_borrow_mut(Vec::clear);
        (!OVER.get()).then(|| Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], _: Option<TaskId>, _: bool) -> Option<TaskId> {
        let find = |task: usize| runnable.iter().map(|other| other.id()).find(|id| usize::from(*id) == task);
        let found = match TURN.get() {
            Turn::Leader => None,
            Turn::Step(task) => {
                collect();
                let made = EVENTS.with_borrow(|events| events.iter().any(|e| e.thread == task && is_step(e)));
                find(task).filter(|_| !made)
            }
            Turn::End(task) => find(task),
            Turn::Anyone => runnable.last().map(|task| task.id()),
        };
        if found.is_none() {
            TURN.set(Turn::Leader);
        }
        found.or_else(|| find(0)).or_else(|| runnable.first().map(|task| task.id()))
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
