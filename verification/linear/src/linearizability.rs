//! Whether a history is linearizable.
//!
//! A history is what a run of a program did: for each call, when it began, when it returned, and what. It is linearizable
//! if there is an order of the calls that explains every result, in which a call that returned before another began comes
//! first. The search for such an order tries the calls that may come next, one after the other, and remembers which
//! situations were dead ends (after Wing and Gong, and Lowe).

use crate::answer::Answer;
use crate::history::{History, Record};
use crate::operation::Call;
use crate::program::Program;
use crate::specification::{Part, State};
use std::collections::{BTreeSet, HashSet};

/// The state in which the set-up leaves the subject, if its results were right.
pub fn state_after_setup(program: &Program) -> State {
    let thread = i64::try_from(program.threads.len()).unwrap_or(0);
    let universe = program.universe();
    let mut state = State::new();
    for call in &program.setup {
        if program.subject.is_atomic(call) {
            program.subject.specification.apply(call, thread, &mut state);
            continue;
        }
        // A call of several parts, made alone. Its result is not known; calls that write accept any result.
        let before = state.clone();
        let ret = program.subject.specification.answer_alone(call);
        let mut memo = 0;
        for number in 0..program.subject.specification.parts(call, &universe) {
            let done = (1 << number) - 1;
            let part = Part { call, ret: &ret, number, done, universe: &universe, memo: &mut memo };
            program.subject.specification.apply_part(part, &mut state);
        }
        debug_assert!(!program.subject.specification.only_reads(call) || before == state, "{call}");
    }
    state
}

/// The program, prepared for checking many histories of it.
#[derive(Debug)]
pub struct Checker<'p> {
    program: &'p Program,
    universe: Vec<i64>,
    start: State,
    /// Whether a call that returned before another was made must come before it, even on another thread.
    real_time: bool,
}

/// How far a search for an order has come.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Situation {
    /// A bit for each part of each call that has taken effect.
    done: u64,
    state: State,
    memos: Vec<i64>,
}

struct Pending<'h> {
    record: &'h Record,
    call: &'h Call,
    first_bit: usize,
    parts: usize,
}

/// The result that the specification expects of a call that panicked, if it is to have taken effect.
fn guesses(call: &Call) -> Vec<Answer> {
    let values = call.args.get(1..).unwrap_or_default().iter().map(|value| Answer::Value(*value));
    values.chain([Answer::Unit, Answer::Absent, Answer::Failed]).collect()
}

impl Pending<'_> {
    /// User code unwound it, and its thread continued.
    fn panicked(&self) -> bool {
        self.record.ret == Answer::Panicked
    }

    fn mask(&self) -> u64 {
        ((1_u64 << self.parts) - 1) << self.first_bit
    }
}

impl<'p> Checker<'p> {
    /// A checker for runs of this program. Without `real_time`, any order is accepted that keeps the order of each thread.
    pub fn new(program: &'p Program, real_time: bool) -> Self {
        Checker { program, universe: program.universe(), start: state_after_setup(program), real_time }
    }

    /// Whether one call must come before another.
    fn comes_before(&self, first: &Record, second: &Record) -> bool {
        if first.ret == Answer::Panicked {
            return false; // it may take effect whenever it likes, or not
        }
        let same_thread = first.thread == second.thread && first.number < second.number;
        same_thread || self.real_time && first.returned < second.called
    }

    /// Whether the history is linearizable and ends in its contents.
    pub fn is_linearizable(&self, history: &History) -> bool {
        let subject = self.program.subject;
        let mut first_bit = 0;
        let mut pending = Vec::with_capacity(history.records.len());
        for record in &history.records {
            let call = self.program.call(record.thread, record.number);
            let parts = subject.specification.parts(call, &self.universe);
            pending.push(Pending { record, call, first_bit, parts });
            first_bit += parts;
        }
        assert!(first_bit <= 63, "the parser bounds the size of a program");
        let start = Situation { done: 0, state: self.start.clone(), memos: vec![0; pending.len()] };
        let all = pending.iter().filter(|p| !p.panicked()).fold(0, |all, p| all | p.mask());
        self.search(&pending, start, all, &history.contents, &mut HashSet::new())
    }

