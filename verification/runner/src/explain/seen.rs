//! A step, and what the subject looks like after it.

use linear::{Snapshot, Step};

/// A step that can be drawn.
#[derive(Clone, Copy)]
pub(super) struct Seen<'s> {
    pub(super) step: &'s Step,
    /// Its place among all steps, from 0.
    pub(super) at: usize,
    /// What the subject looks like after it, if it was watched and has something to show.
    pub(super) after: Option<&'s Snapshot>,
}
