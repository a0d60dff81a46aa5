//! What ARCHITECTURE.md lists and a machine can find: the files with unsafe code, and where a model is not what ships.

use super::assert_none;
use super::source::{Source, with_the_suite};
use std::collections::{BTreeMap, BTreeSet};

/// The text of ARCHITECTURE.md from a line that begins so, up to the next line that begins with `end`.
fn part(start: &str, end: &str) -> String {
    let text = std::fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md");
    let lines = text.lines().skip_while(|line| !line.starts_with(start));
    let part: Vec<&str> = lines
        .enumerate()
        .take_while(|(n, line)| *n == 0 || !line.starts_with(end))
        .map(|(_, line)| line)
        .collect();
    assert!(!part.is_empty(), "ARCHITECTURE.md has `{start}`");
    part.join("\n")
}

/// Whether the file has an unsafe block, implementation or foreign function. (An `unsafe fn` does nothing by itself.)
fn has_unsafe_code(source: &Source) -> bool {
    ["unsafe {", "unsafe impl", "unsafe extern"].iter().any(|words| source.code.contains(words))
}

#[test]
fn unsafe_code_occurs_in_the_files_that_are_listed_and_in_no_others() {
    let paragraph = part("**Architecture invariant: unsafe code", "**");
    let listed: BTreeSet<&str> =
        paragraph.split('`').skip(1).step_by(2).filter(|word| word.ends_with(".rs")).collect();
    let sources = with_the_suite();
    let found: BTreeSet<&str> =
        sources.iter().filter(|source| has_unsafe_code(source)).map(|source| source.name.as_str()).collect();
    assert!(found.len() > 10, "unsafe code is found: {found:?}");
    let unlisted = found
        .difference(&listed)
        .map(|name| format!("{name}: has unsafe code, and ARCHITECTURE.md does not list it"));
    let without = listed
        .difference(&found)
        .map(|name| format!("ARCHITECTURE.md lists {name}, which has no unsafe code"));
    assert_none(unlisted.chain(without).collect());
}

/// The gaps of the code, by their names, each with its places: `MODEL-GAP: Two stripes. …`.
fn gaps(sources: &[Source]) -> BTreeMap<String, Vec<String>> {
    let mut gaps: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources {
        for (line, number) in source.text.lines().zip(1..) {
            let Some((_, rest)) = line.split_once("MODEL-GAP: ") else { continue };
            let name = rest.split('.').next().unwrap_or_default().to_owned();
            gaps.entry(name).or_default().push(format!("{}:{number}", source.name));
        }
    }
    gaps
}

#[test]
fn each_gap_of_the_models_is_in_the_code_and_in_the_list() {
    let section = part("## MODEL-GAPs", "## ");
    let listed: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once(".**"))
        .map(|(name, _)| name)
        .collect();
    assert!(listed.len() > 10, "the list is found: {listed:?}");
    let gaps = gaps(&with_the_suite());
    let unlisted = gaps.iter().filter(|(name, _)| !listed.contains(name.as_str()));
    let unlisted = unlisted.map(|(name, places)| {
        format!("{}: `{name}` is not in the list of ARCHITECTURE.md", places.join(", "))
    });
    let nowhere = listed.iter().filter(|name| !gaps.contains_key(**name));
    let nowhere = nowhere
        .map(|name| format!("ARCHITECTURE.md lists `{name}`, and no comment says `MODEL-GAP: {name}.`"));
    assert_none(unlisted.chain(nowhere).collect());
}
