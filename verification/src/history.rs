//! Histories, and whether they are linearizable.
//!
//! A history is what a run of a program did: for each call, when it began, when it returned, and what. It is linearizable
//! if there is an order of the calls that explains every result, in which a call that returned before another began comes
//! first. The search for such an order tries the calls that may come next, one after the other, and remembers from
//! which situations there was no way on (after Wing and Gong, and Lowe).

use crate::program::{Call, Program};
use crate::subject::{Part, Ret, State, Subject, show_pairs};
use std::collections::{BTreeSet, HashSet};

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// The thread of the program; the set-up runs before all of them, as thread `threads.len()`.
    pub thread: usize,
    /// Which of its calls.
    pub number: usize,
    /// When it began, on a clock that all threads share.
    pub called: u64,
    /// When it had returned.
    pub returned: u64,
    /// What it returned.
    pub ret: Ret,
}

/// A run of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// The calls of the threads, not those of the set-up.
    pub records: Vec<Record>,
    /// What the quiet subject showed in the end.
    pub contents: Vec<(i64, i64)>,
}

impl History {
    /// What the run amounts to, without times: `stored 2 || (); 2 -> {a:2 b:1}`.
    pub fn outcome(&self, program: &Program) -> String {
        let results = program.threads.iter().enumerate().map(|(thread, calls)| {
            let results: Vec<String> = (0..calls.len())
                .map(|number| {
                    let record = self.records.iter().find(|r| r.thread == thread && r.number == number);
                    record.map_or_else(|| "?".to_owned(), |record| record.ret.to_string())
                })
                .collect();
            results.join("; ")
        });
        let results: Vec<String> = results.collect();
        format!("{} -> {}", results.join(" || "), show_contents(program.subject, &self.contents))
    }
}

impl History {
    /// The history as far as linearizability goes: what each call returned, which call returned before which began, and
    /// the contents in the end.
    pub fn canonical(&self) -> String {
        let name = |r: &Record| format!("{}.{}", r.thread, r.number);
        let mut facts: Vec<String> =
            self.records.iter().map(|r| format!("{} = {}", name(r), r.ret)).collect();
        for first in &self.records {
            let later = self.records.iter().filter(|other| first.returned < other.called);
            facts.extend(later.map(|other| format!("{} < {}", name(first), name(other))));
        }
        facts.sort();
        format!("{} {}", facts.join(", "), show_pairs(&self.contents))
    }
}

/// The contents of a quiet subject as text.
pub fn show_contents(subject: &Subject, contents: &[(i64, i64)]) -> String {
    subject.meaning.show(contents)
}

/// The state in which the set-up leaves the subject, if its results were right.
pub fn state_after_setup(program: &Program) -> State {
    let thread = i64::try_from(program.threads.len()).unwrap_or(0);
    let universe = universe(program);
    let mut state = State::new();
    for call in &program.setup {
        if program.subject.is_atomic(call) {
            program.subject.meaning.apply(call, thread, &mut state);
            continue;
        }
        // A call of several parts, alone. What it returns is not known: those that write take any result.
        let before = state.clone();
        let ret = if call.name() == "retain" { Ret::Unit } else { Ret::Value(0) };
        let mut memo = 0;
        for number in 0..program.subject.meaning.parts(call, &universe) {
            let done = (1 << number) - 1;
            let part = Part { call, ret: &ret, number, done, universe: &universe, memo: &mut memo };
            program.subject.meaning.apply_part(part, &mut state);
        }
        debug_assert!(!matches!(call.name(), "range" | "snapshot" | "is_empty") || before == state);
    }
    state
}

/// What the parts of a call go over: as a rule the keys of the program.
pub fn universe(program: &Program) -> Vec<i64> {
    program.subject.meaning.universe(program)
}

/// The program, prepared for checking many histories of it.
#[derive(Debug)]
pub struct Checker<'p> {
    program: &'p Program,
    universe: Vec<i64>,
    start: State,
    /// Whether a call that returned before another was called comes before it, also on another thread.
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

