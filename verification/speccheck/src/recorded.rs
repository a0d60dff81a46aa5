//! Recorded executions, as the suite sends them: a program, its executions, and the end; one JSON object a line.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    /// The type under test: `map`, `counter`, `countermap`.
    pub subject: String,
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

/// An operation of a specification, as a record of it.
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

/// An operation that a call makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Todo {
    /// The operation.
    pub operation: Operation,
    /// The call may go without it.
    pub optional: bool,
    /// Before or after those beside it that have this mark too.
    pub any_order: bool,
    /// It is made inside the operation before it: by a process of the specification that has no other business.
    pub inside: bool,
}

/// What can be begun first, and what is to do after that.
pub fn choices(todo: &[Todo]) -> Vec<(Operation, Vec<Todo>)> {
    let mut choices = Vec::new();
    for (n, first) in todo.iter().enumerate() {
        let before = todo[..n].iter().filter(|other| first.any_order && other.any_order);
        choices.push((first.operation.clone(), before.chain(&todo[n + 1..]).cloned().collect()));
        if !first.optional {
            break;
        }
    }
    choices
}

fn todo(t: &'static str, [k, v, o]: [i64; 3]) -> Todo {
    let operation = Operation { t, k, v, o };
    Todo { operation, optional: false, any_order: false, inside: false }
}

/// What a call does, in operations of the specification, one after the other.
///
/// # Errors
/// Why it cannot be followed.
pub fn operations(subject: &str, call: &Call, keys: &BTreeSet<i64>) -> Result<Vec<Todo>, String> {
    let operations = match subject {
        "map" => of_map(call),
        "counter" => of_counter(call),
        "countermap" => of_counter_map(call, keys),
        _ => return Err(format!("no specification is of a {subject}")),
    };
    operations.ok_or_else(|| format!("{}: the specification has no such operation", call.name))
}

fn of_map(call: &Call) -> Option<Vec<Todo>> {
    let arg = |n: usize| call.args.get(n).copied().unwrap_or(0);
    let (key, first, second) = (arg(0) + 1, arg(1), arg(2));
    let op = |t, k, v, o| vec![todo(t, [k, v, o])];
    let then = |mut first: Vec<Todo>, second: Todo| {
        first.push(Todo { optional: true, ..second });
        first
    };
    Some(match call.name.as_str() {
        "load" | "contains_key" | "read_if" | "read_if_absent" => op("load", key, 0, 0),
        "hold" => then(op("load", key, 0, 0), todo("load", [key, 0, 0])),
        "store" | "swap" | "publish_by_store" => op("swap", key, first, 0),
        "load_or_store" => op("load_or_store", key, first, 0),
        "load_or_store_with" => then(op("load", key, 0, 0), todo("load_or_store", [key, first, 0])),
        "load_and_delete" | "delete" | "publish_by_delete" => op("load_and_delete", key, 0, 0),
        "compare_and_swap" => op("compare_and_swap", key, second, first),
        "compare_and_delete" => op("compare_and_delete", key, 0, first),
        "delete_if" => op("delete_if", key, 0, first),
        "update" => op("update", key, first, 0),
        "range" => op("range", 1, 0, 0),
        "is_empty" => op("is_empty", 1, 0, 0),
        "nested_range" => then(op("range", 1, 0, 0), Todo { inside: true, ..todo("range", [1, 0, 0]) }),
        "retain" => op("retain", 1, 0, arg(0)),
        "clear" => op("clear", 1, 0, 0),
        _ => return None,
    })
}

fn of_counter(call: &Call) -> Option<Vec<Todo>> {
    Some(vec![match call.name.as_str() {
        "add" => todo("add", [1, call.args.first().copied().unwrap_or(0), 0]),
        "increment" => todo("add", [1, 1, 0]),
        "decrement" => todo("add", [1, -1, 0]),
        "get" => todo("get", [1, 0, 0]),
        "reset_and_get" => todo("reset_and_get", [1, 0, 0]),
        _ => return None,
    }])
}

fn of_counter_map(call: &Call, keys: &BTreeSet<i64>) -> Option<Vec<Todo>> {
    let key = call.args.first().map_or(1, |key| key + 1);
    Some(match call.name.as_str() {
        "add" => vec![todo("add", [key, call.args.get(1).copied().unwrap_or(0), 0])],
        "increment" => vec![todo("add", [key, 1, 0])],
        "decrement" => vec![todo("add", [key, -1, 0])],
        "get" => vec![todo("get", [key, 0, 0])],
        "reset_and_get" => vec![todo("reset_and_get", [key, 0, 0])],
        "remove" => vec![todo("remove", [key, 0, 0])],
        // A snapshot gets each key that it comes to.
        "snapshot" => {
            let get = |key: &i64| Todo { optional: true, any_order: true, ..todo("get", [key + 1, 0, 0]) };
            keys.iter().map(get).collect()
        }
        _ => return None,
    })
}
