//! Whether a broken variant is killed: it is in the gallery, its edit fits this source, and the kill of this very edit was seen. A bug that is
//! seeded in the specifications is killed if its property must catch it: `cargo verify specs --mutants` holds it to that.

use super::files::Files;
use super::ledger::{Kill, Killed, table};
use crate::documents::drawn::Drawn;
use crate::gallery::Variant;
use crate::gallery::matrix::{Measured, mark};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Kills that a person saw.
pub const KILLED: &str = "docs/audit/killed.toml";

const MEASURED: &str = "verification/mutants.json";

/// The gallery, and what was seen of it.
#[derive(Debug)]
pub struct Kills {
    variants: BTreeMap<String, Variant>,
    measured: Vec<Measured>,
    seen: BTreeMap<String, Kill>,
    /// What is wrong with a variant in these files.
    stale: BTreeMap<String, String>,
    /// The bugs that are seeded in the specifications, each with the property that must catch it.
    seeded: BTreeMap<String, String>,
}

/// What a name begins with that is a bug of the specifications.
const OF_THE_SPECIFICATIONS: &str = "specs/";

const EXPECTED: &str = "specs/expected.toml";

/// What is expected of the specifications, as far as an audit asks.
#[derive(Deserialize)]
struct Expected {
    bug: Vec<Bug>,
}

#[derive(Deserialize)]
struct Bug {
    name: String,
    property: String,
}

impl Kills {
    /// Those of these files.
    ///
    /// # Errors
    /// When a file is no variant, or what was measured cannot be read.
    pub fn of(files: &Files) -> Result<Kills, String> {
        let mut variants = BTreeMap::new();
        for (name, _) in files.below("verification/mutants/", ".toml") {
            let mut variant: Variant = table(files, name)?;
            variant.id =
                name.trim_start_matches("verification/mutants/").trim_end_matches(".toml").to_owned();
            variants.insert(variant.id.clone(), variant);
        }
        let measured = serde_json::from_str(files.need(MEASURED)?);
        let measured = measured.map_err(|error| format!("`{MEASURED}`: {error}"))?;
        let seen = table::<Killed>(files, KILLED)?.killed;
        let source = |name: &str| files.need(name).map(str::to_owned);
        let stale =
            variants.values().filter_map(|variant| Some((variant.id.clone(), variant.check(source).err()?)));
        let stale = stale.collect();
        let seeded = table::<Expected>(files, EXPECTED)?.bug.into_iter().map(|bug| (bug.name, bug.property));
        Ok(Kills { variants, measured, seen, stale, seeded: seeded.collect() })
    }

    /// The gallery.
    pub fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.variants.values()
    }

    /// How the kill of a variant was seen.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn how(&self, id: &str) -> Result<String, String> {
        if let Some(name) = id.strip_prefix(OF_THE_SPECIFICATIONS) {
            let property =
                self.seeded.get(name).ok_or_else(|| format!("`{EXPECTED}` has no bug `{name}`"))?;
            return Ok(format!("{EXPECTED}, {property}"));
        }
        let variant = self.variants.get(id).ok_or_else(|| format!("the gallery has no variant `{id}`"))?;
        if let Some(why) = self.stale.get(id) {
            return Err(format!("the variant cannot be made: {why}"));
        }
        if Drawn::of_variant(variant).kept()?.is_some() {
            return Ok(format!("docs/drawn/{id}.json"));
        }
        let row = Measured::of(variant, &self.measured);
        let killer = |checker: &String| row.cell(checker).is_some_and(|seen| seen.failure.is_some());
        if let Some(checker) = variant.kills.keys().find(|checker| killer(checker)) {
            return Ok(format!("{MEASURED}, {checker}"));
        }
        let of = mark(variant);
        match self.seen.get(id) {
            Some(kill) if kill.of == of => Ok(format!("{}, seen on {}", kill.by, kill.seen)),
            Some(_) => Err(format!(
                "the variant `{id}` has changed since its kill was seen (now of = \"{of}\"): {AGAIN}"
            )),
            None => Err(format!("nobody has seen the variant `{id}` killed (of = \"{of}\"): {AGAIN}")),
        }
    }
}

const AGAIN: &str = "run `cargo verify mutants ID`, and write what killed it into docs/audit/killed.toml";
