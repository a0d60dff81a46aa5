//! One call of a run, with the steps of the algorithm that it took.

use linear::Answer;
use std::panic::Location;

/// One call of a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Passage {
    /// The operation.
    pub operation: &'static str,
    /// What it returned, as a word.
    pub returned: &'static str,
    /// Its accesses: the id of the ordering, and where.
    pub accesses: Vec<(&'static str, &'static Location<'static>)>,
    /// It took the mutex.
    pub locked: bool,
}

/// The word for what a call returned.
pub fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Absent => "absent",
        Answer::Bool(false) => "false",
        Answer::Loaded(_) => "loaded",
        Answer::Value(0) => "zero",
        _ => "other",
    }
}
