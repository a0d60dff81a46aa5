//! The registry of services.
//!
//! A service has a number, and is registered under a key. Its state goes through Starting and Stopping, which other threads can see,
//! so to start and to stop take effect at two moments.

use linear::Param::{Key, Value};
use linear::{
    Answer, Call, Operation, Part, Specification, State, field, op, or_absent, show_words, visited, word,
};

/// What it can do.
pub(super) const OPERATIONS: &[Operation] = &[
    op(
        "register",
        &[Key, Value],
        "registers service VALUE (1 to 4) under the name: stored, or loaded another",
    ),
    op("unregister", &[Key, Value], "drops the registration of this service: whether there was one"),
    op("get", &[Key], "the service"),
    op("state", &[Key], "what the service is doing"),
    op("list", &[], "the names, each with a 1"),
    op("start", &[Key], "starts the service"),
    op("stop", &[Key], "stops the service"),
    op(
        "start_all",
        &[],
        "starts all; for each name 1 started, 2 started and stopped again, 3 in other hands",
    ),
    op("stop_all", &[], "stops all; for each name 1 stopped, 3 in other hands"),
];

/// The states, as a number in field 1 of a name. (Field 0 is the number of the service.)
pub(super) const STATES: [&str; 6] = ["registered", "starting", "running", "stopping", "stopped", "failed"];
const STARTING: i64 = 1;
const RUNNING: i64 = 2;
const STOPPING: i64 = 3;
const STOPPED: i64 = 4;

/// Where a name keeps its state, and how often it was registered.
fn state_of(key: i64) -> i64 {
    field(1, key)
}
fn generation_of(key: i64) -> i64 {
    field(2, key)
}
/// Set while this service of a name is registered.
fn registration_of(key: i64, service: i64) -> i64 {
    field(3, 50 * key + service)
}

/// Set while a call on all services is under way.
fn turn() -> i64 {
    field(4, 0)
}

#[derive(Debug)]
pub(super) struct Registry;

impl Specification for Registry {
    fn parts(&self, call: &Call, universe: &[i64]) -> usize {
        match call.name() {
            "start" | "stop" => 2,
            "list" => universe.len(),
            "start_all" => 4 * universe.len(),
            "stop_all" => 2 * universe.len(),
            _ => 1,
        }
    }

    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let first = call.args[0];
        match call.name() {
            "register" => register(first, call.args[1], state),
            "unregister" => {
                let registered = state.remove(&registration_of(first, call.args[1])).is_some();
                if registered {
                    state.remove(&first);
                    state.remove(&state_of(first));
                }
                Answer::Bool(registered)
            }
            "get" => or_absent(state.get(&first).copied()),
            "state" => {
                state.get(&state_of(first)).map_or(Answer::Absent, |state| word(STATES[*state as usize]))
            }
            name => Answer::Broken(format!("{name} has several parts")),
        }
    }

    fn apply_part(&self, part: Part<'_>, state: &mut State) -> bool {
        match (part.call.name(), part.ret) {
            ("list", Answer::Pairs(names)) => {
                visited(names, part.key()).is_some() == state.contains_key(&part.key())
            }
            ("list", _) => true,
            ("start", _) => start(part, state),
            ("stop", _) => stop(part, state),
            ("start_all", Answer::Pairs(rows)) => {
                in_turn(part, state, |part, state| start_all(rows, part, state))
            }
            ("stop_all", Answer::Pairs(rows)) => {
                in_turn(part, state, |part, state| stop_all(rows, part, state))
            }
            ("start_all" | "stop_all", _) => alone(part, state),
            _ => false,
        }
    }

    fn contents(&self, state: &State) -> Vec<(i64, i64)> {
        let names = state.iter().filter(|(key, _)| **key < field(1, 0));
        names.map(|(key, number)| (*key, 10 * number + state[&state_of(*key)])).collect()
    }

    fn show(&self, contents: &[(i64, i64)]) -> String {
        show_words(contents, |shown| format!("{} {}", shown / 10, STATES[(shown % 10) as usize]))
    }
}

fn register(key: i64, service: i64, state: &mut State) -> Answer {
    if let Some(other) = state.get(&key) {
        return Answer::Loaded(*other);
    }
    state.insert(key, service);
    state.insert(state_of(key), 0);
    state.insert(registration_of(key, service), 1);
    *state.entry(generation_of(key)).or_insert(0) += 1;
    Answer::Stored(service)
}

/// A name's state and generation, if it is registered.
fn current(key: i64, state: &State) -> Option<(i64, i64)> {
    Some((*state.get(&state_of(key))?, state[&generation_of(key)]))
}

/// What a call has claimed, by the place of the name in the universe: its generation, or 0.
fn claimed(memo: i64, place: usize) -> i64 {
    memo >> (8 * place) & 0xff
}

/// Claims the service of a name for a change of state, if `may` says so of its state.
fn claim(
    key: i64,
    place: usize,
    to: i64,
    may: impl Fn(i64) -> bool,
    memo: &mut i64,
    state: &mut State,
) -> bool {
    match current(key, state) {
        Some((now, generation)) if may(now) => {
            *memo |= generation << (8 * place);
            state.insert(state_of(key), to);
            true
        }
        _ => false,
    }
}

/// The end of such a change: whether the service that was claimed is still the one that is registered.
fn release(key: i64, place: usize, to: i64, memo: i64, state: &mut State) -> bool {
    let here = current(key, state).is_some_and(|(_, generation)| generation == claimed(memo, place));
    if here {
        state.insert(state_of(key), to);
    }
    here
}

