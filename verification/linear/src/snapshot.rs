//! What a subject looks like between two steps of an execution: what is drawn beside each step.

use serde::{Deserialize, Serialize};

/// A subject between two steps. The subject decides which tables and facts there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its tables, in the order in which they are drawn: `read` and `dirty` of a map.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
    /// What else there is, each with its name: `misses`, `1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
    /// The threads that have a guard of the epoch, once for each guard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pinned: Vec<usize>,
    /// What was retired and is not freed yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Retired>,
    /// Why the subject could not be looked at: a table leads to an object that was freed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// An object that was retired and is not freed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Its number.
    pub object: u32,
    /// Its name.
    pub name: String,
    /// The threads whose guards it waits for.
    pub waits_for: Vec<usize>,
}

/// A table of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Whether there is one.
    pub exists: bool,
    /// A mark that it carries: `amended`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Its rows, in the order of their keys.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// The key.
    pub key: String,
    /// What the table has for it: a value, or a word such as `deleted`.
    pub holds: String,
    /// The number of the object that the row leads to. Two tables that lead to the same one share it.
    pub object: u32,
    /// The number of the object that is its value, if it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
}
