//! What was kept of a check: which source it is of, and its hash.

use super::files::Files;
use super::ledger::Holds;
use crate::certificates::kept::is_current;
use crate::orderings::kept::{Notes, Record};
use runner::families::FamilyReport;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What is known of a file of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct Known {
    /// Its name.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Which source it is of.
    pub holds: Holds,
    /// The fingerprint of the source that it says it is of.
    pub fingerprint: Option<String>,
    /// The commit that it says it was made at.
    pub commit: Option<String>,
    /// The verdict that it keeps.
    pub verdict: Option<String>,
    /// The command that makes it.
    pub command: Option<String>,
}

/// The SHA-256 of a text.
pub fn hash(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is known of a file.
///
/// # Errors
/// When it is not there, or of no kind that says which source it is of.
pub fn known(file: &str, files: &Files) -> Result<Known, String> {
    let text = files.need(file)?;
    let none = Known {
        file: file.to_owned(),
        sha256: hash(text.as_bytes()),
        holds: Holds::Stale,
        fingerprint: None,
        commit: None,
        verdict: None,
        command: None,
    };
    let holds = |current: bool| if current { Holds::Current } else { Holds::Stale };
    if file.starts_with("docs/certificate/") {
        let family: FamilyReport =
            serde_json::from_str(text).map_err(|error| format!("`{file}` is no certificate: {error}"))?;
        return Ok(Known {
            holds: holds(is_current(&family)),
            verdict: Some(family.verdict.to_string()),
            fingerprint: Some(family.source),
            commit: family.commit,
            command: Some(family.command),
            ..none
        });
    }
    match file {
        "verification/orderings.json" => {
            let record: Record = serde_json::from_str(text).map_err(|error| format!("`{file}`: {error}"))?;
            let notes = files.need("verification/orderings.toml")?;
            let notes: Notes =
                toml::from_str(notes).map_err(|error| format!("`verification/orderings.toml`: {error}"))?;
            let command = Some("cargo verify orderings --write".into());
            Ok(Known { holds: holds(record.problems(&notes).is_empty()), command, ..none })
        }
        // CI compares the numbers in it with those of its own run, so where CI passed they are of that source.
        "specs/expected.toml" => {
            Ok(Known { holds: Holds::Current, command: Some("cargo verify specs".into()), ..none })
        }
        "docs/what-was-checked.md" => {
            let command = Some("cargo verify figures target/report/report.json --check".into());
            Ok(Known { holds: Holds::Current, command, ..none })
        }
        _ => Err(format!(
            "`{file}` does not say which source it is of: name a certificate of docs/certificate, verification/orderings.json, \
             specs/expected.toml or docs/what-was-checked.md"
        )),
    }
}
