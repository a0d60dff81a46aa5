//! The files of the pack, made from the tables: data for machines, and pages that need no network and nothing of the repository.

use super::audited::audited;
use super::beside::gaps;
use super::evidence::hash;
use super::pack::Pack;
use super::{drawing, pages, sbom, unsafe_rows};
use crate::orderings::kept::{Notes, Record};
use serde::Serialize;
use std::collections::BTreeMap;

/// The files of the pack by name: a folder, or an archive.
pub type Made = BTreeMap<String, Vec<u8>>;

/// All files of the pack. `source` says which source it is of.
///
/// # Errors
/// When something that they are made of cannot be read.
pub fn files(pack: &Pack, source: &str) -> Result<Made, String> {
    let mut made = Made::new();
    let rows = audited(pack);
    let operations = unsafe_rows::joined(&pack.unsafe_rows, &pack.sources);
    let gaps = gaps(&pack.files);
    let record: Record = serde_json::from_str(pack.files.need("verification/orderings.json")?)
        .map_err(|error| format!("`verification/orderings.json`: {error}"))?;
    let notes: Notes = toml::from_str(pack.files.need("verification/orderings.toml")?)
        .map_err(|error| format!("`verification/orderings.toml`: {error}"))?;
    let head = serde_json::json!({ "source": source, "promises": rows.len() });
    made.insert(
        "audit.json".into(),
        json(&serde_json::json!({ "of": head, "promise": rows, "aside": pack.ledger.aside })),
    );
    made.insert("unsafe.json".into(), json(&operations));
    made.insert("gaps.json".into(), json(&gaps));
    made.insert("orderings.json".into(), json(&record));
    made.insert("assumptions.json".into(), json(&pack.assumptions));
    made.insert("trust.json".into(), json(&pack.trust));
    made.insert("threats.json".into(), json(&pack.threats));
    made.insert("sbom-crate.json".into(), json(&sbom::of(&pack.files, false)?));
    made.insert("sbom-suite.json".into(), json(&sbom::of(&pack.files, true)?));
    made.insert("case.svg".into(), drawing::svg(&pack.case, |id| format!("matrix.html#{id}")).into_bytes());
    for (name, text) in pack.files.below("docs/certificate/", ".json") {
        made.insert(name.replacen("docs/", "", 1), text.as_bytes().to_vec());
    }
    let kept: Vec<String> = made.keys().cloned().collect();
    for (name, page) in [
        ("matrix.html", pages::matrix(&rows)),
        ("unsafe.html", pages::unsafe_code(&operations)),
        ("orderings.html", pages::orderings(&record, &notes)),
        ("variants.html", pages::variants(pack)),
        ("assumptions.html", pages::assumptions(&pack.assumptions)),
        ("trust.html", pages::trust(&pack.trust, &gaps)),
        ("threats.html", pages::threats(&pack.threats)),
        ("case.html", pages::case(&pack.case)),
        ("index.html", pages::index(source, &rows, &kept)),
    ] {
        made.insert(name.into(), page.into_bytes());
    }
    let sums: Vec<String> =
        made.iter().map(|(name, content)| format!("{}  {name}\n", hash(content))).collect();
    made.insert("SHA256SUMS".into(), sums.concat().into_bytes());
    Ok(made)
}

/// Data as it is written.
fn json(value: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("plain data");
    text.push(b'\n');
    text
}
