//! What the suite and the library promise of one another: each decision by identity has its row and its broken variant, and
//! each test of this folder is watched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::gallery;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder and below, by their names from the root, with their texts.
fn files(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).expect("a folder of the repository") {
        let entry = entry.expect("an entry");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files.extend(self::files(&name));
        } else if name.ends_with(".rs") {
            files.push((name, std::fs::read_to_string(entry.path()).expect("a text")));
        }
    }
    files.sort();
    files
}

const MARK: &str = "// identity: ";

/// What compares things by what they are, and deletions and exchanges that a thing is handed to.
const BY_IDENTITY: [&str; 16] = [
    "ptr_eq(",
    "ptr::eq(",
    ".is(item)",
    ".is(&",
    "seen == slot",
    "gone.contains(",
    "missed.contains(",
    "number == subscription",
    "entry.life != life",
    "compare_and_delete(key",
    "compare_and_delete(self.key",
    "delete_if(&",
    "compare_and_swap(",
    "compare_exchange(seen",
    "== pointer.0",
    ".has(",
];

/// Lines between a mark and the code that it marks, at most: a variant's edit must find lines that hang together.
const NEAR: usize = 5;

/// Definitions and uses of what is marked elsewhere.
const ELSEWHERE: [(&str, &str); 10] = [
    ("src/map/read.rs", "self.pointers.find(hash, |other| other.0 == pointer.0)"), // `has`, for map-find and map-clear
    ("src/map/glance.rs", "table.has("),                                           // looks, and does nothing
    ("src/map/quiet.rs", ".has("),                                                 // the same
    ("src/map/by_value.rs", "compare_and_delete(key"),
    ("src/map/by_value.rs", "compare_and_swap("),
    ("src/map/compare.rs", "compare_and_swap("),
    ("src/map/entry.rs", "pub(crate) fn compare_and_swap("),
    ("src/map/entry.rs", "compare_exchange(expunged"),
    ("src/map/entry.rs", "compare_exchange(seen, expunged"), // deleted becomes expunged: a state, not a thing
    ("src/patterns/cache/item.rs", "matches!(self, Slot::Value(other) if Arc::ptr_eq(other, item))"), // `is`, for its callers
];

/// Where the library decides by identity: the names of the marks, each with its place.
fn marks() -> BTreeMap<String, String> {
    let mut marks = BTreeMap::new();
    for (file, text) in files("src") {
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(name) = line.trim_start().strip_prefix(MARK) {
                let before = marks.insert(name.to_owned(), format!("{file}:{number}"));
                assert_eq!(before, None, "`{name}` marks two places");
            }
        }
    }
    marks
}

/// The rows of the table in docs/identity.md: by the name of the mark, the last two columns, variants and killers.
fn rows() -> BTreeMap<String, (String, String)> {
    let page = std::fs::read_to_string(root().join("docs/identity.md")).expect("a page of the book");
    let cells = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
        let [name, .., variants, killers] = cells.as_slice() else { return None };
        Some((name.trim_end_matches('`').to_owned(), ((*variants).to_owned(), (*killers).to_owned())))
    });
    cells.collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn each_decision_by_identity_has_a_row_and_a_broken_variant() {
    let _watch = watch_for("the test", TEST);
    let (marks, rows) = (marks(), rows());
    assert!(marks.len() > 15, "the marks are found: {marks:?}");
    let marked: BTreeSet<_> = marks.keys().collect();
    assert_eq!(marked, rows.keys().collect(), "the marks in src/, and the rows of docs/identity.md");
    let gallery = gallery::all().expect("the gallery is read");
    for (name, (variants, killers)) in &rows {
        if variants.starts_with("none: ") {
            continue;
        }
        assert!(quoted(variants).count() > 0, "{name} has no variant");
        for id in quoted(variants) {
            let variant = gallery.iter().find(|variant| variant.id == id);
            let variant = variant.unwrap_or_else(|| panic!("{name}: `{id}` is no variant"));
            let file = marks[name].split(':').next().expect("a file");
            assert!(variant.edit.iter().any(|edit| edit.file == file), "{name}: `{id}` edits no {file}");
            let killer = variant.test.as_ref().map_or(variant.program.as_str(), |test| test.name.as_str());
            assert!(killers.contains(&killer.replace("||", "‖")), "{name}: `{id}` is killed by `{killer}`");
        }
    }
}

#[test]
fn each_line_that_decides_by_identity_is_marked() {
    let _watch = watch_for("the test", TEST);
    let mut unmarked = Vec::new();
    for (file, text) in files("src") {
        let is_checked =
            ["src/counter/", "src/patterns/", "src/map/"].iter().any(|room| file.starts_with(room));
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate().filter(|_| is_checked) {
            let code = line.trim_start();
            let decides = !code.starts_with("//") && BY_IDENTITY.iter().any(|by| code.contains(by));
            let known = ELSEWHERE.iter().any(|(other, part)| file == *other && code.contains(part));
            let above = &lines[index.saturating_sub(NEAR)..index];
            if decides && !known && !above.iter().any(|line| line.trim_start().starts_with(MARK)) {
                unmarked.push(format!("{file}:{}: {code}", index + 1));
            }
        }
    }
    assert!(unmarked.is_empty(), "no `{MARK}` above:\n{}", unmarked.join("\n"));
}

#[test]
fn each_test_is_watched() {
    let _watch = watch_for("the test", TEST);
    let mut tests = 0;
    for (file, text) in files("verification/verify/tests") {
        let lines: Vec<&str> = text.lines().collect();
        for index in (0..lines.len()).filter(|index| lines[*index] == "#[test]") {
            tests += 1;
            let function = lines[index..].iter().position(|line| line.starts_with("fn "));
            let first = lines[index + function.expect("a function") + 1];
            assert!(first.contains("= watch"), "{file}:{}: the test does not begin with a watch", index + 1);
        }
    }
    assert!(tests > 35, "the tests are found: {tests}");
}

/// A test that would never end, for the next one: it runs when it is asked for.
#[test]
#[ignore = "hangs on purpose"]
fn a_test_that_hangs() {
    let _watch = watch_for("a thread that sleeps", Duration::from_millis(50));
    std::thread::park_timeout(Duration::from_secs(60));
}

#[test]
fn a_test_that_hangs_ends_the_run_and_is_named() {
    let _watch = watch_for("the test", TEST);
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--ignored", "--exact", "a_test_that_hangs"]).stdin(Stdio::null());
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(101));
    let told = String::from_utf8_lossy(&output.stderr);
    for said in ["a_test_that_hangs (at ", "hangs: no end after 50ms of \"a thread that sleeps\""] {
        assert!(told.contains(said), "{said} is missing: {told}");
    }
}
