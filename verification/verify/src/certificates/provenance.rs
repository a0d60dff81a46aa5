//! The sources that this binary was built from, and what a certificate holds for.
//!
//! The *fingerprint* of a family is a SHA-256 over the names and texts of all that turns its answers into COMPLETE:
//! - what is checked, and with which profiles: `Cargo.toml`, `src/lib.rs`, `src/orderings.rs`, `src/map/`, `src/sync/`, `src/epoch/`, and the files of the subject
//!   ([`Entry::sources`]);
//! - what checks it: the crates `model`, `linear` and `explore` whole, with the self-tests of the searches; of `runner` the pool, the worker, the
//!   plan, the run and the families; of `verify` the subject's folder, what calls are compiled with, and the steps (and the folder of the
//!   map, on which some subjects are built); and the manifests of all these, which choose features;
//! - the versions of every crate that both are made of ([`built_on`]), from `Cargo.lock`.
//!
//! Comments count, for steps are named by their lines. What only shows results (reports, pages, the command line) does not. Tests hold the
//! lists to that: each file of `runner` and of `verify` counts, or `NOT_COUNTED` says why not; so does each crate that these depend on.

use crate::subjects::{self, Entry};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

mod embedded {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/sources.rs"));
}

/// What is checked, whatever the subject.
const CHECKED: [&str; 6] =
    ["Cargo.toml", "src/lib.rs", "src/orderings.rs", "src/map/", "src/sync/", "src/epoch/"];

/// What checks it, whatever the subject; besides how that is built, [`embedded::BUILD`].
const CHECKERS: [&str; 21] = [
    "verification/model/src/",
    "verification/linear/src/",
    "verification/explore/src/",
    "verification/runner/src/batch.rs",
    "verification/runner/src/families/",
    "verification/runner/src/journal.rs",
    "verification/runner/src/known_self_tests.rs",
    "verification/runner/src/plan.rs",
    "verification/runner/src/pool.rs",
    "verification/runner/src/run.rs",
    "verification/runner/src/source.rs",
    "verification/runner/src/task.rs",
    "verification/runner/src/tasks.rs",
    "verification/runner/src/worker.rs",
    "verification/subjects/src/builds/",
    "verification/verify/src/certificates/",
    "verification/verify/src/commands/run.rs",
    "verification/verify/src/main.rs",
    "verification/subjects/src/map/",
    "verification/subjects/src/entry.rs",
    "verification/subjects/src/lib.rs",
];

/// Of those, what only shows results.
const SHOWS_ONLY: [&str; 2] =
    ["verification/runner/src/families/page.rs", "verification/verify/src/certificates/kept.rs"];

/// The folders of the subjects.
const SUBJECTS: &str = "verification/subjects/src/";

/// What both are built on, by name.
const BUILT_ON: [&str; 7] =
    ["crossbeam-epoch", "crossbeam-utils", "equivalent", "hashbrown", "libc", "loom", "shuttle"];

/// What `runner`, `subjects` and `verify` have besides [`CHECKERS`] and the folders of other subjects: none of it can make an answer COMPLETE. Why not.
#[cfg(test)]
const NOT_COUNTED: [(&str, &str); 33] = [
    ("verification/runner/src/building.rs", "shows builds of other commands"),
    ("verification/runner/src/console.rs", "shows progress and verdicts"),
    ("verification/runner/src/deliberate_failures.rs", "fails on purpose: a job that must not pass"),
    ("verification/runner/src/explain/", "shows failures"),
    ("verification/runner/src/families/page.rs", "shows a certificate"),
    ("verification/runner/src/game.rs", "plays a program that a person steps"),
    ("verification/runner/src/html_page.rs", "makes pages"),
    ("verification/runner/src/lib.rs", "lists modules"),
    ("verification/runner/src/minimise/", "makes failures smaller"),
    ("verification/runner/src/minimised.rs", "says how much smaller a failure was made"),
    ("verification/runner/src/outcomes.rs", "shows the outcomes of one program"),
    ("verification/runner/src/output.rs", "prints"),
    ("verification/runner/src/playing.rs", "plays a program that a person steps"),
    ("verification/runner/src/report/", "shows verdicts"),
    ("verification/runner/src/scenarios.rs", "scenarios are of no family"),
    ("verification/runner/src/style.rs", "words and colours"),
    ("verification/runner/src/summary/", "shows verdicts"),
    ("verification/runner/src/watched.rs", "runs a failure again, to show it"),
    ("verification/runner/src/what_if.rs", "runs executions beside one that is drawn"),
    ("verification/runner/src/write_file.rs", "keeps what was found"),
    ("verification/verify/src/audit/", "holds a ledger to what others have found"),
    ("verification/verify/src/certificates/kept.rs", "shows certificates"),
    ("verification/verify/src/commands/", "ask for runs, and show them; the run itself counts"),
    ("verification/verify/src/deliberate_failures.rs", "fails on purpose: jobs that must not pass"),
    ("verification/verify/src/documents/", "makes pages"),
    (
        "verification/verify/src/families.rs",
        "which families there are certificates of: each says which it is of",
    ),
    ("verification/verify/src/gallery/", "broken variants are of no family"),
    ("verification/verify/src/lib.rs", "lists modules"),
    ("verification/verify/src/orderings/", "weakenings are of no family"),
    ("verification/verify/src/quoted.rs", "lines of the source that pages show"),
    ("verification/verify/src/repository.rs", "reads files for other commands"),
    ("verification/verify/src/scenarios.rs", "scenarios are of no family"),
    ("verification/verify/src/specifications/", "follows traces, and edges of the specification"),
];

