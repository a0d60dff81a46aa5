//! Operations that misbehave: each must be noticed.

use super::{Kind, Meaning, Ret, State, Subject, op};
use crate::program::Call;

/// The canary.
pub(super) static SUBJECT: Subject = Subject {
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
    meaning: &Canary,
};

#[derive(Debug)]
struct Canary;

impl Meaning for Canary {
    fn apply(&self, _call: &Call, _thread: i64, _state: &mut State) -> Ret {
        Ret::Unit
    }

    fn is_enumerable(&self) -> bool {
        false
    }
}
