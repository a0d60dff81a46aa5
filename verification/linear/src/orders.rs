//! The orders of the calls of a history that keep what came first.

use crate::answer::Answer;
use crate::history::{History, Record};
use crate::linearizability::state_after_setup;
use crate::operation::Call;
use crate::program::Program;
use crate::specification::{Part, State};

/// More calls than these are not looked at: each has a bit in a word.
const MOST_CALLS: usize = 60;

pub(crate) fn bit(number: usize) -> u64 {
    1 << number
}

/// A call of a history.
pub(crate) struct Made<'h> {
    pub(crate) record: &'h Record,
    pub(crate) call: &'h Call,
    pub(crate) parts: usize,
    /// Calls that must come before it, a bit for each.
    pub(crate) after: u64,
}

/// A history, prepared for going through its orders.
pub(crate) struct Orders<'h> {
    pub(crate) program: &'h Program,
    pub(crate) history: &'h History,
    pub(crate) universe: Vec<i64>,
    pub(crate) calls: Vec<Made<'h>>,
    /// Whether a call that returned before another was made comes before it, even on another thread.
    pub(crate) real_time: bool,
}

impl<'h> Orders<'h> {
    /// Nothing for a history in which a call panicked: it may have taken effect or not.
    pub(crate) fn of(program: &'h Program, history: &'h History, real_time: bool) -> Option<Self> {
        let universe = program.universe();
        let records = &history.records;
        if records.is_empty()
            || records.len() > MOST_CALLS
            || records.iter().any(|r| r.ret == Answer::Panicked)
        {
            return None;
        }
        let comes_before = |first: &Record, second: &Record| {
            let same_thread = first.thread == second.thread && first.number < second.number;
            same_thread || real_time && first.returned < second.called
        };
        let made = |record: &'h Record| {
            let call = program.call(record.thread, record.number);
            let before = records.iter().enumerate().filter(|(_, first)| comes_before(first, record));
            let after = before.fold(0, |mask, (number, _)| mask | bit(number));
            Made { record, call, parts: program.subject.specification.parts(call, &universe), after }
        };
        let calls: Vec<Made<'h>> = records.iter().map(made).collect();
        Some(Orders { program, history, universe, calls, real_time })
    }

    /// A call with its thread: "`load a` of thread 1".
    pub(crate) fn call(&self, number: usize) -> String {
        let made = &self.calls[number];
        let threads = self.program.threads.len();
        match made.record.thread {
            thread if thread < threads => format!("`{}` of thread {thread}", made.call),
            _ => format!("`{}` of a callback", made.call),
        }
    }

    pub(crate) fn start(&self) -> State {
        state_after_setup(self.program)
    }

    pub(crate) fn is_atomic(&self, number: usize) -> bool {
        self.calls[number].parts == 1 && self.program.subject.is_atomic(self.calls[number].call)
    }

    pub(crate) fn apply(&self, number: usize, state: &mut State) -> Answer {
        let made = &self.calls[number];
        let thread = i64::try_from(made.record.thread).unwrap_or(0);
        self.program.subject.specification.apply(made.call, thread, state)
    }

    /// Applies one part of a call that has several; whether that fits its result.
    pub(crate) fn apply_part(
        &self,
        number: usize,
        part: usize,
        done: u64,
        memo: &mut i64,
        state: &mut State,
    ) -> bool {
        let made = &self.calls[number];
        let specification = self.program.subject.specification;
        let ret = &made.record.ret;
        let universe = &self.universe;
        let part_of = Part { call: made.call, ret, number: part, done, universe, memo };
        let fits = specification.apply_part(part_of, state);
        let is_last = (done | bit(part)).count_ones() as usize == made.parts;
        fits && (!is_last || specification.parts_fit(made.call, ret, *memo))
    }

    pub(crate) fn is_done(&self, number: usize, done: &[u64]) -> bool {
        done[number] == bit(self.calls[number].parts) - 1
    }

    /// The calls of which a part can come next, that are not through.
    pub(crate) fn next<'a>(
        &'a self,
        done: &'a [u64],
        free: Option<usize>,
    ) -> impl Iterator<Item = usize> + 'a {
        let waits = move |number: usize, first: usize| {
            let (made, first_made) = (&self.calls[number], &self.calls[first]);
            let is_free = free == Some(first) && made.record.thread != first_made.record.thread;
            made.after & bit(first) != 0 && !is_free && !self.is_done(first, done)
        };
        let calls = 0..self.calls.len();
        calls.filter(move |number| {
            !self.is_done(*number, done) && !(0..self.calls.len()).any(|first| waits(*number, first))
        })
    }
}
