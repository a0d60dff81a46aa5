//! The counters by key.

use super::{Kind, Meaning, Part, Ret, State, Subject, op, or_absent, visited};
use crate::program::Call;
use crate::program::Param::{Key, Value};

/// `CounterMap`.
pub(super) static SUBJECT: Subject = Subject {
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
    meaning: &CounterMap,
};

#[derive(Debug)]
struct CounterMap;

impl Meaning for CounterMap {
    fn parts(&self, call: &Call, universe: &[i64]) -> usize {
        if call.name() == "snapshot" { universe.len() } else { 1 }
    }

    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Ret {
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

    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        match part.ret {
            Ret::Pairs(pairs) => visited(pairs, part.key()) == state.get(&part.key()).copied(),
            _ => false,
        }
    }
}
