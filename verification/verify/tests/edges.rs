//! From the specification to the code: every transition of `specs/Edges.tla`, for two processes, is made by the real map.
//!
//! `specs/edges/*.txt` has the transitions; `cargo run --release -p speccheck --bin edges` writes them.

use std::path::PathBuf;
use test_support::hang::{TEST, watch_for};
use verify::specifications::edges::cover::paths;
use verify::specifications::edges::graph::Graph;
use verify::specifications::edges::walk::walk;
use verify::specifications::fingerprint;

/// The configurations whose transitions are kept.
const GRAPHS: [&str; 2] = ["one_key", "two_keys"];

fn specs() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs"))
}

fn graph(name: &str) -> Graph {
    Graph::read(&specs().join(format!("edges/{name}.txt"))).unwrap_or_else(|error| panic!("{error}"))
}

/// Walks all of a graph; the actions that were taken.
#[track_caller]
fn all_edges(name: &str) -> Vec<&'static str> {
    let graph = graph(name);
    let paths = paths(&graph);
    let walked = walk(&graph, &paths).unwrap_or_else(|difference| panic!("{name}:\n{difference}"));
    println!(
        "{name}: {} of {} edges taken, {} start states, {} executions, {} steps",
        walked.edges.len(),
        graph.edges,
        graph.starts.len(),
        walked.executions,
        walked.steps
    );
    for (action, times) in &walked.actions {
        println!("  {action:<10} {times}");
    }
    let edges = graph.states.iter().enumerate().flat_map(|(from, state)| {
        let next = state.next.iter().enumerate();
        next.flat_map(move |(process, states)| states.iter().map(move |target| (from, process, target.to)))
    });
    let missed = edges.filter(|edge| !walked.edges.contains(edge)).count();
    assert_eq!(missed, 0, "{name}: {missed} edges were not taken");
    assert_eq!(walked.edges.len(), graph.edges, "{name}");
    walked.actions.into_keys().collect()
}

#[test]
fn the_map_makes_every_transition_for_one_key_and_two_processes() {
    let _watch = watch_for("the test", TEST);
    let actions = all_edges("one_key");
    for action in
        ["Rd1", "Lock", "Rd2", "Promo", "Clear", "Amend", "ELoad", "ECas", "SwapLocked", "Visit", "Unlock"]
    {
        assert!(actions.contains(&action), "{action} is never taken: {actions:?}");
    }
}

/// With a second key come the copy that expunges, and what follows from it.
#[test]
fn the_map_makes_every_transition_of_store_and_delete_for_two_keys_and_two_processes() {
    let _watch = watch_for("the test", TEST);
    let actions = all_edges("two_keys");
    for action in ["XLoad", "XCas", "Out", "Unexp", "Promo", "NoteTake"] {
        assert!(actions.contains(&action), "{action} is never taken: {actions:?}");
    }
}

/// The transitions are those of the specification as it is now.
#[test]
fn the_transitions_are_of_this_specification() {
    let _watch = watch_for("the test", TEST);
    for name in GRAPHS {
        let now = fingerprint::of_edges(&specs(), name).unwrap();
        let then = graph(name).specification;
        assert_eq!(
            then, now,
            "specs/edges/{name}.txt is of another specification: run `cargo run --release -p speccheck --bin edges`"
        );
    }
}

/// A transition that leads elsewhere is noticed: the map does not go there.
#[test]
fn a_changed_transition_is_noticed() {
    let _watch = watch_for("the test", TEST);
    let right = graph("one_key");
    let paths = paths(&right);
    let (mut seed, mut noticed) = (7_usize, 0);
    while noticed < 40 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let path = &paths[(seed >> 33) % paths.len()];
        let at = (seed >> 20) % path.steps.len();
        let from = if at == 0 { right.starts[path.start].0 } else { path.steps[at - 1].to };
        let (process, to) = (path.steps[at].process, path.steps[at].to);
        // The same process in the same place, and one shared variable different; or another place or answer.
        let mut wrong = right.clone();
        match seed % 3 {
            0 => {
                let mut shared = right.shared(to).clone();
                shared.noted = !shared.noted;
                wrong.shared.push(shared);
                wrong.states[to].shared = wrong.shared.len() - 1;
            }
            1 => {
                let mut shared = right.shared(to).clone();
                if shared.holder != 0 {
                    continue; // the mutex hides it
                }
                shared.misses += 1;
                wrong.shared.push(shared);
                wrong.states[to].shared = wrong.shared.len() - 1;
            }
            _ => {
                let mut moved = right.process(to, process).clone();
                match &mut moved.said {
                    Some(said) if matches!(&*moved.call.operation, "load" | "swap" | "update") => {
                        said[0] += 7
                    }
                    Some(_) => continue,
                    None if at + 1 < path.steps.len() && path.steps[at + 1].process == process => {
                        moved.place = if moved.place == "lock" { "eload" } else { "lock" }.to_owned();
                    }
                    None => continue,
                }
                wrong.processes.push(moved);
                wrong.states[to].processes[process] = wrong.processes.len() - 1;
            }
        }
        let difference = walk(&wrong, std::slice::from_ref(path));
        assert!(
            difference.is_err(),
            "step {at} of a path, changed from {from} to something else, was not noticed"
        );
        noticed += 1;
    }
}
