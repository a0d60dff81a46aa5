//! Histories: what a run of a program did.

use crate::answer::{Answer, show_pairs};
use crate::program::Program;
use crate::subject::Subject;

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
    pub ret: Answer,
}

/// A run of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// The calls of the threads, not those of the set-up.
    pub records: Vec<Record>,
    /// What the quiet subject showed at the end.
    pub contents: Vec<(i64, i64)>,
}

impl History {
    /// The outcome of the run, without times: `stored 2 || (); 2 -> {a:2 b:1}`.
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
    /// What matters of the history for linearizability: what each call returned, which call returned before which began, and
    /// the contents at the end.
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
    subject.specification.show(contents)
}