    fn search(
        &self,
        pending: &[Pending<'_>],
        situation: Situation,
        all: u64,
        contents: &[(i64, i64)],
        dead_ends: &mut HashSet<Situation>,
    ) -> bool {
        if situation.done & all == all
            && self.program.subject.specification.contents_fit(&situation.state, contents)
        {
            return true;
        }
        if dead_ends.contains(&situation) {
            return false;
        }
        for (index, next) in pending.iter().enumerate() {
            let is_done = |p: &Pending<'_>| situation.done & p.mask() == p.mask();
            if is_done(next)
                || pending.iter().any(|p| self.comes_before(p.record, next.record) && !is_done(p))
            {
                continue;
            }
            for part in (0..next.parts).filter(|part| situation.done & (1 << (next.first_bit + part)) == 0) {
                let known = [next.record.ret.clone()];
                let guesses = if next.panicked() { guesses(next.call) } else { Vec::new() };
                for ret in if next.panicked() { &guesses[..] } else { &known } {
                    if let Some(after) = self.step(next, index, part, ret, &situation)
                        && self.search(pending, after, all, contents, dead_ends)
                    {
                        return true;
                    }
                }
            }
        }
        dead_ends.insert(situation);
        false
    }

    /// The situation after one part of one call, if that fits what the call returned.
    fn step(
        &self,
        next: &Pending<'_>,
        index: usize,
        part: usize,
        ret: &Answer,
        before: &Situation,
    ) -> Option<Situation> {
        let subject = self.program.subject;
        let mut after = before.clone();
        after.done |= 1 << (next.first_bit + part);
        if next.parts == 1 && subject.is_atomic(next.call) {
            let thread = i64::try_from(next.record.thread).ok()?;
            let applied = subject.specification.apply(next.call, thread, &mut after.state);
            let fits = if next.panicked() { applied != Answer::Blocked } else { applied == *ret };
            return fits.then_some(after);
        }
        let part = Part {
            call: next.call,
            ret,
            number: part,
            done: (before.done & next.mask()) >> next.first_bit,
            universe: &self.universe,
            memo: &mut after.memos[index],
        };
        let fits = subject.specification.apply_part(part, &mut after.state);
        let last = after.done & next.mask() == next.mask();
        let fits = fits && (!last || subject.specification.parts_fit(next.call, ret, after.memos[index]));
        fits.then_some(after)
    }
}

/// No more interleavings than this are enumerated.
const MOST_INTERLEAVINGS: u128 = 100_000;

/// How many orders of the threads' operations there are.
fn interleavings(program: &Program) -> u128 {
    let mut placed = 0_u128;
    let mut orders = 1_u128;
    for call in program.threads.iter().flat_map(|thread| 1..=thread.len() as u128) {
        // A thread's operations, placed one after the other among those of the threads before it.
        placed += 1;
        orders = orders.saturating_mul(placed) / call;
    }
    orders
}

/// The outcomes that the sequential specification allows, if each call takes effect at one moment; `None` if a call of the
/// program does not, or if there are too many orders to enumerate.
pub fn outcomes_by_specification(program: &Program) -> Option<BTreeSet<String>> {
    let calls = program.threads.iter().flatten();
    if program.has_users()
        || !calls.clone().all(|call| program.subject.is_atomic(call))
        || !program.subject.specification.is_enumerable()
    {
        return None;
    }
    if interleavings(program) > MOST_INTERLEAVINGS {
        return None;
    }
    let mut outcomes = BTreeSet::new();
    let mut at = vec![0; program.threads.len()];
    interleave(program, &mut at, &state_after_setup(program), &mut History::default(), &mut outcomes);
    Some(outcomes)
}

fn interleave(
    program: &Program,
    at: &mut [usize],
    state: &State,
    history: &mut History,
    outcomes: &mut BTreeSet<String>,
) {
    let mut finished = true;
    for thread in 0..at.len() {
        let number = at[thread];
        let Some(call) = program.threads[thread].get(number) else {
            continue;
        };
        finished = false;
        let mut after = state.clone();
        let ret = program.subject.specification.apply(call, i64::try_from(thread).unwrap_or(0), &mut after);
        if ret == Answer::Blocked {
            continue;
        }
        history.records.push(Record { thread, number, called: 0, returned: 0, ret });
        at[thread] += 1;
        interleave(program, at, &after, history, outcomes);
        at[thread] -= 1;
        history.records.pop();
    }
    if finished {
        history.contents = program.subject.specification.contents(state);
        outcomes.insert(history.outcome(program));
    }
}
