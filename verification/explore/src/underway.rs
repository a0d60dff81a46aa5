//! What the search that unfolds a program knows: of points, and of the execution that is underway.

use crate::points::SoFar;
use crate::tree::{End, Way};
use std::ops::Range;

/// A point of an execution at which shuttle asks who runs next.
#[derive(Debug, Default)]
pub(crate) struct Point {
    /// From which point, and by which of its edges, it was reached first.
    pub(crate) from: Option<(usize, usize)>,
    /// The tasks that can run.
    pub(crate) edges: Vec<Edge>,
    /// All calls have returned, or the execution stopped here: how it ended.
    pub(crate) end: Option<End>,
}

/// A task that can run from a point.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) task: usize,
    /// Where that leads.
    pub(crate) to: Option<usize>,
    /// The steps.
    pub(crate) way: Way,
}

/// A piece of the execution that runs, of which the steps are not yet known.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// The edge: a point, and which of its edges.
    pub(crate) edge: (usize, usize),
    /// The events.
    pub(crate) events: Range<usize>,
    /// What the task then waits for.
    pub(crate) waits_for: Vec<u32>,
}

/// Where the execution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before the first choice.
    Before,
    /// At a point.
    At(usize),
    /// All calls have returned.
    After(usize),
}

/// What is known of the execution that runs.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) place: Place,
    pub(crate) so_far: SoFar,
    /// The tasks that were run, in order.
    pub(crate) tasks: Vec<usize>,
    /// The edge that was taken last.
    pub(crate) taken: Option<(usize, usize)>,
    /// How many events there were at the first point.
    pub(crate) opening: usize,
    /// Tasks to run from the first point on, so as to come to a point that is known.
    pub(crate) way: std::vec::IntoIter<usize>,
    pub(crate) picks: usize,
    pub(crate) pieces: Vec<Piece>,
}

impl Running {
    /// It begins: tasks to run first.
    pub(crate) fn new(way: Vec<usize>) -> Running {
        Running {
            place: Place::Before,
            so_far: SoFar::default(),
            tasks: Vec::new(),
            taken: None,
            opening: 0,
            way: way.into_iter(),
            picks: 0,
            pieces: Vec::new(),
        }
    }
}
