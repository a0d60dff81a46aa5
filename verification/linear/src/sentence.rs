//! Why no order explains a history, in a sentence or two: which results have no place together, and what they would have to be.
//!
//! All orders of the calls are gone through that keep what came first, whatever the calls return in them. The fewest results that no such
//! order has together are what is wrong: one, or two; the contents in the end count as a result. If a call that had returned before another
//! one began is what forbids the order that would explain them, that is told. Where it takes more than two, or there are too many orders,
//! the order is told that comes farthest, and why none of the other calls can come next.

use crate::answer::Answer;
use crate::farthest::farthest;
use crate::history::{History, show_contents};
use crate::orders::{Orders, bit};
use crate::program::Program;
use crate::specification::State;
use std::collections::{BTreeSet, HashSet};

/// More situations than these are not looked at.
const MOST_SITUATIONS: usize = 50_000;

/// More answers than these are not listed.
const MOST_ANSWERS: usize = 4;

/// How far an order has come.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Situation {
    /// For each call its parts that have taken effect.
    done: Vec<u64>,
    state: State,
    memos: Vec<i64>,
    told: Told,
}

/// What an order gives: for each call its answer, if it has one that is known, and whether it is the one of the history; and the contents.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Told {
    answers: Vec<Option<Answer>>,
    /// A bit for each call, and one more for the contents.
    fits: u64,
    contents: Option<Vec<(i64, i64)>>,
}

/// Why the history of a run has no order, if it has none that can be told. Without `real_time`, only the order of each thread counts.
pub fn why_not_linearizable(program: &Program, history: &History, real_time: bool) -> Option<String> {
    let orders = Orders::of(program, history, real_time)?;
    let all = orders.all(None, None);
    let wrong = all.as_ref().and_then(|all| orders.fewest(all).map(|wrong| (all, wrong)));
    match wrong {
        Some((all, wrong)) => Some(orders.sentence(all, wrong)),
        None => farthest(&orders),
    }
}

/// `1`, `1 or 2`, `1, 2 or 3`; nothing if that would be a long list.
fn one_of(items: &BTreeSet<String>) -> Option<String> {
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let (last, rest) = items.split_last().filter(|_| items.len() <= MOST_ANSWERS)?;
    Some(if rest.is_empty() { (*last).to_owned() } else { format!("{} or {last}", rest.join(", ")) })
}

