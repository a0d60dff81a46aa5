//! Random edits of the core, one line each: what the suite does not see is a check that is missing, or no difference at all.
//!
//! The source is formatted by rustfmt, so a line is a unit of syntax as a rule: an operator is turned round, a condition
//! negated, a statement taken out, an ordering swapped for another row's, a function left early. What does not compile does not
//! count.

use super::measure::BUDGET;
use super::root;
use super::run::verdicts_until;
use super::tree::Tree;
use crate::engine::{Engine, Job};
use crate::family::{self, Family, Size};
use crate::pool::{Settings, Task};
use crate::scenarios;
use crate::worker::Batch;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The files that are edited.
pub const CORE: [&str; 7] = [
    "src/map/entry.rs",
    "src/map/dirty.rs",
    "src/map/pinned.rs",
    "src/map/read.rs",
    "src/map/whole.rs",
    "src/map/compare.rs",
    "src/counter.rs",
];

/// An edit of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEdit {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    #[serde(default)]
    pub line: usize,
    /// The line as it is, without the space around it.
    pub before: String,
    /// The line in its place; empty if it is taken out.
    pub after: String,
}

/// An edit that makes no difference that a check could see.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equivalent {
    /// The file.
    pub file: String,
    /// The line.
    pub before: String,
    /// The line in its place.
    pub after: String,
    /// Why nothing can see it.
    pub why: String,
}

impl Equivalent {
    /// Whether it is this edit.
    pub fn is(&self, edit: &LineEdit) -> bool {
        self.file == edit.file && self.before == edit.before && self.after == edit.after
    }
}

#[derive(Default, Deserialize)]
struct Equivalents {
    #[serde(default)]
    equivalent: Vec<Equivalent>,
}

/// The edits that are known to make no difference.
///
/// # Errors
/// When the file is none.
pub fn equivalents() -> Result<Vec<Equivalent>, String> {
    let name = "verification/equivalent.toml";
    let table: Equivalents =
        toml::from_str(&super::source(name)?).map_err(|error| format!("`{name}`: {error}"))?;
    Ok(table.equivalent)
}

const OPERATORS: [(&str, &str); 12] = [
    (" == ", " != "),
    (" != ", " == "),
    (" && ", " || "),
    (" || ", " && "),
    (" >= ", " < "),
    (" > ", " <= "),
    (" += ", " -= "),
    (" << ", " >> "),
    ("is_some_and", "is_none_or"),
    ("is_none()", "is_some()"),
    (".is_some()", ".is_none()"),
    ("true", "false"),
];

/// Rows that may stand for each other in the same place of a call.
const SITES: [(&str, &str); 4] = [
    ("&SLOT_LOAD,", "&SLOT_LOAD_LOCKED,"),
    ("&READ_LOAD,", "&READ_LOAD_LOCKED,"),
    ("&SLOT_EXCHANGE_FAILED", "&SLOT_FAILED_LOCKED"),
    ("&READ_PROMOTE", "&READ_CLEAR"),
];

/// What can be made of a line.
fn of_line(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or(line);
    let trimmed = code.trim();
    let mut edits: Vec<String> = Vec::new();
    for (from, to) in OPERATORS.into_iter().chain(SITES) {
        if trimmed.contains(from) {
            edits.push(trimmed.replacen(from, to, 1));
        }
    }
    if let Some(condition) = trimmed.strip_prefix("if ").and_then(|rest| rest.strip_suffix(" {"))
        && !condition.starts_with("let ")
    {
        edits.push(format!("if !({condition}) {{"));
        edits.push("if false {".to_owned());
    }
    let is_statement = trimmed.ends_with(';')
        && ["let ", "use ", "pub", "return", "}", ")", "const", "type", "static", "."]
            .iter()
            .all(|start| !trimmed.starts_with(start));
    let is_deep = line.len() - line.trim_start().len() >= 8;
    if is_statement && is_deep && !trimmed.starts_with("debug_assert") {
        edits.push(String::new());
        edits.push(format!("if false {{ {trimmed} }}"));
        edits.push(format!("{trimmed} {trimmed}"));
    }
    edits.dedup();
    edits
}

/// All edits of a text.
pub fn edits(file: &str, text: &str) -> Vec<LineEdit> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#[");
    let code = text.lines().enumerate().filter(|(_, line)| is_code(line));
    code.flat_map(|(number, line)| {
        let before = line.split("//").next().unwrap_or(line).trim().to_owned();
        let edit =
            move |after| LineEdit { file: file.to_owned(), line: number + 1, before: before.clone(), after };
        of_line(line).into_iter().map(edit)
    })
    .collect()
}

