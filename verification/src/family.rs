//! Families: all programs of a size, from all start states.
//!
//! A family `TxN` over K keys is every program of T threads with one to N operations each. Each begins in every *start
//! state*: a structure of the quiet map that real operations lead to. The list of start states is found by search, and so
//! is the shortest set-up for each.
//!
//! What is left out is the same as something that is there: threads in another order; the keys named otherwise; an
//! operation that runs the code of another and drops its result (`store` and `swap`, `delete` and `load_and_delete`).

use crate::adapter::{Calls, Instance, Shipped, Structure};
use crate::program::{Program, letter};
use crate::subject;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::str::FromStr;

/// So many threads of at most so many operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Threads.
    pub threads: usize,
    /// Operations of a thread, at most.
    pub operations: usize,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (threads, operations) = text.split_once('x')?;
            let (threads, operations) = (threads.parse().ok()?, operations.parse().ok()?);
            ((1..=3).contains(&threads) && (1..=3).contains(&operations))
                .then_some(Size { threads, operations })
        };
        parse().ok_or_else(|| "a size is threads x operations, each from 1 to 3: 2x1, 2x2, 3x1".to_owned())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.threads, self.operations)
    }
}

/// The key that only set-ups use: it gives the tables something beside the keys of the family.
const FILLER: i64 = 25;

/// A start state: its structure, and the shortest set-up that leads to it. Every live value is 1.
#[derive(Clone, Debug)]
pub struct Start {
    /// The structure.
    pub structure: Structure,
    /// The set-up, as text.
    pub setup: String,
}

/// The structures that differ for a family: of the filler only what it does to the others is of interest.
fn projected(structure: &Structure) -> Structure {
    let mut projected = structure.clone();
    projected.keys.remove(&FILLER);
    projected
}

/// Every structure that operations on `keys` keys and a filler lead to, with a set-up for each; the smallest set-ups first.
pub fn starts(keys: usize) -> Vec<Start> {
    let map = subject::by_name("map").expect("a subject of the table");
    let mut names: Vec<char> = (0..keys as i64).map(letter).collect();
    names.push(letter(FILLER));
    let mut steps: Vec<String> = vec!["range".into()];
    for name in names {
        steps.extend(
            ["store # 1", "delete #", "compare_and_delete # 1", "load #"]
                .map(|step| step.replace('#', &name.to_string())),
        );
    }
    let structure_after = |setup: &str| {
        let program = Program::parse(map, &format!("{setup} || load a")).expect("made of parts that parse");
        let mut instance = Shipped::new(map.kind);
        program.setup.iter().for_each(|call| drop(instance.call(call)));
        instance.structure()
    };
    let mut seen = BTreeMap::from([(structure_after(""), String::new())]);
    let mut queue = VecDeque::from([String::new()]);
    while let Some(setup) = queue.pop_front() {
        for step in &steps {
            let longer = if setup.is_empty() { step.clone() } else { format!("{setup}; {step}") };
            let structure = structure_after(&longer);
            if let std::collections::btree_map::Entry::Vacant(vacant) = seen.entry(structure) {
                vacant.insert(longer.clone());
                queue.push_back(longer);
            }
        }
    }
    // Of those that differ in the filler only, the one with the shortest set-up.
    let mut kept: BTreeMap<Structure, Start> = BTreeMap::new();
    let mut all: Vec<(Structure, String)> = seen.into_iter().collect();
    all.sort_by_key(|(_, setup)| (setup.matches(';').count(), setup.len(), setup.clone()));
    for (structure, setup) in all {
        kept.entry(projected(&structure)).or_insert(Start { structure, setup });
    }
    let mut starts: Vec<Start> = kept.into_values().collect();
    starts.sort_by_key(|start| (start.setup.matches(';').count(), start.setup.len(), start.setup.clone()));
    starts
}

/// The operations of the map, `#` for the key and `$` for a value of their own.
const TEMPLATES: [&str; 7] = [
    "load #",
    "swap # $",
    "load_or_store # $",
    "load_and_delete #",
    "compare_and_swap # 1 $",
    "compare_and_delete # 1",
    "update # 100",
];

/// Operations on the whole map.
const WHOLE: [&str; 2] = ["range", "clear"];

/// The operations over so many keys.
pub fn templates(keys: usize) -> Vec<String> {
    let of_key =
        |key: i64| TEMPLATES.iter().map(move |template| template.replace('#', &letter(key).to_string()));
    (0..keys as i64).flat_map(of_key).chain(WHOLE.iter().map(|whole| (*whole).to_owned())).collect()
}

