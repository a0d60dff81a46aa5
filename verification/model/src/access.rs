//! What an access says: by which ordering, and what it writes.

use core::sync::atomic::Ordering;

/// A named ordering: what an atomic access passes where others pass an [`Ordering`].
///
/// It can be replaced at run time by its id (`trace::replace_ordering`), to show which program needs it.
#[derive(Debug)]
pub struct Site {
    /// The id that the source, the book and the reports use: `ORD-1`.
    pub id: &'static str,
    /// What is accessed, and how: `read.load`.
    pub name: &'static str,
    /// The ordering in the shipped build.
    pub ordering: Ordering,
}

impl Site {
    /// A named ordering.
    pub const fn new(id: &'static str, name: &'static str, ordering: Ordering) -> Self {
        Site { id, name, ordering }
    }
}

/// A read-modify-write of one step.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// Writes this value.
    Set(usize),
    /// Adds, wrapping around.
    Add(usize),
    /// Sets these bits.
    Or(usize),
    /// Keeps these bits.
    And(usize),
    /// Turns these bits over.
    Xor(usize),
    /// Writes this value, if it is the larger one.
    Max(usize),
    /// Writes this value, if it is the smaller one.
    Min(usize),
}

impl Change {
    /// What is written over this value.
    pub fn apply(self, value: usize) -> usize {
        match self {
            Change::Set(new) => new,
            Change::Add(n) => value.wrapping_add(n),
            Change::Or(bits) => value | bits,
            Change::And(bits) => value & bits,
            Change::Xor(bits) => value ^ bits,
            Change::Max(other) => value.max(other),
            Change::Min(other) => value.min(other),
        }
    }
}
