//! The gallery of broken variants: small edits of the source that must not survive.
//!
//! A variant is a file of `verification/mutants/`: text to find and text to put in its place, the smallest program that shows
//! the difference, and who must see it, and how. The edit is made in a copy of the tree, never in the tree itself ([`copy`]).

pub mod copy;
mod folder;
pub mod known_control;
pub mod matrix;
pub mod measure;
pub mod random;
pub mod random_edits;
pub mod random_kept;
pub mod run;
mod seed;

use crate::repository::root;
use crate::subjects;
use explore::engine::Engine;
use linear::Program;
use runner::families::Size;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A broken variant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The name of its file.
    #[serde(skip)]
    pub id: String,
    /// In a few words.
    pub title: String,
    /// The invariant or promise that it breaks.
    pub breaks: String,
    /// For the reader: what the step is for, what happens without it, what it resembles.
    pub about: String,
    /// The name of the same bug in the specification, where it is seeded there.
    #[serde(default)]
    pub tla: Option<String>,
    /// The family that shows it, where those that are tried without being told do not.
    #[serde(default)]
    pub family: Option<Shown>,
    /// Why no program of a family shows it, if none does.
    #[serde(default)]
    pub no_family: Option<String>,
    /// The subject of the program.
    #[serde(default = "map")]
    pub subject: String,
    /// The smallest program that shows it, with its set-up.
    pub program: String,
    /// The edits.
    pub edit: Vec<Edit>,
    /// `loom/leak` and so on, and the kinds of failure that are right there.
    #[serde(default)]
    pub kills: BTreeMap<String, Kinds>,
    /// Engines that do not see it, and why.
    #[serde(default)]
    pub survives: BTreeMap<String, String>,
    /// An ordinary test that fails.
    #[serde(default)]
    pub test: Option<Test>,
}

fn map() -> String {
    "map".to_owned()
}

/// One or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Kinds {
    /// This one.
    One(String),
    /// Whichever of these comes first.
    Several(Vec<String>),
}

impl Kinds {
    /// As a list.
    pub fn list(&self) -> Vec<String> {
        match self {
            Kinds::One(kind) => vec![kind.clone()],
            Kinds::Several(kinds) => kinds.clone(),
        }
    }
}

/// A text that is in a file once, and what comes in its place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// From the root of the repository.
    pub file: String,
    /// Must be there once.
    pub find: String,
    /// Comes in its place.
    pub replace: String,
}

/// A family: `cargo verify family SIZE --keys K --ops O,P`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Threads x operations.
    pub size: Size,
    /// How many keys.
    pub keys: usize,
    /// Only these operations.
    #[serde(default)]
    pub ops: Vec<String>,
    /// Only these engines, where the others take too long for the programs that come before.
    #[serde(default)]
    pub engines: Vec<String>,
}

/// A test of the shipped build.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The package.
    #[serde(default = "sync_map")]
    pub package: String,
    /// Its target: a file in `tests/`, or a folder with a `main.rs`.
    pub target: String,
    /// Its name.
    pub name: String,
}

fn sync_map() -> String {
    "sync-map".to_owned()
}

impl Edit {
    /// The file with the edit made.
    ///
    /// # Errors
    /// When the text is not there, is there twice, or is replaced by itself.
    pub fn apply(&self, text: &str) -> Result<String, String> {
        let line = self.find.trim().lines().next().unwrap_or_default();
        match text.matches(&self.find).count() {
            0 => Err(format!(
                "the edit is stale: `{}` has no text that begins with `{line}` and is as the edit says",
                self.file
            )),
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            n => Err(format!(
                "`{}` has the text that begins with `{line}` {n} times: quote more of it, so that it is found once",
                self.file
            )),
        }
    }
}

impl Variant {
    /// The program.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self) -> Result<Program, String> {
        let subject = subjects::by_name(&self.subject);
        let subject = subject.ok_or_else(|| format!("{}: `{}` is not a subject", self.id, self.subject))?;
        Program::parse(subject, &self.program).map_err(|error| format!("{}: {error}", self.id))
    }

    /// What is wrong with the file, without running anything.
    ///
    /// # Errors
    /// The first problem.
    pub fn check(&self, source: impl Fn(&str) -> Result<String, String>) -> Result<(), String> {
        self.parse()?;
        let known = |name: &String| {
            name.parse::<Engine>().map(|_| ()).map_err(|error| format!("{}: {error}", self.id))
        };
        let of_family = self.family.iter().flat_map(|family| &family.engines);
        self.kills.keys().chain(self.survives.keys()).chain(of_family).try_for_each(known)?;
        if self.kills.is_empty() && self.test.is_none() {
            return Err(format!("{}: it names no checker that must see it", self.id));
        }
        for edit in &self.edit {
            edit.apply(&source(&edit.file)?).map_err(|error| format!("{}: {error}", self.id))?;
        }
        Ok(())
    }
}

/// All of the gallery, by their ids.
///
/// # Errors
/// When a file cannot be read, or is no variant.
pub fn all() -> Result<Vec<Variant>, String> {
    all_in(&root().join("verification/mutants"))
}

/// Those of a folder.
///
/// # Errors
/// When a file cannot be read, or is no variant.
pub fn all_in(folder: &Path) -> Result<Vec<Variant>, String> {
    let entries = std::fs::read_dir(folder);
    let entries = entries.map_err(|error| format!("`{}` cannot be read: {error}", folder.display()))?;
    let mut variants = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
        let variant: Result<Variant, _> = toml::from_str(&text);
        let mut variant = variant.map_err(|error| format!("`{}`: {error}", path.display()))?;
        variant.id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        variants.push(variant);
    }
    variants.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(variants)
}

/// A file of the repository.
///
/// # Errors
/// When it cannot be read.
pub fn source(file: &str) -> Result<String, String> {
    crate::repository::read(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_matches_the_source_once() {
        let wrong: Vec<String> =
            all().unwrap().iter().filter_map(|variant| variant.check(source).err()).collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn an_edit_that_matches_never_or_twice_is_refused() {
        let edit = Edit { file: "f".into(), find: "a".into(), replace: "b".into() };
        assert_eq!(edit.apply("xay").unwrap(), "xby");
        assert!(edit.apply("xy").unwrap_err().contains("stale"));
        assert!(edit.apply("aa").unwrap_err().contains("2 times"));
    }
}
