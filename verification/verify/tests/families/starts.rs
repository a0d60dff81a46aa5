//! The start states: found, and counted.

use runner::families::{Start, projected, starts};
use std::collections::BTreeSet;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn starts_of(subject: &str, keys: usize) -> Vec<Start> {
    starts(subjects::by_name(subject).unwrap(), keys)
}

/// The counts are those of the search, written down so that a change of the algorithm that adds or removes a state is
/// noticed.
#[test]
fn the_start_states_are_found_and_counted() {
    let _watch = watch_for("the test", TEST);
    let counts = [("map", 1), ("map", 2), ("counter", 0), ("countermap", 1)]
        .map(|(subject, keys)| starts_of(subject, keys).len());
    assert_eq!(counts, [17, 102, 2, 17]);
}

#[test]
fn each_start_state_is_another_and_its_set_up_leads_there() {
    let _watch = watch_for("the test", TEST);
    let starts = starts_of("map", 2);
    let structures: BTreeSet<_> = starts.iter().map(|start| projected(&start.structure)).collect();
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
