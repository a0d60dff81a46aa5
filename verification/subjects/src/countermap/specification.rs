//! The counters by key.

use linear::Param::{Key, Value};
use linear::{Answer, Call, Operation, Part, Specification, State, op, or_absent, visited};

/// What it can do.
pub(super) const OPERATIONS: &[Operation] = &[
    op("add", &[Key, Value], "adds, returns the new number"),
    op("increment", &[Key], "adds one"),
    op("decrement", &[Key], "takes one away"),
    op("get", &[Key], "the number, 0 if there is none"),
    op("reset_and_get", &[Key], "takes the number, leaves zero"),
    op("remove", &[Key], "takes the number and the counter out"),
    op("snapshot", &[], "all keys and numbers"),
];

#[derive(Debug)]
pub(super) struct CounterMap;

impl Specification for CounterMap {
    fn parts(&self, call: &Call, universe: &[i64]) -> usize {
        if call.name() == "snapshot" { universe.len() } else { 1 }
    }

    fn only_reads(&self, call: &Call) -> bool {
        call.name() == "snapshot"
    }

    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let Some(key) = call.args.first().copied() else {
            return Answer::Broken("snapshot has several parts".into());
        };
        let n = match call.name() {
            "add" => call.args[1],
            "increment" => 1,
            "decrement" => -1,
            "get" => return Answer::Value(state.get(&key).copied().unwrap_or(0)),
            "reset_and_get" => return Answer::Value(state.get_mut(&key).map_or(0, std::mem::take)),
            _ => return or_absent(state.remove(&key)),
        };
        let number = state.entry(key).or_insert(0);
        *number += n;
        Answer::Value(*number)
    }

    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        match part.ret {
            Answer::Pairs(pairs) => visited(pairs, part.key()) == state.get(&part.key()).copied(),
            _ => false,
        }
    }
}
