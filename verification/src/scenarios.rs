//! The named scenarios: those of `verification/scenarios.toml`, and every operation from every state of its key.

use crate::engine::Expectation;
use crate::program::Program;
use crate::subject::{self, Subject};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A named scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The program.
    pub program: Program,
    /// What its outcomes must and must not be.
    pub expectation: Expectation,
    /// It locks much: too large for the modes that grow fastest, unless they are asked for.
    pub large: bool,
}

/// The table, as it is in `verification/scenarios.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    scenario: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default = "map")]
    subject: String,
    about: String,
    program: String,
    #[serde(default)]
    interesting: Vec<String>,
    #[serde(default)]
    forbidden: Vec<String>,
    #[serde(default)]
    large: bool,
}

fn map() -> String {
    "map".to_owned()
}

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

fn subject(name: &str) -> &'static Subject {
    subject::by_name(name).unwrap_or_else(|| panic!("scenarios.toml: `{name}` is no subject"))
}

fn scenario(row: Row) -> Scenario {
    let program = Program::parse(subject(&row.subject), &row.program);
    let program = program.unwrap_or_else(|error| panic!("scenarios.toml, {}: {error}", row.name));
    let expectation = Expectation { interesting: row.interesting, forbidden: row.forbidden };
    Scenario { name: row.name, about: row.about, program, expectation, large: row.large }
}

/// Every operation from every state of its key, against a swap of that key.
fn every_operation_in_every_state() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (state, setup) in STATES {
        for operation in EVERY_OPERATION {
            let name = operation.split(' ').next().unwrap_or(operation);
            let text = format!("{setup} || {operation} || swap a 7");
            scenarios.push(Scenario {
                name: format!("{name}@{}", state.replace(' ', "_")),
                about: format!("{name} of a key that is {state}, against a swap"),
                program: Program::parse(subject("map"), &text).expect("made of parts that parse"),
                expectation: Expectation::default(),
                large: false,
            });
        }
    }
    scenarios
}

/// Scenarios that plain depth-first search takes minutes for: left to the full profile.
pub const SLOW_UNDER_DFS: [&str; 8] = [
    "cache_take_twice",
    "countermap_add_remove",
    "countermap_add_remove_dirty",
    "countermap_harvest",
    "nested_range",
    "nested_range@deleted_in_dirty_only",
    "nested_range@expunged",
    "nested_range@live_in_dirty_only",
];

/// All of them.
pub fn all() -> Vec<Scenario> {
    let table: Table = toml::from_str(include_str!("../scenarios.toml"))
        .unwrap_or_else(|error| panic!("scenarios.toml: {error}"));
    table.scenario.into_iter().map(scenario).chain(every_operation_in_every_state()).collect()
}

/// Programs of the larger families on which the reduced search is held to the plain one: those of `verification/plain.toml`. Each is
/// named after its family.
pub fn plain() -> Vec<Scenario> {
    let families: BTreeMap<String, Vec<String>> =
        toml::from_str(include_str!("../plain.toml")).unwrap_or_else(|error| panic!("plain.toml: {error}"));
    let named = |(family, programs): (String, Vec<String>)| {
        programs.into_iter().enumerate().map(move |(place, program)| Scenario {
            name: format!("plain@{family}-{}", place + 1),
            about: "shuttle's reduced search beside its plain one".to_owned(),
            program: Program::parse(subject("map"), &program)
                .unwrap_or_else(|error| panic!("plain.toml: {error}")),
            expectation: Expectation::default(),
            large: false,
        })
    };
    families.into_iter().flat_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::{Calls, Instance, Shipped};
    use crate::engine::matches;
    use crate::family::plan::certified;
    use crate::family::programs;
    use crate::history::outcomes_by_specification;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: Vec<String> = all().into_iter().map(|scenario| scenario.name).collect();
        let unique: BTreeSet<&String> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
    }

    #[test]
    fn each_set_up_leads_to_the_state_that_it_names() {
        for (state, setup) in STATES {
            let program = Program::parse(subject("map"), &format!("{setup} || load a")).unwrap();
            let mut map = Shipped::new(program.subject.kind);
            program.setup.iter().for_each(|call| drop(map.call(call)));
            assert_eq!(map.key_state(0), state);
            map.check_invariants().unwrap();
        }
    }

    #[test]
    fn every_operation_of_the_map_is_there_in_every_state() {
        let names: BTreeSet<String> = all().into_iter().map(|scenario| scenario.name).collect();
        for operation in subject("map").operations {
            for (state, _) in STATES {
                let name = format!("{}@{}", operation.name, state.replace(' ', "_"));
                assert!(names.contains(&name), "{name} is missing");
            }
        }
    }

    /// A program that a family does not have any more says nothing about it.
    #[test]
    fn the_programs_of_the_plain_search_are_programs_of_their_families() {
        let families = certified(true).into_iter().map(|run| (run.family.id(), programs(&run.family)));
        let families: BTreeMap<String, Vec<String>> = families.collect();
        let plain = plain();
        for scenario in &plain {
            let (family, _) = scenario.name.strip_prefix("plain@").unwrap().rsplit_once('-').unwrap();
            let of_family = families.get(family).unwrap_or_else(|| panic!("{family} is no family"));
            assert!(of_family.contains(&scenario.program.to_string()), "{family}: {}", scenario.program);
        }
        let unique: BTreeSet<String> = plain.iter().map(|scenario| scenario.program.to_string()).collect();
        assert_eq!(unique.len(), plain.len());
        assert!(plain.len() >= 30, "{}", plain.len());
    }

    /// Interesting outcomes are allowed by the specification, forbidden ones are not: a table that contradicts it is wrong.
    #[test]
    fn the_tables_agree_with_the_specification() {
        for scenario in all() {
            let Some(allowed) = outcomes_by_specification(&scenario.program) else {
                continue;
            };
            for pattern in &scenario.expectation.interesting {
                let found = allowed.iter().any(|outcome| matches(pattern, outcome));
                assert!(found, "{}: `{pattern}` is not among {allowed:?}", scenario.name);
            }
            for pattern in &scenario.expectation.forbidden {
                let found = allowed.iter().find(|outcome| matches(pattern, outcome));
                assert_eq!(found, None, "{}: `{pattern}` is allowed", scenario.name);
            }
        }
    }
}
