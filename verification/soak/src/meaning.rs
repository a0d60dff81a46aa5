//! What each operation means: its effect on a sequential state, and what it may return.
//!
//! A map is one register for each key, so its history is linearizable if that of each key is (locality): each key is judged alone. `clear`
//! and a snapshot at one moment are of all keys at once: a window that has them has [`KEYS`] keys and is judged as a whole. A walk
//! (`range`, `retain`, the list of a registry) promises only that it is right for each key at a moment of its own, so it is one
//! event for each key, which lasts as long as the walk.

use crate::event::{ABSENT, Event, KEYS, Op, Ret};

/// A number for each key that is judged together; of one key, what it has (a service: which, its state, who is starting or stopping it).
pub type State = [i64; KEYS];

/// Nothing is there.
pub const EMPTY: State = [ABSENT; KEYS];

/// The states of a service, as in `WORDS`.
const STARTING: i64 = 1;
const RUNNING: i64 = 2;
const STOPPING: i64 = 3;
const STOPPED: i64 = 4;
/// The other words.
const STARTED: u8 = 6;
const UNREGISTERED: u8 = 7;
const NOT_REGISTERED: u8 = 8;

/// What kind of state the keys have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A number or nothing.
    Register,
    /// The same, and an entry may vanish whenever room is made: a bounded cache.
    Forgetful,
    /// A service.
    Service,
}

impl Meaning {
    /// At how many moments a call takes effect.
    pub fn parts(self, event: &Event) -> u8 {
        match (event.op, event.ret) {
            (Op::Start, Ret::Word(STARTED | UNREGISTERED)) => 2,
            (Op::Stop, Ret::Word(place)) if i64::from(place) == STOPPED => 2,
            _ => 1,
        }
    }

    /// Takes effect in `state`, whose numbers begin with that of the event's key at `at`; `part` is which moment it is. Whether that fits what the
    /// call returned.
    pub fn apply(self, event: &Event, part: u8, at: usize, state: &mut State) -> bool {
        match self {
            Meaning::Service => service(event, part, state),
            Meaning::Register => register(event, at, state),
            Meaning::Forgetful => {
                let missed = matches!(event.ret, Ret::Value(ABSENT) | Ret::Bool(false));
                let computed = event.op == Op::GetOrInsert && event.ret == Ret::Value(event.args[0]);
                if missed || computed {
                    state[at] = ABSENT;
                }
                register(event, at, state)
            }
        }
    }

    /// Whether a call that returned this leaves the state as it is, whatever it is. Such a call may take effect as soon as it fits.
    pub fn only_reads(self, event: &Event) -> bool {
        let is_read = matches!(
            event.op,
            Op::Load | Op::ContainsKey | Op::Visit | Op::Count | Op::GetOrFail | Op::Snapshot | Op::State
        );
        let is_idle = match (event.op, event.ret) {
            (Op::LoadOrStore | Op::Register, Ret::Loaded(_)) => true,
            (Op::LoadAndDelete | Op::DeleteIf | Op::Update, Ret::Value(ABSENT)) => true,
            (Op::Delete | Op::CompareAndSwap | Op::CompareAndDelete | Op::SetIfChanged, Ret::Bool(false)) => {
                true
            }
            (Op::Start | Op::Stop, _) => self.parts(event) == 1,
            _ => false,
        };
        let forgets =
            self == Meaning::Forgetful && matches!(event.ret, Ret::Value(ABSENT) | Ret::Bool(false));
        (is_read || is_idle) && !forgets
    }

    /// Whether what a quiet subject shows of the keys that are judged together is what this state means.
    pub fn shows(self, state: &State, shown: &State) -> bool {
        match self {
            Meaning::Register => state == shown,
            Meaning::Forgetful => state == shown || *shown == EMPTY,
            // Nobody is starting or stopping it any more.
            Meaning::Service => state[..2] == shown[..2],
        }
    }
}