impl Orders<'_> {
    /// What the orders give; nothing if there are too many. `free` need not come before the calls of other threads, and `without` is not made.
    fn all(&self, free: Option<usize>, without: Option<usize>) -> Option<Vec<Told>> {
        let calls = self.calls.len();
        let told = Told { answers: vec![None; calls], fits: bit(calls + 1) - 1, contents: None };
        let mut start = Situation { done: vec![0; calls], state: self.start(), memos: vec![0; calls], told };
        if let Some(number) = without {
            start.done[number] = bit(self.calls[number].parts) - 1;
        }
        let (mut seen, mut found) = (HashSet::new(), HashSet::new());
        let mut left = vec![start];
        while let Some(situation) = left.pop() {
            if seen.len() > MOST_SITUATIONS {
                return None;
            }
            if seen.insert(situation.clone()) {
                self.go_on(situation, free, &mut left, &mut found);
            }
        }
        let mut found: Vec<Told> = found.into_iter().collect();
        found.sort_by(|a, b| (&a.answers, &a.contents, a.fits).cmp(&(&b.answers, &b.contents, b.fits)));
        Some(found)
    }

    fn go_on(
        &self,
        situation: Situation,
        free: Option<usize>,
        left: &mut Vec<Situation>,
        found: &mut HashSet<Told>,
    ) {
        let specification = self.program.subject.specification;
        if (0..self.calls.len()).all(|number| self.is_done(number, &situation.done)) {
            let mut told = situation.told;
            if !specification.contents_fit(&situation.state, &self.history.contents) {
                told.fits &= !bit(self.calls.len());
            }
            told.contents = Some(specification.contents(&situation.state));
            found.insert(told);
            return;
        }
        for number in self.next(&situation.done, free) {
            for part in (0..self.calls[number].parts).filter(|part| situation.done[number] & bit(*part) == 0)
            {
                let mut after = situation.clone();
                after.done[number] |= bit(part);
                let fits = if self.is_atomic(number) {
                    let answer = self.apply(number, &mut after.state);
                    if answer == Answer::Blocked {
                        continue;
                    }
                    let fits = answer == self.calls[number].record.ret;
                    after.told.answers[number] = Some(answer);
                    fits
                } else {
                    let done = situation.done[number];
                    self.apply_part(number, part, done, &mut after.memos[number], &mut after.state)
                };
                if !fits {
                    after.told.fits &= !bit(number);
                }
                if !fits && !self.is_atomic(number) && !specification.only_reads(self.calls[number].call) {
                    // What the state is then, nobody knows: all that comes may be right.
                    found.insert(after.told);
                } else {
                    left.push(after);
                }
            }
        }
    }

    /// The fewest results that no order has together: one call, the contents, two calls, or a call and the contents.
    fn fewest(&self, all: &[Told]) -> Option<(usize, Option<usize>)> {
        if all.is_empty() {
            return None;
        }
        let contents = self.calls.len();
        let mut by_time: Vec<usize> = (0..contents).collect();
        by_time.sort_by_key(|number| self.calls[*number].record.called);
        by_time.push(contents);
        let is_wrong = |mask: u64| !all.iter().any(|told| told.fits & mask == mask);
        let alone = by_time.iter().find(|number| is_wrong(bit(**number)));
        if let Some(alone) = alone {
            return Some((*alone, None));
        }
        // Two calls are told before a call and the contents.
        let pairs = by_time
            .iter()
            .enumerate()
            .flat_map(|(at, second)| by_time[..at].iter().map(move |first| (*first, *second)));
        let mut pairs = pairs.filter(|(first, second)| is_wrong(bit(*first) | bit(*second)));
        pairs.next().map(|(first, second)| (first, Some(second)))
    }

    /// A call that had returned before another one was called, and without which there would be an order.
    fn cause(&self, wrong: (usize, Option<usize>)) -> Option<(usize, usize)> {
        if !self.real_time {
            return None;
        }
        let contents = self.calls.len();
        let is_wrong = |number: usize| number == wrong.0 || Some(number) == wrong.1;
        let mask = bit(wrong.0) | wrong.1.map_or(0, bit);
        let helps = |free: usize| {
            self.all(Some(free), None).is_some_and(|all| all.iter().any(|told| told.fits & mask == mask))
        };
        let after = |first: usize, second: usize| {
            let (first, second) = (&self.calls[first].record, &self.calls[second].record);
            first.thread != second.thread && first.returned < second.called
        };
        let before_wrong = |first: usize| {
            (0..contents).find(|second| is_wrong(*second) && *second != first && after(first, *second))
        };
        let pairs = (0..contents).filter_map(|first| {
            let first_of = |second: &usize| self.calls[*second].record.called;
            let any = || (0..contents).filter(|second| after(first, *second)).min_by_key(first_of);
            let second = before_wrong(first)
                .or_else(|| (is_wrong(first) || is_wrong(contents)).then(any).flatten())?;
            Some((first, second))
        });
        pairs.into_iter().find(|(first, _)| helps(*first))
    }

    /// A call without which there would be an order: its effect was lost, or was not seen.
    fn lost(&self, wrong: usize) -> Option<usize> {
        let specification = self.program.subject.specification;
        let explains = |without: &usize| {
            let all = self.all(None, Some(*without));
            all.is_some_and(|all| all.iter().any(|told| told.fits & bit(wrong) != 0))
        };
        let calls = 0..self.calls.len();
        let mut writes =
            calls.filter(|number| *number != wrong && !specification.only_reads(self.calls[*number].call));
        writes.find(explains)
    }

    fn returned(&self, number: usize) -> String {
        format!("{} returned {}", self.call(number), self.calls[number].record.ret)
    }

    /// What a call returns, or the contents are, in these orders; nothing if that is not known or long.
    fn others<'a>(&self, number: usize, orders: impl Iterator<Item = &'a Told>) -> Option<String> {
        let contents = number == self.calls.len();
        let text = |told: &Told| match contents {
            true => told.contents.as_ref().map(|shown| show_contents(self.program.subject, shown)),
            false => told.answers[number].as_ref().map(ToString::to_string),
        };
        let all: Option<BTreeSet<String>> = orders.map(text).collect();
        one_of(&all?)
    }

    fn sentence(&self, all: &[Told], wrong: (usize, Option<usize>)) -> String {
        let contents = self.calls.len();
        let shown = show_contents(self.program.subject, &self.history.contents);
        let cause = match self.cause(wrong) {
            Some((first, second)) if second == wrong.0 && wrong.1.is_none() => {
                format!(": {} had returned before it was called", self.call(first))
            }
            Some((first, second)) => {
                format!(": {} had returned before {} was called", self.call(first), self.call(second))
            }
            None => {
                let lost = self.lost(wrong.0).filter(|_| wrong.1.is_none());
                lost.map_or_else(String::new, |lost| {
                    format!(": it is as if {} had not been made", self.call(lost))
                })
            }
        };
        let is_one = self.calls.len() == 1;
        let possible = if is_one { "By the specification" } else { "In every order that is possible" };
        match wrong {
            (number, None) if number == contents => match self.others(number, all.iter()) {
                Some(others) => {
                    format!("In the end the contents are {shown}. {possible} they are {others}{cause}.")
                }
                None => {
                    format!("In the end the contents are {shown}, which no order of the calls leaves{cause}.")
                }
            },
            (number, None) => match self.others(number, all.iter()) {
                Some(others) => {
                    format!("{}. {possible} it returns {others}{cause}.", self.returned(number))
                }
                None => format!("{}, which it does in no order of the calls{cause}.", self.returned(number)),
            },
            (first, Some(second)) => {
                let with_first = all.iter().filter(|told| told.fits & bit(first) != 0);
                let others = self.others(second, with_first);
                let second_is = match second == contents {
                    true => format!("in the end the contents are {shown}"),
                    false => self.returned(second),
                };
                let both = format!("{}, and {second_is}", self.returned(first));
                match (others, second == contents) {
                    (Some(others), true) => format!(
                        "{both}. In every order in which that call returns that, the contents are {others}{cause}."
                    ),
                    (Some(others), false) => format!(
                        "{both}. In every order in which the first is right, the second returns {others}{cause}."
                    ),
                    (None, _) => format!("{both}: in no order of the calls are both right{cause}."),
                }
            }
        }
    }
}
