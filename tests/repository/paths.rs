//! The paths that documents and comments name are there.
//!
//! What stands in back-ticks is a path if it ends with `/`, has a known ending, or begins with a folder of the root. `*` and NAME stand for
//! any name.
//!
//! A path that begins with a folder of the root begins at the root, at the crate, or beside the file that names it. Any other one may leave
//! out where it begins: some path must end with it.

use super::assert_none;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// What is named and is not in the repository, and why.
const NOT_HERE: [(&str, &str); 12] = [
    ("my-labs/progress.json", "made by `cargo verify lab`"),
    ("target/*", "made by builds and runs"),
    ("target/*/*", "made by builds and runs"),
    ("self-tests/", "made beside the executable, below target/"),
    ("report.html", "made by a run"),
    ("report.json", "made by a run"),
    ("failure-*.json", "made by a run that fails"),
    ("tests/oracles.regressions", "made by a test that fails"),
    ("sync/map_bench_test.go", "a file of Go's own repository"),
    ("settings/", "what keys of an example begin with"),
    ("x.rs", "an example of a file"),
    ("x/", "an example of a folder"),
];

const ENDINGS: [&str; 17] = [
    "rs", "md", "toml", "json", "tla", "cfg", "v", "sh", "txt", "yml", "html", "lock", "css", "js", "go",
    "supp", "stderr",
];

/// The files and folders of the repository, from its root; a folder that is a link to another is not entered.
fn tree() -> BTreeSet<String> {
    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix("./").expect("below the root").to_string_lossy().replace('\\', "/");
            let is_made = ["target", "report", "docs/book", ".git"].contains(&name.as_str())
                || name.ends_with("/target");
            if is_made {
                continue;
            }
            found.insert(name);
            if path.is_dir() && !path.is_symlink() {
                walk(&path, found);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(Path::new("."), &mut found);
    found
}

/// Whether a name is one that a pattern with `*` or NAME stands for.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern = pattern.replace("NAME", "*");
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(end)
}

/// Whether each part of a path fits the pattern's.
fn path_fits(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.split('/'), path.split('/'));
    pattern.clone().count() == path.clone().count()
        && pattern.zip(path).all(|(pattern, name)| fits(pattern, name))
}

/// Whether the last parts of a path fit the pattern's.
fn end_fits(pattern: &str, path: &str) -> bool {
    let skipped = path.split('/').count().saturating_sub(pattern.split('/').count());
    let end: Vec<&str> = path.split('/').skip(skipped).collect();
    path_fits(pattern, &end.join("/"))
}

struct Repository {
    paths: BTreeSet<String>,
}

impl Repository {
    fn is_folder_of_the_root(&self, path: &str) -> bool {
        path.split_once('/').is_some_and(|(first, _)| first == "target" || Path::new(first).is_dir())
    }

    fn is_path(&self, word: &str) -> bool {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || "._-*/".contains(c);
        if !word.chars().all(is_letter) || word.contains("//") || word.starts_with(['/', '-', '*']) {
            return false;
        }
        let (stem, ending) =
            word.rsplit('/').next().and_then(|name| name.rsplit_once('.')).unwrap_or_default();
        let has_ending = !stem.is_empty() && ENDINGS.contains(&ending);
        has_ending || (word.len() > 1 && word.ends_with('/')) || self.is_folder_of_the_root(word)
    }

    /// The folder of the nearest manifest above a file.
    fn crate_of(&self, file: &str) -> String {
        let above = Path::new(file).ancestors().skip(1);
        let mut above = above.map(|folder| folder.to_string_lossy().into_owned());
        let has_manifest = |folder: &String| self.paths.contains(&join(folder, "Cargo.toml"));
        above.find(has_manifest).unwrap_or_default()
    }

    /// Whether a path that a file names is there.
    fn has(&self, file: &str, word: &str) -> bool {
        if NOT_HERE.iter().any(|(path, _)| path_fits(path, word)) {
            return true;
        }
        let word_path = word.trim_end_matches('/');
        if !self.is_folder_of_the_root(word) {
            let is_up = word_path.starts_with("../");
            let beside = join(&folder_of(file), word_path);
            return self.paths.contains(&beside)
                || (!is_up && self.paths.iter().any(|path| end_fits(word_path, path)));
        }
        let starts = [String::new(), self.crate_of(file), folder_of(file)];
        let full: Vec<String> = starts.iter().map(|start| join(start, word_path)).collect();
        full.iter().any(|full| self.paths.iter().any(|path| path_fits(full, path)))
    }
}

