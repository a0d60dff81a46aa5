//! The student writes a structure in Rust, or its specification. The lab's checks explore families of it.
//!
//! | file | is |
//! |---|---|
//! | `words`, `tokens` | what an answer may be made of |
//! | `parts`, `build` | what all answers are built of; an answer, built with the checks of its lab |
//! | `process`, `channel` | a check of it: a process that is not trusted, and how it tells its result |
//! | `hostile` | what got through once |

pub(super) mod build;
mod channel;
#[cfg(test)]
mod hostile;
mod parts;
mod process;
mod tokens;
pub(super) mod words;

use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::kinds::kind::{Kind, one_after_another};
use build::Built;
use serde::Deserialize;
use std::path::Path;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rust {
    /// The student's file.
    file: String,
    /// The student may write `unsafe`.
    #[serde(default)]
    may_be_unsafe: bool,
    check: Vec<Check>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    points: u32,
    /// The name by which `checks.rs` knows it.
    run: String,
}

/// The checks of the lab, in Rust.
const CHECKS: &str = "checks.rs";

impl Kind for Rust {
    fn answer(&self) -> &str {
        &self.file
    }

    fn checks(&self) -> Vec<Named> {
        self.check.iter().map(|check| Named { name: check.name.clone(), points: check.points }).collect()
    }

    fn own_files(&self) -> Vec<&str> {
        vec![CHECKS]
    }

    fn validate(&self, lab: &Path, _host: &dyn Host) -> Result<(), String> {
        let checks = crate::places::read(&lab.join(CHECKS))?;
        let missing = self.check.iter().find(|check| !checks.contains(&format!("\"{}\" =>", check.run)));
        missing.map_or(Ok(()), |check| Err(format!("{CHECKS} has no check `{}`", check.run)))
    }

    /// Each check is made when those before it have passed.
    fn check(&self, lab: &Path, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        words::refused(text, self.may_be_unsafe)?;
        // What is compiled is what was read, whatever becomes of the file.
        let place = tempfile::tempdir().map_err(|error| Wrong::not_checked(error.to_string()))?;
        let answer = place.path().join(&self.file);
        std::fs::write(&answer, text).map_err(|error| Wrong::not_checked(error.to_string()))?;
        let built = Built::new(&answer, &lab.join(CHECKS), host)?;
        Ok(one_after_another(&self.checks(), |number| built.run(&self.check[number].run).err()))
    }
}

impl Rust {
    /// Formatting, and the lints of the compiler and of clippy, of the solution.
    pub(crate) fn lint(lab: &Path, solution: &Path, host: &dyn Host) -> Vec<String> {
        build::lint(solution, &lab.join(CHECKS), host)
    }
}
