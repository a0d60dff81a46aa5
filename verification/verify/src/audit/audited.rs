//! A promise with all that is known of it.

use super::evidence::{self, Known};
use super::ledger::Promise;
use super::pack::Pack;
use serde::Serialize;
use std::collections::BTreeMap;

/// A promise with what is known of its evidence, and of its variants.
#[derive(Debug, Serialize)]
pub(super) struct Audited<'p> {
    /// The row.
    #[serde(flatten)]
    pub(super) row: &'p Promise,
    /// Its evidence: hash, fingerprint, commit, and which source it is of.
    pub(super) known: Vec<Known>,
    /// How the kill of each variant was seen.
    pub(super) killed: BTreeMap<&'p str, String>,
}

/// All promises, with what is known of them.
pub(super) fn audited(pack: &Pack) -> Vec<Audited<'_>> {
    let of = |row| Audited { row, known: known(row, pack), killed: killed(row, pack) };
    pack.ledger.promise.iter().map(of).collect()
}

fn known(row: &Promise, pack: &Pack) -> Vec<Known> {
    row.evidence.iter().filter_map(|evidence| evidence::known(&evidence.file, &pack.files).ok()).collect()
}

fn killed<'p>(row: &'p Promise, pack: &Pack) -> BTreeMap<&'p str, String> {
    row.negative.iter().map(|id| (id.as_str(), pack.kills.how(id).unwrap_or_else(|why| why))).collect()
}
