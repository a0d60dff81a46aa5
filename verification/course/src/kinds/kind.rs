//! What kinds of work have in common.

use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::waiting::during;
use std::path::Path;

/// A kind of work.
pub(super) trait Kind {
    /// The file that the student fills in.
    fn answer(&self) -> &str;

    /// The checks.
    fn checks(&self) -> Vec<Named>;

    /// What is wrong with `lab.toml`.
    ///
    /// # Errors
    /// The first thing.
    fn validate(&self, lab: &Path, host: &dyn Host) -> Result<(), String>;

    /// Texts that the page of the lab must have: its programs.
    fn quoted(&self) -> Vec<String> {
        Vec::new()
    }

    /// Files of the lab's folder beside those that every lab has.
    fn own_files(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Checks an answer.
    ///
    /// # Errors
    /// What is wrong with it as a whole: then no check was made.
    fn check(&self, lab: &Path, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong>;
}

/// Makes checks one after the other; after the first that fails, the others are not made.
pub(super) fn one_after_another(
    checks: &[Named],
    mut check: impl FnMut(usize) -> Option<Wrong>,
) -> Vec<Checked> {
    let mut failed: Option<String> = None;
    let made = checks.iter().enumerate().map(|(number, named)| {
        let wrong = match &failed {
            Some(first) => Some(Wrong::not_checked(format!("It is checked when “{first}” passes."))),
            None => during(&format!("checking “{}”", named.name), || check(number)),
        };
        if wrong.is_some() && failed.is_none() {
            failed = Some(named.name.clone());
        }
        Checked::new(named, wrong)
    });
    made.collect()
}
