//! The student writes a function of the map itself. It takes the place of ours in a copy of the repository, and programs of the map are
//! explored there.

use super::kind::{Kind, one_after_another};
use super::outcomes::map;
use super::rust::build::was_killed;
use super::rust::words;
use crate::checked::{Checked, Named, Wrong};
use crate::exploring::{Found, engines, explore_family_in, explore_in};
use crate::host::{Edit, Host};
use crate::places::read;
use linear::Program;
use runner::families::Size;
use serde::Deserialize;
use std::path::Path;
use syn::spanned::Spanned;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapEdit {
    /// The student's file: an `impl` block.
    file: String,
    /// The source that has the functions, from the root of the repository.
    source: String,
    /// The functions that are taken out of it.
    functions: Vec<String>,
    check: Vec<Check>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    points: u32,
    #[serde(default = "map")]
    subject: String,
    /// One program, or
    #[serde(default)]
    program: Option<String>,
    /// every program of this size, of one key, made of `ops`.
    #[serde(default)]
    family: Option<String>,
    #[serde(default)]
    ops: Vec<String>,
    #[serde(default)]
    engines: Vec<String>,
}

/// What the student's functions may call, beside what the file has.
const GIVEN: &str = "given.rs";

impl Kind for MapEdit {
    fn answer(&self) -> &str {
        &self.file
    }

    fn checks(&self) -> Vec<Named> {
        self.check.iter().map(|check| Named { name: check.name.clone(), points: check.points }).collect()
    }

    fn own_files(&self) -> Vec<&str> {
        vec![GIVEN]
    }

    fn validate(&self, lab: &Path, host: &dyn Host) -> Result<(), String> {
        self.edited(lab, "", host)?;
        for check in &self.check {
            let subject = host.subject(&check.subject);
            let subject = subject.ok_or_else(|| format!("`{}` is not a subject", check.subject))?;
            match (&check.program, &check.family) {
                (Some(program), None) => {
                    drop(Program::parse(subject, program).map_err(|error| error.to_string())?)
                }
                (None, Some(size)) => {
                    let _: Size = size.parse()?;
                }
                _ => return Err(format!("“{}” has a program or a family", check.name)),
            }
            engines(&check.engines)?;
        }
        Ok(())
    }

    fn check(&self, lab: &Path, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        words::refused(text, false)?;
        let edit = self.edited(lab, text, host).map_err(Wrong::not_checked)?;
        let mut checked = Vec::new();
        let built = host.with_edits(&[edit], &mut |program| {
            checked = one_after_another(&self.checks(), |number| self.check[number].wrong(program, host));
        });
        match built {
            Ok(()) => Ok(checked),
            Err(said) if was_killed(&said) => {
                Err(Wrong::not_checked("The build was killed: perhaps there was too little memory.")
                    .drawn(said))
            }
            Err(said) => Err(Wrong::new("does not compile", "The compiler refuses your answer.").drawn(said)),
        }
    }
}

impl MapEdit {
    /// The source with the student's functions.
    fn edited(&self, lab: &Path, answer: &str, host: &dyn Host) -> Result<Edit, String> {
        let given = read(&lab.join(GIVEN))?;
        let mut text = read(&host.root().join(&self.source))?;
        for function in &self.functions {
            text = without(&text, function).map_err(|error| format!("`{}`: {error}", self.source))?;
        }
        Ok(Edit { file: self.source.clone(), text: format!("{text}\n{given}\n{answer}") })
    }
}

/// A source without a method of this name.
///
/// # Errors
/// When there is none, or there are several.
fn without(text: &str, function: &str) -> Result<String, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let blocks = file.items.iter().filter_map(|item| match item {
        syn::Item::Impl(block) => Some(block),
        _ => None,
    });
    let found: Vec<&syn::ImplItem> = blocks
        .flat_map(|block| &block.items)
        .filter(|item| matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == function))
        .collect();
    match found.as_slice() {
        [one] => {
            let range = one.span().byte_range();
            Ok(format!("{}{}", &text[..range.start], &text[range.end..]))
        }
        [] => Err(format!("there is no method `{function}`: the lab is stale")),
        _ => Err(format!("there are {} methods `{function}`", found.len())),
    }
}

impl Check {
    fn wrong(&self, program: &Path, host: &dyn Host) -> Option<Wrong> {
        let found = match self.found(program, host) {
            Ok(found) => found,
            Err(error) => return Some(Wrong::not_checked(error)),
        };
        found.failure().or_else(|| found.incomplete())
    }

    fn found(&self, executable: &Path, host: &dyn Host) -> Result<Found, String> {
        let engines = engines(&self.engines)?;
        match (&self.program, &self.family) {
            (Some(text), _) => {
                let program = super::outcomes::program(&self.subject, text, host)?;
                Ok(explore_in(&program, &engines, executable, host))
            }
            (None, Some(size)) => {
                let size: Size = size.parse()?;
                Ok(explore_family_in(&self.subject, size, &self.ops, &engines, executable, host))
            }
            (None, None) => Err("no program and no family".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_taken_out_with_its_comment_and_a_stale_name_is_refused() {
        let text = "impl A {\n    /// One.\n    fn one() {}\n    fn two() { { } }\n}\n";
        assert_eq!(without(text, "one").expect("it is there"), "impl A {\n    \n    fn two() { { } }\n}\n");
        assert!(without(text, "three").expect_err("it is not").contains("stale"));
    }
}