impl Pending<'_> {
    fn mask(&self) -> u64 {
        ((1_u64 << self.parts) - 1) << self.first_bit
    }
}

impl<'p> Checker<'p> {
    /// A checker for runs of this program. Without `real_time` any order will do that keeps each thread's own.
    pub fn new(program: &'p Program, real_time: bool) -> Self {
        Checker { program, universe: universe(program), start: state_after_setup(program), real_time }
    }

    /// Whether one call must come before another.
    fn comes_before(&self, first: &Record, second: &Record) -> bool {
        let same_thread = first.thread == second.thread && first.number < second.number;
        same_thread || self.real_time && first.returned < second.called
    }

    /// Whether the history is linearizable and ends in its contents.
    pub fn is_linearizable(&self, history: &History) -> bool {
        let subject = self.program.subject;
        let mut first_bit = 0;
        let mut pending = Vec::with_capacity(history.records.len());
        for record in &history.records {
            let call = &self.program.threads[record.thread][record.number];
            let parts = subject.meaning.parts(call, &self.universe);
            pending.push(Pending { record, call, first_bit, parts });
            first_bit += parts;
        }
        assert!(first_bit <= 63, "the parser bounds the size of a program");
        let start = Situation { done: 0, state: self.start.clone(), memos: vec![0; pending.len()] };
        let all = (1_u64 << first_bit) - 1;
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
        if situation.done == all {
            return self.program.subject.meaning.contents_fit(&situation.state, contents);
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
                if let Some(after) = self.step(next, index, part, &situation)
                    && self.search(pending, after, all, contents, dead_ends)
                {
                    return true;
                }
            }
        }
        dead_ends.insert(situation);
        false
    }

    /// The situation after one part of one call, if that fits what the call returned.
    fn step(&self, next: &Pending<'_>, index: usize, part: usize, before: &Situation) -> Option<Situation> {
        let subject = self.program.subject;
        let mut after = before.clone();
        after.done |= 1 << (next.first_bit + part);
        if next.parts == 1 && subject.is_atomic(next.call) {
            let thread = i64::try_from(next.record.thread).ok()?;
            let ret = subject.meaning.apply(next.call, thread, &mut after.state);
            return (ret == next.record.ret).then_some(after);
        }
        let ret = &next.record.ret;
        let part = Part {
            call: next.call,
            ret,
            number: part,
            done: (before.done & next.mask()) >> next.first_bit,
            universe: &self.universe,
            memo: &mut after.memos[index],
        };
        let fits = subject.meaning.apply_part(part, &mut after.state);
        let last = after.done & next.mask() == next.mask();
        let fits = fits && (!last || subject.meaning.parts_fit(next.call, ret, after.memos[index]));
        fits.then_some(after)
    }
}

/// More interleavings than this are not enumerated.
const MOST_INTERLEAVINGS: u128 = 100_000;

/// In how many orders the operations of the threads can come.
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