/// So many of them, drawn by a seed, none twice.
pub fn drawn(mut all: Vec<LineEdit>, count: usize, seed: u64) -> Vec<LineEdit> {
    let mut random = seed ^ 0x9e37_79b9_7f4a_7c15;
    let mut chosen = Vec::new();
    while chosen.len() < count && !all.is_empty() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(random >> 33).unwrap_or(0) % all.len();
        chosen.push(all.swap_remove(index));
    }
    chosen
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It does not compile.
    Stillborn,
    /// This saw it.
    Killed(String),
    /// Nothing did.
    Survived,
    /// Nothing can: see `verification/equivalent.toml`.
    Equivalent,
    /// The user stopped the run.
    Unknown,
}

/// Makes the edit, checks it, and takes it back.
///
/// # Errors
/// When the copy cannot be written.
pub fn try_edit(tree: &Tree, edit: &LineEdit, settings: &Settings) -> Result<Fate, String> {
    let before = tree.read(&edit.file)?;
    let mut lines: Vec<&str> = before.lines().collect();
    let line = lines.get_mut(edit.line - 1).ok_or("the copy is of another source")?;
    *line = &edit.after;
    tree.write(&edit.file, &(lines.join("\n") + "\n"))?;
    let fate = fate(tree, edit, settings);
    tree.write(&edit.file, &before)?;
    fate
}

fn fate(tree: &Tree, edit: &LineEdit, settings: &Settings) -> Result<Fate, String> {
    let Ok(program) = tree.build() else { return Ok(Fate::Stillborn) };
    if let Some(killer) = by_programs(&program, settings) {
        return Ok(Fate::Killed(killer));
    }
    if settings.interrupted.load(std::sync::atomic::Ordering::Relaxed) {
        return Ok(Fate::Unknown);
    }
    for target in ["promotion", "conformance", "garbage", "drops"] {
        if !tree.test("sync-map", target, "")?.passes {
            return Ok(Fate::Killed(format!("tests/{target}")));
        }
    }
    Ok(if equivalents()?.iter().any(|known| known.is(edit)) { Fate::Equivalent } else { Fate::Survived })
}

/// The scenarios, then the family of all pairs of operations: the first that fails.
fn by_programs(program: &Path, settings: &Settings) -> Option<String> {
    let job = |scenario: &scenarios::Scenario, engine| {
        let mut job = Job::new(&scenario.program, engine);
        job.name = Some(scenario.name.clone());
        job.expectation = scenario.expectation.clone();
        job.budget = Some(BUDGET);
        Task::Job(Box::new(job))
    };
    let family = Family::new("map", Size { threads: 2, operations: 1 }, Some(1)).ok()?;
    let all = scenarios::all();
    let mut tasks: Vec<Task> = all.iter().map(|scenario| job(scenario, Engine::ShuttleSleep)).collect();
    tasks.extend(all.iter().map(|scenario| job(scenario, Engine::LoomLeak)));
    tasks.push(Task::Batch(Batch {
        family: 0,
        subject: family.subject.clone(),
        programs: family::programs(&family).into_iter().enumerate().collect(),
        engines: vec![Engine::ShuttleSleep, Engine::LoomEager],
        bound: None,
        budget: None,
        crippled: None,
    }));
    let verdict = verdicts_until(tasks, program, settings)?;
    let kind = verdict.failure.as_ref().map_or("", |failure| failure.kind.as_str());
    let what = verdict.name.clone().unwrap_or(verdict.program);
    Some(format!("{}/{} {what}: {kind}", verdict.engine, verdict.mode))
}

/// All edits of the core.
///
/// # Errors
/// When a file cannot be read.
pub fn all() -> Result<Vec<LineEdit>, String> {
    let mut all = Vec::new();
    for file in CORE {
        let text = super::source(file)?;
        // Tests at the end of a file are no core.
        let text = text.split("#[cfg(test)]").next().unwrap_or(&text);
        all.extend(edits(file, text));
    }
    debug_assert!(root().exists());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_edited_as_syntax() {
        let text = "        if a == b {\n            self.go(); // LP\n        }\n        // a == b\n";
        let afters: Vec<String> = edits("f", text).into_iter().map(|edit| edit.after).collect();
        assert_eq!(
            afters,
            [
                "if a != b {",
                "if !(a == b) {",
                "if false {",
                "",
                "if false { self.go(); }",
                "self.go(); self.go();"
            ]
        );
    }

    #[test]
    fn the_core_has_many_edits_and_a_seed_draws_the_same_again() {
        let all = all().unwrap();
        assert!(all.len() > 150, "{}", all.len());
        assert_eq!(drawn(all.clone(), 20, 7), drawn(all.clone(), 20, 7));
        assert_ne!(drawn(all.clone(), 20, 7), drawn(all, 20, 8));
    }

    #[test]
    fn the_equivalent_edits_are_edits_of_this_source() {
        let all = all().unwrap();
        for known in equivalents().unwrap() {
            assert!(all.iter().any(|edit| known.is(edit)), "stale: {known:?}");
            assert!(!known.why.is_empty());
        }
    }
}
