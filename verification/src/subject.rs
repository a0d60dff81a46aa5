//! Subjects: the types under test, their operations, and what each operation does to a sequential state.
//!
//! A sequential state is a small sorted map from numbers to numbers. An operation that takes effect at one moment is one
//! step ([`Subject::apply`]). One that does not (a `range`, the sum of a striped counter) is several *parts*, each of
//! which takes effect at its own moment of the call ([`Subject::apply_part`]).

use crate::program::{Call, Operation, Param, letter};
use Param::{Key, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What an operation returned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ret {
    /// `()`
    Unit,
    /// `None`
    Absent,
    /// A value, or `Some` of it.
    Value(i64),
    /// `true` or `false`.
    Bool(bool),
    /// `LoadOrStore::Loaded`
    Loaded(i64),
    /// `LoadOrStore::Stored`
    Stored(i64),
    /// The keys and values that were visited, by key.
    Pairs(Vec<(i64, i64)>),
    /// What a range visited, and what a range inside its first visit did.
    Nested(Vec<(i64, i64)>, Option<Vec<(i64, i64)>>),
    /// The operation broke its promise in a way that a sequential state cannot show.
    Broken(String),
}

/// Pairs as text: `{a:1 b:2}`.
pub fn show_pairs(pairs: &[(i64, i64)]) -> String {
    let rows: Vec<String> = pairs.iter().map(|(key, value)| format!("{}:{value}", letter(*key))).collect();
    format!("{{{}}}", rows.join(" "))
}

impl fmt::Display for Ret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ret::Unit => f.write_str("()"),
            Ret::Absent => f.write_str("absent"),
            Ret::Value(value) => write!(f, "{value}"),
            Ret::Bool(value) => write!(f, "{value}"),
            Ret::Loaded(value) => write!(f, "loaded {value}"),
            Ret::Stored(value) => write!(f, "stored {value}"),
            Ret::Pairs(pairs) => f.write_str(&show_pairs(pairs)),
            Ret::Nested(outer, None) => write!(f, "{}[]", show_pairs(outer)),
            Ret::Nested(outer, Some(inner)) => write!(f, "{}[{}]", show_pairs(outer), show_pairs(inner)),
            Ret::Broken(how) => write!(f, "BROKEN: {how}"),
        }
    }
}

/// A sequential state: what is there for each key (or, for a `Counter`, for each thread).
pub type State = BTreeMap<i64, i64>;

/// Which type a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `SyncMap`
    Map,
    /// `Counter`
    Counter,
    /// `CounterMap`
    CounterMap,
    /// Operations that misbehave, to see that the suite notices.
    Canary,
}

/// A type under test.
#[derive(Debug)]
pub struct Subject {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Which type it is.
    pub kind: Kind,
    /// What it can do.
    pub operations: &'static [Operation],
}

const fn op(name: &'static str, params: &'static [Param], about: &'static str) -> Operation {
    Operation { name, params, about }
}

