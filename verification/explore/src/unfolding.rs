//! The search that unfolds a program into a [tree](crate::tree): every choice at every point, and each point once.
//!
//! The reduced search leaves interleavings out which a player may choose; this one leaves none out. It is depth first, and each execution
//! goes on to its end, so that the names of objects are those of a whole execution.

use crate::points::Points;
use crate::sleep_sets::footprint_of_step;
use crate::tree::{Bounds, Cut, End, Way};
use crate::turns::Turns;
use crate::underway::{Edge, Piece, Place, Point, Running};
use crate::ways::Ways;
use linear::Step;
use std::time::{Duration, Instant};
use sync_map_model::shuttle::trace::{objects, waiting_for};

/// The search: see the module.
#[derive(Debug)]
pub(crate) struct Unfolding {
    pub(crate) bounds: Bounds,
    pub(crate) threads: usize,
    turns: Turns,
    points: Points,
    pub(crate) all: Vec<Point>,
    /// Points that may have an edge that was not taken, the newest last.
    open: Vec<usize>,
    /// The point from which the search goes out: there the picks that were asked for are used up.
    base: Option<usize>,
    begun: Option<Instant>,
    pub(crate) cut: Option<Cut>,
    pub(crate) executions: u64,
    /// The picks that cannot be made, in words.
    pub(crate) mistake: Option<String>,
    pub(crate) ways: Ways,
    /// The events before the first choice.
    pub(crate) opening: Option<Way>,
    pub(crate) start: Option<usize>,
    run: Running,
    /// A way that was told to lead to one point has led to another.
    has_diverged: bool,
}

impl Unfolding {
    /// Of a program whose threads have so many calls.
    pub(crate) fn new(bounds: Bounds, calls: Vec<usize>) -> Unfolding {
        Unfolding {
            bounds,
            threads: calls.len(),
            turns: Turns::new(calls),
            points: Points::default(),
            all: Vec::new(),
            open: Vec::new(),
            base: None,
            begun: None,
            cut: None,
            executions: 0,
            mistake: None,
            ways: Ways::default(),
            opening: None,
            start: None,
            run: Running::new(Vec::new()),
            has_diverged: false,
        }
    }

    /// The thread of the program that a task of shuttle runs.
    pub(crate) fn thread(&self, task: usize) -> usize {
        self.turns.thread(task)
    }

    /// The execution has been judged.
    pub(crate) fn ended(&mut self, end: End) {
        // After the last return there need not be a point at which shuttle asks.
        if let (false, Some(task)) = (matches!(self.run.place, Place::After(_)), self.run.tasks.last()) {
            self.end_of_step(*task, false);
            self.next(&[], None);
        }
        if let Place::After(point) = self.run.place {
            self.all[point].end.get_or_insert(end);
        }
    }

    /// The steps of the execution are known, so those of its pieces are.
    pub(crate) fn fill(&mut self, steps: &[Step]) {
        let threads = self.threads;
        if self.opening.is_none() {
            let of_setup = steps.iter().take_while(|step| step.thread == threads);
            let start = of_setup.filter_map(|step| step.snapshot.as_ref()).last();
            self.start = start.map(|look| self.ways.look(look));
            self.opening = Some(self.ways.way(steps, 0..self.run.opening, threads));
        }
        for Piece { edge: (point, edge), events, waits_for } in std::mem::take(&mut self.run.pieces) {
            let mut way = self.ways.way(steps, events, threads);
            let thread = self.thread(self.all[point].edges[edge].task);
            let waits = self.ways.wait(thread, &waits_for, steps);
            way.steps.extend(waits.map(|step| (step, None)));
            self.all[point].edges[edge].way = way;
        }
    }

    /// An edge of a point that was not taken.
    fn untaken(&self, point: usize) -> Option<usize> {
        self.all[point].edges.iter().position(|edge| edge.to.is_none())
    }

    /// The tasks to run from the first point to this one.
    fn way_to(&self, mut point: usize) -> Vec<usize> {
        let mut way = Vec::new();
        while let Some((from, edge)) = self.all[point].from {
            way.push(self.all[from].edges[edge].task);
            point = from;
        }
        way.reverse();
        way
    }

