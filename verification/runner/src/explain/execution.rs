//! An execution as it is drawn: the steps of its threads, and what the subject looks like after each.

use super::cells::{cell, lines, table};
use super::fold;
use super::seen::Seen;
use linear::{Program, Snapshot, Step};

/// An execution as it is drawn.
pub(super) struct Execution<'s> {
    pub(super) threads: usize,
    /// How many steps of the set-up could be drawn.
    pub(super) setup: usize,
    /// What the subject looks like before the first step of a thread.
    pub(super) start: Option<&'s Snapshot>,
    /// The steps of the threads that can be drawn.
    pub(super) steps: Vec<Seen<'s>>,
    /// Which of them say something; the others are folded.
    pub(super) drawn: Vec<bool>,
}

impl<'s> Execution<'s> {
    /// Of these steps. `stopped`: it stopped in the middle, at its last step.
    pub(super) fn new(all: &'s [Step], program: Option<&Program>, stopped: bool) -> Self {
        let threads = program.map_or(1, |program| program.threads.len());
        // A subject may have nothing to show.
        let look = |step: &'s Step| step.snapshot.as_ref().filter(|snapshot| !lines(snapshot).is_empty());
        let (mut setup, mut start, mut steps) = (0, None, Vec::<Seen<'_>>::new());
        for (at, step) in all.iter().enumerate() {
            let is_visible = cell(step, program, false).is_some();
            match steps.last_mut() {
                _ if is_visible && step.thread < threads => {
                    steps.push(Seen { step, at, after: look(step) });
                }
                // What changes at a step that is not drawn is seen after the one before it.
                Some(last) => last.after = look(step).or(last.after),
                None => {
                    setup += usize::from(is_visible);
                    start = look(step).or(start);
                }
            }
        }
        let drawn = fold::drawn(&steps, start, stopped);
        Execution { threads, setup, start, steps, drawn }
    }

    /// What is said of the step at this place.
    pub(super) fn cell(&self, at: usize, program: Option<&Program>, orderings: bool) -> String {
        let seen = &self.steps[at];
        let text = cell(seen.step, program, orderings).unwrap_or_default();
        let before = self.steps[..at].iter().rev().find_map(|seen| seen.after).or(self.start);
        match (seen.step.action.as_str(), before, seen.after) {
            // A table that is not there any more when another object is made has become that one.
            ("Allocate", Some(before), Some(after)) => {
                let exists = |name: &str| after.tables.iter().any(|table| table.name == name && table.exists);
                let gone = before.tables.iter().find(|table| table.exists && !exists(&table.name));
                gone.map_or(text.clone(), |gone| format!("{text} of {}", table(gone, &before.tables)))
            }
            _ => text,
        }
    }

    /// Whether the subject was watched, and had something to show.
    pub(super) fn is_watched(&self) -> bool {
        self.start.is_some() || self.steps.iter().any(|seen| seen.after.is_some())
    }

    /// The number under which the step at this place among all of them is drawn, from 1; 0 for one of the set-up; none for one that is not drawn.
    pub(super) fn number_of(&self, at: usize) -> Option<usize> {
        match self.steps.first() {
            Some(first) if at >= first.at => {
                self.steps.binary_search_by_key(&at, |seen| seen.at).ok().map(|number| number + 1)
            }
            _ => Some(0),
        }
    }

    /// The operation that the step at this place is part of.
    pub(super) fn operation<'p>(&self, at: usize, program: Option<&'p Program>) -> Option<&'p str> {
        let thread = self.steps[at].step.thread;
        let mut calls = self.steps[..=at].iter().map(|seen| seen.step).filter(|step| step.thread == thread);
        let call = calls.rfind(|step| matches!(step.action.as_str(), "Call" | "Return"))?;
        let number: usize = call.object.rsplit('#').next()?.parse().ok()?;
        let call = program?.threads.get(thread)?.get(number).filter(|_| call.action == "Call")?;
        Some(call.name())
    }
}
