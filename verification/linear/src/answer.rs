//! What an operation returns.

use crate::operation::letter;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an operation returned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Answer {
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
    /// Nothing: user code panicked and unwound it. It may or may not have taken effect.
    Panicked,
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

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Unit => f.write_str("()"),
            Answer::Absent => f.write_str("absent"),
            Answer::Value(value) => write!(f, "{value}"),
            Answer::Bool(value) => write!(f, "{value}"),
            Answer::Loaded(value) => write!(f, "loaded {value}"),
            Answer::Stored(value) => write!(f, "stored {value}"),
            Answer::Pairs(pairs) => f.write_str(&show_pairs(pairs)),
            Answer::Nested(outer, None) => write!(f, "{}[]", show_pairs(outer)),
            Answer::Nested(outer, Some(inner)) => write!(f, "{}[{}]", show_pairs(outer), show_pairs(inner)),
            Answer::Failed => f.write_str("failed"),
            Answer::Panicked => f.write_str("panicked"),
            Answer::Word(word) => f.write_str(word),
            Answer::Blocked => f.write_str("blocked"),
            Answer::Broken(how) => write!(f, "BROKEN: {how}"),
        }
    }
}

/// A result in words.
pub fn word(text: &str) -> Answer {
    Answer::Word(text.to_owned())
}

/// Contents as text, each number as `show` shows it: `{a:1 running}`.
pub fn show_words(contents: &[(i64, i64)], show: impl Fn(i64) -> String) -> String {
    let rows: Vec<String> =
        contents.iter().map(|(key, shown)| format!("{}:{}", letter(*key), show(*shown))).collect();
    format!("{{{}}}", rows.join(" "))
}

/// What a visit of all keys saw of this one.
pub fn visited(pairs: &[(i64, i64)], key: i64) -> Option<i64> {
    pairs.iter().find(|(visited, _)| *visited == key).map(|(_, value)| *value)
}

/// The value, or [`Answer::Absent`].
pub fn or_absent(value: Option<i64>) -> Answer {
    value.map_or(Answer::Absent, Answer::Value)
}
