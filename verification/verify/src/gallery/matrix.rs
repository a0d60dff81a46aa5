//! Which checker sees which broken variant: what was measured, and where it is kept.

use super::{Variant, root};
use explore::engine::{ENGINES, Engine};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The shipped build on real threads, under the address sanitizer.
pub const ADDRESS: &str = "threads/address";

/// The property tests of the subject, one thread.
pub const PROPERTY: &str = "proptest";

/// The families of the subject.
pub const FAMILY: &str = "family";

/// The row of the tree as it is.
pub const CONTROL: &str = "control";

/// The engines that see a variant: all that run the algorithm itself. The abstract modes hide it.
pub fn engines() -> impl Iterator<Item = Engine> {
    ENGINES.iter().map(|(engine, ..)| *engine).filter(|engine| !engine.is_abstract())
}

/// All checkers, in the order of the columns.
pub fn checkers() -> Vec<String> {
    let engines = engines().map(|engine| engine.to_string());
    engines.chain([ADDRESS, PROPERTY, FAMILY].map(str::to_owned)).collect()
}

/// What one checker has made of a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// One of [`checkers`].
    pub checker: String,
    /// The kind of failure, if it saw one.
    pub failure: Option<String>,
    /// The verdict otherwise.
    pub verdict: String,
    /// Executions; for the property tests, lists of calls.
    pub executions: u64,
    /// The family: which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The family: the smallest program that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The family: the engine on which it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
}

/// All that was measured of a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Its id.
    pub id: String,
    /// What it was then: see [`mark`].
    #[serde(default)]
    pub of: String,
    /// The checkers.
    pub seen: Vec<Seen>,
}

/// A hash of what decides the cells of a variant: its edits, its subject and its program.
pub fn mark(variant: &Variant) -> String {
    let mut hash = Sha256::new();
    let edits = variant.edit.iter().flat_map(|edit| [&edit.file, &edit.find, &edit.replace]);
    for text in edits.chain([&variant.subject, &variant.program]) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl Measured {
    /// The row of a variant as it is kept, or an empty one if there is none, or if the variant was another then.
    pub fn of(variant: &Variant, kept: &[Measured]) -> Measured {
        let of = mark(variant);
        let row = kept.iter().find(|row| row.id == variant.id && row.of == of);
        row.cloned().unwrap_or_else(|| Measured { id: variant.id.clone(), of, ..Measured::default() })
    }

    /// The cell of a checker.
    pub fn cell(&self, checker: &str) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.checker == checker)
    }

    /// Puts cells in the place of the old ones.
    pub fn put(&mut self, cells: Vec<Seen>) {
        self.seen.retain(|old| !cells.iter().any(|new| new.checker == old.checker));
        self.seen.extend(cells);
        let order = checkers();
        self.seen.sort_by_key(|seen| order.iter().position(|checker| *checker == seen.checker));
    }

    /// Whether the run of a family that should show it was cut short: it is neither shown nor not, which is no agreement.
    pub fn is_cut_short(&self, variant: &Variant) -> bool {
        let is_cut = |seen: &Seen| seen.failure.is_none() && seen.verdict == "TRUNCATED";
        variant.no_family.is_none() && self.cell(FAMILY).is_some_and(is_cut)
    }

    /// What was measured that is not as the file of the variant says.
    pub fn disagreements(&self, variant: &Variant) -> Vec<String> {
        let mut all = Vec::new();
        for (checker, kinds) in &variant.kills {
            match self.cell(checker).map(|seen| (seen, &seen.failure)) {
                Some((_, Some(kind))) if kinds.list().contains(kind) => {}
                Some((seen, kind)) => all.push(format!(
                    "{}: {checker} must see {}; it saw {}",
                    self.id,
                    kinds.list().join(" or "),
                    kind.as_ref().unwrap_or(&seen.verdict)
                )),
                None => all.push(format!("{}: {checker} was not measured", self.id)),
            }
        }
        for checker in variant.survives.keys() {
            if let Some(kind) = self.cell(checker).and_then(|seen| seen.failure.as_ref()) {
                all.push(format!("{}: {checker} must not see it; it saw {kind}", self.id));
            }
        }
        if let Some(family) = self.cell(FAMILY) {
            match (&family.failure, &variant.no_family) {
                (Some(_), None) | (None, Some(_)) => {}
                (None, None) if self.is_cut_short(variant) => {}
                (Some(kind), Some(_)) => all.push(format!("{}: a family shows it: {kind}", self.id)),
                (None, None) => {
                    all.push(format!("{}: no family shows it, and `no_family` does not say why", self.id))
                }
            }
        }
        all
    }
}

/// The kept matrix.
pub const FILE: &str = "verification/mutants.json";

/// The matrix as it is kept.
///
/// # Errors
/// When it cannot be read.
pub fn kept() -> Result<Vec<Measured>, String> {
    let text = super::source(FILE)?;
    serde_json::from_str(&text).map_err(|error| format!("`{FILE}`: {error}"))
}

/// Keeps it, the new rows in the place of the old. Rows of variants that are no more are dropped.
///
/// # Errors
/// When it cannot be written.
pub fn keep(new: &[Measured], known: &[Variant]) -> Result<Vec<Measured>, String> {
    let mut all = kept()?;
    all.retain(|old| !new.iter().any(|new| new.id == old.id));
    all.extend(new.iter().cloned());
    all.retain(|row| row.id == CONTROL || known.iter().any(|variant| variant.id == row.id));
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let text = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
    runner::write_file::write_whole(&root().join(FILE), format!("{text}\n").as_bytes())
        .map_err(|error| format!("`{FILE}` cannot be written: {error}"))?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (What was not measured yet says "not run" in the page, and is not counted in the short table.)
    #[test]
    fn what_was_measured_is_as_the_files_say() {
        let kept = kept().unwrap();
        let mut problems = Vec::new();
        for variant in super::super::all().unwrap() {
            let row = Measured::of(&variant, &kept);
            let all = row.disagreements(&variant).into_iter();
            problems.extend(all.filter(|problem| !problem.ends_with("was not measured")));
        }
        assert!(problems.is_empty(), "run `cargo verify mutants --matrix`:\n{}", problems.join("\n"));
    }

    #[test]
    fn a_family_that_was_cut_short_neither_agrees_nor_disagrees() {
        let mut variant = super::super::all().unwrap().remove(0);
        (variant.kills, variant.no_family) = Default::default();
        variant.survives.clear();
        let row = |verdict: &str| {
            let seen = vec![Seen { checker: FAMILY.into(), verdict: verdict.into(), ..Seen::default() }];
            Measured { id: variant.id.clone(), seen, ..Measured::default() }
        };
        let (cut, whole) = (row("TRUNCATED"), row("COMPLETE"));
        assert!(cut.is_cut_short(&variant) && cut.disagreements(&variant).is_empty());
        assert!(!whole.is_cut_short(&variant) && whole.disagreements(&variant).len() == 1);
    }

    #[test]
    fn a_variant_that_was_changed_is_not_measured() {
        let mut variant = super::super::all().unwrap().remove(0);
        let row = Measured { id: variant.id.clone(), of: mark(&variant), ..Measured::default() };
        assert_eq!(Measured::of(&variant, std::slice::from_ref(&row)), row);
        variant.edit[0].replace.push(' ');
        assert!(Measured::of(&variant, &[row]).seen.is_empty());
    }
}