/// The state of a name, if a call that says `is …` has found that.
fn found(key: i64, state: &State, word: &str) -> Option<i64> {
    let (now, _) = current(key, state)?;
    (STATES[now as usize] == word.strip_prefix("is ")?).then_some(now)
}

fn may_start(state: i64) -> bool {
    !matches!(state, STARTING | RUNNING | STOPPING)
}

fn start(part: Part<'_>, state: &mut State) -> bool {
    let key = part.call.args[0];
    let Part { ret, number, done, memo, .. } = part;
    if number == 1 && done & 1 == 0 {
        return false;
    }
    match (ret, number) {
        (Answer::Word(word), 0) if word == "not registered" => current(key, state).is_none(),
        (Answer::Word(word), 0) if word == "started" || word == "unregistered" => {
            claim(key, 0, STARTING, may_start, memo, state)
        }
        (Answer::Word(word), 0) => found(key, state, word).is_some_and(|now| !may_start(now)),
        (Answer::Word(word), _) => match word.as_str() {
            "started" => release(key, 0, RUNNING, *memo, state),
            "unregistered" => !release(key, 0, RUNNING, *memo, state),
            _ => true,
        },
        (_, 0) => {
            claim(key, 0, STARTING, may_start, memo, state);
            true
        }
        _ => claimed(*memo, 0) == 0 || release(key, 0, RUNNING, *memo, state),
    }
}

fn stop(part: Part<'_>, state: &mut State) -> bool {
    let key = part.call.args[0];
    let Part { ret, number, done, memo, .. } = part;
    if number == 1 && done & 1 == 0 {
        return false;
    }
    let runs = |now| now == RUNNING;
    match (ret, number) {
        (Answer::Word(word), 0) if word == "not registered" => current(key, state).is_none(),
        (Answer::Word(word), 0) if word == "stopped" => claim(key, 0, STOPPING, runs, memo, state),
        (Answer::Word(word), 0) => found(key, state, word).is_some_and(|now| !runs(now)),
        (_, 0) => {
            claim(key, 0, STOPPING, runs, memo, state);
            true
        }
        _ => {
            if claimed(*memo, 0) != 0 {
                release(key, 0, STOPPED, *memo, state);
            }
            true
        }
    }
}

/// A call on all services has the turn from its first part to its last; meanwhile no other one begins.
fn in_turn(part: Part<'_>, state: &mut State, apply: impl FnOnce(Part<'_>, &mut State) -> bool) -> bool {
    let all = (1 << Registry.parts(part.call, part.universe)) - 1;
    let is_last = part.done | 1 << part.number == all;
    if part.done == 0 && state.insert(turn(), 1).is_some() {
        return false;
    }
    let fits = apply(part, state);
    if is_last {
        state.remove(&turn());
    }
    fits
}

/// Four parts for each name: claim and release for the start, claim and release for the way back. Where nothing was done, the
/// fourth part tells two ways apart by coming first: the start was begun, and the service then unregistered.
fn start_all(rows: &[(i64, i64)], part: Part<'_>, state: &mut State) -> bool {
    let (place, phase) = (part.number / 4, part.number % 4);
    let key = part.universe[place];
    let done = part.done >> (4 * place);
    let after = |phase: usize| done & (1 << phase) != 0;
    match (visited(rows, key), phase) {
        (Some(1 | 2), 0) => claim(key, place, STARTING, may_start, part.memo, state),
        (Some(1 | 2), 1) => after(0) && release(key, place, RUNNING, *part.memo, state),
        (Some(2), 2) => after(1) && claim(key, place, STOPPING, |now| now == RUNNING, part.memo, state),
        (Some(2), 3) => {
            after(2) && {
                release(key, place, STOPPED, *part.memo, state);
                true
            }
        }
        (Some(3), 0) => current(key, state).is_some_and(|(now, _)| matches!(now, STARTING | STOPPING)),
        (None, 0) if rows.iter().any(|(_, code)| *code == 3) => true,
        (None, 0) if after(3) => claim(key, place, STARTING, may_start, part.memo, state),
        (None, 0) => current(key, state).is_none_or(|(now, _)| now == RUNNING),
        (None, 1) => {
            after(0) && (claimed(*part.memo, place) == 0 || !release(key, place, RUNNING, *part.memo, state))
        }
        _ => true,
    }
}

fn stop_all(rows: &[(i64, i64)], part: Part<'_>, state: &mut State) -> bool {
    let (place, phase) = (part.number / 2, part.number % 2);
    let key = part.universe[place];
    let begun = part.done >> (2 * place) & 1 != 0;
    match (visited(rows, key), phase) {
        (Some(1), 0) => claim(key, place, STOPPING, |now| now == RUNNING, part.memo, state),
        (Some(1), _) => {
            begun && {
                release(key, place, STOPPED, *part.memo, state);
                true
            }
        }
        (Some(_), 0) => current(key, state).is_some_and(|(now, _)| matches!(now, STARTING | STOPPING)),
        (None, 0) => current(key, state).is_none_or(|(now, _)| matches!(now, 0 | STOPPED)),
        _ => true,
    }
}

/// In a set-up: nobody else is there.
fn alone(part: Part<'_>, state: &mut State) -> bool {
    for key in part.universe {
        if let Some((now, _)) = current(*key, state) {
            match part.call.name() {
                "start_all" if may_start(now) => state.insert(state_of(*key), RUNNING),
                "stop_all" if now == RUNNING => state.insert(state_of(*key), STOPPED),
                _ => None,
            };
        }
    }
    true
}
