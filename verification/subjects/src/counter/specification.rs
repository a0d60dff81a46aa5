//! The striped counter. Its state has a number for each thread, for what that has added.

use linear::Param::Value;
use linear::{Answer, Call, Operation, Part, Specification, State, op};

/// What it can do.
pub(super) const OPERATIONS: &[Operation] = &[
    op("add", &[Value], "adds"),
    op("increment", &[], "adds one"),
    op("decrement", &[], "takes one away"),
    op("get", &[], "the sum"),
    op("reset_and_get", &[], "takes the sum, leaves zero"),
];

#[derive(Debug)]
pub(super) struct Counter;

impl Specification for Counter {
    fn parts(&self, call: &Call, universe: &[i64]) -> usize {
        if matches!(call.name(), "get" | "reset_and_get") { universe.len() } else { 1 }
    }

    fn apply(&self, call: &Call, thread: i64, state: &mut State) -> Answer {
        let n = match call.name() {
            "add" => call.args[0],
            "increment" => 1,
            "decrement" => -1,
            // A counter of one stripe: a sum of one part.
            "get" => return Answer::Value(state.values().sum()),
            "reset_and_get" => return Answer::Value(std::mem::take(state).values().sum()),
            name => return Answer::Broken(format!("{name} has no sequential meaning")),
        };
        *state.entry(thread).or_insert(0) += n;
        Answer::Unit
    }

    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        let Answer::Value(_) = part.ret else { return false };
        let key = part.key();
        *part.memo += match part.call.name() {
            "get" => state.get(&key).copied().unwrap_or(0),
            _ => state.remove(&key).unwrap_or(0),
        };
        true
    }

    fn parts_fit(&self, _call: &Call, ret: &Answer, memo: i64) -> bool {
        *ret == Answer::Value(memo)
    }

    fn universe(&self, _keys: Vec<i64>, threads: usize) -> Vec<i64> {
        // The threads of the program, and the set-up.
        (0..=threads).filter_map(|thread| i64::try_from(thread).ok()).collect()
    }

    fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        vec![(0, state.values().sum())]
    }

    fn show(&self, contents: &[(i64, i64)]) -> String {
        contents.iter().map(|(_, sum)| sum.to_string()).collect()
    }
}
