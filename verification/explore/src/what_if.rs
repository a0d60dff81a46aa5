//! What if another thread had stepped? Executions beside one that is known: the same steps before, then another thread, and from there on no
//! thread is interrupted. The one that was chosen goes on until it waits or is through, then the one with the lowest number that can.
//!
//! The known execution is followed by what its threads did that others can notice, in this order: so one of loom can be followed too, if its
//! memory was sequentially consistent. One that fails ends the process through the observer, as everywhere; the next process begins behind it.

use crate::current::{self, Current};
use crate::engine::Engine;
use crate::execution::{Build, EpochMode, ShuttleBuild, places, run_watched};
use crate::job::Job;
use crate::judge::Judge;
use crate::observer::Observer;
use crate::on_shuttle::config;
use crate::running::can_run;
use crate::schedule::Noting;
use crate::turns::Turns;
use linear::{History, Level, Program, Step, Verdict};
use serde::{Deserialize, Serialize};
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_map_model::shuttle::trace::{take_footprint, with_events};

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The threads of the known execution, in the order in which they did what others can notice.
    pub order: Vec<usize>,
    /// How it failed, if it did: that says where destructors ran, if it matters.
    pub message: String,
    /// Look at the subject after each step.
    pub watch: bool,
    /// The executions, each by the choice that it makes otherwise, as these are counted in the known execution; none: that one itself.
    pub executions: Vec<Option<usize>>,
}

/// What is told. Of the known execution, its choices; then it ends, or leaves the process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Told {
    /// Another thread could have stepped.
    Choice(Choice),
    /// An execution has ended, and nothing was wrong with it.
    Ended(Ended),
}

/// Another thread could have stepped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// After so many steps, those of the set-up included.
    pub after: usize,
    /// This one.
    pub thread: usize,
    /// What a player of the program picks to come there, and to let it step.
    pub picks: Vec<usize>,
}

/// An execution that has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// Its outcome.
    pub outcome: String,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// Whether other threads can notice what a step does. Whoever unpins last frees.
fn is_noticed(action: &str) -> bool {
    !matches!(action, "Allocate" | "Dereference" | "Retire" | "Free")
}

/// The threads of an execution, of which the program has so many, in the order in which they did what others can notice.
pub fn order(steps: &[Step], threads: usize) -> Vec<usize> {
    let noticed = steps.iter().filter(|step| step.thread < threads && is_noticed(&step.action));
    noticed.map(|step| step.thread).collect()
}

/// The search: the executions that were asked for, one after the other.
struct Beside {
    turns: Turns,
    /// For each thread, the places in the order that are its own.
    places: Vec<Vec<usize>>,
    /// How many of them it has reached.
    reached: Vec<usize>,
    left: std::vec::IntoIter<Option<usize>>,
    /// The choice that the execution makes otherwise.
    otherwise: Option<usize>,
    /// How many choices there were until now; what was picked at them.
    choices: usize,
    picks: Vec<usize>,
    has_begun: bool,
    /// The other choice is made.
    is_beside: bool,
    /// The choices of the known execution, while it runs and nobody has been told of them.
    found: Vec<Choice>,
}

impl Beside {
    fn new(calls: Vec<usize>, asked: Asked) -> Beside {
        let mut places = vec![Vec::new(); calls.len()];
        for (place, thread) in asked.order.iter().enumerate() {
            places[*thread].push(place);
        }
        Beside {
            turns: Turns::new(calls),
            reached: vec![0; places.len()],
            places,
            left: asked.executions.into_iter(),
            otherwise: None,
            choices: 0,
            picks: Vec::new(),
            has_begun: false,
            is_beside: false,
            found: Vec::new(),
        }
    }

    /// An execution begins; false if none is left.
    fn begin(&mut self) -> bool {
        self.turns.begin();
        self.reached.fill(0);
        self.picks.clear();
        (self.choices, self.has_begun, self.is_beside) = (0, false, false);
        let next = self.left.next();
        self.otherwise = next.flatten();
        next.is_some()
    }

