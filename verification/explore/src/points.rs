//! When are two points of two executions the same? When the same steps led there, in the same order as far as order matters.
//!
//! Each step is known by what it does and by the earlier steps that it depends on: those of its own thread, and those that touched what
//! it touches, unless both only read. Two ways to a point that have the same steps differ in the order of steps that are independent, so
//! all that follows is the same. Objects are told apart by the task that made them, because their numbers depend on who came first.

use crate::sleep_sets::touch;
use std::collections::HashMap;
use sync_map_model::shuttle::trace::Footprint;

/// An object, by the task that made it and how many that task had made before.
type Object = (usize, u32);

/// What a step is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Identity {
    task: usize,
    /// The step before it of the same task, or of any.
    before: Option<usize>,
    /// What it touches, whether it writes, and which steps it comes after because of that.
    touches: Vec<(Object, bool, Vec<usize>)>,
}

/// A point: the last step of each task, and the tasks that can run. A step has all steps before it in its identity.
type Point = (Vec<Option<usize>>, Vec<usize>);

/// All steps and all points that were ever seen, by number.
#[derive(Debug, Default)]
pub(crate) struct Points {
    /// Steps are known by all steps before them: two points are the same only after the same schedule.
    pub(crate) in_order: bool,
    steps: HashMap<Identity, usize>,
    points: HashMap<Point, usize>,
}

/// What the current execution has done so far.
#[derive(Debug, Default)]
pub(crate) struct SoFar {
    /// The last step.
    last: Option<usize>,
    /// For each task its last step, and how many objects it has made.
    tasks: Vec<(Option<usize>, u32)>,
    /// For each object, by its number, who made it.
    objects: Vec<Object>,
    /// What was touched, and by which step.
    touched: Vec<(Object, bool, usize)>,
}

impl SoFar {
    /// The task has made all objects up to this number that are not known.
    pub(crate) fn made(&mut self, task: usize, objects: u32) {
        self.know(task);
        let (_, count) = &mut self.tasks[task];
        while self.objects.len() < objects as usize {
            self.objects.push((task, *count));
            *count += 1;
        }
    }

    fn know(&mut self, task: usize) {
        if self.tasks.len() <= task {
            self.tasks.resize(task + 1, (None, 0));
        }
    }

    /// An object of a footprint. Those that stand for no object have numbers of their own.
    fn object(&self, number: u32) -> Object {
        let made = (number as usize).checked_sub(1).and_then(|place| self.objects.get(place)).copied();
        made.unwrap_or((usize::MAX, number))
    }
}

impl Points {
    /// Points that are the same only after the same schedule.
    pub(crate) fn in_order() -> Points {
        Points { in_order: true, ..Points::default() }
    }

    /// The task has made a step with this footprint.
    pub(crate) fn step(&mut self, so_far: &mut SoFar, task: usize, footprint: &Footprint) {
        so_far.know(task);
        let mut touches: Vec<_> = footprint
            .iter()
            .map(|(number, writes)| {
                let object = so_far.object(*number);
                let conflicts = |(other, also, _): &&(Object, bool, usize)| {
                    *other == object && touch(*number, *writes, *also)
                };
                let mut after: Vec<usize> =
                    so_far.touched.iter().filter(conflicts).map(|(.., step)| *step).collect();
                after.sort_unstable();
                after.dedup();
                (object, *writes, after)
            })
            .collect();
        touches.sort_unstable();
        touches.dedup();
        let before = if self.in_order { so_far.last } else { so_far.tasks[task].0 };
        let identity = Identity { task, before, touches };
        let next = self.steps.len();
        let touched: Vec<(Object, bool)> =
            identity.touches.iter().map(|(object, writes, _)| (*object, *writes)).collect();
        let number = *self.steps.entry(identity).or_insert(next);
        so_far.touched.extend(touched.into_iter().map(|(object, writes)| (object, writes, number)));
        so_far.tasks[task].0 = Some(number);
        so_far.last = Some(number);
    }

    /// The number of the point at which the execution is: this one, if it is new.
    pub(crate) fn arrive(&mut self, so_far: &SoFar, enabled: &[usize], new: usize) -> usize {
        let lasts = so_far.tasks.iter().map(|(last, _)| *last).collect();
        *self.points.entry((lasts, enabled.to_vec())).or_insert(new)
    }
}
