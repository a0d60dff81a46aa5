//! The map: its operations, and what they mean.

use super::tables::Tables;
use linear::Param::{Key, Value};
use linear::{Answer, Call, Operation, Part, Specification, State, Structure, op, or_absent, visited};

/// What it can do.
pub(super) const OPERATIONS: &[Operation] = &[
    op("load", &[Key], "the value, or absent"),
    op("contains_key", &[Key], "whether the key is present"),
    op("hold", &[Key], "load, then use the reference again after another operation of the same guard"),
    op("store", &[Key, Value], "sets the value"),
    op("swap", &[Key, Value], "sets the value, returns the one before"),
    op("load_or_store", &[Key, Value], "the value, or stores this one"),
    op("load_or_store_with", &[Key, Value], "the same, the value made by a closure"),
    op("load_and_delete", &[Key], "deletes, returns the value"),
    op("delete", &[Key], "deletes, returns whether it was present"),
    op("compare_and_swap", &[Key, Value, Value], "if the first value is there, replaces it by the second"),
    op("compare_and_delete", &[Key, Value], "if this value is there, deletes it"),
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
];

#[derive(Debug)]
pub(super) struct Map;

impl Specification for Map {
    fn parts(&self, call: &Call, universe: &[i64]) -> usize {
        match call.name() {
            "range" | "retain" | "is_empty" => universe.len(),
            "nested_range" => 2 * universe.len(),
            _ => 1,
        }
    }

    fn answer_alone(&self, call: &Call) -> Answer {
        if call.name() == "retain" { Answer::Unit } else { Answer::Value(0) }
    }

    fn only_reads(&self, call: &Call) -> bool {
        matches!(call.name(), "range" | "is_empty")
    }

    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        if call.name() == "clear" {
            state.clear();
            return Answer::Unit;
        }
        let key = call.args[0];
        let here = state.get(&key).copied();
        let arg = |n: usize| call.args[n];
        match call.name() {
            "load" | "hold" => or_absent(here),
            "contains_key" => Answer::Bool(here.is_some()),
            "read_if" | "read_if_absent" => or_absent(here),
            "store" | "publish_by_store" => {
                state.insert(key, arg(1));
                Answer::Unit
            }
            "swap" => or_absent(state.insert(key, arg(1))),
            "load_or_store" | "load_or_store_with" => match here {
                Some(value) => Answer::Loaded(value),
                None => {
                    state.insert(key, arg(1));
                    Answer::Stored(arg(1))
                }
            },
            "load_and_delete" => or_absent(state.remove(&key)),
            "delete" | "publish_by_delete" => Answer::Bool(state.remove(&key).is_some()),
            "compare_and_swap" => {
                let matches = here == Some(arg(1));
                if matches {
                    state.insert(key, arg(2));
                }
                Answer::Bool(matches)
            }
            "compare_and_delete" => {
                let matches = here == Some(arg(1));
                if matches {
                    state.remove(&key);
                }
                Answer::Bool(matches)
            }
            "delete_if" => or_absent(here.filter(|value| *value >= arg(1)).inspect(|_| {
                state.remove(&key);
            })),
            "update" => or_absent(here.map(|value| {
                state.insert(key, value + arg(1));
                value + arg(1)
            })),
            name => Answer::Broken(format!("{name} has no sequential meaning of one step")),
        }
    }

    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        let key = part.key();
        let here = state.get(&key).copied();
        match (part.call.name(), part.ret) {
            ("range", Answer::Pairs(pairs)) => visited(pairs, key) == here,
            ("nested_range", Answer::Nested(outer, inner)) => match (part.round(), inner) {
                (0, _) => visited(outer, key) == here,
                (_, Some(inner)) => visited(inner, key) == here,
                (_, None) => outer.is_empty(),
            },
            ("retain", Answer::Unit) => {
                if here.is_some_and(|value| value < part.call.args[0]) {
                    state.remove(&key);
                }
                true
            }
            ("is_empty", Answer::Bool(_)) => {
                *part.memo += i64::from(here.is_some());
                true
            }
            _ => false,
        }
    }

    fn structure_after(&self, calls: &[Call]) -> Option<Structure> {
        let mut tables = Tables::default();
        calls.iter().all(|call| tables.call(call)).then(|| tables.structure())
    }

    fn parts_fit(&self, call: &Call, ret: &Answer, memo: i64) -> bool {
        match (call.name(), ret) {
            ("is_empty", Answer::Bool(empty)) => *empty == (memo == 0),
            _ => true,
        }
    }
}
