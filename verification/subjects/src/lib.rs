//! The subjects: a folder each, its `mod` line and its row in `FOLDERS`.
//!
//! A folder has the specification of its subject, its operations as calls of the real type in each build (`builds`), the templates of its
//! families, and its named scenarios. No other crate knows a subject by name, but for what is about that subject: the edges and the
//! specifications are of the map, the profiles name families, the pages of the patterns and the gallery's property tests name theirs.
//!
//! The searches run what is compiled here, and so it is optimised; of the command around it, little is.

mod builds;
mod cache;
mod canary;
mod config;
mod counter;
mod countermap;
mod entry;
pub mod map;
mod registry;

use entry::Folder;
use explore::subjects::{self, Builds};
use linear::{Structure, Subject};
use runner::scenarios::{self, Scenario};
use std::sync::LazyLock;

pub use entry::Entry;

/// All folders. The canary comes last, and is not shown to users.
static FOLDERS: &[&Folder] = &[
    &map::FOLDER,
    &counter::FOLDER,
    &countermap::FOLDER,
    &cache::FOLDER,
    &registry::FOLDER,
    &config::FOLDER,
    &canary::FOLDER,
];

fn entries() -> impl Iterator<Item = &'static Entry> {
    FOLDERS.iter().flat_map(|folder| folder.entries)
}

/// What this project asks of a subject.
pub fn entry(subject: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.name() == subject)
}

/// Those of which there are families.
pub fn with_families() -> impl Iterator<Item = &'static Entry> {
    entries().filter(|entry| entry.builds.subject.templates.is_some())
}

/// The folder of a subject, below `subjects/`.
pub fn folder_of(subject: &str) -> &'static str {
    let folder = FOLDERS.iter().find(|folder| folder.entries.iter().any(|entry| entry.name() == subject));
    folder.map_or("", |folder| folder.entries[0].name())
}

/// Lets the engines know the subjects. The first call does; each entry to this crate makes one.
pub fn install() {
    static ALL: LazyLock<Vec<&'static Builds>> =
        LazyLock::new(|| entries().map(|entry| &entry.builds).collect());
    subjects::install(&ALL);
}

/// The subject of that name.
pub fn by_name(name: &str) -> Option<&'static Subject> {
    install();
    subjects::by_name(name)
}

/// Those that are shown to users.
pub fn shown() -> impl Iterator<Item = &'static Subject> {
    install();
    entries().map(|entry| entry.builds.subject).filter(|subject| subject.name != "canary")
}

/// Their names: `map, counter, … or config`.
pub fn names() -> String {
    let names: Vec<&str> = shown().map(|subject| subject.name).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The structure to which calls of one thread lead an empty subject, as it ships.
pub fn structure_after(subject: &Subject, calls: &[linear::Call]) -> Structure {
    install();
    subjects::structure_after(subject, calls)
}

/// The named scenarios of all subjects.
///
/// # Panics
/// When a table is wrong: it is compiled in.
pub fn scenarios() -> Vec<Scenario> {
    install();
    let of = |folder: &&Folder| {
        let name = folder.entries[0].name();
        let typed = match folder.scenarios {
            "" => Vec::new(),
            text => scenarios::read(text, name)
                .unwrap_or_else(|error| panic!("subjects/{}/scenarios.toml: {error}", folder_of(name))),
        };
        typed.into_iter().chain((folder.made)())
    };
    FOLDERS.iter().flat_map(of).collect()
}