    /// A step of the task has ended.
    fn stepped(&mut self, task: usize) {
        let events = self.turns.stepped(task);
        if self.has_begun {
            let new = with_events(|events_| {
                let new = events_.get(events).unwrap_or_default().iter();
                new.filter(|event| is_noticed(&format!("{:?}", event.action))).count()
            });
            let thread = self.turns.thread(task);
            self.reached[thread] += new;
        }
    }

    /// Where in the known execution the thread of a task does what it does next.
    fn place(&self, task: usize) -> usize {
        let thread = self.turns.thread(task);
        self.places[thread].get(self.reached[thread]).copied().unwrap_or(usize::MAX)
    }

    /// The task that runs next at a choice.
    fn choose(&mut self, enabled: &[usize], current: Option<usize>) -> Option<usize> {
        if self.is_beside {
            let on = current.filter(|task| enabled.contains(task));
            return on.or_else(|| enabled.iter().copied().min_by_key(|task| self.turns.thread(*task)));
        }
        let known =
            enabled.iter().copied().min_by_key(|task| (self.place(*task), self.turns.thread(*task)))?;
        let mut others: Vec<usize> = enabled.iter().copied().filter(|task| *task != known).collect();
        others.sort_by_key(|task| self.turns.thread(*task));
        let mut next = known;
        for other in others {
            let thread = self.turns.thread(other);
            if self.otherwise == Some(self.choices) {
                (self.is_beside, next) = (true, other);
            }
            if self.otherwise.is_none() {
                let picks = self.picks.iter().copied().chain([thread]).collect();
                self.found.push(Choice { after: self.turns.events, thread, picks });
            }
            self.choices += 1;
        }
        self.picks.push(self.turns.thread(next));
        Some(next)
    }

    /// The task that runs next.
    fn next(&mut self, enabled: &[usize], current: Option<usize>) -> Option<usize> {
        current.into_iter().for_each(|task| self.stepped(task));
        if let Some(task) = self.turns.unasked(enabled, self.has_begun) {
            return Some(task);
        }
        self.has_begun = true;
        if self.turns.all_return() || enabled.len() < 2 {
            return enabled.first().copied();
        }
        self.choose(enabled, current)
    }
}

type Shared = Arc<Mutex<Beside>>;

fn locked(beside: &Shared) -> MutexGuard<'_, Beside> {
    beside.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The search as a scheduler of shuttle.
struct Guided<T>(Shared, T);

