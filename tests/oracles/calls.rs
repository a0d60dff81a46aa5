//! Calls of all operations, with keys and values from small domains, and what they answer.

use super::subjects::Contents;
use proptest::prelude::*;

pub(crate) type Key = u8;
pub(crate) type Value = u8;

/// One call.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Load(Key),
    ContainsKey(Key),
    Store(Key, Value),
    Swap(Key, Value),
    LoadOrStore(Key, Value),
    LoadOrStoreWith(Key, Value),
    LoadAndDelete(Key),
    Delete(Key),
    CompareAndSwap(Key, Value, Value),
    CompareAndDelete(Key, Value),
    /// Deletes the key if its value is less.
    DeleteIfLess(Key, Value),
    /// Adds to the value of the key.
    Update(Key, Value),
    Range,
    /// A range that stops after so many visits.
    RangeFirst(usize),
    Iterate,
    IsEmpty,
    /// Keeps what has this value or a greater one.
    Retain(Value),
    Extend(Vec<(Key, Value)>),
    Clear,
}

/// What a call answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Nothing,
    Flag(bool),
    Maybe(Option<Value>),
    Count(usize),
    /// `Err` gives the rejected value back.
    Swapped(Result<(), Value>),
    Stored(Value),
    Loaded {
        actual: Value,
        rejected: Option<Value>,
    },
    Rows(Contents),
}

/// A list of calls. Those that look at or change one key come often, those that sweep the map seldom, or else there
/// would be nothing in it.
pub(crate) fn calls() -> impl Strategy<Value = Vec<Call>> {
    let key = || 0..6_u8;
    let value = || 0..4_u8;
    let pair = || (key(), value());
    let call = prop_oneof![
        4 => key().prop_map(Call::Load),
        1 => key().prop_map(Call::ContainsKey),
        6 => pair().prop_map(|(key, value)| Call::Store(key, value)),
        4 => pair().prop_map(|(key, value)| Call::Swap(key, value)),
        4 => pair().prop_map(|(key, value)| Call::LoadOrStore(key, value)),
        2 => pair().prop_map(|(key, value)| Call::LoadOrStoreWith(key, value)),
        3 => key().prop_map(Call::LoadAndDelete),
        3 => key().prop_map(Call::Delete),
        4 => (key(), value(), value()).prop_map(|(key, old, new)| Call::CompareAndSwap(key, old, new)),
        4 => pair().prop_map(|(key, old)| Call::CompareAndDelete(key, old)),
        2 => pair().prop_map(|(key, limit)| Call::DeleteIfLess(key, limit)),
        2 => pair().prop_map(|(key, n)| Call::Update(key, n)),
        2 => Just(Call::Range),
        1 => (0..4_usize).prop_map(Call::RangeFirst),
        1 => Just(Call::Iterate),
        1 => Just(Call::IsEmpty),
        1 => value().prop_map(Call::Retain),
        1 => prop::collection::vec(pair(), 0..4).prop_map(Call::Extend),
        1 => Just(Call::Clear),
    ];
    prop::collection::vec(call, 1..=60)
}
