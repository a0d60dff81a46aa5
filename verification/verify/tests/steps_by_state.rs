//! The steps of the algorithm that the programs of a family take, start state by start state, beside the steps that the
//! specification says can be taken from there.
//!
//! The specification's side is the graph in `specs/edges`: two processes, one operation each, over one key. The code's side is
//! `cargo verify family 2x1 --keys 1`: the same programs, run to the end by the reduced search of shuttle.

use linear::{Program, Structure};
use runner::families::{Family, programs, starts};
use runner::source::{Step, numbers};
use runner::task::ProgramResult;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use test_support::hang::{TEST, watch_for};
use verify::certificates::provenance as sources;
use verify::certificates::steps::steps_of;
use verify::specifications::edges::graph::Graph;
use verify::specifications::edges::places::{PLACES, Place};
use verify::subjects;

/// The places whose step is not an atomic access: the mutex's.
const NO_ACCESS: [&str; 2] = ["lock", "unlock"];

fn graph() -> Graph {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs/edges/one_key.txt"));
    Graph::read(&path).unwrap_or_else(|error| panic!("{error}"))
}

/// The places from which a process steps on the way from a start state.
fn places_from(graph: &Graph, start: usize) -> BTreeSet<&'static str> {
    let (mut places, mut seen, mut queue) = (BTreeSet::new(), BTreeSet::from([start]), vec![start]);
    while let Some(state) = queue.pop() {
        for (process, targets) in graph.states[state].next.iter().enumerate() {
            let at = graph.process(state, process).place.as_str();
            if !targets.is_empty() {
                let known = PLACES.iter().find(|place| place.name == at);
                places.insert(known.unwrap_or_else(|| panic!("the place `{at}` is unknown")).name);
            }
            queue.extend(targets.iter().map(|target| target.to).filter(|to| seen.insert(*to)));
        }
    }
    places
}

/// The structure that operations lead an empty map to.
fn structure_after(setup: &str) -> Structure {
    let subject = subjects::by_name("map").unwrap();
    let program = Program::parse(subject, &format!("{setup} || load a")).unwrap();
    subjects::structure_after(subject, &program.setup)
}

/// The actions that the source names on the line of a step, or in the comment above it.
fn actions_at(place: &str) -> Vec<&'static str> {
    let (file, line) = place.rsplit_once(':').unwrap();
    let text = sources::text(&format!("src/{file}")).unwrap();
    let line: usize = line.parse().unwrap();
    let lines: Vec<&str> = text.lines().take(line).collect();
    let named = lines.iter().rev().take(2).find_map(|line| line.split_once("TLA: "));
    let (_, names) = named.unwrap_or_else(|| panic!("{place} names no action"));
    names.split('.').next().unwrap().split(", ").collect()
}

/// Whether a step of the code is one from this place: its access is one of the place's, and its line names the action.
fn is_from(step: &Step, place: &Place) -> bool {
    let access = step.name.split(' ').nth(1).unwrap();
    // Rd2 is three actions of the specification, one for each way on.
    place.accesses.contains(&access)
        && actions_at(&step.place).iter().any(|action| action.starts_with(place.action))
}

/// For each start state of the family, by its set-up, the accesses that its programs make.
fn accesses_by_start() -> BTreeMap<String, BTreeSet<usize>> {
    let folder = tempfile::tempdir().unwrap();
    let args = ["family", "2x1", "--keys", "1", "--mode", "sleep", "--self-tests", "160", "--report"];
    let output = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
        .args(args)
        .arg(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let family = Family::new("map", "2x1".parse().unwrap(), Some(1)).unwrap();
    let programs = programs(&family);
    let journal = folder.path().join(format!("journal-{}.jsonl", family.id()));
    let journal = std::fs::read_to_string(journal).unwrap();
    let mut by_start: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let results = journal.lines().skip(1).map(|line| serde_json::from_str::<ProgramResult>(line).unwrap());
    for result in results {
        let setup = programs[result.number].split("||").next().unwrap().trim().to_owned();
        by_start.entry(setup).or_default().extend(numbers(&result.steps));
    }
    by_start
}

/// Every step is taken from every start state from which the specification says that it can be, and no other is.
#[test]
fn the_family_takes_the_steps_of_the_specification_from_each_start_state() {
    let _watch = watch_for("the test", TEST);
    subjects::install();
    let (graph, by_start) = (graph(), accesses_by_start());
    let steps = &steps_of("map").unwrap().steps;
    let family_starts = starts(subjects::by_name("map").unwrap(), 1);
    let mut most = 0;
    for (start, setup) in &graph.starts {
        let structure = structure_after(setup);
        let same = family_starts.iter().find(|start| start.structure == structure);
        let same = same.unwrap_or_else(|| panic!("the family has no start state as after `{setup}`"));
        let taken: Vec<_> = by_start[&same.setup]
            .iter()
            .map(|n| &steps[*n])
            .filter(|step| step.name.starts_with("ORD"))
            .collect();
        let possible: Vec<_> =
            places_from(&graph, *start).into_iter().filter(|p| !NO_ACCESS.contains(p)).collect();
        let possible: Vec<_> = PLACES.iter().filter(|place| possible.contains(&place.name)).collect();
        for place in &possible {
            let is_taken = taken.iter().any(|step| is_from(step, place));
            assert!(
                is_taken,
                "after `{setup}` {} can be, and no program of the family takes it",
                place.action
            );
        }
        for step in &taken {
            let can_be = possible.iter().any(|place| is_from(step, place));
            assert!(
                can_be,
                "after `{setup}` {} at {} is taken, and the specification has no such step",
                step.name, step.place
            );
        }
        println!("after `{setup}`: {} actions, {} accesses of the source", possible.len(), taken.len());
        most = most.max(possible.len());
    }
    assert!(most >= 10, "a start state from which so few actions can be is not of interest: {most}");
}