/// Dependencies that carry data in and out, or that what is checked uses in features that are off. Why no answer is theirs.
#[cfg(test)]
const NOT_BUILT_ON: [(&str, &str); 5] = [
    ("futures-core", "a feature that is off in families"),
    ("serde", "carries jobs to workers, and verdicts back"),
    ("serde_json", "a feature that is off in families"),
    ("toml", "a feature that is off in families"),
    ("unicode-width", "aligns what is printed"),
];

/// Whether a file is one of these, or in one of these folders.
fn is_of(name: &str, places: &[&str]) -> bool {
    places.iter().any(|place| name == *place || (place.ends_with('/') && name.starts_with(place)))
}

/// The files of `src/` that are checked with a subject: names and texts.
pub fn checked(subject: &Entry) -> Vec<(&'static str, &'static str)> {
    let own: Vec<String> = subject.sources.iter().map(|file| format!("src/{file}")).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let files = embedded::FILES.iter().filter(|(name, _)| is_of(name, &CHECKED) || is_of(name, &own));
    files.copied().collect()
}

/// The text of a file, if the binary was built from it.
pub fn text(name: &str) -> Option<&'static str> {
    embedded::FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// A package of `Cargo.lock`: its version, and what it needs, each by its name, or its name and version.
#[derive(serde::Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    checksum: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

fn packages() -> Vec<Package> {
    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    let lock: Lock = toml::from_str(text("Cargo.lock").unwrap_or_default()).expect("cargo has written it");
    lock.package
}

/// Every crate that the checks are made of, with its version and its checksum: what they are built on, what that needs, and so on.
pub fn built_on() -> BTreeSet<String> {
    let packages = packages();
    // A dependency has its version only where the lock file has several.
    let mut named: BTreeMap<String, &Package> = BTreeMap::new();
    for package in &packages {
        named.insert(package.name.clone(), package);
        named.insert(format!("{} {}", package.name, package.version), package);
    }
    let mut found = BTreeSet::new();
    let direct = packages.iter().filter(|package| package.name == "sync-map" || package.name == "explore");
    let mut open: Vec<&str> = direct
        .flat_map(|package| &package.dependencies)
        .map(String::as_str)
        .filter(|name| BUILT_ON.contains(&name.split(' ').next().unwrap_or(name)))
        .collect();
    while let Some(name) = open.pop() {
        let Some(package) = named.get(name) else { continue };
        if found.insert(format!("{} {} {}", package.name, package.version, package.checksum)) {
            open.extend(package.dependencies.iter().map(String::as_str));
        }
    }
    found
}

/// The versions of what the checks are built on, in short: `loom 0.7.2`.
pub fn versions() -> Vec<String> {
    let short = |version: &String| BUILT_ON.contains(&version.split(' ').next().unwrap_or_default());
    let without_checksum = |version: String| version.split(' ').take(2).collect::<Vec<_>>().join(" ");
    built_on().into_iter().filter(short).map(without_checksum).collect()
}

/// The compiler.
pub fn compiler() -> &'static str {
    embedded::RUSTC
}

/// The fingerprint of the sources that decide the results of a subject's families: see the module.
pub(crate) fn fingerprint(subject: &Entry) -> String {
    hash(counted(subject).into_iter())
}

