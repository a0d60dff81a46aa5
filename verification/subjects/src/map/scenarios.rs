//! Scenarios of the map that are made, not typed: every operation from every state of its key.

use explore::job::Expectation;
use explore::subjects::{self, Examples};
use linear::Program;
use runner::scenarios::Scenario;

/// The states that a key can be in, and a set-up that leads there (for key `a`).
pub const STATES: [(&str, &str); 6] = [
    ("absent", ""),
    ("live in read", "store a 1; range"),
    ("deleted in read", "store a 1; range; delete a"),
    ("expunged", "store a 1; range; delete a; store z 9"),
    ("live in dirty only", "store z 9; range; store a 1"),
    ("deleted in dirty only", "store y 9; store z 9; range; store a 1; compare_and_delete a 1"),
];

/// Every operation of the map with arguments, as they meet a key `a` whose value is 1 or that has none.
const EVERY_OPERATION: [&str; 22] = [
    "load a",
    "contains_key a",
    "hold a",
    "store a 2",
    "swap a 2",
    "load_or_store a 2",
    "load_or_store_with a 2",
    "load_and_delete a",
    "delete a",
    "compare_and_swap a 1 2",
    "compare_and_delete a 1",
    "delete_if a 1",
    "update a 5",
    "range",
    "nested_range",
    "retain 2",
    "is_empty",
    "clear",
    "publish_by_store a 2",
    "read_if a 1",
    "publish_by_delete a",
    "read_if_absent a",
];

/// For the self-test that compares histories: programs of few steps each, for plain depth-first search to finish.
pub(super) const EXAMPLES: Examples = Examples {
    setups: &[STATES[0].1, STATES[1].1, STATES[2].1, STATES[3].1, STATES[4].1, STATES[5].1],
    calls: &[
        "load a",
        "swap a 2",
        "load_or_store a 3",
        "delete a",
        "compare_and_swap a 1 4",
        "load b",
        "store b 5",
        "update a 10",
    ],
};

/// Every operation from every state of its key, against a swap of that key.
pub(super) fn every_operation_in_every_state() -> Vec<Scenario> {
    let map = subjects::by_name("map").expect("it is installed");
    let mut scenarios = Vec::new();
    for (state, setup) in STATES {
        for operation in EVERY_OPERATION {
            let name = operation.split(' ').next().unwrap_or(operation);
            let text = format!("{setup} || {operation} || swap a 7");
            scenarios.push(Scenario {
                name: format!("{name}@{}", state.replace(' ', "_")),
                about: format!("{name} of a key that is {state}, against a swap"),
                program: Program::parse(map, &text).expect("made of parts that parse"),
                expectation: Expectation::default(),
                large: false,
            });
        }
    }
    scenarios
}
