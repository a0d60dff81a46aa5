//! What the repository promises about itself: the table of orderings, where `cfg` and `unsafe` may stand, how long a file
//! may be, which invariants exist, what is published.
//!
//! Each check lists all places that are wrong, as `file:line: what`.

mod architecture;
mod arrows;
mod ci;
mod documents;
mod imports;
mod labels;
mod locks;
mod manifest;
mod orderings;
mod orderings_at_access;
mod pages;
mod paths;
mod rooms;
mod source;

use source::{Source, sources, with_the_suite};
use std::collections::BTreeSet;

const LINES_OF_A_FILE: usize = 400;
const LINES_OF_A_FUNCTION: usize = 70;

/// Fails with the list of what is wrong, if there is any.
#[track_caller]
fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_sources_are_found() {
    let names: BTreeSet<String> = sources().into_iter().map(|source| source.name).collect();
    for name in
        ["src/lib.rs", "src/map/pinned.rs", "src/epoch/std.rs", "verification/model/src/loom/repair.rs"]
    {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn model_builds_are_told_apart_in_the_facade_only() {
    // The crate under the checkers has a feature for each; of the map's own files two switch to it.
    let may = |name: &str| {
        name.starts_with("verification/model/") || ["src/sync/mod.rs", "src/epoch/mod.rs"].contains(&name)
    };
    let wrong = |source: &Source| {
        let lines = source.lines_with(|line| {
            ["loom", "shuttle", "paused"].iter().any(|build| line.contains(&format!("feature = \"{build}\"")))
        });
        lines
            .into_iter()
            .map(|line| format!("{line}: cfg outside of src/sync/mod.rs and src/epoch/mod.rs"))
            .collect::<Vec<_>>()
    };
    let outside = sources().into_iter().filter(|source| !may(&source.name));
    assert_none(outside.flat_map(|source| wrong(&source)).collect());
    // The check sees what it looks for.
    let inside = sources().into_iter().filter(|source| may(&source.name) && source.name.starts_with("src/"));
    assert!(inside.flat_map(|source| wrong(&source)).count() >= 8);
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let all: Vec<documents::Link> =
        documents::documents().iter().flat_map(|document| documents::links(document)).collect();
    assert!(all.len() > 20, "links are found");
    let dead = |link: &documents::Link| link.file().is_some_and(|file| !file.exists());
    assert_none(
        all.iter().filter(|link| dead(link)).map(|link| format!("{}: no {}", link.place, link.to)).collect(),
    );
}

#[test]
fn the_book_lists_each_of_its_pages() {
    let listed: BTreeSet<_> =
        documents::links("./docs/SUMMARY.md".as_ref()).iter().filter_map(documents::Link::file).collect();
    let pages = documents::documents();
    let pages = pages.iter().filter(|page| page.starts_with("./docs") && !page.ends_with("SUMMARY.md"));
    let missing = pages.filter(|page| !listed.contains(*page));
    assert_none(missing.map(|page| format!("{}: not in docs/SUMMARY.md", page.display())).collect());
}

#[test]
fn files_are_short() {
    let long = |source: &Source| source.text.lines().count() > LINES_OF_A_FILE;
    let wrong = with_the_suite().into_iter().filter(long);
    let tell = |source: Source| {
        let lines = source.text.lines().count();
        format!("{}: {lines} lines, of at most {LINES_OF_A_FILE}", source.name)
    };
    assert_none(wrong.map(tell).collect());
}

/// A target with parts is a folder with a `main.rs`.
#[test]
fn no_test_says_where_its_modules_are() {
    let mut wrong = Vec::new();
    let mut files = 0;
    for folder in ["tests", "verification/verify/tests", "verification/speccheck/tests"] {
        for entry in
            std::fs::read_dir(folder).expect("a folder of tests").map(|entry| entry.expect("an entry").path())
        {
            let main = if entry.is_dir() { entry.join("main.rs") } else { entry };
            let Ok(text) = std::fs::read_to_string(&main) else { continue };
            files += 1;
            let lines = text.lines().zip(1..).filter(|(line, _)| line.starts_with("#[path"));
            wrong.extend(lines.map(|(_, number)| format!("{}:{number}: `#[path]`", main.display())));
        }
    }
    assert!(files > 40, "only {files} targets were found");
    assert_none(wrong);
}

#[test]
fn functions_are_short() {
    let functions: Vec<_> = with_the_suite().iter().flat_map(Source::functions).collect();
    assert!(functions.len() > 150, "only {} functions were found", functions.len());
    let long = functions.into_iter().filter(|function| function.lines > LINES_OF_A_FUNCTION);
    let tell = |function: source::Function| {
        format!("{}: {} lines, of at most {LINES_OF_A_FUNCTION}", function.place, function.lines)
    };
    assert_none(long.map(tell).collect());
}

#[test]
fn counters_have_no_unsafe_code() {
    let counters: Vec<_> =
        sources().into_iter().filter(|source| source.name.starts_with("src/counter/")).collect();
    assert!(counters.len() > 2, "the counters are found");
    for file in counters {
        let forbids = file.code.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]");
        assert!(forbids, "{}: no `#![forbid(unsafe_code)]`", file.name);
    }
}

#[test]
fn every_unsafe_block_says_why_it_is_safe() {
    let placeholders = ["Untriaged", "TODO", "FIXME", "safe"];
    let mut blocks = 0;
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, reason) in source.unsafe_blocks() {
            blocks += 1;
            let place = format!("{}:{number}", source.name);
            match reason {
                None => wrong.push(format!("{place}: no `// SAFETY:` comment above")),
                Some(reason)
                    if reason.is_empty() || placeholders.iter().any(|word| reason.starts_with(word)) =>
                {
                    wrong.push(format!("{place}: `{reason}` is no reason"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(blocks > 20, "only {blocks} unsafe blocks were found");
    assert_none(wrong);
}

/// The numbers in `text` that follow `prefix`, each with its line.
fn cited(text: &str, prefix: &str) -> Vec<(usize, u32)> {
    let mut cited = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        for rest in line.split(prefix).skip(1) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            cited.extend(digits.parse().ok().map(|id: u32| (number, id)));
        }
    }
    cited
}

#[test]
fn every_invariant_that_is_cited_exists() {
    let architecture =
        std::fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md lists the invariants");
    let listed: BTreeSet<u32> = architecture
        .lines()
        .filter(|line| line.starts_with("- **INV-"))
        .flat_map(|line| cited(line, "- **INV-"))
        .map(|(_, id)| id)
        .collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for source in sources() {
        for (line, id) in cited(&source.text, "INV-") {
            count += 1;
            if !listed.contains(&id) {
                wrong.push(format!("{}:{line}: INV-{id} is not in ARCHITECTURE.md", source.name));
            }
        }
    }
    assert!(count > 50, "only {count} citations were found");
    assert_none(wrong);
}
