//! An author's specification, as the judge of histories wants it: a state is a number, by which the author's own state is kept.

use crate::subject::{Op, Param, Subject};
use linear::{Answer, Call, Operation, Part, Specification, State};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The place of the one number of a state.
const PLACE: i64 = 0;

/// All states that were met, each with its number; and all that quiet structures were seen to hold.
struct Kept<S> {
    states: Vec<S>,
    numbers: HashMap<S, i64>,
    words: Vec<Answer>,
}

/// The specification of `S`.
pub(crate) struct Specified<S: Subject> {
    kept: Mutex<Kept<S::Spec>>,
    subject: PhantomData<fn() -> S>,
}

impl<S: Subject> std::fmt::Debug for Specified<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(S::name())
    }
}

/// The number of the operation of a call.
pub(crate) fn number_of(operations: &[Op], call: &Call) -> usize {
    let found = operations.iter().position(|operation| operation.name == call.name());
    found.expect("a program is parsed against these operations")
}

/// The operations, as programs have them.
pub(crate) fn operations(operations: &'static [Op]) -> &'static [Operation] {
    let params = |op: &Op| -> &'static [linear::Param] {
        let kind = |param: &Param| match param {
            Param::Key => linear::Param::Key,
            Param::Value | Param::OneOf(_) => linear::Param::Value,
        };
        Vec::leak(op.params.iter().map(kind).collect())
    };
    Vec::leak(operations.iter().map(|op| linear::op(op.name, params(op), "")).collect())
}

impl<S: Subject> Specified<S> {
    pub(crate) fn new() -> Self {
        let first = S::Spec::default();
        let numbers = HashMap::from([(first.clone(), 0)]);
        let kept = Mutex::new(Kept { states: vec![first], numbers, words: Vec::new() });
        Specified { kept, subject: PhantomData }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<S::Spec>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The author's state.
    fn state(&self, state: &State) -> S::Spec {
        let number = state.get(&PLACE).copied().unwrap_or(0);
        self.kept().states[usize::try_from(number).unwrap_or(0)].clone()
    }

    fn set(&self, state: &mut State, spec: S::Spec) {
        let kept = &mut *self.kept();
        let next = kept.states.len() as i64;
        let number = *kept.numbers.entry(spec.clone()).or_insert(next);
        if number == next {
            kept.states.push(spec);
        }
        // The first state has no entry, as an empty one has none.
        if number == 0 {
            state.remove(&PLACE)
        } else {
            state.insert(PLACE, number)
        };
    }

    /// The number by which something that a quiet structure holds is known.
    pub(crate) fn word(&self, answer: &Answer) -> i64 {
        let words = &mut self.kept().words;
        let place = words.iter().position(|known| known == answer).unwrap_or_else(|| {
            words.push(answer.clone());
            words.len() - 1
        });
        place as i64
    }
}

impl<S: Subject> std::panic::RefUnwindSafe for Specified<S> {}

impl<S: Subject> Specification for Specified<S> {
    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let mut spec = self.state(state);
        let answer = S::specified(&mut spec, number_of(S::OPERATIONS, call), &call.args);
        if answer != Answer::Blocked {
            self.set(state, spec);
        }
        answer
    }

    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        let before = state.clone();
        if self.apply(part.call, 0, state) == *part.ret {
            return true;
        }
        // (Of a set-up nobody knows the results: it has its effect, whatever is said here.)
        let operation = &S::OPERATIONS[number_of(S::OPERATIONS, part.call)];
        let has_failed = operation.may_fail && is_failure(part.ret);
        if has_failed {
            *state = before;
        }
        has_failed
    }

    fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        vec![(PLACE, self.word(&S::quiet_specified(&mut self.state(state))))]
    }

    fn show(&self, contents: &[(i64, i64)]) -> String {
        let word = contents.first().and_then(|(_, word)| usize::try_from(*word).ok());
        word.and_then(|word| self.kept().words.get(word).map(Answer::to_string)).unwrap_or_default()
    }

    fn is_determined(&self) -> bool {
        !S::OPERATIONS.iter().any(|operation| operation.may_fail)
    }

    fn is_enumerable(&self) -> bool {
        self.is_determined()
    }

    fn may_wait(&self, call: &Call) -> bool {
        S::OPERATIONS[number_of(S::OPERATIONS, call)].waits
    }
}

/// What a call returns that has failed: nothing, false, or an error.
fn is_failure(ret: &Answer) -> bool {
    match ret {
        Answer::Absent | Answer::Bool(false) => true,
        Answer::Word(word) => word.starts_with("error "),
        _ => false,
    }
}
