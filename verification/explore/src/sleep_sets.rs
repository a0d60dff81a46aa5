//! A complete, reduced search for shuttle: depth first, with sleep sets.
//!
//! Two steps that touch nothing in common, or only read it, may be swapped without a difference. When a step has been explored
//! from a situation, it *sleeps* in what follows the other steps from there, until one of them touches what it touches: only then
//! does the order of the two matter again (Godefroid's sleep sets). What a step touches, its *footprint*, is what the facade
//! recorded since the last switch.
//!
//! To keep every history, not only every outcome, the call of one operation conflicts with the return of another:
//! [`Reduction::KeepHistories`].

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use sync_map_model::shuttle::trace::{CLOCK, Footprint, GUARDS, take_footprint, waiting_for};

/// What the search may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Executions with the history of another.
    KeepHistories,
    /// Executions with the outcome of another.
    KeepOutcomes,
    /// Wrong on purpose, for the self-test: as if no two steps ever conflicted.
    Broken,
}

/// Whether the order of two accesses to one object matters, of which each writes or does not, if histories are to be kept.
pub(crate) fn touch(object: u32, writes: bool, also: bool) -> bool {
    if [CLOCK, GUARDS].contains(&object) { writes != also } else { writes || also }
}

/// What the step that has ended touched. If it ended in a wait of the task `waiting`, it touched what that waits for, too.
pub(crate) fn footprint_of_step(waiting: Option<usize>) -> Footprint {
    let mut footprint = take_footprint();
    let objects = waiting.map(waiting_for).unwrap_or_default();
    footprint.extend(objects.into_iter().map(|object| (object, true)));
    footprint.sort_unstable();
    footprint.dedup();
    footprint
}

/// A situation on the way of the current execution, and the step taken from it.
struct Situation {
    /// The tasks that could run.
    enabled: Vec<usize>,
    /// The one that does.
    chosen: usize,
    /// What its step touched.
    footprint: Footprint,
    /// What was explored from here before.
    explored: Vec<(usize, Footprint)>,
    /// What need not be explored from here.
    asleep: Vec<(usize, Footprint)>,
}

/// The scheduler: see the module.
pub struct SleepSets {
    reduction: Reduction,
    way: Vec<Situation>,
    /// How many steps of `way` the current execution has taken.
    depth: usize,
    begun: bool,
    /// The current execution was given up: all that could run was asleep.
    given_up: bool,
    /// Executions that are given up go on to their end.
    finishes: bool,
}

impl SleepSets {
    /// A search that begins.
    pub fn new(reduction: Reduction) -> Self {
        SleepSets { reduction, way: Vec::new(), depth: 0, begun: false, given_up: false, finishes: false }
    }

    /// The same, but an execution that is given up continues to its end in any way. shuttle cannot stop one in which a user's panic unwinds
    /// and waits for a lock. Some executions are explored twice, which does no harm.
    pub fn finishing(self, finishes: bool) -> Self {
        SleepSets { finishes, ..self }
    }

    fn conflict(&self, one: &Footprint, other: &Footprint) -> bool {
        let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        match self.reduction {
            Reduction::Broken => false,
            Reduction::KeepHistories => pairs
                .into_iter()
                .any(|((a, a_writes), (b, b_writes))| a == b && touch(*a, *a_writes, *b_writes)),
            Reduction::KeepOutcomes => pairs
                .into_iter()
                .any(|((a, a_writes), (b, b_writes))| a == b && *a != CLOCK && (*a_writes || *b_writes)),
        }
    }

    /// A step has ended: notes what it touched. If it ended in a wait of `waiting`, it touched what that waits for, too: a
    /// mutex that was not free; a condition variable, and the mutex that was released for it.
    fn note_step(&mut self, waiting: Option<usize>) {
        let footprint = footprint_of_step(waiting);
        if let Some(situation) = self.depth.checked_sub(1).and_then(|last| self.way.get_mut(last)) {
            situation.footprint = footprint;
        }
    }

    /// Goes back to the last situation from which there is something else to explore. False if there is none.
    fn backtrack(&mut self) -> bool {
        while let Some(last) = self.way.last_mut() {
            let footprint = std::mem::take(&mut last.footprint);
            last.explored.push((last.chosen, footprint));
            let is_in =
                |list: &[(usize, Footprint)], task: usize| list.iter().any(|(other, _)| *other == task);
            let next = last
                .enabled
                .iter()
                .find(|task| !is_in(&last.explored, **task) && !is_in(&last.asleep, **task));
            match next {
                Some(task) => {
                    last.chosen = *task;
                    return true;
                }
                None => self.way.pop(),
            };
        }
        false
    }

    /// The situation that the last step has led to, if anything is awake in it.
    fn arrive(&self, enabled: Vec<usize>) -> Option<Situation> {
        let asleep: Vec<_> = self.way.last().map_or_else(Vec::new, |before| {
            let asleep = before.asleep.iter().chain(&before.explored);
            asleep.filter(|(_, footprint)| !self.conflict(footprint, &before.footprint)).cloned().collect()
        });
        let chosen = *enabled.iter().find(|task| !asleep.iter().any(|(other, _)| other == *task))?;
        Some(Situation { enabled, chosen, footprint: Vec::new(), explored: Vec::new(), asleep })
    }
}

impl Scheduler for SleepSets {
    fn new_execution(&mut self) -> Option<Schedule> {
        if std::mem::replace(&mut self.begun, true) {
            if !self.given_up {
                self.note_step(None);
            }
            if !self.backtrack() {
                return None;
            }
        }
        self.depth = 0;
        self.given_up = false;
        take_footprint();
        Some(Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, _: bool) -> Option<TaskId> {
        if self.given_up {
            return runnable.first().map(|task| task.id());
        }
        if let Some(task) = current.map(usize::from) {
            let waits = !runnable.iter().any(|other| usize::from(other.id()) == task);
            self.note_step(waits.then_some(task));
        }
        if self.depth == self.way.len() {
            let enabled = runnable.iter().map(|task| usize::from(task.id())).collect();
            match self.arrive(enabled) {
                Some(situation) => self.way.push(situation),
                None => {
                    self.given_up = true;
                    return runnable.first().filter(|_| self.finishes).map(|task| task.id());
                }
            }
        }
        let chosen = self.way[self.depth].chosen;
        self.depth += 1;
        let same = runnable.iter().find(|task| usize::from(task.id()) == chosen);
        Some(same.expect("an execution repeats when its choices do").id())
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
