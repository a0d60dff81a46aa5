//! The named scenarios: those of the subjects' folders, and the programs of `verification/plain.toml`.

use crate::subjects::{self, by_name};
use explore::job::Expectation;
use linear::Program;
use runner::scenarios::Scenario;
use std::collections::BTreeMap;

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
    subjects::scenarios()
}

/// Programs of the larger families on which the reduced search is held to the plain one: those of `verification/plain.toml`. Each is
/// named after its family.
pub fn plain() -> Vec<Scenario> {
    let families: BTreeMap<String, Vec<String>> = toml::from_str(include_str!("../../plain.toml"))
        .unwrap_or_else(|error| panic!("plain.toml: {error}"));
    let named = |(family, programs): (String, Vec<String>)| {
        programs.into_iter().enumerate().map(move |(place, program)| Scenario {
            name: format!("plain@{family}-{}", place + 1),
            about: "shuttle's reduced search beside its plain one".to_owned(),
            program: Program::parse(by_name("map").expect("a subject"), &program)
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
    use crate::families::certified;
    use crate::subjects::map::scenarios::STATES;
    use explore::job::matches;
    use linear::outcomes_by_specification;
    use runner::families::programs;
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
            let program = Program::parse(by_name("map").unwrap(), &format!("{setup} || load a")).unwrap();
            let structure = subjects::structure_after(program.subject, &program.setup);
            let led_to = match structure.keys.get(&0) {
                None => "absent".to_owned(),
                Some(("expunged", _)) => "expunged".to_owned(),
                Some((word, "dirty")) => format!("{word} in dirty only"),
                Some((word, table)) => format!("{word} in {table}"),
            };
            assert_eq!(led_to, state);
        }
    }

    #[test]
    fn every_operation_of_the_map_is_there_in_every_state() {
        let names: BTreeSet<String> = all().into_iter().map(|scenario| scenario.name).collect();
        for operation in by_name("map").unwrap().operations {
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
