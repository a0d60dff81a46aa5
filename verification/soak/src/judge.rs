//! Whether the calls on what is judged together (a key, or a few) have an order that explains them.
//!
//! The calls are gone through in the order of time, as Lowe's just-in-time linearization does. What is kept is the set of situations that are still
//! possible: the state, and which of the calls that are under way have taken effect. A thread has at most one call under way, so a
//! situation has two bits for each slot, however long the history is. When a call returns, it must have taken effect: each
//! situation in which it has not is replaced by all that come of it, if calls under way take effect one after the other, the
//! last of them this one. If nothing is left, no order explains the calls.
//!
//! A call that changes nothing takes effect as soon as it fits: later is never better. That keeps the sets small.

use crate::event::{Event, KEYS};
use crate::meaning::{Meaning, State};
use hashbrown::HashSet;

/// Slots of calls have numbers below this.
pub const MOST_SLOTS: usize = 64;

/// So many situations are tried for one return, and no more.
const MOST_SITUATIONS: usize = 20_000;

/// So many are tried for each call on average, and no more.
const MOST_TRIED: usize = 500;

/// What can be said of the calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// An order explains them, and what was there at the end.
    Explained,
    /// No order does.
    Unexplained(Unexplained),
    /// There were too many situations: nothing is said.
    TooLarge,
}

/// Calls that no order explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// The state before them. Everything earlier has returned by then.
    pub start: State,
    /// The calls since then, up to the one whose return leaves no order, which is the last to return; or all, if they fit and the end does not.
    pub calls: Vec<Event>,
    /// What was there at the end, if that is what does not fit.
    pub shown: Option<State>,
    /// What could have been there, if so.
    pub possible: Vec<State>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Situation {
    /// For each thread two bits: at how many of its moments the call that is under way has taken effect.
    done: u128,
    state: State,
}

impl Situation {
    fn parts(&self, slot: u8) -> u8 {
        (self.done >> (2 * slot) & 3) as u8
    }

    fn after(&self, slot: u8, state: State) -> Situation {
        Situation { done: self.done + (1 << (2 * slot)), state }
    }

    fn forget(&self, slot: u8) -> Situation {
        Situation { done: self.done & !(3 << (2 * slot)), state: self.state }
    }
}

/// Judges calls, which are in the order in which they were made, from a state that was seen before them to one that was seen after, if any was.
pub fn judge(meaning: Meaning, calls: &[Event], start: State, shown: Option<&State>) -> Judged {
    let mut search = Search::new(meaning, start, calls.len());
    // At the same time, calls are made before others return: then they overlap, which is the weaker assumption.
    let mut returns: Vec<usize> = (0..calls.len()).collect();
    returns.sort_by_key(|number| calls[*number].returned);
    let mut next = 0;
    // The last time at which no call was under way and only one state was possible: where it was in the order of calls, and the state.
    let mut cut = (0, start);
    for (returned, number) in returns.iter().enumerate() {
        let call = &calls[*number];
        while calls.get(next).is_some_and(|other| other.called <= call.returned) {
            if search.under_way.is_empty() && search.possible.len() == 1 && next == returned {
                cut = (next, search.possible[0].state);
            }
            search.call(calls[next]);
            next += 1;
        }
        match search.returns(call) {
            None => return Judged::TooLarge,
            Some(false) => {
                let calls = calls[cut.0..next].to_vec();
                return Judged::Unexplained(Unexplained {
                    start: cut.1,
                    calls,
                    shown: None,
                    possible: Vec::new(),
                });
            }
            Some(true) => {}
        }
    }
    let Some(shown) = shown else { return Judged::Explained };
    if search.possible.iter().any(|situation| meaning.shows(&situation.state, shown)) {
        return Judged::Explained;
    }
    let possible = search.possible.iter().map(|situation| situation.state).collect();
    let calls = calls[cut.0..].to_vec();
    Judged::Unexplained(Unexplained { start: cut.1, calls, shown: Some(*shown), possible })
}

struct Search {
    meaning: Meaning,
    /// So many situations may still be tried.
    left: usize,
    under_way: Vec<Event>,
    possible: Vec<Situation>,
}

impl Search {
    fn new(meaning: Meaning, start: State, calls: usize) -> Self {
        let left = MOST_SITUATIONS + MOST_TRIED * calls;
        Search { meaning, left, under_way: Vec::new(), possible: vec![Situation { done: 0, state: start }] }
    }

    /// The situation after a moment of a call, if that fits.
    fn step(&self, call: &Event, situation: &Situation) -> Option<Situation> {
        let part = situation.parts(call.slot);
        if part >= self.meaning.parts(call) {
            return None;
        }
        let mut state = situation.state;
        let fits = self.meaning.apply(call, part, place(call), &mut state);
        fits.then(|| situation.after(call.slot, state))
    }

    /// Lets calls that change nothing take effect where they fit.
    fn read(&self, mut situation: Situation) -> Situation {
        for call in self.under_way.iter().filter(|call| self.meaning.only_reads(call)) {
            if let Some(after) = self.step(call, &situation) {
                situation = after;
            }
        }
        situation
    }

    /// A call is made.
    fn call(&mut self, call: Event) {
        self.under_way.push(call);
        if self.meaning.only_reads(&call) {
            for number in 0..self.possible.len() {
                if let Some(after) = self.step(&call, &self.possible[number]) {
                    self.possible[number] = after;
                }
            }
        }
    }

    /// A call returns. Whether an order is still possible; nothing, if there are too many.
    fn returns(&mut self, call: &Event) -> Option<bool> {
        let is_done = |situation: &Situation| situation.parts(call.slot) == self.meaning.parts(call);
        let mut found = HashSet::new();
        let mut seen = HashSet::new();
        let mut open: Vec<Situation> = Vec::new();
        for situation in &self.possible {
            if is_done(situation) {
                found.insert(situation.forget(call.slot));
            } else if seen.insert(situation.clone()) {
                open.push(situation.clone());
            }
        }
        while let Some(situation) = open.pop() {
            for other in &self.under_way {
                let Some(after) = self.step(other, &situation) else { continue };
                let after = self.read(after);
                if is_done(&after) {
                    found.insert(after.forget(call.slot));
                } else if seen.insert(after.clone()) {
                    open.push(after);
                }
            }
            if seen.len() + found.len() > MOST_SITUATIONS.min(self.left) {
                return None;
            }
        }
        self.left -= seen.len() + found.len();
        self.possible = found.into_iter().collect();
        self.under_way.retain(|other| other.slot != call.slot);
        Some(!self.possible.is_empty())
    }
}

/// Where the number of a call's key is in the state: a key that is judged alone is the first.
fn place(call: &Event) -> usize {
    call.key as usize % KEYS
}
