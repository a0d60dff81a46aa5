//! The programs that a weakening is tried on, the smallest first.
//!
//! The named scenarios; every program of the families 2x1 over one key of the map and of the caches; and two shapes that weak
//! memory breaks, from each start state where they differ: store buffering (write one place, read the other) and message
//! passing (write plain memory, then the map; who sees the second must see the first).

use crate::scenarios;
use crate::subjects;
use linear::Program;
use runner::families as family;
use runner::families::{Family, Size};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A program to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The subject's name.
    pub subject: String,
    /// The program, as text.
    pub program: String,
    /// The scenario, if it is one.
    pub scenario: Option<String>,
}

/// Start states for programs over the keys `a` and `b`.
const TWO_KEYS: [&str; 5] = [
    "",
    "store a 9; store b 9; range",
    "store a 9; store b 9; range; delete a; delete b",
    "store a 9; range",
    "store a 9; store b 9; range; delete a; store z 9",
];

/// Writes of a key, and reads of the other.
const WRITES: [&str; 5] =
    ["store # $", "load_or_store # $", "delete #", "update # 1", "compare_and_swap # 9 $"];
const READS: [&str; 4] = ["load #", "delete #", "load_or_store # 7", "compare_and_swap # 9 5"];

/// What goes on besides a message that is passed over key `a`. (No second deletion: who sees the key absent must have seen the
/// publisher's.)
const BESIDES: [&str; 5] = ["", "store b 1", "store b 1; range", "load_or_store a 3", "swap a 4"];

/// Two threads that each write one key and read the other.
fn store_buffering() -> Vec<String> {
    let mut programs = Vec::new();
    for start in TWO_KEYS {
        for write in WRITES {
            for read in READS {
                let thread = |own: &str, other: &str, value: &str| {
                    format!("{}; {}", write.replace('#', own).replace('$', value), read.replace('#', other))
                };
                programs.push(format!("{start} || {} || {}", thread("a", "b", "1"), thread("b", "a", "2")));
            }
        }
        programs.push(format!("{start} || store a 1; range || store b 2; range"));
        programs.push(format!("{start} || store a 1; clear || store b 2; load a"));
        programs.push(format!("{start} || clear; load b || store b 2; load a"));
    }
    programs
}

/// The subjects whose family is tried. (The other ones' scenarios use all of their orderings.)
const SUBJECTS: [&str; 4] = ["map", "cache", "idlecache", "boundedcache"];

/// Two threads of one operation each, over one key.
fn family_of(subject: &str) -> Family {
    subjects::install();
    Family::new(subject, Size::of(2, 1), Some(1)).expect("a family of the subject")
}

/// A publisher and a reader; something besides, before it in the publisher's thread, after it, and in a third. Who publishes by
/// a deletion begins with a key that is there.
fn message_passing() -> Vec<String> {
    let mut programs = Vec::new();
    for start in family::starts(family_of("map").subject(), 1) {
        let is_live = start.structure.keys.get(&0).is_some_and(|(state, _)| *state == "live");
        let start = &start.setup;
        let by_store = [("publish_by_store a 2", "read_if a 2")];
        let by_delete = [("publish_by_delete a", "read_if_absent a")];
        for (publisher, reader) in by_store.into_iter().chain(by_delete.into_iter().filter(|_| is_live)) {
            for besides in BESIDES {
                if besides.is_empty() {
                    programs.push(format!("{start} || {publisher} || {reader}"));
                    continue;
                }
                programs.push(format!("{start} || {publisher}; {besides} || {reader}"));
                programs.push(format!("{start} || {besides}; {publisher} || {reader}"));
                programs.push(format!("{start} || {publisher} || {besides} || {reader}"));
            }
        }
    }
    programs
}

/// How much there is to read in a program: the calls of its threads, those of its set-up, its threads, its letters.
fn size(program: &str) -> (usize, usize, usize, usize) {
    let mut parts = program.split("||");
    let calls = |part: &str| part.split(';').filter(|call| !call.trim().is_empty()).count();
    let setup = parts.next().map_or(0, calls);
    let threads: Vec<&str> = parts.collect();
    (threads.iter().map(|thread| calls(thread)).sum(), setup, threads.len(), program.len())
}

/// All of them. Of two of one size, the named one comes first.
pub fn all() -> Vec<Candidate> {
    let scenarios = scenarios::all().into_iter().map(|scenario| Candidate {
        subject: scenario.program.subject.name.to_owned(),
        program: scenario.program.to_string(),
        scenario: Some(scenario.name),
    });
    let unnamed = |name: &str, text: &str| {
        let subject = subjects::by_name(name).expect("a subject of the table");
        let program = Program::parse(subject, text).expect("made of parts that parse").to_string();
        Candidate { subject: name.to_owned(), program, scenario: None }
    };
    let families = SUBJECTS.into_iter().flat_map(|name| {
        family::programs(&family_of(name)).into_iter().map(move |text| unnamed(name, &text))
    });
    let shapes = store_buffering().into_iter().chain(message_passing());
    let shapes = families.chain(shapes.map(|text| unnamed("map", &text)));
    let mut seen = BTreeSet::new();
    let mut all: Vec<Candidate> = scenarios
        .chain(shapes)
        .filter(|candidate| seen.insert((candidate.subject.clone(), candidate.program.clone())))
        .collect();
    all.sort_by_key(|candidate| {
        let (calls, setup, threads, letters) = size(&candidate.program);
        (calls, setup, threads, candidate.scenario.is_none(), letters)
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_many_and_the_smallest_come_first() {
        let all = all();
        assert!(all.len() > 2_000, "{}", all.len());
        let sizes: Vec<_> = all.iter().map(|candidate| size(&candidate.program)).collect();
        assert!(sizes.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        let names: BTreeSet<_> = all.iter().filter_map(|candidate| candidate.scenario.as_deref()).collect();
        assert_eq!(names.len(), scenarios::all().len(), "no scenario is lost to a program of a family");
    }
}