/// All sequences of one to `most` operations, shorter ones first, as indices of templates.
fn sequences(templates: usize, most: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut longest: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..most {
        longest = longest
            .iter()
            .flat_map(|start| (0..templates).map(move |next| [start.as_slice(), &[next]].concat()))
            .collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// All choices of `threads` sequences, in any order once.
fn choices(sequences: usize, threads: usize) -> Vec<Vec<usize>> {
    (0..threads).fold(vec![Vec::new()], |chosen: Vec<Vec<usize>>, _| {
        chosen
            .iter()
            .flat_map(|before| {
                let first = before.last().copied().unwrap_or(0);
                (first..sequences).map(move |next| [before.as_slice(), &[next]].concat())
            })
            .collect()
    })
}

/// The threads of a program as text: each operation that stores gets a value of its own.
fn threads_text(templates: &[String], sequences: &[Vec<usize>], chosen: &[usize]) -> String {
    let threads = chosen.iter().enumerate().map(|(thread, sequence)| {
        let calls = sequences[*sequence].iter().enumerate().map(|(number, template)| {
            templates[*template].replace('$', &(10 * (thread + 2) + number).to_string())
        });
        calls.collect::<Vec<_>>().join("; ")
    });
    threads.collect::<Vec<_>>().join(" || ")
}

/// Exchanges the keys `a` and `b`.
fn other_names(text: &str) -> String {
    let swapped = text.split(' ').map(|word| match word.trim_end_matches(';') {
        "a" => word.replacen('a', "b", 1),
        "b" => word.replacen('b', "a", 1),
        _ => word.to_owned(),
    });
    swapped.collect::<Vec<_>>().join(" ")
}

/// Whether a program of two keys is the one of the pair, itself and itself with the keys exchanged, that is kept.
fn is_first_of_its_names(structure: &Structure, threads: &str) -> bool {
    let swap = |key: i64| if key < 2 { 1 - key } else { key };
    let mut swapped = structure.clone();
    swapped.keys = structure.keys.iter().map(|(key, state)| (swap(*key), *state)).collect();
    let mut other: Vec<String> = other_names(threads).split(" || ").map(without_values).collect();
    let mut this: Vec<String> = threads.split(" || ").map(without_values).collect();
    other.sort();
    this.sort();
    (projected(structure), this) <= (projected(&swapped), other)
}

/// A thread without the values that it stores, for comparing programs.
fn without_values(thread: &str) -> String {
    thread
        .split(' ')
        .filter(|word| word.trim_end_matches(';').parse::<i64>().is_err())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every program of the family, the smallest first.
pub fn programs(size: Size, keys: usize) -> Vec<String> {
    let templates = templates(keys);
    let sequences = sequences(templates.len(), size.operations);
    let starts = starts(keys);
    let mut programs = Vec::new();
    for chosen in choices(sequences.len(), size.threads) {
        let threads = threads_text(&templates, &sequences, &chosen);
        for start in &starts {
            if keys < 2 || is_first_of_its_names(&start.structure, &threads) {
                let setup = if start.setup.is_empty() { String::new() } else { format!("{} ", start.setup) };
                programs.push(format!("{setup}|| {threads}"));
            }
        }
    }
    // Stable: of programs of as many operations, those with the smaller set-up come first.
    programs.sort_by_key(|program| {
        (program.split("||").skip(1).map(|thread| thread.matches(';').count()).sum::<usize>(), program.len())
    });
    programs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts are those of the search, written down so that a change of the algorithm that adds or removes a state is
    /// noticed.
    #[test]
    fn the_start_states_are_found_and_counted() {
        assert_eq!((starts(1).len(), starts(2).len()), (18, 113));
        let count = |size: &str, keys| programs(size.parse().unwrap(), keys).len();
        assert_eq!((count("2x1", 1), count("2x1", 2), count("3x1", 1)), (810, 7_799, 2_970));
        assert_eq!(count("2x2", 1), 73_710);
    }

    #[test]
    fn each_start_state_is_another_and_its_set_up_leads_there() {
        let starts = starts(2);
        let structures: std::collections::BTreeSet<_> =
            starts.iter().map(|start| projected(&start.structure)).collect();
        assert_eq!(structures.len(), starts.len());
        for word in ["live", "deleted", "expunged"] {
            for table in ["read", "dirty"] {
                let found = structures
                    .iter()
                    .any(|structure| structure.keys.values().any(|state| *state == (word, table)));
                // INV-3: an expunged entry is never in dirty.
                assert_eq!(found, (word, table) != ("expunged", "dirty"), "{word} in {table}");
            }
        }
    }

    #[test]
    fn every_program_parses_and_occurs_once() {
        let map = subject::by_name("map").unwrap();
        let programs = programs("2x1".parse().unwrap(), 2);
        let unique: std::collections::BTreeSet<&String> = programs.iter().collect();
        assert_eq!(unique.len(), programs.len());
        for program in &programs {
            assert_eq!(Program::parse(map, program).unwrap().to_string(), *program);
        }
    }
}
