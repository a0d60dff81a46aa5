//! The configuration store.
//!
//! A subscription has a number. What it knows of its key is a number in field 2 of it: see [`Knows`].

use linear::Param::{Key, Value};
use linear::{Answer, Call, Operation, Part, Specification, State, field, letter, op, or_absent, word};

/// What it can do.
pub(super) const OPERATIONS: &[Operation] = &[
    op("get", &[Key], "the value, or absent"),
    op("set", &[Key, Value], "sets the value, returns the one before"),
    op("set_if_changed", &[Key, Value], "sets the value if it is another: whether it was"),
    op("compare_and_set", &[Key, Value, Value], "if the first value is there, replaces it by the second"),
    op("remove", &[Key], "takes the value away, returns it"),
    op("apply", &[Value], "sets the keys a and b to this value, as one change"),
    op("snapshot", &[], "all keys and values, at one moment"),
    op("subscribe", &[Key, Value], "makes subscription VALUE"),
    op("unsubscribe", &[Value], "drops the subscription"),
    op("discard", &[Value], "the same, at some later time: another map retires it").running_destructors(),
    op("update", &[Key, Value], "adds to the value, or to zero; returns the new one"),
    op("poll", &[Value], "as try_recv; if there is nothing new, a waker stays"),
    op("subscribers", &[Key], "how many subscriptions there are"),
    op("try_recv", &[Value], "the newest value if it is new, absent, or closed"),
    op("recv", &[Value], "the same, but waits"),
    op("recv_async", &[Value], "the same, as a future"),
    op("publish", &[Key, Value], "writes plain memory, then sets"),
    op("recv_published", &[Value], "waits for a value, and reads that memory"),
];

/// The calls that wait for a value.
const WAIT: [&str; 3] = ["recv", "recv_async", "recv_published"];

/// What a subscription knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Knows {
    /// It has not seen a value, and there is none.
    Waits,
    /// It has not seen a value, and there is one.
    First,
    /// It belongs to a value, and has received the newest.
    Seen,
    /// It belongs to a value, and has not received the newest.
    New,
    /// The value that it belonged to was removed.
    Closed,
}

/// The same in words, by number.
pub(super) const KNOWLEDGE: [&str; 5] = ["waits", "first", "seen", "new", "closed"];

const ALL: [Knows; 5] = [Knows::Waits, Knows::First, Knows::Seen, Knows::New, Knows::Closed];

/// The key that a subscription is to, and what it knows.
fn key_of(subscription: i64) -> i64 {
    field(1, subscription)
}
pub(super) fn knowledge_of(subscription: i64) -> i64 {
    field(2, subscription)
}
/// Set while an `apply` has changed the first key and not the second.
const HALF_APPLIED: i64 = 9000;

#[derive(Debug)]
pub(super) struct Config;

impl Specification for Config {
    fn parts(&self, call: &Call, _universe: &[i64]) -> usize {
        if call.name() == "apply" { 2 } else { 1 }
    }

