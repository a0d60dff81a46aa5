//! Programs that wait for ever, by the sequential specification.
//!
//! A call may wait for another one: a `recv` for a value. If no call is left that could end the wait, the program never ends, whatever
//! the code under test does. An engine can say no more about it than "deadlock", and on real threads nothing happens at all. So the
//! specification is asked first: is there an order of the calls after which every thread that is left waits?
//!
//! This looks only at programs with calls that may wait. Each call is made as a whole. (A call that takes effect at several moments has
//! the same effect in the end.)

use crate::answer::Answer;
use crate::operation::Call;
use crate::program::Program;
use crate::specification::{Part, State};
use crate::verdict::Step;
use std::collections::HashSet;

/// How far the threads have come.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Situation {
    /// For each thread its next call.
    at: Vec<usize>,
    /// Whether it has begun that call, and waits.
    waits: Vec<bool>,
    state: State,
}

/// The search for a situation in which no thread can continue.
struct Search<'p> {
    program: &'p Program,
    universe: Vec<i64>,
    seen: HashSet<Situation>,
    /// The calls that lead to the situation at hand.
    order: Vec<String>,
    /// The first dead end, and the calls that lead there.
    stuck: Option<(Situation, Vec<String>)>,
    /// Some order of the calls comes to the end of all threads.
    can_end: bool,
}

/// Why a program waits for ever, in its own words; `None` if it does not. Also `None` for a program with lawless users: the specification
/// does not say what a call does whose user code panics or lies.
pub fn waits_for_ever(program: &Program) -> Option<String> {
    let specification = program.subject.specification;
    let is_lawful = program.misdeeds.is_empty();
    if !is_lawful || !program.calls().any(|call| specification.may_wait(call)) {
        return None;
    }
    let universe = program.universe();
    let none = vec![0; program.threads.len()];
    let mut start = Situation { waits: vec![false; none.len()], at: none, state: State::new() };
    for call in &program.setup {
        let thread = program.threads.len();
        if make(program, &universe, thread, call, &mut start.state) == Answer::Blocked {
            let reason = specification.why_waits(call, &start.state);
            return Some(format!("`{call}` of the set-up waits for ever: {reason}"));
        }
    }
    let (seen, order) = (HashSet::new(), Vec::new());
    let mut search = Search { program, universe, seen, order, stuck: None, can_end: false };
    search.go_on(start);
    let (situation, order) = search.stuck.take()?;
    let when = match search.can_end {
        false => "whatever the order of the calls, ".to_owned(),
        true if order.is_empty() => "in one order of the calls, ".to_owned(),
        true => format!("when {} come first, ", order.join(", ")),
    };
    Some(format!("{when}{}", search.who_waits(&situation)))
}

/// Makes a call as the specification has it.
fn make(program: &Program, universe: &[i64], thread: usize, call: &Call, state: &mut State) -> Answer {
    let specification = program.subject.specification;
    if program.subject.is_atomic(call) {
        return specification.apply(call, i64::try_from(thread).unwrap_or(0), state);
    }
    let mut memo = 0;
    for number in 0..specification.parts(call, universe) {
        let part =
            Part { call, ret: &Answer::Unit, number, done: (1 << number) - 1, universe, memo: &mut memo };
        specification.apply_part(part, state);
    }
    Answer::Unit
}

impl Search<'_> {
    fn call(&self, situation: &Situation, thread: usize) -> Option<&Call> {
        self.program.threads[thread].get(situation.at[thread])
    }

    /// Whether another thread waits, and has what this call needs for itself.
    fn is_kept_out(&self, situation: &Situation, thread: usize) -> bool {
        let specification = self.program.subject.specification;
        let needs = self.call(situation, thread).and_then(|call| specification.needs_alone(call));
        let has = |other: usize| self.call(situation, other).and_then(|call| specification.needs_alone(call));
        let others = (0..situation.at.len()).filter(|other| *other != thread && situation.waits[*other]);
        needs.is_some() && others.into_iter().any(|other| has(other) == needs)
    }

    fn go_on(&mut self, situation: Situation) {
        if !self.seen.insert(situation.clone()) {
            return;
        }
        let threads = 0..situation.at.len();
        let (mut is_over, mut is_stuck) = (true, true);
        for thread in threads {
            let Some(call) = self.call(&situation, thread).cloned() else { continue };
            is_over = false;
            if !situation.waits[thread] && self.is_kept_out(&situation, thread) {
                continue;
            }
            let mut after = situation.clone();
            let ret = make(self.program, &self.universe, thread, &call, &mut after.state);
            let blocked = ret == Answer::Blocked;
            if blocked && situation.waits[thread] {
                continue;
            }
            is_stuck = false;
            after.waits[thread] = blocked;
            if !blocked {
                after.at[thread] += 1;
                self.order.push(format!("`{call}`"));
            }
            self.go_on(after);
            if !blocked {
                self.order.pop();
            }
        }
        self.can_end |= is_over;
        if is_stuck && !is_over {
            // The shortest way there is the clearest.
            let is_shorter = self.stuck.as_ref().is_none_or(|(_, order)| self.order.len() < order.len());
            if is_shorter {
                self.stuck = Some((situation, self.order.clone()));
            }
        }
    }

    /// The calls that wait, and for what.
    fn who_waits(&self, situation: &Situation) -> String {
        let who = (0..situation.at.len()).filter_map(|thread| {
            let call = self.call(situation, thread)?;
            let reason = match situation.waits[thread] {
                true => self.program.subject.specification.why_waits(call, &situation.state),
                false => "what it needs is in the hands of one that waits".to_owned(),
            };
            Some(format!("`{call}` of thread {thread} waits for ever: {reason}"))
        });
        who.collect::<Vec<_>>().join("; ")
    }
}

/// The calls that were begun and did not return in an execution in which no thread could continue, in the words of the program.
pub fn who_does_not_return(program: &Program, steps: &[Step]) -> String {
    let last = |thread: usize| {
        let of_thread =
            |step: &&Step| step.thread == thread && matches!(step.action.as_str(), "Call" | "Return");
        steps.iter().rev().find(of_thread).filter(|step| step.action == "Call")
    };
    let who = (0..program.threads.len()).filter_map(|thread| {
        let number: usize = last(thread)?.object.rsplit('#').next()?.parse().ok()?;
        let call = program.threads[thread].get(number)?;
        Some(format!("`{call}` of thread {thread} does not return"))
    });
    who.collect::<Vec<_>>().join("; ")
}
