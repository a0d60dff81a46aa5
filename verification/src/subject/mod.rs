//! Subjects: the types under test, their operations, and what each operation does to a sequential state.
//!
//! A sequential state is a small sorted map from numbers to numbers. An operation that takes effect at one moment is one
//! step ([`Meaning::apply`]). One that does not (a `range`, the sum of a striped counter) is several *parts*, each of
//! which takes effect at its own moment of the call ([`Meaning::apply_part`]).
//!
//! A file for each subject: its operations, and what they mean. How they are called is in [`crate::adapter`].

mod cache;
mod canary;
mod config;
mod counter;
mod countermap;
mod map;
mod registry;
mod tables;

use crate::adapter::Structure;
use crate::program::{Call, Operation, Param, Program, letter};
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
    /// The closure of the call failed, or panicked.
    Failed,
    /// Not yet: the call waits for another one, and takes effect after it. No call returns this.
    Blocked,
    /// What it says in words: a state, or why it did nothing.
    Word(String),
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
            Ret::Failed => f.write_str("failed"),
            Ret::Word(word) => f.write_str(word),
            Ret::Blocked => f.write_str("blocked"),
            Ret::Broken(how) => write!(f, "BROKEN: {how}"),
        }
    }
}

/// A sequential state: what is there for each key (or, for a `Counter`, for each thread). A subject with more than a number
/// for each key has several [`field`]s.
pub type State = BTreeMap<i64, i64>;

/// The place of a further number of a key in a state. Field 0 is the key's own place.
pub fn field(number: i64, key: i64) -> i64 {
    1000 * number + key
}

/// Which type a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `SyncMap`
    Map,
    /// `Counter`
    Counter,
    /// `CounterMap`
    CounterMap,
    /// `Cache`, without a bound.
    Cache,
    /// `Cache` with a time to idle.
    IdleCache,
    /// `Cache` of at most one entry.
    BoundedCache,
    /// `Registry`
    Registry,
    /// `ConfigStore`
    Config,
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
    /// What that does to a sequential state.
    pub meaning: &'static dyn Meaning,
}

/// The sequential specification of a subject.
pub trait Meaning: fmt::Debug + Sync {
    /// How many parts a call has: 1 when it takes effect at one moment. `universe` is [`universe`](Meaning::universe).
    fn parts(&self, _call: &Call, _universe: &[i64]) -> usize {
        1
    }

    /// Applies a call of one part. `thread` is the calling one.
    fn apply(&self, call: &Call, thread: i64, state: &mut State) -> Ret;

    /// Applies one part of a call that has several: whether that fits what was returned.
    fn apply_part(&self, _part: Part<'_>, _state: &mut State) -> bool {
        false
    }

    /// Whether what all parts have noted fits what was returned.
    fn parts_fit(&self, _call: &Call, _ret: &Ret, _memo: i64) -> bool {
        true
    }

    /// What the parts of a call go over: as a rule the keys of the program.
    fn universe(&self, program: &Program) -> Vec<i64> {
        program.keys()
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

    /// Whether what a call returns follows from the state. If not, each call is judged by [`apply_part`](Meaning::apply_part).
    fn is_determined(&self) -> bool {
        true
    }

    /// The structure to which calls of one thread lead an empty subject, if the specification says it.
    fn structure_after(&self, _calls: &[Call]) -> Option<Structure> {
        None
    }

    /// Whether the outcomes of a program can be enumerated by [`apply`](Meaning::apply), when all its calls have one part.
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
    pub ret: &'c Ret,
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
    /// Of parts that go over the universe once or several times: the key of this one.
    pub fn key(&self) -> i64 {
        self.universe[self.number % self.universe.len()]
    }

    /// The same: which time it is.
    pub fn round(&self) -> usize {
        self.number / self.universe.len()
    }
}

const fn op(name: &'static str, params: &'static [Param], about: &'static str) -> Operation {
    Operation { name, params, about }
}

/// All subjects. The canary is listed last, and not shown to users.
pub static SUBJECTS: [&Subject; 9] = [
    &map::SUBJECT,
    &counter::SUBJECT,
    &countermap::SUBJECT,
    &cache::PLAIN,
    &cache::IDLE,
    &cache::BOUNDED,
    &registry::SUBJECT,
    &config::SUBJECT,
    &canary::SUBJECT,
];

/// The subject of that name.
pub fn by_name(name: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == name).copied()
}

/// The names of those that are shown to users: `map, counter or countermap`.
pub fn names() -> String {
    let names: Vec<&str> =
        SUBJECTS.iter().map(|subject| subject.name).filter(|name| *name != "canary").collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

impl Subject {
    /// Whether the call takes effect at one moment, whatever the program.
    pub fn is_atomic(&self, call: &Call) -> bool {
        self.meaning.is_determined() && self.meaning.parts(call, &[0, 1]) == 1
    }
}

pub(crate) use config::{KNOWLEDGE, knowledge_of};
pub(crate) use registry::STATES as REGISTRY_STATES;

/// A result in words.
pub(crate) fn word(text: &str) -> Ret {
    Ret::Word(text.to_owned())
}

/// Contents as text, each number as `show` shows it: `{a:1 running}`.
fn show_words(contents: &[(i64, i64)], show: impl Fn(i64) -> String) -> String {
    let rows: Vec<String> =
        contents.iter().map(|(key, shown)| format!("{}:{}", letter(*key), show(*shown))).collect();
    format!("{{{}}}", rows.join(" "))
}

fn visited(pairs: &[(i64, i64)], key: i64) -> Option<i64> {
    pairs.iter().find(|(visited, _)| *visited == key).map(|(_, value)| *value)
}

fn or_absent(value: Option<i64>) -> Ret {
    value.map_or(Ret::Absent, Ret::Value)
}
