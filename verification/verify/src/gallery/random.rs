//! Random edits of the core, one line each: what the suite does not see is a check that is missing, or no difference at all.
//!
//! The source is formatted by rustfmt, so a line is usually a unit of syntax: an operator is reversed, a condition
//! negated, a statement taken out, an ordering swapped for another row's, a function left early. What does not compile does not
//! count.

use super::copy::Tree;
use super::measure::BUDGET;
use super::random_edits::{LineEdit, core_of, edits};
use super::root;
use super::run::verdicts_until;
use crate::scenarios;
use explore::engine::Engine;
use explore::job::Job;
use runner::batch::Batch;
use runner::families as family;
use runner::families::{Family, Size};
use runner::pool::Settings;
use runner::scenarios::Scenario;
use runner::task::Task;
use runner::tasks::JobTask;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The files that are edited.
pub const CORE: [&str; 9] = [
    "src/map/entry.rs",
    "src/map/value.rs",
    "src/map/dirty.rs",
    "src/map/pinned.rs",
    "src/map/read.rs",
    "src/map/whole.rs",
    "src/map/compare.rs",
    "src/counter/striped.rs",
    "src/counter/by_key.rs",
];

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
    let line = edit.line_in(&before).ok_or("the copy is of another source")?;
    lines[line - 1] = &edit.after;
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
    let job = |scenario: &Scenario, engine| {
        let mut job = Job::new(&scenario.program, engine);
        job.name = Some(scenario.name.clone());
        job.expectation = scenario.expectation.clone();
        job.budget = Some(BUDGET);
        Box::new(JobTask(Box::new(job))) as Box<dyn Task>
    };
    let family = Family::new("map", Size::of(2, 1), Some(1)).ok()?;
    let all = scenarios::all();
    let mut tasks: Vec<Box<dyn Task>> =
        all.iter().map(|scenario| job(scenario, Engine::ShuttleSleep)).collect();
    tasks.extend(all.iter().map(|scenario| job(scenario, Engine::LoomLeak)));
    tasks.push(Box::new(Batch {
        family: 0,
        subject: family.subject.clone(),
        programs: family::programs(&family).into_iter().enumerate().collect(),
        engines: vec![Engine::ShuttleSleep, Engine::LoomEager],
        bound: None,
        budget: None,
        lawless: false,
        eager_may_follow: false,
        weak_on_loom: false,
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
        all.extend(edits(file, core_of(&text)));
    }
    debug_assert!(root().exists());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::random_edits::drawn;

    #[test]
    fn edits_that_come_and_go_change_a_draw_by_themselves_only() {
        let all = all().unwrap();
        let draw = drawn(all.clone(), 50, 1);
        let mut fewer = all;
        fewer.retain(|edit| *edit != draw[10]);
        let again = drawn(fewer, 50, 1);
        assert_eq!(again.iter().filter(|edit| draw.contains(edit)).count(), 49);
    }

    #[test]
    fn each_edit_is_another_and_finds_its_line() {
        let all = all().unwrap();
        for edit in &all {
            let text = crate::gallery::source(&edit.file).unwrap();
            let line = edit.line_in(&text).and_then(|line| text.lines().nth(line - 1));
            assert!(line.is_some_and(|line| line.contains(&edit.before)), "{edit:?}: {line:?}");
            assert_eq!(all.iter().filter(|other| *other == edit).count(), 1, "{edit:?}");
        }
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
