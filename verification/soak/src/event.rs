//! A call that was made on a real thread, as small as it can be: millions of them are kept for a while.

use linear::{Answer, word};

/// What is absent, in a state and in a result. No value is this number.
pub const ABSENT: i64 = i64::MIN;

/// The operations of all subjects. A call that goes over all keys is one event for each key, or for all of them at once: see the module `meaning`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The value of a key: `load`, `get`.
    Load,
    /// Whether there is one.
    ContainsKey,
    /// Sets it.
    Store,
    /// Sets it, returns the one before.
    Swap,
    /// The value, or stores this one.
    LoadOrStore,
    /// Takes it out, returns it.
    LoadAndDelete,
    /// Takes it out, returns whether it was there.
    Delete,
    /// If the first is there, the second takes its place.
    CompareAndSwap,
    /// If it is there, takes it out.
    CompareAndDelete,
    /// Takes it out if it is at least this.
    DeleteIf,
    /// Adds to it, if it is there; returns the new one.
    Update,
    /// What a walk saw of a key, if anything.
    Visit,
    /// What `retain` does to a key: takes it out if it is less than this.
    Retain,
    /// All keys at once.
    Clear,
    /// Adds to a counter, which is made if need be; returns the new number.
    Add,
    /// The number, or 0.
    Count,
    /// Takes the number, leaves zero.
    Reset,
    /// The value, or this one, computed and kept.
    GetOrInsert,
    /// The value, or a computation that fails.
    GetOrFail,
    /// Takes it out; what it returns is not judged.
    Remove,
    /// Sets it if it is another; returns whether.
    SetIfChanged,
    /// Adds to it, or to zero; returns the new one.
    AddTo,
    /// All keys, at one moment.
    Snapshot,
    /// Registers a service.
    Register,
    /// Takes this service out.
    Unregister,
    /// What a service is doing.
    State,
    /// Starts a service: two moments.
    Start,
    /// Stops a service: two moments.
    Stop,
}

/// What a call returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    /// Nothing, or nothing that is judged.
    Unit,
    /// A number, or [`ABSENT`].
    Value(i64),
    /// Yes or no.
    Bool(bool),
    /// What was there.
    Loaded(i64),
    /// What was stored.
    Stored(i64),
    /// A place among [`WORDS`].
    Word(u8),
    /// The same: why nothing was done.
    Is(u8),
    /// All keys, in the order of their numbers.
    All([i64; KEYS]),
}

/// The keys of a window that is judged as a whole.
pub const KEYS: usize = 4;

/// The states of a service, and how a start or a stop can end besides.
pub const WORDS: [&str; 9] = [
    "registered",
    "starting",
    "running",
    "stopping",
    "stopped",
    "failed",
    "started",
    "unregistered",
    "not registered",
];

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it began, in nanoseconds of a clock that all threads share.
    pub called: u64,
    /// When it had returned.
    pub returned: u64,
    /// The calling thread.
    pub thread: u8,
    /// Where the judge keeps what it knows of the call: the thread, or a number of its own if the thread has several events under way.
    pub slot: u8,
    /// What it did.
    pub op: Op,
    /// To which key; nothing for all of them.
    pub key: u32,
    /// With what.
    pub args: [i64; 2],
    /// What it returned.
    pub ret: Ret,
}

/// A number or nothing, as an answer.
fn number(value: i64) -> Answer {
    if value == ABSENT { Answer::Absent } else { Answer::Value(value) }
}

impl Ret {
    /// In the words of a program.
    pub fn answer(&self) -> Answer {
        match self {
            Ret::Unit => Answer::Unit,
            Ret::Value(value) => number(*value),
            Ret::Bool(value) => Answer::Bool(*value),
            Ret::Loaded(value) => Answer::Loaded(*value),
            Ret::Stored(value) => Answer::Stored(*value),
            Ret::Word(place) => word(WORDS[usize::from(*place)]),
            Ret::Is(place) => word(&format!("is {}", WORDS[usize::from(*place)])),
            Ret::All(values) => {
                let pairs = (0..).zip(values).filter(|(_, value)| **value != ABSENT);
                Answer::Pairs(pairs.map(|(key, value)| (key, *value)).collect())
            }
        }
    }
}

impl Op {
    /// As programs of a subject call it; nothing where they do not have it.
    pub fn name(self) -> &'static str {
        match self {
            Op::Load => "load",
            Op::ContainsKey => "contains_key",
            Op::Store => "store",
            Op::Swap => "swap",
            Op::LoadOrStore => "load_or_store",
            Op::LoadAndDelete => "load_and_delete",
            Op::Delete => "delete",
            Op::CompareAndSwap => "compare_and_swap",
            Op::CompareAndDelete => "compare_and_delete",
            Op::DeleteIf => "delete_if",
            Op::Update => "update",
            Op::Visit => "visit",
            Op::Retain => "retain",
            Op::Clear => "clear",
            Op::Add => "add",
            Op::Count => "count",
            Op::Reset => "reset_and_get",
            Op::GetOrInsert => "get_or_insert",
            Op::GetOrFail => "get_or_fail",
            Op::Remove => "remove",
            Op::SetIfChanged => "set_if_changed",
            Op::AddTo => "add_to",
            Op::Snapshot => "snapshot",
            Op::Register => "register",
            Op::Unregister => "unregister",
            Op::State => "state",
            Op::Start => "start",
            Op::Stop => "stop",
        }
    }

    /// How many of its arguments it has.
    pub fn arity(self) -> usize {
        match self {
            Op::CompareAndSwap => 2,
            Op::Store
            | Op::Swap
            | Op::LoadOrStore
            | Op::CompareAndDelete
            | Op::DeleteIf
            | Op::Update
            | Op::Retain => 1,
            Op::Add | Op::GetOrInsert | Op::SetIfChanged | Op::AddTo | Op::Register | Op::Unregister => 1,
            _ => 0,
        }
    }

    /// Whether it is of all keys.
    pub fn is_of_all(self) -> bool {
        matches!(self, Op::Clear | Op::Snapshot)
    }
}
