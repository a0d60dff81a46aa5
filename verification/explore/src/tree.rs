//! The executions of a program as a player sees them: positions, and at each of them the threads that can step next.
//!
//! Two ways that differ only in the order of steps which have nothing to do with each other lead to the same position. So it is a tree in
//! which branches grow together: each way through it is an execution, and each execution is a way.

use linear::{Snapshot, Step};
use serde::{Deserialize, Serialize};

/// The executions of a program under shuttle, or as many as there was room for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// What the threads do before there is a choice.
    pub opening: Way,
    /// The position after that is the first.
    pub positions: Vec<Position>,
    /// The steps that ways are made of. What the subject looks like after one is told by the way.
    pub steps: Vec<Step>,
    /// What the subject looks like, each look once.
    pub looks: Vec<Snapshot>,
    /// The look before the first step of a thread.
    pub start: Option<usize>,
    /// How executions end, each end once.
    pub ends: Vec<End>,
    /// How many executions were run.
    pub executions: u64,
    /// Why there is no more of it, if some choice was not explored.
    pub cut: Option<Cut>,
}

/// Why a tree was cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cut {
    /// It has as many positions as were asked for.
    Positions(usize),
    /// The time was used up, in milliseconds.
    Time(u64),
    /// Too many executions end in the middle: each of them takes a process with it.
    Failures(usize),
}

/// Where at least two threads can step; or an end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The threads that can step, in order.
    pub choices: Vec<Choice>,
    /// How the execution has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
}

/// A thread that can step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The thread.
    pub thread: usize,
    /// What it does, and what comes after that without a choice. Nothing, if the choice was not explored.
    pub way: Way,
    /// The position to which that leads; none, if the choice was not explored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<usize>,
}

/// Steps that follow one another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Each step, and the look after it if that is another than before.
    pub steps: Vec<(usize, Option<usize>)>,
    /// The look at the end, if it is another than at the beginning, whichever step it is due to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<usize>,
}

/// How an execution ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Its outcome, as in the table of `check`; none, if it stopped in the middle.
    pub outcome: Option<String>,
    /// What is wrong with it: the kind of failure, and what failed.
    pub failure: Option<(String, String)>,
}

/// An execution that stopped in the middle, which took its process with it. The next process goes around it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stopped {
    /// The tasks that shuttle ran, in order.
    pub schedule: Vec<usize>,
    /// The kind of failure, and what failed.
    pub failure: (String, String),
    /// Its steps.
    pub steps: Vec<Step>,
}

/// What to explore.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// The threads that step first, one for each position on the way: only what follows is explored.
    pub picks: Vec<usize>,
    /// At most so many positions (and points without a choice between them).
    pub positions: usize,
    /// At most so many milliseconds.
    pub milliseconds: u64,
    /// At most so many executions, because the next one stops in the middle and nobody goes around it.
    pub executions: Option<u64>,
    /// Executions that are known to stop in the middle.
    pub stopped: Vec<Stopped>,
}
