//! The tables beside the ledger: assumptions of use, the trust base, the threats, the assurance case; and the MODEL-GAPs of the source.

use super::ledger::Quote;
use serde::{Deserialize, Serialize};

/// Assumptions of use.
pub const ASSUMPTIONS: &str = "docs/audit/assumptions.toml";
/// What is trusted.
pub const TRUST: &str = "docs/audit/trust.toml";
/// Who could do what.
pub const THREATS: &str = "docs/audit/threats.toml";
/// The argument.
pub const CASE: &str = "docs/audit/case.toml";

/// What a user must do, or what happens if he does not.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// `AoU-1`
    pub id: String,
    /// What is assumed.
    pub assumes: String,
    /// What happens if it is not kept.
    pub if_not: String,
    /// Where a user reads it.
    pub stated: Vec<Quote>,
    /// The test that shows what happens, as a command.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub test: String,
    /// Why there is none, where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no_test: String,
}

/// `docs/audit/assumptions.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assumptions {
    /// The rows.
    pub assumption: Vec<Assumption>,
}

/// Something that the claims rest on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trusted {
    /// Its name; of a crate, the one of the registry.
    pub name: String,
    /// The version: of a crate, that of `Cargo.lock`.
    pub version: String,
    /// Whether it is a crate of `Cargo.lock`.
    #[serde(default)]
    pub is_crate: bool,
    /// What is used of it, as names that stand in `used_in`.
    #[serde(default)]
    pub uses: Vec<String>,
    /// The file that uses them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub used_in: String,
    /// For what it is trusted.
    pub trusted_for: String,
    /// How its error would show.
    pub error_shows: String,
    /// What is known against it.
    pub known: String,
}

/// `docs/audit/trust.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// The rows.
    pub trusted: Vec<Trusted>,
}

/// What somebody could do.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Threat {
    /// `T-1`
    pub id: String,
    /// Who: chooses keys, chooses values, writes code that the map calls, makes requests.
    pub who: String,
    /// What he reaches.
    pub reaches: String,
    /// What he tries.
    pub tries: String,
    /// What comes of it.
    pub comes_of_it: String,
    /// Promises that limit it, by id.
    #[serde(default)]
    pub limited_by: Vec<String>,
    /// Assumptions that it breaks.
    #[serde(default)]
    pub assumptions: Vec<String>,
}

/// `docs/audit/threats.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Threats {
    /// The rows.
    pub threat: Vec<Threat>,
}

/// A claim of the assurance case.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// `G1`
    pub id: String,
    /// What is claimed.
    pub claim: String,
    /// The claim that it supports; nothing for the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub under: String,
    /// Why the claims below it suffice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// Promises, by id.
    #[serde(default)]
    pub promises: Vec<String>,
}

/// `docs/audit/case.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The claims.
    pub node: Vec<Node>,
}

/// A place where a model is not what ships.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Its name.
    pub name: String,
    /// What ARCHITECTURE.md says of it.
    pub says: String,
    /// Where the code is marked.
    pub places: Vec<String>,
}

/// What a comment begins with that marks a gap. (In two parts: this line marks none.)
const MARK: &str = concat!("MODEL-", "GAP: ");

/// The gaps that ARCHITECTURE.md lists, with the places of the code.
pub fn gaps(files: &super::files::Files) -> Vec<Gap> {
    let text = files.get("ARCHITECTURE.md").unwrap_or_default();
    let lines = text.lines().skip_while(|line| !line.starts_with("## MODEL-GAPs")).skip(1);
    let section: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    let mut gaps: Vec<Gap> = Vec::new();
    for line in section {
        if let Some((name, says)) = line.strip_prefix("- **").and_then(|rest| rest.split_once(".**")) {
            gaps.push(Gap { name: name.into(), says: says.trim().into(), places: Vec::new() });
        } else if let (Some(last), true) = (gaps.last_mut(), line.starts_with("  ")) {
            last.says = format!("{} {}", last.says, line.trim());
        }
    }
    for (file, text) in files.all().filter(|(file, _)| file.ends_with(".rs")) {
        for (line, number) in text.lines().zip(1..) {
            let Some((_, rest)) = line.split_once(MARK) else { continue };
            let name = rest.split('.').next().unwrap_or_default();
            let of_it = gaps.iter_mut().filter(|gap| gap.name == name);
            of_it.for_each(|gap| gap.places.push(format!("{file}:{number}")));
        }
    }
    gaps
}