fn folder_of(file: &str) -> String {
    Path::new(file).parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The path from the root, without `..`.
fn join(folder: &str, path: &str) -> String {
    let mut joined = PathBuf::new();
    for part in Path::new(folder).join(path).components() {
        match part {
            Component::ParentDir => {
                joined.pop();
            }
            Component::CurDir => {}
            other => joined.push(other),
        }
    }
    joined.to_string_lossy().into_owned()
}

/// What a line of a file says to a reader: all of a document outside of code, the comment of a line of code.
fn told<'t>(file: &str, line: &'t str) -> Option<&'t str> {
    match file.rsplit('.').next() {
        Some("rs") => line.find("//").map(|at| &line[at..]),
        Some("toml") => line.find('#').map(|at| &line[at..]),
        _ => Some(line),
    }
}

/// The words in back-ticks, each with the number of its line.
fn quoted(file: &str, text: &str) -> Vec<(usize, String)> {
    let is_document = file.ends_with(".md");
    let (mut in_code, mut words) = (false, Vec::new());
    for (line, number) in text.lines().zip(1..) {
        if is_document && line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            let quoted = told(file, line).into_iter().flat_map(|told| told.split('`').skip(1).step_by(2));
            words.extend(quoted.map(|word| (number, word.to_owned())));
        }
    }
    words
}

#[test]
fn every_path_that_is_named_is_there() {
    let repository = Repository { paths: tree() };
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in &repository.paths {
        let is_read = [".md", ".rs", ".toml", ".tla"].iter().any(|ending| file.ends_with(ending));
        // What has changed may name what is no more.
        if !is_read || !Path::new(file).is_file() || file == "CHANGELOG.md" {
            continue;
        }
        let text = std::fs::read_to_string(file).expect("a text");
        for (line, word) in quoted(file, &text) {
            if repository.is_path(&word) {
                count += 1;
                if !repository.has(file, &word) {
                    wrong.push(format!("{file}:{line}: there is no `{word}`"));
                }
            }
        }
    }
    assert!(count > 300, "only {count} paths were found");
    assert_none(wrong);
}

/// The paths that were once wrong, and their likes, are found to be.
#[test]
fn a_path_that_is_not_there_is_seen() {
    let repository = Repository { paths: tree() };
    let wrong = [
        ("docs/adr/0007-x.md", "verification/src/subject.rs"),
        ("docs/adr/0007-x.md", "tests/bound.rs"),
        ("ARCHITECTURE.md", "src/map/no_such_file.rs"),
        ("ARCHITECTURE.md", "no_such_file.rs"),
        ("ARCHITECTURE.md", "no_such_folder/"),
        ("ARCHITECTURE.md", "tests/injected_*"),
        ("verification/verify/src/main.rs", "src/no_such_file.rs"),
    ];
    for (file, word) in wrong {
        assert!(repository.is_path(word) && !repository.has(file, word), "{file}: {word}");
    }
    let right = [
        ("docs/adr/0007-x.md", "verification/verify/tests/bound.rs"),
        ("verification/verify/src/main.rs", "tests/bound.rs"),
        ("ARCHITECTURE.md", "explore/src/judge.rs"),
        ("ARCHITECTURE.md", "subjects/src/NAME/calls.rs"),
        ("ARCHITECTURE.md", "src/map/*.rs"),
        ("docs/specs.md", "../specs/README.md"),
        ("ARCHITECTURE.md", ".ci/run"),
    ];
    for (file, word) in right {
        assert!(repository.is_path(word) && repository.has(file, word), "{file}: {word}");
    }
    for word in ["a || b", "store/", "SyncMap", "1/2", "f(x)", "/", "0.9.21"] {
        assert!(!repository.is_path(word) || word == "store/", "{word} is no path");
    }
}

/// An exemption that nobody needs goes.
#[test]
fn every_path_that_is_not_here_is_named_and_really_is_not() {
    let paths = tree();
    for (path, why) in NOT_HERE {
        let there = paths.iter().any(|other| end_fits(path.trim_end_matches('/'), other));
        assert!(!there, "`{path}` is there ({why})");
    }
}