impl<T: Fn(Told)> Scheduler for Guided<T> {
    fn new_execution(&mut self) -> Option<Schedule> {
        take_footprint();
        locked(&self.0).begin().then(|| Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, _: bool) -> Option<TaskId> {
        take_footprint();
        let enabled: Vec<usize> = runnable.iter().map(|task| usize::from(task.id())).collect();
        let (next, found) = {
            let mut beside = locked(&self.0);
            (beside.next(&enabled, current.map(usize::from)), std::mem::take(&mut beside.found))
        };
        // At once: the execution may stop before its end.
        found.into_iter().map(Told::Choice).for_each(&self.1);
        runnable.iter().find(|task| Some(usize::from(task.id())) == next).map(|task| task.id())
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// When the epoch freed in an execution that an engine has found, and that failed with this message.
fn mode(engine: Engine, program: &Program, message: &str) -> EpochMode {
    let told = || places(program).iter().find(|mode| message.ends_with(mode.place()));
    match engine {
        Engine::LoomLeak => EpochMode::Leak,
        Engine::LoomVisible => EpochMode::Visible,
        _ if engine.is_abstract() => EpochMode::OneStep,
        _ => *told().unwrap_or(&places(program)[0]),
    }
}

/// Runs executions beside that of a job, and tells of each. One that fails leaves the process; if none does, the verdict is that all were run.
pub fn run(
    job: &Job,
    asked: Asked,
    observer: &'static dyn Observer,
    tell: impl Fn(Told) + Clone + Send + Sync + 'static,
) -> Verdict {
    let failed = |why: String| job.failed("program", why, Default::default());
    let program = match job.parse() {
        Ok(program) if asked.order.iter().all(|thread| *thread < program.threads.len()) => program,
        Ok(_) => return failed("the execution has a thread that the program has not".to_owned()),
        Err(error) => return failed(error.to_string()),
    };
    let mode = mode(job.engine, &program, &asked.message);
    let engine = if mode == EpochMode::OneStep { Engine::ShuttleAbstract } else { Engine::ShuttleSleep };
    let job =
        Job { engine, stop_at: None, schedule: Vec::new(), example_of: None, budget: None, ..job.clone() };
    if !can_run(engine, &program) {
        return failed("shuttle cannot run this program".to_owned());
    }
    let program: &'static Program = Box::leak(Box::new(program));
    let (threads, watch) = (program.threads.len(), asked.watch);
    let calls = program.threads.iter().map(Vec::len).collect();
    let beside: Shared = Arc::new(Mutex::new(Beside::new(calls, asked)));
    let current = Current::begin(Judge::new(job, program, observer));
    current.with(|c| c.place = if program.has_users() { mode.place() } else { "" });
    let tells = tell.clone();
    let body = move || {
        let (mut outcome, mut events) = (String::new(), 0);
        let judge = |history: &History, invariants| {
            // What is torn down after that is not drawn.
            (outcome, events) = (history.outcome(program), with_events(<[_]>::len));
            current::judge_model::<ShuttleBuild>(current, history, invariants);
        };
        run_watched::<ShuttleBuild>(program, mode, watch, judge);
        let mut steps = ShuttleBuild::steps(threads);
        steps.truncate(events);
        current.with(|c| {
            c.add_answers(&mut steps);
            c.passed();
        });
        tell(Told::Ended(Ended { outcome, steps }));
    };
    shuttle::Runner::new(Noting(Guided(beside, tells)), config()).run(body);
    Current::end();
    current.with(|c| c.finish(Level::Sampled(c.executions)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of three threads; task 0 runs the last of them.
    fn beside(otherwise: Option<usize>) -> Beside {
        let asked = Asked {
            order: vec![1, 0, 1, 2],
            message: String::new(),
            watch: false,
            executions: vec![otherwise],
        };
        let mut beside = Beside::new(vec![1, 1, 1], asked);
        assert!(beside.begin());
        beside
    }

    #[test]
    fn the_known_execution_is_followed_and_its_choices_are_told_with_what_a_player_picks() {
        let mut beside = beside(None);
        assert_eq!(beside.choose(&[0, 1, 2], None), Some(2), "thread 1 is the first");
        beside.reached[1] += 1;
        assert_eq!(beside.choose(&[0, 1, 2], Some(2)), Some(1));
        beside.reached[0] += 1;
        assert_eq!(beside.choose(&[0, 2], Some(1)), Some(2));
        let found: Vec<_> = beside.found.iter().map(|choice| (choice.thread, choice.picks.clone())).collect();
        let expected = [(0, vec![0]), (2, vec![2]), (1, vec![1, 1]), (2, vec![1, 2]), (2, vec![1, 0, 2])];
        assert_eq!(found, expected);
    }

    #[test]
    fn from_the_other_choice_on_no_thread_is_interrupted() {
        let mut beside = beside(Some(3));
        assert_eq!(beside.choose(&[0, 1, 2], None), Some(2));
        beside.reached[1] += 1;
        assert_eq!(beside.choose(&[0, 1, 2], Some(2)), Some(0), "the second other one: thread 2");
        assert_eq!(beside.choose(&[0, 1, 2], Some(0)), Some(0), "it goes on");
        assert_eq!(beside.choose(&[1, 2], Some(0)), Some(1), "it waits: the lowest number, thread 0");
        assert_eq!(beside.choose(&[0, 1, 2], Some(1)), Some(1), "which goes on in its turn");
        assert_eq!(beside.choose(&[0, 2], Some(1)), Some(2));
        assert!(beside.found.is_empty(), "of this one no choices are told");
        assert!(!beside.begin(), "no other was asked for");
    }

    #[test]
    fn what_no_other_thread_can_notice_does_not_count() {
        let step = |thread, action: &str| Step {
            thread,
            action: action.to_owned(),
            object: String::new(),
            site: None,
            seen: None,
            written: None,
            stale: false,
            line: String::new(),
            shown: None,
            snapshot: None,
        };
        let steps = [step(2, "Load"), step(0, "Call"), step(1, "Allocate"), step(1, "Lock"), step(0, "Free")];
        assert_eq!(order(&steps, 2), [0, 1]);
    }
}
