//! The table of grades.

use crate::checked::{Checked, Wrong};
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
    pub(crate) checks: Vec<GradedCheck>,
}

/// A check of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct GradedCheck {
    pub(crate) check: String,
    /// What was earned, of what can be.
    pub(crate) points: u32,
    pub(crate) of: u32,
    /// What is wrong; nothing if it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wrong: Option<Wrong>,
}

impl GradedCheck {
    pub(crate) fn passes(&self) -> bool {
        self.wrong.is_none()
    }
}

/// Pages are for a student's own machine: they are left out.
impl From<Checked> for GradedCheck {
    fn from(checked: Checked) -> GradedCheck {
        let (points, of) = (checked.earned(), checked.points);
        let wrong = checked.wrong.map(|wrong| Wrong { page: None, ..wrong });
        GradedCheck { check: checked.name, points, of, wrong }
    }
}
