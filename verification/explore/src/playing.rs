//! Unfolds a program into its [tree](crate::tree), in this process.

use crate::current::Current;
use crate::engine::Engine;
use crate::execution::{Build, ShuttleBuild, places, run_watched};
use crate::job::Job;
use crate::judge::Judge;
use crate::observer::Observer;
use crate::on_shuttle::config;
use crate::running::can_run;
use crate::schedule::Noting;
use crate::tree::{Bounds, Choice, End, Position, Tree, Way};
use crate::underway::Point;
use crate::unfolding::Unfolding;
use crate::watching;
use linear::{History, Program, waits_for_ever};
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use sync_map_model::shuttle::trace::take_footprint;

type Shared = Arc<Mutex<Unfolding>>;

fn locked(unfolding: &Shared) -> MutexGuard<'_, Unfolding> {
    unfolding.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The search as a scheduler of shuttle.
struct Guided(Shared);

impl Scheduler for Guided {
    fn new_execution(&mut self) -> Option<Schedule> {
        let goes_on = locked(&self.0).begin();
        take_footprint();
        goes_on.then(|| Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, _: bool) -> Option<TaskId> {
        let mut unfolding = locked(&self.0);
        let enabled: Vec<usize> = runnable.iter().map(|task| usize::from(task.id())).collect();
        let Some(next) = unfolding.next(&enabled, current.map(usize::from)) else {
            // It is given up: what it has done until now is all that will be known of it.
            let threads = unfolding.threads;
            unfolding.fill(&ShuttleBuild::steps(threads));
            return None;
        };
        unfolding.takes(next);
        runnable.iter().find(|task| usize::from(task.id()) == next).map(|task| task.id())
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// Tells the host that the run is alive, now and then.
struct Beats(Mutex<Instant>);

impl Beats {
    fn beat(&self, observer: &dyn Observer, executions: u64) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() > Duration::from_millis(200) {
            *last = Instant::now();
            observer.beat(executions);
        }
    }
}

/// Unfolds the program of a job, as far as the bounds allow. An execution that stops in the middle ends the process through the observer.
///
/// # Errors
/// Why it cannot be played, or why the picks cannot be made.
pub fn unfold(job: &Job, bounds: Bounds, observer: &'static dyn Observer) -> Result<Tree, String> {
    let job = Job { engine: Engine::ShuttleDfs, ..job.clone() };
    let program = job.parse().map_err(|error| error.to_string())?;
    if !can_run(job.engine, &program) {
        return Err("shuttle cannot run this program".to_owned());
    }
    if let Some(why) = waits_for_ever(&program) {
        return Err(format!("it never ends: {why}"));
    }
    let program: &'static Program = Box::leak(Box::new(program));
    let threads = program.threads.len();
    let calls = program.threads.iter().map(Vec::len).collect();
    let unfolding: Shared = Arc::new(Mutex::new(Unfolding::new(bounds, calls)));
    let current = Current::begin(Judge::new(job, program, observer));
    let shared = Arc::clone(&unfolding);
    let beats = Beats(Mutex::new(Instant::now()));
    watching::name_by_maker(true);
    let body = move || {
        let judge = |history: &History, invariants| {
            let outcome = Some(history.outcome(program));
            let judged = current.with(|c| c.observe_model(history, invariants));
            let failure = judged.err().map(|(kind, message)| (kind.to_owned(), message));
            locked(&shared).ended(End { outcome, failure });
        };
        // Of the places where destructors may run, the first.
        run_watched::<ShuttleBuild>(program, places(program)[0], true, judge);
        let mut steps = ShuttleBuild::steps(threads);
        current.with(|c| {
            c.add_answers(&mut steps);
            c.passed();
        });
        let mut unfolding = locked(&shared);
        unfolding.fill(&steps);
        unfolding.executions += 1;
        beats.beat(observer, unfolding.executions);
    };
    shuttle::Runner::new(Noting(Guided(Arc::clone(&unfolding))), config()).run(body);
    watching::name_by_maker(false);
    Current::end();
    let mut unfolding = locked(&unfolding);
    match unfolding.mistake.take() {
        Some(mistake) => Err(mistake),
        None => Ok(folded(&mut unfolding)),
    }
}

/// Whether a player is asked at this point, or the execution has ended there.
fn is_position(point: &Point) -> bool {
    point.edges.len() != 1 || point.end.is_some()
}

/// The steps from an edge of a point to the next position, and which point that is; none, if an edge on the way was not taken.
fn way_from(all: &[Point], (point, edge): (usize, usize)) -> (Way, Option<usize>) {
    let mut way = all[point].edges[edge].way.clone();
    let mut to = all[point].edges[edge].to;
    while let Some(at) = to.filter(|at| !is_position(&all[*at])) {
        let next = &all[at].edges[0];
        way.steps.extend(&next.way.steps);
        way.look = next.way.look.or(way.look);
        to = next.to;
    }
    (way, to)
}

/// The tree: points without a choice are passed.
fn folded(unfolding: &mut Unfolding) -> Tree {
    let all = &unfolding.all;
    let mut tree = Tree {
        opening: unfolding.opening.take().unwrap_or_default(),
        steps: std::mem::take(&mut unfolding.ways.steps),
        looks: std::mem::take(&mut unfolding.ways.looks),
        start: unfolding.start,
        executions: unfolding.executions,
        cut: unfolding.cut.take(),
        ..Tree::default()
    };
    let mut first = Some(0).filter(|_| !all.is_empty());
    if let Some(start) = first.filter(|start| !is_position(&all[*start])) {
        let (way, to) = way_from(all, (start, 0));
        tree.opening.steps.extend(&way.steps);
        tree.opening.look = way.look.or(tree.opening.look);
        first = to;
    }
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut found: Vec<usize> = Vec::new();
    let mut number = |point: usize, found: &mut Vec<usize>| {
        *numbers.entry(point).or_insert_with(|| {
            found.push(point);
            found.len() - 1
        })
    };
    first.map(|first| number(first, &mut found));
    let mut ends: HashMap<String, usize> = HashMap::new();
    while let Some(point) = found.get(tree.positions.len()).map(|point| &all[*point]) {
        let at = found[tree.positions.len()];
        let end = point.end.as_ref().map(|end| {
            *ends.entry(format!("{end:?}")).or_insert_with(|| {
                tree.ends.push(end.clone());
                tree.ends.len() - 1
            })
        });
        let choices = if end.is_some() { 0 } else { point.edges.len() };
        let choice = |edge: usize| {
            let (way, to) = way_from(all, (at, edge));
            let thread = unfolding.thread(point.edges[edge].task);
            Choice { thread, way, to: to.map(|to| number(to, &mut found)) }
        };
        let mut choices: Vec<Choice> = (0..choices).map(choice).collect();
        choices.sort_by_key(|choice| choice.thread);
        tree.positions.push(Position { choices, end });
    }
    tree
}