/// What counts for a subject's families: names and texts.
fn counted(subject: &Entry) -> Vec<(&'static str, &'static str)> {
    static VERSIONS: LazyLock<String> =
        LazyLock::new(|| built_on().into_iter().collect::<Vec<_>>().join("\n"));
    let own = format!("{SUBJECTS}{}/", subjects::folder_of(subject.name()));
    let places: Vec<&str> = CHECKERS.iter().chain(embedded::BUILD).copied().chain([own.as_str()]).collect();
    let checkers = embedded::FILES.iter().filter(|(name, _)| is_of(name, &places));
    let checkers = checkers.filter(|(name, _)| !SHOWS_ONLY.contains(name)).copied();
    let mut files = checked(subject);
    files.extend(checkers);
    files.push(("versions", &VERSIONS));
    files
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
        let of = |subject| fingerprint(subjects::entry(subject).unwrap());
        assert_eq!((of("map").len(), of("map")), (64, of("map")));
        assert_ne!(of("map"), of("counter"), "another subject has other files");
    }

    #[test]
    fn the_versions_are_those_of_the_lock_file() {
        let versions = versions();
        assert!(versions.contains(&"loom 0.7.2".to_owned()), "{versions:?}");
        assert_eq!(versions.len(), BUILT_ON.len(), "{versions:?}");
        let all = built_on();
        for name in ["corosensei", "generator", "shuttle-engine", "shuttle-schedulers", "shuttle-std"] {
            assert!(all.iter().any(|version| version.starts_with(&format!("{name} "))), "{name}: {all:?}");
        }
    }

    #[test]
    fn every_file_counts_or_has_a_reason_not_to() {
        let mut wrong = Vec::new();
        let rooms = ["verification/runner/src/", "verification/subjects/src/", "verification/verify/src/"];
        for (name, _) in embedded::FILES.iter().filter(|(name, _)| is_of(name, &rooms)) {
            let counts = is_of(name, &CHECKERS) && !SHOWS_ONLY.contains(name);
            let excused = NOT_COUNTED.iter().any(|(place, _)| is_of(name, &[place]));
            // The folder of a subject counts for its own families, that of the map for all.
            let is_subject = name.strip_prefix(SUBJECTS).is_some_and(|rest| rest.contains('/'));
            if !counts && !excused && !is_subject {
                wrong.push(format!("{name}: add it to CHECKERS, or say in NOT_COUNTED why not"));
            }
            // A room that is excused may have a file that counts; a file that is excused may not.
            if counts && NOT_COUNTED.iter().any(|(place, _)| place == name) {
                wrong.push(format!("{name}: it counts, and is in NOT_COUNTED"));
            }
        }
        for (place, _) in NOT_COUNTED {
            if !embedded::FILES.iter().any(|(name, _)| is_of(name, &[place])) {
                wrong.push(format!("{place}: is in NOT_COUNTED, and not there"));
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn every_dependency_of_what_checks_counts_or_has_a_reason_not_to() {
        let (mut wrong, mut count) = (Vec::new(), 0);
        for package in ["", "loom/", "shuttle/", "model/", "linear/", "explore/", "subjects/"] {
            let manifest = match package {
                "" => "Cargo.toml".to_owned(),
                package => format!("verification/{package}Cargo.toml"),
            };
            let table: toml::Table = toml::from_str(text(&manifest).expect("it is built in")).unwrap();
            for (name, how) in table["dependencies"].as_table().unwrap() {
                count += 1;
                let is_ours = how.get("path").is_some();
                let excused = NOT_BUILT_ON.iter().any(|(other, _)| other == name);
                if !is_ours && !excused && !BUILT_ON.contains(&name.as_str()) {
                    wrong.push(format!("{manifest}: add {name} to BUILT_ON, or say in NOT_BUILT_ON why not"));
                }
            }
        }
        assert!(count > 20, "only {count} dependencies were found");
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    /// What turns an answer into COMPLETE changes the fingerprint: each of these files is hashed.
    #[test]
    fn what_makes_an_answer_complete_is_hashed() {
        let files = counted(subjects::entry("map").unwrap());
        for name in [
            "Cargo.toml",
            "src/map/entry.rs",
            "src/orderings.rs",
            "verification/model/Cargo.toml",
            "verification/model/src/loom/repair.rs",
            "verification/explore/src/judge.rs",
            "verification/explore/src/search_oracle.rs",
            "verification/explore/src/stack_pool.rs",
            "verification/linear/src/linearizability.rs",
            "verification/runner/src/pool.rs",
            "verification/runner/src/families/programs.rs",
            "verification/verify/src/certificates/mod.rs",
            "verification/verify/src/certificates/provenance.rs",
            "verification/subjects/src/map/specification.rs",
        ] {
            let before = hash(files.iter().copied());
            let changed = files.iter().map(|(file, text)| (*file, if *file == name { "" } else { text }));
            assert_ne!(before, hash(changed), "{name}");
        }
        let versions = files.iter().find(|(name, _)| *name == "versions").expect("the versions are hashed").1;
        for name in ["shuttle-schedulers", "shuttle-std", "shuttle-engine", "generator", "libc"] {
            assert!(versions.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}: {versions}");
        }
    }

    #[test]
    fn every_place_is_there() {
        for place in CHECKED.iter().chain(&CHECKERS).chain(embedded::BUILD).chain(&SHOWS_ONLY) {
            assert!(embedded::FILES.iter().any(|(name, _)| is_of(name, &[place])), "{place}");
        }
        for subject in subjects::with_families() {
            let own = format!("{SUBJECTS}{}/", subjects::folder_of(subject.name()));
            assert!(embedded::FILES.iter().any(|(name, _)| is_of(name, &[&own])), "{own}");
            for file in subject.sources {
                let file = format!("src/{file}");
                assert!(embedded::FILES.iter().any(|(name, _)| is_of(name, &[&file])), "{file}");
            }
        }
    }
}
