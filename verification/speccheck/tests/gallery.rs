//! The gallery of broken variants and the seeded bugs of the specifications name each other.

use speccheck::expected::Expected;
use std::collections::BTreeSet;
use verify::gallery;

/// Variants of the map and the counters that no specification has, and why.
const NOT_SEEDED: [(&str, &str); 12] = [
    ("closure-under-the-mutex", "the closures of the specifications do not use the map"),
    ("drop-forgets-the-entries", "the maps of the specifications are not dropped"),
    ("relaxed-publication", "the specifications are sequentially consistent: they have no orderings"),
    (
        "countermap-removes-by-key",
        "in CounterMap.tla the map is one step an operation: it has no deletion by key",
    ),
    ("by-key-counter-help", "in CounterMap.tla the map is one step an operation: it has no deletion by key"),
    (
        "identity-check-left-out",
        "the keys of the specifications are equal or not: they have no `Eq` that lies",
    ),
    ("nested-collection", "the objects of Reclamation.tla have no destructors that use the library"),
    ("counter-saturates", "the numbers of Counter.tla are small, and do not wrap around"),
    ("load-takes-the-mutex", "SyncMap.tla says what an operation does, and not for what it waits"),
    ("map-for-all-values", "whether a type is `Send` is not in a specification"),
    ("update-takes-out-first", "the closures of the specifications do not panic"),
    ("table-counted-as-one", "Reclamation.tla counts objects, and none of them has a size"),
];

#[test]
fn a_variant_names_a_seeded_bug_of_the_specifications() {
    let bugs: BTreeSet<String> = Expected::read().unwrap().bug.into_iter().map(|bug| bug.name).collect();
    let variants = gallery::all().unwrap();
    let named = variants.iter().filter_map(|variant| Some((&variant.id, variant.tla.as_ref()?)));
    let wrong: Vec<_> = named.clone().filter(|(_, bug)| !bugs.contains(*bug)).collect();
    assert!(wrong.is_empty(), "no seeded bug of specs/expected.toml has this name: {wrong:?}");
    assert!(named.count() > 25, "the field `tla` of the variants is filled");
}

#[test]
fn every_variant_of_the_map_and_the_counters_is_seeded_or_says_why_not() {
    let variants = gallery::all().unwrap();
    let specified =
        |variant: &&gallery::Variant| ["map", "counter", "countermap"].contains(&&*variant.subject);
    let lost: Vec<&str> = variants
        .iter()
        .filter(specified)
        .filter(|variant| variant.tla.is_none() != NOT_SEEDED.iter().any(|(id, _)| *id == variant.id))
        .map(|variant| &*variant.id)
        .collect();
    assert!(lost.is_empty(), "neither seeded (`tla = `) nor in NOT_SEEDED, or both: {lost:?}");
}
