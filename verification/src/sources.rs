//! The sources that this binary was built from, and what a certificate holds for.
//!
//! The *fingerprint* of a family is a SHA-256 over the names and texts of the files that decide its result:
//! - what is checked: `src/lib.rs`, `src/orderings.rs`, `src/map/`, `src/sync/`, `src/epoch/`, and the files of the subject
//!   ([`Templates::sources`]);
//! - what checks it: of `verification/src/` the adapters, engines, families, subjects, histories, programs, values and coverage, but
//!   not the files of other subjects (those of the map excepted, on which some are built);
//! - the versions of what both are built on ([`versions`]), from `Cargo.lock`.
//!
//! Comments count, for steps are named by their lines. What only shows results (reports, pages, the command line) does not.

use crate::family::subjects::{FAMILIES, Templates};
use sha2::{Digest, Sha256};

mod embedded {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/sources.rs"));
}

/// What is checked, whatever the subject.
const CHECKED: [&str; 5] = ["src/lib.rs", "src/orderings.rs", "src/map/", "src/sync/", "src/epoch/"];

/// What checks it.
const CHECKERS: [&str; 9] = [
    "verification/src/adapter/",
    "verification/src/coverage/",
    "verification/src/engine/",
    "verification/src/family/",
    "verification/src/history.rs",
    "verification/src/program.rs",
    "verification/src/subject/",
    "verification/src/values.rs",
    "verification/src/worker.rs",
];

/// Folders with a file for each subject.
const OF_SUBJECTS: [&str; 2] = ["verification/src/adapter/subjects/", "verification/src/subject/"];

/// The name of a subject's file there: the three caches have one.
fn file_of(subject: &str) -> &str {
    if subject.ends_with("cache") { "cache" } else { subject }
}

/// What both are built on.
const BUILT_ON: [&str; 9] = [
    "corosensei",
    "crossbeam-epoch",
    "crossbeam-utils",
    "equivalent",
    "generator",
    "hashbrown",
    "loom",
    "shuttle",
    "shuttle-engine",
];

/// Whether a file is one of these, or in one of these folders.
fn is_of(name: &str, places: &[&str]) -> bool {
    places.iter().any(|place| name == *place || (place.ends_with('/') && name.starts_with(place)))
}

/// The files of `src/` that are checked with a subject: names and texts.
pub fn checked(templates: &Templates) -> Vec<(&'static str, &'static str)> {
    let own: Vec<String> = templates.sources.iter().map(|file| format!("src/{file}")).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let files = embedded::FILES.iter().filter(|(name, _)| is_of(name, &CHECKED) || is_of(name, &own));
    files.copied().collect()
}

/// The text of a file, if the binary was built from it.
pub fn text(name: &str) -> Option<&'static str> {
    embedded::FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// The versions of what the checks are built on, from `Cargo.lock`: `loom 0.7.2`.
pub fn versions() -> Vec<String> {
    let lock = text("Cargo.lock").unwrap_or_default();
    let mut versions = Vec::new();
    let mut lines = lock.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("name = ") else { continue };
        let name = name.trim_matches('"');
        if let Some(version) = lines.next().and_then(|line| line.strip_prefix("version = "))
            && BUILT_ON.contains(&name)
        {
            versions.push(format!("{name} {}", version.trim_matches('"')));
        }
    }
    versions
}

/// The compiler.
pub fn compiler() -> &'static str {
    embedded::RUSTC
}

/// The fingerprint of the sources that decide the results of a subject's families: see the module.
pub fn fingerprint(templates: &Templates) -> String {
    let is_other = |name: &str| {
        let others = FAMILIES.iter().map(|other| other.subject).chain(["canary"]);
        let mut others =
            others.map(file_of).filter(|other| ![file_of(templates.subject), "map"].contains(other));
        others.any(|other| OF_SUBJECTS.iter().any(|folder| name == format!("{folder}{other}.rs")))
    };
    let checkers =
        embedded::FILES.iter().filter(|(name, _)| is_of(name, &CHECKERS) && !is_other(name)).copied();
    let mut files: Vec<(&str, &str)> = checked(templates).into_iter().chain(checkers).collect();
    let versions = versions().join("\n");
    files.push(("versions", &versions));
    hash(files.into_iter())
}

fn hash<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        // A checkout may end lines in its own way.
        let text = text.replace("\r\n", "\n");
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The commit of the working tree, with `+` if files differ from it; nothing where there is no git.
pub fn commit() -> Option<String> {
    let git = |args: &[&str]| {
        let folder = env!("CARGO_MANIFEST_DIR");
        let output = std::process::Command::new("git").arg("-C").arg(folder).args(args).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|list| !list.is_empty());
    Some(format!("{commit}{}", if changed { "+" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_changes_with_each_file_and_each_name() {
        let one = hash([("a", "1"), ("b", "2")].into_iter());
        let others = [
            vec![("a", "1"), ("b", "3")],
            vec![("a", "1"), ("c", "2")],
            vec![("a", "1")],
            vec![("a", "1b2")],
        ];
        for other in others {
            assert_ne!(one, hash(other.into_iter()));
        }
        let map = fingerprint(Templates::of("map").unwrap());
        assert_eq!((map.len(), &map), (64, &fingerprint(Templates::of("map").unwrap())));
        assert_ne!(map, fingerprint(Templates::of("counter").unwrap()), "another subject has other files");
    }

    #[test]
    fn the_versions_are_those_of_the_lock_file() {
        let versions = versions();
        assert!(versions.contains(&"loom 0.7.2".to_owned()), "{versions:?}");
        for name in BUILT_ON {
            assert!(
                versions.iter().any(|version| version.split(' ').next() == Some(name)),
                "{name} is not built on"
            );
        }
    }

    #[test]
    fn every_place_is_there() {
        for place in CHECKED.iter().chain(&CHECKERS) {
            assert!(embedded::FILES.iter().any(|(name, _)| is_of(name, &[place])), "{place}");
        }
        for family in &FAMILIES {
            for folder in OF_SUBJECTS {
                let own = format!("{folder}{}.rs", file_of(family.subject));
                assert!(embedded::FILES.iter().any(|(name, _)| *name == own), "{own}");
            }
            for file in family.sources {
                assert!(
                    embedded::FILES.iter().any(|(name, _)| is_of(name, &[&format!("src/{file}")])),
                    "{file}"
                );
            }
        }
    }
}