/// All subjects. The canary is listed last, and not shown to users.
pub static SUBJECTS: [Subject; 4] = [
    Subject {
        name: "map",
        about: "SyncMap: the operations of Go's sync.Map and those beside it",
        kind: Kind::Map,
        operations: &[
            op("load", &[Key], "the value, or absent"),
            op("contains_key", &[Key], "whether the key is present"),
            op(
                "hold",
                &[Key],
                "load, then use the reference again after another operation of the same guard",
            ),
            op("store", &[Key, Value], "sets the value"),
            op("swap", &[Key, Value], "sets the value, returns the one before"),
            op("load_or_store", &[Key, Value], "the value, or stores this one"),
            op("load_or_store_with", &[Key, Value], "the same, the value made by a closure"),
            op("load_and_delete", &[Key], "deletes, returns the value"),
            op("delete", &[Key], "deletes, returns whether it was present"),
            op("compare_and_swap", &[Key, Value, Value], "sets the second value where the first is"),
            op("compare_and_delete", &[Key, Value], "deletes where this value is"),
            op("delete_if", &[Key, Value], "deletes where the value is at least this, by identity"),
            op("update", &[Key, Value], "adds to the value, by identity; returns the new one"),
            op("range", &[], "visits all keys"),
            op("nested_range", &[], "visits all keys, and all again inside the first visit"),
            op("retain", &[Value], "keeps the keys whose value is at least this"),
            op("is_empty", &[], "whether no key is present"),
            op("clear", &[], "deletes all keys at once"),
            op("publish_by_store", &[Key, Value], "writes plain memory, then stores"),
            op("read_if", &[Key, Value], "loads, and reads that memory if the value is this"),
            op("publish_by_delete", &[Key], "writes plain memory, then deletes"),
            op("read_if_absent", &[Key], "loads, and reads that memory if the key is absent"),
        ],
    },
    Subject {
        name: "counter",
        about: "Counter: one number, striped",
        kind: Kind::Counter,
        operations: &[
            op("add", &[Value], "adds"),
            op("increment", &[], "adds one"),
            op("decrement", &[], "takes one away"),
            op("get", &[], "the sum"),
            op("reset_and_get", &[], "takes the sum, leaves zero"),
        ],
    },
    Subject {
        name: "countermap",
        about: "CounterMap: a number a key, none of whose increments is lost",
        kind: Kind::CounterMap,
        operations: &[
            op("add", &[Key, Value], "adds, returns the new number"),
            op("increment", &[Key], "adds one"),
            op("decrement", &[Key], "takes one away"),
            op("get", &[Key], "the number, 0 if there is none"),
            op("reset_and_get", &[Key], "takes the number, leaves zero"),
            op("remove", &[Key], "takes the number and the counter out"),
            op("snapshot", &[], "all keys and numbers"),
        ],
    },
    Subject {
        name: "canary",
        about: "operations that misbehave",
        kind: Kind::Canary,
        operations: &[
            op("ok", &[], "does nothing"),
            op("panic", &[], "panics"),
            op("hang", &[], "never returns"),
            op("abort", &[], "aborts the process"),
            op("overflow", &[], "overflows the stack"),
            op("wrong", &[], "returns what it must not"),
            op("deadlock", &[], "takes a mutex twice"),
        ],
    },
];

/// The subject of that name.
pub fn by_name(name: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == name)
}

impl Subject {
    /// How many parts a call has: 1 when it takes effect at one moment. `universe` are the keys of the program (for a
    /// `Counter`, its threads).
    pub fn parts(&self, call: &Call, universe: &[i64]) -> usize {
        match (self.kind, call.name()) {
            (Kind::Map, "range" | "retain" | "is_empty") => universe.len(),
            (Kind::Map, "nested_range") => 2 * universe.len(),
            (Kind::CounterMap, "snapshot") => universe.len(),
            (Kind::Counter, "get" | "reset_and_get") => universe.len(),
            _ => 1,
        }
    }

    /// Whether the call takes effect at one moment, whatever the program.
    pub fn is_atomic(&self, call: &Call) -> bool {
        self.parts(call, &[0, 1]) == 1
    }

    /// Applies a call of one part. `thread` is the calling one.
    pub fn apply(&self, call: &Call, thread: i64, state: &mut State) -> Ret {
        match self.kind {
            Kind::Map => apply_map(call, state),
            Kind::Counter => apply_counter(call, thread, state),
            Kind::CounterMap => apply_counter_map(call, state),
            Kind::Canary => Ret::Unit,
        }
    }

    /// Applies one part of a call that has several and returned `ret`; `sum` is what the parts so far have seen. Whether
    /// that fits `ret`.
    pub fn apply_part(
        &self,
        call: &Call,
        key: i64,
        nth: usize,
        state: &mut State,
        ret: &Ret,
        sum: &mut i64,
    ) -> bool {
        let here = state.get(&key).copied();
        match (self.kind, call.name(), ret) {
            (Kind::Map, "range", Ret::Pairs(pairs)) | (Kind::CounterMap, "snapshot", Ret::Pairs(pairs)) => {
                visited(pairs, key) == here
            }
            (Kind::Map, "nested_range", Ret::Nested(outer, inner)) => match (nth, inner) {
                (0, _) => visited(outer, key) == here,
                (_, Some(inner)) => visited(inner, key) == here,
                (_, None) => outer.is_empty(),
            },
            (Kind::Map, "retain", Ret::Unit) => {
                if here.is_some_and(|value| value < call.args[0]) {
                    state.remove(&key);
                }
                true
            }
            (Kind::Map, "is_empty", Ret::Bool(_)) => {
                *sum += i64::from(here.is_some());
                true
            }
            (Kind::Counter, "get", Ret::Value(_)) => {
                *sum += here.unwrap_or(0);
                true
            }
            (Kind::Counter, "reset_and_get", Ret::Value(_)) => {
                *sum += state.remove(&key).unwrap_or(0);
                true
            }
            _ => false,
        }
    }

