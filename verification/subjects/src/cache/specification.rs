//! The cache, three ways: plain, with a time to idle, and bounded.
//!
//! Time is an operation: `advance`. A state has, for each key, the value, when it expires, and when it was last used. An
//! insertion has two parts: it reads the clock, from which its time counts, and it takes effect.

use linear::Param::{Key, Value};
use linear::{Answer, Call, Operation, Part, Specification, State, field, letter, op, or_absent};
/// What it can do.
pub(super) static OPERATIONS: [Operation; 12] = [
    op("get", &[Key], "the value, or absent"),
    op("contains_key", &[Key], "whether there is a value"),
    op("insert", &[Key, Value], "sets the value, for ever"),
    op("insert_for", &[Key, Value, Value], "sets the value, for so many seconds"),
    op("remove", &[Key], "takes the value out, and cuts a computation off"),
    op("take", &[Key], "the same, returns the value: not beside computations"),
    op("get_or_insert", &[Key, Value], "the value, or this one computed and stored"),
    op("get_or_fail", &[Key], "the value, or a computation that fails"),
    op("get_or_panic", &[Key], "the value, or a computation that panics"),
    op("compute_alone", &[Key, Value], "get_or_insert, while nobody else computes"),
    op("advance", &[Value], "so many seconds pass"),
    op("cleanup", &[], "takes out what is expired"),
];

/// What a cache does.
#[derive(Debug)]
pub(super) struct Cache {
    /// The time to idle, in seconds.
    pub(super) idle: Option<i64>,
    /// At most one entry.
    pub(super) bounded: bool,
}

/// Where a state has the time.
const NOW: i64 = 999;

fn expires_at(key: i64) -> i64 {
    field(1, key)
}

fn last_use(key: i64) -> i64 {
    field(2, key)
}

fn now(state: &State) -> i64 {
    state.get(&NOW).copied().unwrap_or(0)
}

impl Cache {
    /// The value of a key, unless its time is over.
    fn live(&self, state: &State, key: i64) -> Option<i64> {
        let now = now(state);
        let mortal = state.get(&expires_at(key)).is_some_and(|end| now >= *end);
        let idle =
            self.idle.is_some_and(|span| now >= state.get(&last_use(key)).copied().unwrap_or(0) + span);
        state.get(&key).copied().filter(|_| !mortal && !idle)
    }

    fn remove(state: &mut State, key: i64) {
        for place in [key, expires_at(key), last_use(key)] {
            state.remove(&place);
        }
    }

    /// Stores a value whose time counts from `then`.
    fn store(&self, state: &mut State, key: i64, value: i64, seconds: Option<i64>, then: i64) {
        Self::remove(state, key);
        state.insert(key, value);
        if let Some(seconds) = seconds {
            state.insert(expires_at(key), then + seconds);
        }
        self.used(state, key, then);
    }

    fn used(&self, state: &mut State, key: i64, then: i64) {
        if self.idle.is_some() {
            let last = state.entry(last_use(key)).or_insert(then);
            *last = then.max(*last);
        }
    }
}

impl Specification for Cache {
    fn parts(&self, call: &Call, _universe: &[i64]) -> usize {
        let counts_from_a_reading = match call.name() {
            "insert_for" => true,
            "insert" | "get_or_insert" | "compute_alone" => self.idle.is_some(),
            _ => false,
        };
        if counts_from_a_reading { 2 } else { 1 }
    }

    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let key = call.args.first().copied().unwrap_or(0);
        let then = now(state);
        let live = self.live(state, key);
        match call.name() {
            "advance" => {
                state.insert(NOW, then + key);
                Answer::Unit
            }
            "cleanup" => Answer::Unit,
            "contains_key" => Answer::Bool(live.is_some()),
            "insert" => {
                self.store(state, key, call.args[1], None, then);
                Answer::Unit
            }
            "remove" | "take" => {
                Self::remove(state, key);
                if call.name() == "take" { or_absent(live) } else { Answer::Unit }
            }
            name => {
                if live.is_some() {
                    self.used(state, key, then);
                }
                match (live, name) {
                    (Some(value), _) => Answer::Value(value),
                    (None, "get_or_insert" | "compute_alone") => {
                        self.store(state, key, call.args[1], None, then);
                        Answer::Value(call.args[1])
                    }
                    (None, "get_or_fail" | "get_or_panic") => Answer::Failed,
                    (None, _) => Answer::Absent,
                }
            }
        }
    }

    /// An insertion whose time counts from a reading of the clock; in a bounded cache, any call.
    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        let call = part.call;
        if self.parts(call, part.universe) == 1 {
            let evicts = matches!(part.ret, Answer::Absent | Answer::Bool(false) | Answer::Failed)
                || call.args.get(1).is_some_and(|value| *part.ret == Answer::Value(*value)); // computed again
            if evicts && !matches!(call.name(), "advance" | "cleanup") {
                Self::remove(state, call.args[0]); // if it was there
            }
            return self.apply(call, 0, state) == *part.ret;
        }
        if part.number == 0 {
            *part.memo = now(state) + 1;
            return true;
        }
        if part.done & 1 == 0 {
            return false;
        }
        let (key, value) = (call.args[0], call.args[1]);
        let then = *part.memo - 1;
        match (call.name(), self.live(state, key)) {
            ("insert" | "insert_for", _) => {
                self.store(state, key, value, call.args.get(2).copied(), then);
                true // of the set-up, too, whose results are not known
            }
            (_, Some(value)) => {
                self.used(state, key, then);
                *part.ret == Answer::Value(value)
            }
            (_, None) => {
                self.store(state, key, value, None, then);
                *part.ret == Answer::Value(value)
            }
        }
    }

    fn is_determined(&self) -> bool {
        !self.bounded
    }

    fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        let keys = state.keys().filter(|key| letter(**key) != '?');
        keys.filter_map(|key| Some((*key, self.live(state, *key)?))).collect()
    }

    fn contents_fit(&self, state: &State, shown: &[(i64, i64)]) -> bool {
        let contents = self.contents(state);
        if self.bounded { shown.iter().all(|entry| contents.contains(entry)) } else { contents == shown }
    }
}
