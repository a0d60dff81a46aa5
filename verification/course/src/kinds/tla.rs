//! The student writes a definition of the specification. It takes the place of ours in a copy, which is checked.

use super::kind::{Kind, one_after_another};
use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::places::{names_in, read};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tla {
    /// The student's file.
    file: String,
    /// The module of `specs/` that has the definition.
    module: String,
    /// The definition, as it begins: `Promo(p)`.
    definition: String,
    check: Vec<Check>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    points: u32,
    /// All properties of this configuration hold, in as many states as `specs/expected.toml` says; or
    #[serde(default)]
    configuration: Option<String>,
    /// each of these bugs is caught by its property, in as many steps as it says.
    #[serde(default)]
    bugs: Vec<String>,
}

impl Kind for Tla {
    fn answer(&self) -> &str {
        &self.file
    }

    fn checks(&self) -> Vec<Named> {
        self.check.iter().map(|check| Named { name: check.name.clone(), points: check.points }).collect()
    }

    fn validate(&self, _lab: &Path, host: &dyn Host) -> Result<(), String> {
        let path = host.root().join(format!("specs/{}.tla", self.module));
        replaced(&read(&path)?, &self.definition, "").map(drop)
    }

    fn check(&self, _lab: &Path, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let head = format!("{} ==", self.definition);
        if !text.lines().any(|line| line.starts_with(&head)) {
            return Err(Wrong::mistake(format!(
                "there is no line that begins with `{head}`: it is what you define"
            )));
        }
        if let Some(line) = text.lines().find(|line| line.starts_with("----") || line.starts_with("====")) {
            return Err(Wrong::mistake(format!("`{line}` would end the module: leave it out")));
        }
        let place = self.copy(text, host).map_err(Wrong::not_checked)?;
        Ok(one_after_another(&self.checks(), |number| self.check[number].wrong(place.path(), host)))
    }
}

impl Tla {
    /// A copy of the specifications with the student's definition.
    fn copy(&self, answer: &str, host: &dyn Host) -> Result<TempDir, String> {
        let (from, wrong) = (host.root().join("specs"), |error: std::io::Error| error.to_string());
        let place = tempfile::tempdir().map_err(wrong)?;
        for name in names_in(&from).iter().filter(|name| from.join(name).is_file()) {
            std::fs::copy(from.join(name), place.path().join(name)).map_err(wrong)?;
        }
        let path = place.path().join(format!("{}.tla", self.module));
        let text = replaced(&read(&path)?, &self.definition, answer)?;
        std::fs::write(&path, text).map_err(wrong)?;
        Ok(place)
    }
}

/// A module with another definition, which goes as far as the next empty line.
///
/// # Errors
/// When the module has no such definition.
fn replaced(module: &str, definition: &str, answer: &str) -> Result<String, String> {
    let head = format!("\n{definition} ==");
    let (before, after) =
        module.split_once(&head).ok_or_else(|| format!("there is no `{definition}`: the lab is stale"))?;
    let (_, rest) = after.split_once("\n\n").ok_or_else(|| format!("`{definition}` has no end"))?;
    Ok(format!("{before}\n{}\n\n{rest}", answer.trim_end()))
}

impl Check {
    fn wrong(&self, folder: &Path, host: &dyn Host) -> Option<Wrong> {
        let (names, are_bugs) = match &self.configuration {
            Some(name) => (vec![name.clone()], false),
            None => (self.bugs.clone(), true),
        };
        let said = match host.specifications(folder, &names, are_bugs) {
            Ok(said) => said,
            Err(error) => {
                return Some(
                    Wrong::new("does not parse", "The checker cannot read your definition.").drawn(error),
                );
            }
        };
        let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let findings: Vec<Value> = lines.filter(|line| line["checker"].is_string()).collect();
        if findings.len() < names.len() {
            return Some(Wrong::not_checked("the checker has not said what became of each"));
        }
        findings.iter().find_map(told)
    }
}

/// What is wrong with a finding.
fn told(finding: &Value) -> Option<Wrong> {
    let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let kind = match text("verdict").as_str() {
        "COMPLETE" => return None,
        "TRUNCATED" => "cut short",
        _ if finding["bug"].is_string() => "not caught",
        _ => "does not hold",
    };
    let what = if finding["bug"].is_string() {
        format!("The seeded bug `{}`: ", text("bug"))
    } else {
        String::new()
    };
    Some(Wrong::new(kind, format!("{what}{}", text("message"))).drawn(text("counterexample")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_replaced_as_far_as_the_next_empty_line() {
        let module = "A == 1\n\nB(p) ==\n  /\\ x\n  /\\ y\n\nC == 2\n";
        assert_eq!(replaced(module, "B(p)", "B(p) == z\n"), Ok("A == 1\n\nB(p) == z\n\nC == 2\n".to_owned()));
        assert!(replaced(module, "D", "").expect_err("it is not there").contains("stale"));
    }
}