    /// Whether what all parts have seen fits what was returned.
    pub fn parts_fit(&self, call: &Call, ret: &Ret, sum: i64) -> bool {
        match (call.name(), ret) {
            ("is_empty", Ret::Bool(empty)) => *empty == (sum == 0),
            ("get" | "reset_and_get", Ret::Value(value)) => *value == sum,
            _ => true,
        }
    }

    /// What a quiet subject in this state shows.
    pub fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        match self.kind {
            Kind::Counter => vec![(0, state.values().sum())],
            _ => state.iter().map(|(key, value)| (*key, *value)).collect(),
        }
    }
}

fn visited(pairs: &[(i64, i64)], key: i64) -> Option<i64> {
    pairs.iter().find(|(visited, _)| *visited == key).map(|(_, value)| *value)
}

fn or_absent(value: Option<i64>) -> Ret {
    value.map_or(Ret::Absent, Ret::Value)
}

fn apply_map(call: &Call, state: &mut State) -> Ret {
    if call.name() == "clear" {
        state.clear();
        return Ret::Unit;
    }
    let key = call.args[0];
    let here = state.get(&key).copied();
    let arg = |n: usize| call.args[n];
    match call.name() {
        "load" | "hold" => or_absent(here),
        "contains_key" => Ret::Bool(here.is_some()),
        "read_if" | "read_if_absent" => or_absent(here),
        "store" | "publish_by_store" => {
            state.insert(key, arg(1));
            Ret::Unit
        }
        "swap" => or_absent(state.insert(key, arg(1))),
        "load_or_store" | "load_or_store_with" => match here {
            Some(value) => Ret::Loaded(value),
            None => {
                state.insert(key, arg(1));
                Ret::Stored(arg(1))
            }
        },
        "load_and_delete" => or_absent(state.remove(&key)),
        "delete" | "publish_by_delete" => Ret::Bool(state.remove(&key).is_some()),
        "compare_and_swap" => {
            let matches = here == Some(arg(1));
            if matches {
                state.insert(key, arg(2));
            }
            Ret::Bool(matches)
        }
        "compare_and_delete" => {
            let matches = here == Some(arg(1));
            if matches {
                state.remove(&key);
            }
            Ret::Bool(matches)
        }
        "delete_if" => or_absent(here.filter(|value| *value >= arg(1)).inspect(|_| {
            state.remove(&key);
        })),
        "update" => or_absent(here.map(|value| {
            state.insert(key, value + arg(1));
            value + arg(1)
        })),
        name => Ret::Broken(format!("{name} has no sequential meaning of one step")),
    }
}

fn apply_counter(call: &Call, thread: i64, state: &mut State) -> Ret {
    let n = match call.name() {
        "add" => call.args[0],
        "increment" => 1,
        "decrement" => -1,
        // A counter of one stripe: a sum of one part.
        "get" => return Ret::Value(state.values().sum()),
        "reset_and_get" => return Ret::Value(std::mem::take(state).values().sum()),
        name => return Ret::Broken(format!("{name} has no sequential meaning")),
    };
    *state.entry(thread).or_insert(0) += n;
    Ret::Unit
}

fn apply_counter_map(call: &Call, state: &mut State) -> Ret {
    let Some(key) = call.args.first().copied() else {
        return Ret::Broken("snapshot has several parts".into());
    };
    let n = match call.name() {
        "add" => call.args[1],
        "increment" => 1,
        "decrement" => -1,
        "get" => return Ret::Value(state.get(&key).copied().unwrap_or(0)),
        "reset_and_get" => return Ret::Value(state.get_mut(&key).map_or(0, std::mem::take)),
        _ => return or_absent(state.remove(&key)),
    };
    let number = state.entry(key).or_insert(0);
    *number += n;
    Ret::Value(*number)
}
