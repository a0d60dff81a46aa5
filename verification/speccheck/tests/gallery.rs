//! The gallery of broken variants and the seeded bugs of the specifications name each other.

use speccheck::expected::Expected;
use std::collections::BTreeSet;
use verify::mutants;

/// Variants of the map and the counters that no specification has, and why.
const NOT_SEEDED: [(&str, &str); 2] = [
    ("relaxed-publication", "the specifications are sequentially consistent: they have no orderings"),
    (
        "countermap-removes-by-key",
        "in CounterMap.tla the map is one step an operation: it has no deletion by key",
    ),
];

#[test]
fn a_variant_names_a_seeded_bug_of_the_specifications() {
    let bugs: BTreeSet<String> = Expected::read().unwrap().bug.into_iter().map(|bug| bug.name).collect();
    let mutants = mutants::all().unwrap();
    let named = mutants.iter().filter_map(|mutant| Some((&mutant.id, mutant.tla.as_ref()?)));
    let wrong: Vec<_> = named.clone().filter(|(_, bug)| !bugs.contains(*bug)).collect();
    assert!(wrong.is_empty(), "no seeded bug of specs/expected.toml has this name: {wrong:?}");
    assert!(named.count() > 25, "the field `tla` of the variants is filled");
}

#[test]
fn every_variant_of_the_map_and_the_counters_is_seeded_or_says_why_not() {
    let mutants = mutants::all().unwrap();
    let specified = |mutant: &&mutants::Mutant| ["map", "counter", "countermap"].contains(&&*mutant.subject);
    let lost: Vec<&str> = mutants
        .iter()
        .filter(specified)
        .filter(|mutant| mutant.tla.is_none() != NOT_SEEDED.iter().any(|(id, _)| *id == mutant.id))
        .map(|mutant| &*mutant.id)
        .collect();
    assert!(lost.is_empty(), "neither seeded (`tla = `) nor in NOT_SEEDED, or both: {lost:?}");
}
