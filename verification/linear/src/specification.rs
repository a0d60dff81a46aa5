//! Sequential specifications: what each operation does to a sequential state.
//!
//! A sequential state is a small sorted map from numbers to numbers. An operation that takes effect at one moment is one
//! step ([`Specification::apply`]). One that does not (a `range`, the sum of a striped counter) is several *parts*, each of
//! which takes effect at its own moment of the call ([`Specification::apply_part`]).

use crate::answer::{Answer, show_pairs};
use crate::operation::Call;
use crate::structure::Structure;
use std::collections::BTreeMap;
use std::fmt;

/// A sequential state: what is there for each key (or, for a `Counter`, for each thread). A subject with more than a number
/// for each key has several [`field`]s.
pub type State = BTreeMap<i64, i64>;

/// The place of a further number of a key in a state. Field 0 is the key's own place.
pub fn field(number: i64, key: i64) -> i64 {
    1000 * number + key
}

/// The sequential specification of a subject.
pub trait Specification: fmt::Debug + Sync + std::panic::RefUnwindSafe {
    /// How many parts a call has: 1 if it takes effect at one moment. `universe` is [`universe`](Specification::universe).
    fn parts(&self, _call: &Call, _universe: &[i64]) -> usize {
        1
    }

    /// Applies a call of one part. `thread` is the calling one.
    fn apply(&self, call: &Call, thread: i64, state: &mut State) -> Answer;

    /// Applies one part of a call that has several. Returns whether that fits the result of the call.
    fn apply_part(&self, _part: Part<'_>, _state: &mut State) -> bool {
        false
    }

    /// Whether what all parts have noted fits the result of the call.
    fn parts_fit(&self, _call: &Call, _ret: &Answer, _memo: i64) -> bool {
        true
    }

    /// What the parts of a call go over, in a program with these keys and this many threads: by default the keys.
    fn universe(&self, keys: Vec<i64>, _threads: usize) -> Vec<i64> {
        keys
    }

    /// The result that a call of several parts is assumed to have if it is made alone and nobody has seen its result.
    fn answer_alone(&self, _call: &Call) -> Answer {
        Answer::Value(0)
    }

    /// Whether a call leaves the state as it is.
    fn only_reads(&self, _call: &Call) -> bool {
        false
    }

    /// What a quiet subject in this state shows.
    fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        state.iter().map(|(key, value)| (*key, *value)).collect()
    }

    /// Whether a quiet subject in this state may show this.
    fn contents_fit(&self, state: &State, shown: &[(i64, i64)]) -> bool {
        self.contents(state) == shown
    }

    /// The contents as text.
    fn show(&self, contents: &[(i64, i64)]) -> String {
        show_pairs(contents)
    }

    /// Whether what a call returns follows from the state. If not, each call is judged by [`apply_part`](Specification::apply_part).
    fn is_determined(&self) -> bool {
        true
    }

    /// The structure to which calls of one thread lead an empty subject, if the specification says it.
    fn structure_after(&self, _calls: &[Call]) -> Option<Structure> {
        None
    }

    /// Whether a call may have to wait for another one: [`Answer::Blocked`].
    fn may_wait(&self, _call: &Call) -> bool {
        false
    }

    /// Why a call that waits in this state waits for ever if no other call comes: what does not happen.
    fn why_waits(&self, _call: &Call, _state: &State) -> String {
        "no other call ends its wait".to_owned()
    }

    /// What a call has for itself while it runs, as a number: while it waits, another call that needs the same waits too.
    fn needs_alone(&self, _call: &Call) -> Option<i64> {
        None
    }

    /// Whether the outcomes of a program can be enumerated by [`apply`](Specification::apply), when all its calls have one part.
    fn is_enumerable(&self) -> bool {
        true
    }
}

/// One part of a call.
#[derive(Debug)]
pub struct Part<'c> {
    /// The call.
    pub call: &'c Call,
    /// What it returned.
    pub ret: &'c Answer,
    /// Which part: its number.
    pub number: usize,
    /// The parts that have taken effect before, a bit for each.
    pub done: u64,
    /// What the parts go over.
    pub universe: &'c [i64],
    /// What the parts of this call have noted so far: 0 at first.
    pub memo: &'c mut i64,
}

impl Part<'_> {
    /// If parts go over the universe once or several times: the key of this one.
    pub fn key(&self) -> i64 {
        self.universe[self.number % self.universe.len()]
    }

    /// In that case, which time it is.
    pub fn round(&self) -> usize {
        self.number / self.universe.len()
    }
}