    /// The tasks to run to an edge that was not taken; none, if there is none. What can be done at the base comes first.
    fn next_way(&mut self) -> Option<Vec<usize>> {
        let of_base = self.base.filter(|base| self.untaken(*base).is_some());
        while self.open.last().is_some_and(|last| self.untaken(*last).is_none()) {
            self.open.pop();
        }
        let point = of_base.or(self.open.last().copied())?;
        let mut way = self.way_to(point);
        way.extend(self.untaken(point).map(|edge| self.all[point].edges[edge].task));
        Some(way)
    }

    /// Steps that seem independent are not: the program has something that is no object of the facade, such as a count of references. So
    /// points are the same only after the same schedule. The search begins again.
    fn tell_schedules_apart(&mut self) {
        if self.points.in_order {
            self.mistake = Some("the same schedule does not lead to the same execution".to_owned());
        }
        self.points = Points::in_order();
        self.all.clear();
        self.open.clear();
        self.base = None;
    }

    /// Whether to go on, and how: the tasks to run first.
    fn go_on(&mut self) -> Option<Vec<usize>> {
        let Some(begun) = self.begun else {
            self.begun = Some(Instant::now());
            return Some(Vec::new());
        };
        if std::mem::take(&mut self.has_diverged) {
            self.tell_schedules_apart();
            return self.mistake.is_none().then(Vec::new);
        }
        let way = self.next_way().filter(|_| self.mistake.is_none())?;
        let bounds = &self.bounds;
        // What each thread does next is told, whatever the bounds are.
        let of_base = self.base.is_some_and(|base| self.untaken(base).is_some());
        self.cut = match () {
            () if bounds.executions.is_some_and(|most| self.executions >= most) => {
                Some(Cut::Failures(bounds.stopped.len()))
            }
            () if of_base => return Some(way),
            () if self.all.len() >= bounds.positions => Some(Cut::Positions(bounds.positions)),
            () if begun.elapsed() >= Duration::from_millis(bounds.milliseconds) => {
                Some(Cut::Time(bounds.milliseconds))
            }
            () => return Some(way),
        };
        None
    }

    /// A step of the task has ended.
    fn end_of_step(&mut self, task: usize, waits: bool) {
        let was_through = self.turns.is_through(task);
        let run = &mut self.run;
        run.so_far.made(task, objects());
        let footprint = footprint_of_step(waits.then_some(task));
        let events = self.turns.stepped(task);
        if run.place == Place::Before || was_through {
            return;
        }
        self.points.step(&mut run.so_far, task, &footprint);
        if let (Place::At(_), Some(edge)) = (run.place, run.taken)
            && self.all[edge.0].edges[edge.1].to.is_none()
        {
            let waits_for = if waits { waiting_for(task) } else { Vec::new() };
            run.pieces.push(Piece { edge, events, waits_for });
        }
    }

    /// The point at which the execution has arrived.
    fn arrive(&mut self, enabled: &[usize]) -> usize {
        let mut enabled = enabled.to_vec();
        enabled.sort_unstable();
        let new = self.all.len();
        let point = self.points.arrive(&self.run.so_far, &enabled, new);
        if point == new {
            let edge = |task: &usize| Edge { task: *task, to: None, way: Way::default() };
            self.all.push(Point {
                from: self.run.taken,
                edges: enabled.iter().map(edge).collect(),
                end: None,
            });
            self.open.extend(self.base.map(|_| point));
        }
        if let Some((from, edge)) = self.run.taken {
            let to = self.all[from].edges[edge].to.get_or_insert(point);
            self.has_diverged |= *to != point;
        }
        point
    }

    /// The thread that was picked for this point, while the picks last. The base is where they do not.
    fn pick(&mut self, point: usize) -> Option<usize> {
        let edges = &self.all[point].edges;
        let Some(pick) = self.bounds.picks.get(self.run.picks) else {
            self.base = Some(point);
            self.open.push(point);
            return None;
        };
        if edges.len() == 1 {
            return Some(0);
        }
        self.run.picks += 1;
        let picked = edges.iter().position(|edge| self.thread(edge.task) == *pick);
        if picked.is_none() {
            let mut can: Vec<String> = edges.iter().map(|edge| self.thread(edge.task).to_string()).collect();
            can.sort_unstable();
            self.mistake = Some(format!(
                "number {} of the schedule is thread {pick}, which cannot step there: thread {} can",
                self.run.picks,
                can.join(" or ")
            ));
        }
        picked
    }

