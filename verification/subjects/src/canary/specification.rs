//! Operations that misbehave: each must be noticed.

use linear::{Answer, Call, Operation, Specification, State, op};

/// What it can do.
pub(super) const OPERATIONS: &[Operation] = &[
    op("ok", &[], "does nothing"),
    op("panic", &[], "panics"),
    op("hang", &[], "never returns"),
    op("abort", &[], "aborts the process"),
    op("overflow", &[], "overflows the stack"),
    op("wrong", &[], "returns what it must not"),
    op("deadlock", &[], "takes a mutex twice"),
    op("trust", &[], "frees twice when a key's Eq lies"),
    op("closure", &[], "calls a closure"),
];

#[derive(Debug)]
pub(super) struct Canary;

impl Specification for Canary {
    fn apply(&self, _call: &Call, _thread: i64, _state: &mut State) -> Answer {
        Answer::Unit
    }

    fn is_enumerable(&self) -> bool {
        false
    }
}
