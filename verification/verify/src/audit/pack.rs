//! All that an audit has: the tables, and what they speak of.

use super::beside::{ASSUMPTIONS, Assumptions, CASE, Case, THREATS, TRUST, Threats, Trust};
use super::files::Files;
use super::kills::Kills;
use super::ledger::{Ledger, table};
use super::rust::Source;
use super::unsafe_rows::{Table, UNSAFE};
use super::words::Sources;

/// Where sources are read.
const FOLDERS: [&str; 8] = [
    "src/",
    "verification/model/src/",
    "verification/linear/src/",
    "verification/explore/src/",
    "verification/litmus/src/",
    "verification/runner/src/",
    "verification/subjects/src/",
    "verification/verify/src/",
];

/// The tables of a repository, read.
#[derive(Debug)]
pub struct Pack {
    /// The texts.
    pub files: Files,
    /// The files of Rust.
    pub sources: Sources,
    /// The promises.
    pub ledger: Ledger,
    /// The unsafe operations.
    pub unsafe_rows: Table,
    /// Assumptions of use.
    pub assumptions: Assumptions,
    /// The trust base.
    pub trust: Trust,
    /// The threats.
    pub threats: Threats,
    /// The assurance case.
    pub case: Case,
    /// The gallery.
    pub kills: Kills,
}

impl Pack {
    /// Reads the tables of these files.
    ///
    /// # Errors
    /// The first table that is not there or cannot be read.
    pub fn of(files: Files) -> Result<Pack, String> {
        let mut sources = Sources::new();
        for (name, text) in files.all().filter(|(name, _)| is_source(name)) {
            sources.insert(name.to_owned(), Source::read(name, text)?);
        }
        Pack::with_sources(files, sources)
    }

    /// The same with another text in the place of one file's: to try what an audit then says.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn with(&self, name: &str, text: &str) -> Result<Pack, String> {
        let (mut files, mut sources) = (self.files.clone(), self.sources.clone());
        if is_source(name) {
            sources.insert(name.to_owned(), Source::read(name, text)?);
        }
        files.put(name, text.to_owned());
        Pack::with_sources(files, sources)
    }

    fn with_sources(files: Files, sources: Sources) -> Result<Pack, String> {
        Ok(Pack {
            ledger: Ledger::of(&files)?,
            unsafe_rows: table::<Table>(&files, UNSAFE)?,
            assumptions: table::<Assumptions>(&files, ASSUMPTIONS)?,
            trust: table::<Trust>(&files, TRUST)?,
            threats: table::<Threats>(&files, THREATS)?,
            case: table::<Case>(&files, CASE)?,
            kills: Kills::of(&files)?,
            sources,
            files,
        })
    }

    /// Whether ARCHITECTURE.md has this invariant.
    pub fn has_invariant(&self, id: &str) -> bool {
        let text = self.files.get("ARCHITECTURE.md").unwrap_or_default();
        text.lines().any(|line| line.starts_with(&format!("- **{id}**")))
    }
}

fn is_source(name: &str) -> bool {
    name.ends_with(".rs") && FOLDERS.iter().any(|folder| name.starts_with(folder))
}
