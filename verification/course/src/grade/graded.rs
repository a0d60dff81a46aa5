//! The table of grades.

use crate::checked::Checked;
use serde::Serialize;

/// A submission, graded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Graded {
    /// The name of its folder.
    pub(crate) submission: String,
    pub(crate) points: u32,
    pub(crate) of: u32,
    pub(crate) labs: Vec<GradedLab>,
}

/// A lab of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct GradedLab {
    pub(crate) lab: String,
    pub(crate) title: String,
    pub(crate) points: u32,
    pub(crate) of: u32,
    pub(crate) seconds: f64,
    pub(crate) checks: Vec<Checked>,
}
