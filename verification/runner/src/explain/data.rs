//! What the script of a page is told of an execution.

use super::cells::{class, lines};
use super::drawing::changed;
use super::excerpt::{Excerpts, names, place};
use super::execution::Execution;
use super::order::Order;
use linear::{Program, Snapshot, Step};
use serde::Serialize;

/// Of what kind the step is that a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// It wrote the value that is seen.
    Read,
    /// The same, and another value was there already; perhaps no step wrote the one that is seen: it was there from the start.
    Stale,
    /// It unlocked the mutex.
    Lock,
}

/// A step, for the script.
#[derive(Serialize)]
pub(super) struct Told<'s> {
    number: usize,
    pub(super) thread: usize,
    pub(super) text: String,
    /// It is folded unless the reader wants every step.
    pub(super) little: bool,
    /// The number of the step that wrote what this one sees, or unlocked what it locks; 0 for one of the set-up.
    pub(super) from: Option<usize>,
    pub(super) kind: Option<Kind>,
    /// For each thread, the number of its last step that happens before this one, or 0; of its own thread, always 0.
    pub(super) known: Vec<usize>,
    /// What it knows of other threads, and what not, in words.
    pub(super) knows: String,
    /// The line of the source: `map/entry.rs:93`.
    pub(super) line: &'s str,
    /// What the source says of it: what it is in the specification, and whether the call takes effect there.
    pub(super) names: String,
    /// What the subject looks like after it; nothing where it looks as before.
    pub(super) after: Option<&'s Snapshot>,
    /// The lines of that which are not as they were.
    pub(super) changed: Vec<String>,
    /// How its row is set.
    pub(super) row: &'static str,
}

/// The execution, for the script.
#[derive(Serialize)]
pub(super) struct Data<'s> {
    start: Option<&'s Snapshot>,
    pub(super) steps: Vec<Told<'s>>,
    source: &'s Excerpts,
    /// Why the lines of the source are not known, if none is.
    no_source: &'s str,
}

/// So many ranges of steps are named, and the rest is counted.
const MOST_RANGES: usize = 12;

/// Numbers in words: `1–4, 7`.
fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let range = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    };
    let named = ranges.iter().take(MOST_RANGES).map(range).collect::<Vec<_>>().join(", ");
    match ranges.get(MOST_RANGES) {
        Some((first, _)) => {
            format!("{named} and {} more", numbers.iter().filter(|number| *number >= first).count())
        }
        None => named,
    }
}

/// Which steps of other threads happen before one, in a sentence.
fn knows(known: &[usize], unknown: &[usize]) -> String {
    let steps = |numbers: &[usize]| match numbers {
        [one] => format!("step {one}"),
        several => format!("steps {}", ranges(several)),
    };
    match (known, unknown) {
        ([], []) => "No other thread has made a step yet.".to_owned(),
        (_, []) => format!("All earlier steps of other threads happen before it: {}.", steps(known)),
        ([], _) => {
            format!("Other threads have made {}; none of that happens before it.", steps(unknown))
        }
        _ => {
            format!("Of other threads, {} happened before it, and {} did not.", steps(known), steps(unknown))
        }
    }
}

impl<'s> Data<'s> {
    /// Of an execution with these steps.
    pub(super) fn new(
        all: &'s [Step],
        execution: &Execution<'s>,
        program: Option<&Program>,
        (source, no_source): (&'s Excerpts, &'s str),
    ) -> Data<'s> {
        let order = Order::of(all, execution.threads);
        let mut before = execution.start;
        let mut steps = Vec::new();
        for (at, seen) in execution.steps.iter().enumerate() {
            let step = seen.step;
            let (mut known, mut unknown, mut last) = (Vec::new(), Vec::new(), vec![0; execution.threads]);
            for (number, other) in (1..).zip(&execution.steps[..at]) {
                if other.step.thread == step.thread {
                    continue;
                }
                if order.is_before(other.at, seen.at) {
                    known.push(number);
                    last[other.step.thread] = number;
                } else {
                    unknown.push(number);
                }
            }
            let from = order.from[seen.at].and_then(|from| execution.number_of(from));
            let kind = match step.action.as_str() {
                _ if step.stale => Some(Kind::Stale),
                "Lock" => from.map(|_| Kind::Lock),
                _ => from.map(|_| Kind::Read),
            };
            steps.push(Told {
                number: at + 1,
                thread: step.thread,
                text: execution.cell(at, program, true),
                little: !execution.drawn[at],
                from,
                kind,
                known: last,
                knows: knows(&known, &unknown),
                line: place(step),
                names: names(source, step, execution.operation(at, program)),
                after: seen.after,
                row: class(step),
                changed: seen.after.map_or_else(Vec::new, |after| {
                    let old = before.map(lines).unwrap_or_default();
                    changed(before, after).into_iter().filter(|line| !old.contains(line)).collect()
                }),
            });
            before = seen.after.or(before);
        }
        Data { start: execution.start, steps, source, no_source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_step_knows_is_told_in_words() {
        assert_eq!(ranges(&[1, 2, 3, 5, 7, 8]), "1–3, 5, 7, 8");
        let odd: Vec<usize> = (0..100).map(|number| 2 * number + 1).collect();
        assert_eq!(ranges(&odd), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 88 more");
        assert_eq!(
            knows(&[1, 2, 3], &[7, 9]),
            "Of other threads, steps 1–3 happened before it, and steps 7, 9 did not."
        );
        assert_eq!(knows(&[], &[7]), "Other threads have made step 7; none of that happens before it.");
        assert_eq!(knows(&[4], &[]), "All earlier steps of other threads happen before it: step 4.");
        assert_eq!(knows(&[], &[]), "No other thread has made a step yet.");
    }
}
