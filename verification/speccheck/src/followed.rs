//! The modules in which executions are followed, and what differs between them.

use crate::expected::folder;
use crate::modules::Cfg;
use crate::recorded::Operation;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use tla_checker::ast::Value;
use tla_checker::load::{Prepared, prepare_from_path};

/// A module whose actions are accesses of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// `SyncMap.tla`, for the subject `map`.
    SyncMap,
    /// `Counter.tla`, for `counter`.
    Counter,
    /// `CounterMap.tla`, for `countermap`. What the map of cells does is one step there, where the code makes several.
    CounterMap,
}

fn text(words: &str) -> Value {
    Value::Str(words.into())
}

impl Followed {
    /// All of them.
    pub const ALL: [Followed; 3] = [Followed::SyncMap, Followed::Counter, Followed::CounterMap];

    /// The module for a subject of the suite.
    pub fn of(subject: &str) -> Option<Followed> {
        Followed::ALL.into_iter().find(|followed| followed.subject() == subject)
    }

    /// The subject of the suite.
    pub fn subject(self) -> &'static str {
        match self {
            Followed::SyncMap => "map",
            Followed::Counter => "counter",
            Followed::CounterMap => "countermap",
        }
    }

    /// The name of the module.
    pub fn module(self) -> &'static str {
        match self {
            Followed::SyncMap => "SyncMap",
            Followed::Counter => "Counter",
            Followed::CounterMap => "CounterMap",
        }
    }

    /// Whether the action begins a call.
    pub fn begins(self, action: &str) -> bool {
        match self {
            Followed::SyncMap => action == "Rd1",
            Followed::Counter => ["StripeAdd", "BeginGet", "BeginTake"].contains(&action),
            Followed::CounterMap => action == "Call",
        }
    }

    /// Whether the action is no access of its own: it may be taken whenever it can be.
    pub fn is_silent(self, action: &str) -> bool {
        match self {
            Followed::SyncMap => false,
            Followed::Counter => ["BeginGet", "BeginTake"].contains(&action),
            Followed::CounterMap => ["Call", "Load", "LoadOrStore", "DeleteIf"].contains(&action),
        }
    }

    /// Whether an access in this file is a step of the module, and not of the one below it. (An unlock is in no file of ours.)
    pub fn has_steps_of(self, file: &str) -> bool {
        self != Followed::CounterMap || file.starts_with("counter/")
    }

    /// The process of the specification for a thread: of two stripes, a thread must have the same on both sides, and the
    /// model's own thread, which is the program's last, has the first.
    pub fn process(self, thread: usize, threads: usize) -> usize {
        match self {
            Followed::Counter if thread + 1 >= threads => 0,
            Followed::Counter => thread + 1,
            _ => thread.min(threads - 1),
        }
    }

    /// The constants that say which call may be made.
    pub fn calls(self, call: Option<&Operation>) -> Vec<(Arc<str>, Value)> {
        let set = |name: &str, values: Vec<Value>| {
            (Arc::from(name), Value::set(values.into_iter().collect::<BTreeSet<_>>()))
        };
        let record = |operation: &Operation, with_o: bool| {
            let mut fields = vec![
                ("t", text(operation.t)),
                ("k", Value::Int(operation.k)),
                ("v", Value::Int(operation.v)),
            ];
            if with_o {
                fields.push(("o", Value::Int(operation.o)));
            }
            Value::Record(Arc::new(
                fields.into_iter().map(|(name, value)| (Arc::from(name), value)).collect(),
            ))
        };
        match self {
            Followed::SyncMap => vec![set("Calls", call.iter().map(|call| record(call, true)).collect())],
            Followed::CounterMap => vec![set("Calls", call.iter().map(|call| record(call, false)).collect())],
            Followed::Counter => vec![
                set("Kinds", call.iter().map(|call| text(call.t)).collect()),
                set("Amounts", call.iter().map(|call| Value::Int(call.v)).collect()),
            ],
        }
    }

    /// The module, for so many processes and keys, from the empty state on.
    ///
    /// # Errors
    /// What tla-checker finds wrong.
    pub fn prepare(self, processes: usize, keys: usize) -> Result<Prepared, String> {
        let list = |names: Vec<String>| format!("{{{}}}", names.join(", "));
        let numbered = |first: usize, count: usize, letter: &str| {
            list((first..first + count).map(|n| format!("{letter}{n}")).collect())
        };
        let (name, constants): (_, Vec<(&str, String)>) = match self {
            Followed::SyncMap => (
                "one_key",
                vec![
                    ("Procs", numbered(1, processes, "p")),
                    ("Keys", numbered(1, keys, "")),
                    ("InitAny", "FALSE".into()),
                    ("Monitor", "FALSE".into()),
                ],
            ),
            Followed::Counter => {
                ("counter", vec![("Procs", numbered(0, processes, "")), ("Start", "0".into())])
            }
            Followed::CounterMap => (
                "counter_map",
                vec![
                    ("Procs", numbered(1, processes, "p")),
                    ("Keys", numbered(1, keys, "")),
                    ("StartAny", "FALSE".into()),
                ],
            ),
        };
        let mut cfg: Cfg = crate::modules::cfg(name)?;
        cfg.constants.extend(constants.into_iter().map(|(name, value)| (name.to_owned(), value)));
        cfg.constants.insert("MaxOps".into(), "1000".into());
        cfg.constants.insert("Kinds".into(), "{}".into());
        cfg.invariants.clear();
        cfg.properties.clear();
        let mut file =
            tempfile::Builder::new().suffix(".cfg").tempfile().map_err(|error| error.to_string())?;
        file.write_all(cfg.to_string().as_bytes()).map_err(|error| error.to_string())?;
        let path = folder().join(format!("{}.tla", self.module()));
        prepare_from_path(&path, Some(file.path()), &[]).map_err(|error| error.to_string())
    }
}