    fn only_reads(&self, call: &Call) -> bool {
        call.name() == "snapshot"
    }

    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let first = call.args.first().copied().unwrap_or(0);
        let arg = |n: usize| call.args[n];
        let here = state.get(&first).copied();
        let reads =
            matches!(call.name(), "get" | "try_recv" | "poll" | "recv" | "recv_async" | "recv_published");
        if !reads && state.contains_key(&HALF_APPLIED) {
            return Answer::Blocked; // the writer's mutex
        }
        match call.name() {
            "get" => or_absent(here),
            "set" | "publish" => {
                set(first, arg(1), state);
                or_absent(here)
            }
            "set_if_changed" => Answer::Bool(set_if_changed(first, arg(1), state)),
            "compare_and_set" => {
                let matches = here == Some(arg(1));
                if matches {
                    set(first, arg(2), state);
                }
                Answer::Bool(matches)
            }
            "remove" => {
                remove(first, state);
                or_absent(here)
            }
            "snapshot" => Answer::Pairs(keys(state)),
            "subscribe" if state.contains_key(&key_of(arg(1))) => {
                Answer::Broken("this number is in use".into())
            }
            "subscribe" => {
                state.insert(key_of(arg(1)), first);
                let there = state.contains_key(&first);
                know(arg(1), if there { Knows::New } else { Knows::Waits }, state);
                Answer::Unit
            }
            "update" => {
                let value = here.unwrap_or(0) + arg(1);
                set(first, value, state);
                Answer::Value(value)
            }
            "unsubscribe" | "discard" => {
                state.remove(&knowledge_of(first));
                Answer::Bool(state.remove(&key_of(first)).is_some())
            }
            "subscribers" => Answer::Value(subscribers(first, state).len() as i64),
            "try_recv" | "poll" => receive(first, state),
            name if WAIT.contains(&name) => match receive(first, state) {
                Answer::Absent => Answer::Blocked,
                received => received,
            },
            name => Answer::Broken(format!("{name} has several parts")),
        }
    }

    /// An `apply`: the key `a`, then the key `b`.
    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        let value = part.call.args[0];
        if part.number == 0 {
            let free = state.insert(HALF_APPLIED, 1).is_none();
            set_if_changed(0, value, state);
            return free;
        }
        if part.done & 1 == 0 {
            return false;
        }
        set_if_changed(1, value, state);
        state.remove(&HALF_APPLIED).is_some()
    }

    fn may_wait(&self, call: &Call) -> bool {
        WAIT.contains(&call.name())
    }

    fn why_waits(&self, call: &Call, state: &State) -> String {
        let subscription = call.args[0];
        let what = match knows(subscription, state) {
            Some(Knows::Seen) => "sets or removes",
            _ => "sets",
        };
        let key = state.get(&key_of(subscription)).map_or('?', |key| letter(*key));
        format!("nothing {what} key {key} after it")
    }

    /// A subscription is used by one thread at a time: by `&mut`.
    fn needs_alone(&self, call: &Call) -> Option<i64> {
        match call.name() {
            "try_recv" | "poll" | "unsubscribe" | "discard" => call.args.first().copied(),
            "subscribe" => call.args.get(1).copied(),
            name if WAIT.contains(&name) => call.args.first().copied(),
            _ => None,
        }
    }

    /// The keys, and what each subscription knows: so that at the end of every program it is seen whether one has missed the newest.
    fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        let subscriptions = state.range(knowledge_of(0)..field(3, 0));
        keys(state).into_iter().chain(subscriptions.map(|(place, knows)| (*place, *knows))).collect()
    }

    fn show(&self, contents: &[(i64, i64)]) -> String {
        let rows = contents.iter().map(|(place, shown)| match place - knowledge_of(0) {
            subscription @ 0.. => {
                let knows = usize::try_from(*shown).ok().and_then(|knows| KNOWLEDGE.get(knows));
                format!("{subscription}:{}", knows.unwrap_or(&"a value that is not the newest"))
            }
            _ => format!("{}:{shown}", letter(*place)),
        });
        format!("{{{}}}", rows.collect::<Vec<_>>().join(" "))
    }
}

fn keys(state: &State) -> Vec<(i64, i64)> {
    state.range(..field(1, 0)).map(|(key, value)| (*key, *value)).collect()
}

fn know(subscription: i64, knows: Knows, state: &mut State) {
    let number = ALL.iter().position(|other| *other == knows).unwrap_or(0);
    state.insert(knowledge_of(subscription), number as i64);
}

fn knows(subscription: i64, state: &State) -> Option<Knows> {
    ALL.get(*state.get(&knowledge_of(subscription))? as usize).copied()
}

fn subscribers(key: i64, state: &State) -> Vec<i64> {
    let subscriptions = state.range(key_of(0)..knowledge_of(0)).filter(|(_, of)| **of == key);
    subscriptions.map(|(place, _)| place - key_of(0)).collect()
}

fn set(key: i64, value: i64, state: &mut State) {
    state.insert(key, value);
    for number in subscribers(key, state) {
        match knows(number, state) {
            Some(Knows::Waits) => know(number, Knows::First, state),
            Some(Knows::Seen) => know(number, Knows::New, state),
            _ => {}
        }
    }
}

fn set_if_changed(key: i64, value: i64, state: &mut State) -> bool {
    let changed = state.get(&key) != Some(&value);
    if changed {
        set(key, value, state);
    }
    changed
}

fn remove(key: i64, state: &mut State) {
    state.remove(&key);
    for number in subscribers(key, state) {
        match knows(number, state) {
            Some(Knows::First) => know(number, Knows::Waits, state),
            Some(Knows::Seen | Knows::New) => know(number, Knows::Closed, state),
            _ => {}
        }
    }
}

fn receive(subscription: i64, state: &mut State) -> Answer {
    match knows(subscription, state) {
        Some(Knows::First | Knows::New) => {
            know(subscription, Knows::Seen, state);
            or_absent(state.get(&state[&key_of(subscription)]).copied())
        }
        Some(Knows::Waits | Knows::Seen) => Answer::Absent,
        Some(Knows::Closed) => word("closed"),
        None => word("not subscribed"),
    }
}