/// A key of a map, a counter, a key of a cache or of a configuration.
fn register(event: &Event, at: usize, state: &mut State) -> bool {
    let here = state[at];
    let is_there = here != ABSENT;
    let [first, second] = event.args;
    let (after, ret) = match event.op {
        Op::Clear => {
            *state = EMPTY;
            return true;
        }
        Op::Snapshot => return event.ret == Ret::All(*state),
        Op::Load | Op::Visit | Op::GetOrFail => (here, Ret::Value(here)),
        Op::ContainsKey => (here, Ret::Bool(is_there)),
        Op::Store => (first, Ret::Unit),
        Op::Swap => (first, Ret::Value(here)),
        Op::LoadOrStore if is_there => (here, Ret::Loaded(here)),
        Op::LoadOrStore => (first, Ret::Stored(first)),
        Op::LoadAndDelete => (ABSENT, Ret::Value(here)),
        Op::Delete => (ABSENT, Ret::Bool(is_there)),
        Op::Remove => (ABSENT, Ret::Unit),
        Op::CompareAndSwap if is_there && here == first => (second, Ret::Bool(true)),
        Op::CompareAndDelete if is_there && here == first => (ABSENT, Ret::Bool(true)),
        Op::CompareAndSwap | Op::CompareAndDelete => (here, Ret::Bool(false)),
        Op::DeleteIf if is_there && here >= first => (ABSENT, Ret::Value(here)),
        Op::DeleteIf => (here, Ret::Value(ABSENT)),
        Op::Update if is_there => (here.wrapping_add(first), Ret::Value(here.wrapping_add(first))),
        Op::Update => (here, Ret::Value(ABSENT)),
        Op::Retain if is_there && here < first => (ABSENT, Ret::Unit),
        Op::Retain => (here, Ret::Unit),
        Op::Add | Op::AddTo => {
            let sum = if is_there { here.wrapping_add(first) } else { first };
            (sum, Ret::Value(sum))
        }
        Op::Count => (here, Ret::Value(if is_there { here } else { 0 })),
        Op::Reset if is_there => (0, Ret::Value(here)),
        Op::Reset => (here, Ret::Value(0)),
        Op::GetOrInsert if is_there => (here, Ret::Value(here)),
        Op::GetOrInsert => (first, Ret::Value(first)),
        Op::SetIfChanged => (first, Ret::Bool(here != first)),
        Op::Register | Op::Unregister | Op::State | Op::Start | Op::Stop => return false,
    };
    state[at] = after;
    ret == event.ret
}

/// A service: number, state, and who is starting or stopping it.
fn service(event: &Event, part: u8, state: &mut State) -> bool {
    let is_there = state[0] != ABSENT;
    let me = i64::from(event.thread);
    let word = if let Ret::Word(place) = event.ret { place } else { u8::MAX };
    let is_in = |now: i64| event.ret == Ret::Is(u8::try_from(now).unwrap_or(u8::MAX));
    match (event.op, part) {
        (Op::Register, _) if is_there => event.ret == Ret::Loaded(state[0]),
        (Op::Register, _) => {
            *state = [event.args[0], 0, ABSENT, ABSENT];
            event.ret == Ret::Stored(event.args[0])
        }
        (Op::Unregister, _) => {
            let fits = state[0] == event.args[0];
            *state = EMPTY;
            fits
        }
        (Op::Load, _) => event.ret == Ret::Value(state[0]),
        (Op::Visit, _) => event.ret == Ret::Bool(is_there),
        (Op::State, _) if is_there => i64::from(word) == state[1],
        (Op::State, _) => word == NOT_REGISTERED,
        (Op::Start | Op::Stop, 0) if word == NOT_REGISTERED => !is_there,
        (Op::Start, 0) => {
            let may = is_there && !matches!(state[1], STARTING | RUNNING | STOPPING);
            claim(word == STARTED || word == UNREGISTERED, may, STARTING, me, state)
                || is_there && !may && is_in(state[1])
        }
        (Op::Stop, 0) => {
            let may = is_there && state[1] == RUNNING;
            claim(i64::from(word) == STOPPED, may, STOPPING, me, state) || is_there && !may && is_in(state[1])
        }
        (Op::Start, _) if word == STARTED => release(RUNNING, me, state),
        (Op::Start, _) => state[2] != me,
        // Whether it was unregistered meanwhile, a stop does not say.
        (Op::Stop, _) => release(STOPPED, me, state) || state[2] != me,
        _ => false,
    }
}

fn claim(asked: bool, may: bool, to: i64, me: i64, state: &mut State) -> bool {
    let claims = asked && may;
    if claims {
        (state[1], state[2]) = (to, me);
    }
    claims
}

fn release(to: i64, me: i64, state: &mut State) -> bool {
    let is_mine = state[2] == me;
    if is_mine {
        (state[1], state[2]) = (to, ABSENT);
    }
    is_mine
}
