//! Smaller programs than a given one: what a minimiser tries.

use crate::callback::Misdeed;
use crate::operation::{Call, Param};
use crate::program::Program;
use crate::templates::Templates;
use std::collections::BTreeMap;

/// A program as a minimiser edits it: what is derived from the rest is left out.
#[derive(Clone)]
struct Parts {
    setup: Vec<Call>,
    threads: Vec<Vec<Call>>,
    misdeeds: Vec<Misdeed>,
}

/// Where so many things can be removed: all of them, then the halves, the quarters, and so on, down to each one alone.
fn pieces(length: usize) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut size = length;
    while size > 0 {
        pieces.extend((0..length).step_by(size).map(|at| (at, (at + size).min(length))));
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    pieces.dedup();
    pieces
}

fn without(calls: &[Call], (from, to): (usize, usize)) -> Vec<Call> {
    [&calls[..from], &calls[to..]].concat()
}

/// For each value in the order in which it is met, its number from `first`.
fn numbered(values: impl Iterator<Item = i64>, first: i64) -> BTreeMap<i64, i64> {
    let mut numbers = BTreeMap::new();
    for value in values {
        let next = first + i64::try_from(numbers.len()).unwrap_or(0);
        numbers.entry(value).or_insert(next);
    }
    numbers
}

impl Parts {
    fn of(program: &Program) -> Parts {
        let (setup, threads) = (program.setup.clone(), program.threads.clone());
        Parts { setup, threads, misdeeds: program.misdeeds.clone() }
    }

    fn calls(&mut self) -> impl Iterator<Item = &mut Call> {
        self.setup.iter_mut().chain(self.threads.iter_mut().flatten())
    }

    fn arguments(&self, of: Param) -> impl Iterator<Item = i64> + '_ {
        let calls = self.setup.iter().chain(self.threads.iter().flatten());
        calls.flat_map(move |call| {
            let arguments = call.operation.params.iter().zip(&call.args);
            arguments.filter(move |(param, _)| **param == of).map(|(_, argument)| *argument)
        })
    }

    fn rename(mut self, of: Param, names: &BTreeMap<i64, i64>) -> Parts {
        for call in self.calls() {
            for (param, argument) in call.operation.params.iter().zip(&mut call.args) {
                if *param == of {
                    *argument = names.get(argument).copied().unwrap_or(*argument);
                }
            }
        }
        self
    }

    /// What was removed leaves an empty thread, or none, where the text of a program has no place for it.
    fn program(self, of: &Program) -> Option<Program> {
        let threads: Vec<_> = self.threads.into_iter().filter(|thread| !thread.is_empty()).collect();
        let edited = Program {
            subject: of.subject,
            setup: self.setup,
            threads,
            misdeeds: self.misdeeds,
            reentries: Vec::new(),
        };
        // Its text is what a job takes, and the parser settles what is derived.
        let read = Program::parse(of.subject, &edited.to_string()).ok()?;
        (read.to_string() != of.to_string()).then_some(read)
    }
}

impl Program {
    /// Programs that are smaller by one removal, those that lack most first: a thread, a part of the set-up, of a thread, or of the misdeeds.
    pub fn smaller(&self) -> Vec<Program> {
        let whole = Parts::of(self);
        let mut found: Vec<Parts> = Vec::new();
        if self.threads.len() > 1 {
            for thread in 0..self.threads.len() {
                let mut parts = whole.clone();
                parts.threads.remove(thread);
                found.push(parts);
            }
        }
        let of_setup = pieces(self.setup.len()).into_iter();
        found.extend(of_setup.map(|piece| Parts { setup: without(&self.setup, piece), ..whole.clone() }));
        for (thread, calls) in self.threads.iter().enumerate() {
            for piece in pieces(calls.len()).into_iter().filter(|(from, to)| to - from < calls.len()) {
                let mut parts = whole.clone();
                parts.threads[thread] = without(calls, piece);
                found.push(parts);
            }
        }
        for (number, misdeed) in self.misdeeds.iter().enumerate() {
            let mut parts = whole.clone();
            parts.misdeeds.remove(number);
            found.push(parts);
            if misdeed.last > misdeed.number {
                let mut parts = whole.clone();
                parts.misdeeds[number].last -= 1;
                found.push(parts);
            }
        }
        found.into_iter().filter_map(|parts| parts.program(self)).collect()
    }

    /// Programs in which one call is simpler: by an operation that the subject says does the same, and drops the result. A read is as simple
    /// as another.
    pub fn simpler(&self) -> Vec<Program> {
        let Some(templates) = self.subject.templates else { return Vec::new() };
        let by_name = |name: &str| self.subject.operations.iter().find(|operation| operation.name == name);
        let simpler = |call: &Call| {
            if templates.reads.iter().any(|read| Templates::name(read) == call.name()) {
                return None;
            }
            let same = templates.same.iter().find(|same| Templates::name(same.counted) == call.name())?;
            let operation = by_name(Templates::name(same.template))?;
            let has_them = call.operation.params.starts_with(operation.params);
            has_them.then(|| Call { operation, args: call.args[..operation.params.len()].to_vec() })
        };
        let whole = Parts::of(self);
        let length = self.setup.len() + self.threads.iter().map(Vec::len).sum::<usize>();
        let at = |place: usize| {
            let mut parts = whole.clone();
            let call = parts.calls().nth(place)?;
            *call = simpler(call)?;
            parts.program(self)
        };
        (0..length).filter_map(at).collect()
    }

    /// The same program with its keys named a, b, … and its values 1, 2, … in the order in which they are met.
    pub fn renamed(&self) -> Option<Program> {
        let parts = Parts::of(self);
        let keys = numbered(parts.arguments(Param::Key), 0);
        let values = numbered(parts.arguments(Param::Value), 1);
        parts.rename(Param::Key, &keys).rename(Param::Value, &values).program(self)
    }

    /// The same with one key, or one value, renamed to the first that is free and comes before it.
    pub fn renamed_once(&self) -> Vec<Program> {
        let parts = Parts::of(self);
        let mut found = Vec::new();
        for (of, first) in [(Param::Key, 0), (Param::Value, 1)] {
            let mut used: Vec<i64> = parts.arguments(of).collect();
            used.sort_unstable();
            used.dedup();
            let Some(free) = (first..).find(|name| !used.contains(name)) else { continue };
            for old in used.into_iter().filter(|old| *old > free) {
                found.extend(parts.clone().rename(of, &BTreeMap::from([(old, free)])).program(self));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_are_all_then_halves_then_each_alone() {
        assert_eq!(pieces(0), []);
        assert_eq!(pieces(1), [(0, 1)]);
        assert_eq!(pieces(3), [(0, 3), (0, 2), (2, 3), (0, 1), (1, 2), (2, 3)]);
    }
}
