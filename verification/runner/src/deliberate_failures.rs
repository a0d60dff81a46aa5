//! Checks of the suite itself: something wrong on purpose, which must be reported as what it is.

use serde::{Deserialize, Serialize};

/// A check of the suite itself: something wrong on purpose, which must be reported as what it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SelfCheck {
    /// Always `self-check`.
    pub kind: String,
    /// What is wrong.
    pub name: String,
    /// Where.
    pub engine: String,
    /// The kinds of failure that are right answers.
    pub expected: Vec<String>,
    /// The answer.
    pub found: String,
    /// Whether it is one of those.
    pub passes: bool,
}
