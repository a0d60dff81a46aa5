//! What an audit finds wrong: in which table, which row, which field.

use serde::Serialize;
use std::fmt;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The table: a file.
    pub table: String,
    /// The row: its id, or the place that should have one.
    pub row: String,
    /// The field.
    pub field: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Problem {
    /// A problem.
    pub fn new(table: &str, row: &str, field: &str, what: String) -> Problem {
        Problem { table: table.into(), row: row.into(), field: field.into(), what }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: row `{}`, field `{}`: {}", self.table, self.row, self.field, self.what)
    }
}
