//! Recorded executions, as the suite sends them: a program, its executions, and the end; one JSON object a line.

use serde::{Deserialize, Serialize};

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// A program begins.
    Program(Program),
    /// One of its executions.
    Execution(Vec<Event>),
    /// It has no more.
    End,
}

/// A program of the suite.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    /// As a person types it.
    pub text: String,
    /// The engine, and its mode.
    pub engine: String,
    /// The calls of the set-up.
    pub setup: Vec<Call>,
    /// Those of each thread.
    pub threads: Vec<Vec<Call>>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The operation.
    pub name: String,
    /// Its arguments; keys are numbered from 0.
    pub args: Vec<i64>,
}

/// What a thread did.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// The thread; one more than the last for the set-up.
    pub thread: usize,
    /// `Load`, `Exchange`, `ExchangeFailed`, `Lock`, `Unlock`, `Call`, `Return`.
    pub action: String,
    /// `slot #7`; of a call, its number: `operation #0`.
    pub object: String,
    /// The value seen.
    pub seen: Option<String>,
    /// The value written.
    pub written: Option<String>,
    /// Only a weak memory shows this value.
    pub stale: bool,
    /// `map/entry.rs:119`.
    pub line: String,
}

/// An operation of the specification, as a record of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The name.
    pub t: &'static str,
    /// The key, from 1.
    pub k: i64,
    /// The value brought.
    pub v: i64,
    /// The value compared with.
    pub o: i64,
}

/// Operations whose steps the specification does not have, and why. Programs with them are not followed, and that is said.
pub const NOT_SPECIFIED: [(&str, &str); 2] = [
    ("nested_range", "a process of the specification makes one call at a time"),
    ("is_empty", "a range of the specification walks to the end"),
];

/// What a call does, in operations of the specification, one after the other. All but the first may be left out.
///
/// # Errors
/// Why it cannot be followed.
pub fn operations(call: &Call) -> Result<Vec<Operation>, String> {
    let arg = |n: usize| call.args.get(n).copied().unwrap_or(0);
    let (key, first, second) = (arg(0) + 1, arg(1), arg(2));
    let op = |t, k, v, o| vec![Operation { t, k, v, o }];
    Ok(match call.name.as_str() {
        "load" | "contains_key" | "read_if" | "read_if_absent" => op("load", key, 0, 0),
        "hold" => [op("load", key, 0, 0), op("load", key, 0, 0)].concat(),
        "store" | "swap" | "publish_by_store" => op("swap", key, first, 0),
        "load_or_store" => op("load_or_store", key, first, 0),
        "load_or_store_with" => [op("load", key, 0, 0), op("load_or_store", key, first, 0)].concat(),
        "load_and_delete" | "delete" | "publish_by_delete" => op("load_and_delete", key, 0, 0),
        "compare_and_swap" => op("compare_and_swap", key, second, first),
        "compare_and_delete" => op("compare_and_delete", key, 0, first),
        "delete_if" => op("delete_if", key, 0, first),
        "update" => op("update", key, first, 0),
        "range" => op("range", 1, 0, 0),
        "retain" => op("retain", 1, 0, arg(0)),
        "clear" => op("clear", 1, 0, 0),
        name => {
            let reason = NOT_SPECIFIED.iter().find(|(other, _)| *other == name).map(|(_, reason)| *reason);
            return Err(format!("{name}: {}", reason.unwrap_or("the specification has no such operation")));
        }
    })
}