/// The outcomes that the sequential specification allows, when each call takes effect at one moment; nothing when a
/// call of the program does not, or there are too many orders to enumerate.
pub fn outcomes_by_specification(program: &Program) -> Option<BTreeSet<String>> {
    let calls = program.threads.iter().flatten();
    if !calls.clone().all(|call| program.subject.is_atomic(call)) || !program.subject.meaning.is_enumerable()
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
        let ret = program.subject.meaning.apply(call, i64::try_from(thread).unwrap_or(0), &mut after);
        if ret == Ret::Blocked {
            continue;
        }
        history.records.push(Record { thread, number, called: 0, returned: 0, ret });
        at[thread] += 1;
        interleave(program, at, &after, history, outcomes);
        at[thread] -= 1;
        history.records.pop();
    }
    if finished {
        history.contents = program.subject.meaning.contents(state);
        outcomes.insert(history.outcome(program));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject;

    fn history(program: &Program, rows: &[(usize, usize, u64, u64, Ret)], contents: &[(i64, i64)]) -> bool {
        let records = rows.iter().map(|(thread, number, called, returned, ret)| Record {
            thread: *thread,
            number: *number,
            called: *called,
            returned: *returned,
            ret: ret.clone(),
        });
        let history = History { records: records.collect(), contents: contents.to_vec() };
        Checker::new(program, true).is_linearizable(&history)
    }

    fn map(text: &str) -> Program {
        Program::parse(subject::by_name("map").unwrap(), text).unwrap()
    }

    #[test]
    fn real_time_order_is_kept() {
        let program = map("store a 1 || store a 2 || load a");
        let stored = (0, 0, 0, 1, Ret::Unit);
        assert!(history(&program, &[stored.clone(), (1, 0, 2, 3, Ret::Value(2))], &[(0, 2)]));
        assert!(
            !history(&program, &[stored.clone(), (1, 0, 2, 3, Ret::Value(1))], &[(0, 2)]),
            "a stale load"
        );
        assert!(history(&program, &[stored.clone(), (1, 0, 1, 3, Ret::Value(1))], &[(0, 2)]), "they overlap");
        assert!(!history(&program, &[stored, (1, 0, 1, 3, Ret::Value(3))], &[(0, 2)]), "from nowhere");
    }

    #[test]
    fn the_contents_in_the_end_count() {
        let program = map("|| store a 1 || store a 2");
        let rows = [(0, 0, 0, 9, Ret::Unit), (1, 0, 0, 9, Ret::Unit)];
        assert!(history(&program, &rows, &[(0, 1)]));
        assert!(history(&program, &rows, &[(0, 2)]));
        assert!(!history(&program, &rows, &[]));
    }

    #[test]
    fn a_range_is_judged_key_by_key() {
        let program = map("store a 1 || store b 1; delete a || range");
        let rows = |pairs: &[(i64, i64)]| {
            vec![
                (0, 0, 1, 2, Ret::Unit),
                (0, 1, 3, 4, Ret::Bool(true)),
                (1, 0, 0, 9, Ret::Pairs(pairs.to_vec())),
            ]
        };
        // Never true at one moment: `a` is gone or `b` has not come. Allowed key by key.
        assert!(history(&program, &rows(&[]), &[(1, 1)]));
        assert!(history(&program, &rows(&[(0, 1), (1, 1)]), &[(1, 1)]));
        assert!(!history(&program, &rows(&[(0, 2)]), &[(1, 1)]));
    }

    #[test]
    fn a_counter_may_be_torn_but_loses_nothing() {
        let program =
            Program::parse(subject::by_name("counter").unwrap(), "|| add 1; add 2 || reset_and_get").unwrap();
        let rows =
            |sum| vec![(0, 0, 0, 1, Ret::Unit), (0, 1, 2, 3, Ret::Unit), (1, 0, 0, 9, Ret::Value(sum))];
        assert!(history(&program, &rows(0), &[(0, 3)]));
        assert!(history(&program, &rows(1), &[(0, 2)]));
        assert!(history(&program, &rows(3), &[(0, 0)]));
        assert!(!history(&program, &rows(2), &[(0, 1)]), "one stripe is not torn");
        assert!(!history(&program, &rows(1), &[(0, 0)]), "the 2 is lost");
    }

    #[test]
    fn the_specification_gives_the_outcomes_of_a_race() {
        let outcomes = outcomes_by_specification(&map("|| load_or_store a 1 || load_or_store a 2")).unwrap();
        let expected = ["loaded 2 || stored 2 -> {a:2}", "stored 1 || loaded 1 -> {a:1}"];
        assert_eq!(outcomes.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(outcomes_by_specification(&map("|| range || clear")), None);
        assert_eq!(interleavings(&map("|| load a; load a || load a; load a")), 6);
        let five = ["load a"; 5].join("; ");
        assert_eq!(
            outcomes_by_specification(&map(&format!("|| {five} || {five} || {five} || {five}"))),
            None
        );
    }
}
