//! The ledger as it is written: `docs/audit/promises.toml`, and the tables beside it.

use super::files::Files;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The folder of the tables.
pub const FOLDER: &str = "docs/audit";

/// The ledger of promises.
pub const PROMISES: &str = "docs/audit/promises.toml";

/// What a promise is about.
pub const KINDS: [&str; 15] = [
    "memory safe",
    "linearizable",
    "reclaimed once",
    "dropped once",
    "no deadlock",
    "progress",
    "memory bound",
    "re-entry",
    "panics",
    "errors",
    "outcome set",
    "auto trait",
    "consistency",
    "repository",
    "supply chain",
];

/// Words that stand in a document or in the documentation of an item.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The file, from the root.
    pub file: String,
    /// The item whose documentation has them, as `Pinned::load`; nothing for the whole file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// The very words. Line breaks count as blanks.
    pub text: String,
}

/// Where a specification says it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// `specs/SyncMap.tla`
    pub module: String,
    /// Invariants and properties of it.
    pub properties: Vec<String>,
    /// The actions that keep or could break it.
    #[serde(default)]
    pub actions: Vec<String>,
}

/// Where the code keeps it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// As `Locked::promote`.
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Linearization points, as `load, hit` for `LP(load, hit)`.
    #[serde(default)]
    pub lp: Vec<String>,
    /// Rows of `src/orderings.rs`, as `ORD-4`.
    #[serde(default)]
    pub ord: Vec<String>,
    /// Invariants of ARCHITECTURE.md, as `INV-2`.
    #[serde(default)]
    pub inv: Vec<String>,
}

/// What checks it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What looks: loom, shuttle, real threads, TLA+, proptest, a test, a person.
    pub engine: String,
    /// The command that a reader can type.
    pub command: String,
    /// How far it looks.
    pub bound: String,
    /// The verdict that it must give: COMPLETE, BOUNDED, SAMPLED or PASS.
    pub verdict: String,
    /// Whether CI runs it.
    pub ci: bool,
    /// About how long it takes once it is built, if it was measured and is short enough to be drawn by `--spot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// Which source a piece of evidence is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// This one.
    Current,
    /// An earlier one, or nobody knows.
    Stale,
}

/// A file that keeps what a check has found.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// From the root.
    pub file: String,
    /// What the row claims of it.
    pub holds: Holds,
}

/// A promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// As `map-linearizable`.
    pub id: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// The very words.
    pub text: String,
    /// The file in which they stand.
    pub stated: String,
    /// The item whose documentation has them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// Other places that say the same, or a part of it.
    #[serde(default)]
    pub also: Vec<Quote>,
    /// Where it is specified.
    #[serde(default)]
    pub spec: Vec<Spec>,
    /// Where it is kept.
    #[serde(default)]
    pub code: Code,
    /// What checks it.
    pub checks: Vec<Check>,
    /// What was kept of the checks.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Broken variants that take it away, each of which must be killed.
    #[serde(default)]
    pub negative: Vec<String>,
    /// Why no variant can be made, where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no_negative: String,
    /// What the checks leave out.
    pub not_covered: String,
    /// What could still be wrong.
    pub residual: String,
    /// The day on which a person last read the row beside the code.
    pub reviewed: String,
}

impl Promise {
    /// Its words and all other places.
    pub fn quotes(&self) -> impl Iterator<Item = Quote> + '_ {
        let own = Quote { file: self.stated.clone(), at: self.at.clone(), text: self.text.clone() };
        std::iter::once(own).chain(self.also.iter().cloned())
    }
}

/// What is no check of a promise, and why.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Aside {
    /// A scenario (`*` at its end stands for any ending), a property, or a test target as `sync-map hang`.
    pub name: String,
    /// Why no row has it.
    pub why: String,
}

/// `docs/audit/promises.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The rows.
    pub promise: Vec<Promise>,
    /// What checks no promise.
    #[serde(default)]
    pub aside: Vec<Aside>,
}

impl Ledger {
    /// The ledger of these files.
    ///
    /// # Errors
    /// What is wrong with the file: its line, and the field.
    pub fn of(files: &Files) -> Result<Ledger, String> {
        table(files, PROMISES)
    }
}

/// A table of the folder.
///
/// # Errors
/// When it is not there, or has other fields.
pub fn table<T: DeserializeOwned>(files: &Files, name: &str) -> Result<T, String> {
    toml::from_str(files.need(name)?).map_err(|error| format!("`{name}`: {error}"))
}

/// What was killed, when, as a person saw it: for variants of which nothing else keeps a failure. `docs/audit/killed.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Killed {
    /// By the id of the variant.
    pub killed: BTreeMap<String, Kill>,
}

/// A kill that was seen.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kill {
    /// The mark of the edit: a kill of another edit is none.
    pub of: String,
    /// Who killed it.
    pub by: String,
    /// When it was seen.
    pub seen: String,
}