    /// The edge to take from a point; none, if the execution is to be given up.
    fn choose(&mut self, point: usize) -> Option<usize> {
        self.note_stops(point);
        if self.base.is_none() {
            let picked = self.pick(point);
            if picked.is_some() || self.mistake.is_some() {
                return picked.filter(|edge| !self.leads_to_a_stop(point, *edge));
            }
        }
        let edges = &self.all[point].edges;
        let wanted = self.run.way.next();
        let wanted = edges.iter().position(|edge| Some(edge.task) == wanted);
        let untaken = || edges.iter().position(|edge| edge.to.is_none());
        let any = || (0..edges.len()).find(|edge| !self.leads_to_a_stop(point, *edge));
        wanted.filter(|edge| !self.leads_to_a_stop(point, *edge)).or_else(untaken).or_else(any)
    }

    /// Whether an execution stops in the middle of this edge.
    fn leads_to_a_stop(&self, point: usize, edge: usize) -> bool {
        let to = self.all[point].edges[edge].to.map(|to| &self.all[to]);
        to.and_then(|to| to.end.as_ref()).is_some_and(|end| end.outcome.is_none())
    }

    /// Notes the edges of this point of which an earlier process has told that executions stop there.
    fn note_stops(&mut self, point: usize) {
        for at in 0..self.bounds.stopped.len() {
            let stopped = &self.bounds.stopped[at];
            let Some([task]) = stopped.schedule.strip_prefix(self.run.tasks.as_slice()) else { continue };
            let Some(edge) = self.all[point].edges.iter().position(|edge| edge.task == *task) else {
                continue;
            };
            let end = End { outcome: None, failure: Some(stopped.failure.clone()) };
            let steps = stopped.steps.clone();
            self.fill(&steps[..self.turns.events.min(steps.len())]);
            let way = self.ways.way(&steps, self.turns.events..steps.len(), self.threads);
            let to = self.all.len();
            self.all.push(Point { from: Some((point, edge)), edges: Vec::new(), end: Some(end) });
            self.all[point].edges[edge].to = Some(to);
            self.all[point].edges[edge].way = way;
        }
    }

    /// All calls have returned. False, if an earlier process has told that the execution stops after that.
    fn finish(&mut self, point: usize) -> bool {
        self.run.place = Place::After(point);
        if self.base.is_none() && self.run.picks < self.bounds.picks.len() {
            let (all, used) = (self.bounds.picks.len(), self.run.picks);
            let message = format!("the schedule has {all} numbers, but the execution has ended after {used}");
            self.mistake.get_or_insert(message);
        }
        self.base.get_or_insert(point);
        if self.all[point].end.as_ref().is_some_and(|end| end.outcome.is_none()) {
            return false;
        }
        let stops = self.bounds.stopped.iter().find(|it| it.schedule.starts_with(&self.run.tasks));
        let Some((steps, failure)) = stops.map(|it| (it.steps.clone(), it.failure.clone())) else {
            return true;
        };
        self.fill(&steps);
        self.all[point].end = Some(End { outcome: None, failure: Some(failure) });
        false
    }

    /// An execution begins; false if there is none to run.
    pub(crate) fn begin(&mut self) -> bool {
        let way = self.go_on();
        self.turns.begin();
        way.map(|way| self.run = Running::new(way)).is_some()
    }

    /// The task that runs next; none, if the execution is to be given up.
    pub(crate) fn next(&mut self, enabled: &[usize], current: Option<usize>) -> Option<usize> {
        if let Some(task) = current {
            self.end_of_step(task, !enabled.contains(&task));
        }
        if matches!(self.run.place, Place::After(_)) {
            return enabled.first().copied();
        }
        if let Some(task) = self.turns.unasked(enabled, self.run.place != Place::Before) {
            return Some(task);
        }
        let all_return = self.turns.all_return();
        if self.run.place == Place::Before {
            self.run.opening = self.turns.events;
        }
        let point = self.arrive(if all_return { &[] } else { enabled });
        self.run.place = Place::At(point);
        if all_return {
            return self.finish(point).then(|| enabled.first().copied()).flatten();
        }
        let edge = self.choose(point)?;
        self.run.taken = Some((point, edge));
        Some(self.all[point].edges[edge].task)
    }

    /// The task runs next.
    pub(crate) fn takes(&mut self, task: usize) {
        self.run.tasks.push(task);
    }
}
