//! Runs the program of a variant in the copy that has its edit, and judges what comes of it.

use super::Variant;
use super::copy::Tree;
use crate::repository::of_step;
use explore::engine::Engine;
use explore::job::Job;
use linear::{Level, Verdict};
use runner::console::{Console, Format};
use runner::explain::FailureFile;
use runner::pool;
use runner::pool::{News, Settings};
use runner::task::Task;
use runner::tasks::JobTask;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What came of a variant at one checker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// `loom/leak`…, `test`
    pub checker: String,
    /// What was expected: kinds of failure, or `survives`.
    pub expected: String,
    /// What was found: the kind of failure, or the verdict.
    pub found: String,
    /// Executions until then.
    pub executions: u64,
    /// Whether that is right.
    pub passes: bool,
    /// A test that is red, and must not be: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What came of a variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Always `mutant`.
    pub kind: String,
    /// Its id; `control` for the tree as it is.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Of the tree as it is: this source has passed all that before, and nothing was run.
    #[serde(default, skip_serializing_if = "is_false")]
    pub known: bool,
    /// What is wrong before anything was run: a stale edit, a compile error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The checkers.
    pub cells: Vec<Cell>,
    /// How long it took, the build included.
    pub seconds: f64,
}

impl Outcome {
    /// Nothing yet.
    pub fn of(variant: &Variant) -> Outcome {
        let (id, title) = (variant.id.clone(), variant.title.clone());
        let kind = "mutant".into();
        Outcome { kind, id, title, known: false, problem: None, cells: Vec::new(), seconds: 0.0 }
    }

    /// Nothing yet, of the tree as it is.
    pub fn of_control() -> Outcome {
        let (kind, id, title) = ("mutant".into(), "control".into(), "the tree as it is".into());
        Outcome { kind, id, title, known: false, problem: None, cells: Vec::new(), seconds: 0.0 }
    }

    /// Whether all is as expected.
    pub fn passes(&self) -> bool {
        self.problem.is_none() && self.cells.iter().all(|cell| cell.passes)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// How long one checker may take for one program.
pub const BUDGET: Duration = Duration::from_secs(60);

/// Runs jobs in worker processes of the program of the copy, and shows how far it is.
pub fn verdicts(jobs: Vec<Job>, program: &Path, settings: &Settings) -> Vec<Verdict> {
    let settings = Settings { program: Some(program.to_owned().into()), ..settings.clone() };
    let tasks: Vec<_> =
        jobs.into_iter().map(|job| Box::new(JobTask(Box::new(job))) as Box<dyn Task>).collect();
    let mut console = Console::new(Format::Text, tasks.len(), settings.workers);
    let mut verdicts = Vec::new();
    pool::run(tasks, &settings, |news| {
        console.progress(&news);
        if let News::Verdict(verdict) = news {
            verdicts.push(*verdict);
        }
    });
    console.close();
    verdicts
}

/// Runs tasks in worker processes of the program of the copy, until one fails.
pub fn verdicts_until(tasks: Vec<Box<dyn Task>>, program: &Path, settings: &Settings) -> Option<Verdict> {
    let stop = Arc::new(AtomicBool::new(false));
    let inner = Settings {
        program: Some(program.to_owned().into()),
        interrupted: Arc::clone(&stop),
        ..settings.clone()
    };
    let parts = tasks.iter().map(|task| task.parts().max(1)).sum();
    let mut console = Console::new(Format::Text, parts, settings.workers);
    let mut failed: Option<Verdict> = None;
    pool::run(tasks, &inner, |news| {
        console.progress(&news);
        if settings.interrupted.load(Ordering::Relaxed) {
            stop.store(true, Ordering::Relaxed);
        }
        if let News::Verdict(verdict) = news
            && verdict.verdict == Level::Failed
            && failed.is_none()
        {
            failed = Some(*verdict);
            stop.store(true, Ordering::Relaxed);
        }
    });
    console.close();
    failed
}

/// The job of a variant on an engine.
///
/// # Errors
/// When its program is none.
pub fn job(variant: &Variant, engine: Engine) -> Result<Job, String> {
    let mut job = Job::new(&variant.parse()?, engine);
    job.name = Some(variant.id.clone());
    job.budget = Some(BUDGET);
    job.patience = Some(Duration::from_secs(10));
    Ok(job)
}

/// The engines that a file speaks of.
fn engines(variant: &Variant) -> Vec<Engine> {
    let names = variant.kills.keys().chain(variant.survives.keys());
    names.filter_map(|name| name.parse().ok()).collect()
}

/// Runs a variant at each checker that its file names: what came of it, and the failures.
///
/// # Errors
/// When its program is none.
pub fn named(
    variant: &Variant,
    program: &Path,
    settings: &Settings,
) -> Result<(Vec<Cell>, Vec<FailureFile>), String> {
    let jobs =
        engines(variant).into_iter().map(|engine| job(variant, engine)).collect::<Result<Vec<_>, _>>()?;
    let mut verdicts = verdicts(jobs, program, settings);
    verdicts.sort_by_key(|verdict| format!("{}/{}", verdict.engine, verdict.mode));
    let cells = verdicts.iter().map(|verdict| judge(variant, verdict)).collect();
    let failed = verdicts.into_iter().filter(|verdict| verdict.failure.is_some());
    let failures = failed.map(|verdict| failure_file(variant, verdict)).collect::<Result<_, _>>()?;
    Ok((cells, failures))
}

/// A failure of a variant as a file.
fn failure_file(variant: &Variant, verdict: Verdict) -> Result<FailureFile, String> {
    let engine = format!("{}/{}", verdict.engine, verdict.mode).parse()?;
    let about = format!(
        "A counterexample of the broken variant `{0}`: of a copy of the source with its edit, not of the source. Read it with \
         `cargo verify explain FILE`; `cargo verify mutants {0}` finds it again.",
        variant.id
    );
    let mut file = FailureFile::new(about, verdict, job(variant, engine)?);
    file.variant = Some(variant.id.clone());
    Ok(file)
}

/// Notes in a failure the lines of its steps, as the copy has them now.
pub fn quote(file: &mut FailureFile, tree: &Tree) {
    file.quote(|name| of_step(name, |path| tree.read(path).ok()));
}

/// Whether the verdict is the one that the file names.
pub fn judge(variant: &Variant, verdict: &Verdict) -> Cell {
    let checker = format!("{}/{}", verdict.engine, verdict.mode);
    let failure = verdict.failure.as_ref().map(|failure| failure.kind.clone());
    let kinds = variant.kills.get(&checker).map(super::Kinds::list);
    let passes = match (&kinds, &failure) {
        (Some(kinds), Some(kind)) => kinds.contains(kind),
        (Some(_), None) | (None, Some(_)) => false,
        // Cut short is no survival.
        (None, None) => verdict.verdict != Level::Truncated,
    };
    let found = failure.unwrap_or_else(|| match &kinds {
        Some(_) => format!("survived, {}", verdict.verdict),
        None => verdict.verdict.to_string(),
    });
    let expected = kinds.map_or_else(|| "survives".to_owned(), |kinds| kinds.join(" or "));
    Cell { checker, expected, found, executions: verdict.executions, passes, why: None }
}

/// What is expected of the tree as it is where the variant of this id must be killed.
pub fn survives(id: &str) -> String {
    format!("{id} survives")
}

/// How many checkers the file of a variant names.
pub(super) fn checkers(variant: &Variant) -> usize {
    engines(variant).len() + usize::from(variant.test.is_some())
}

/// The tree as it is at every checker that must kill the variant: there it must survive.
///
/// # Errors
/// When a program is none.
pub fn control(variants: &[Variant], program: &Path, settings: &Settings) -> Result<Vec<Cell>, String> {
    let mut jobs = Vec::new();
    for variant in variants {
        for engine in engines(variant) {
            jobs.push(job(variant, engine)?);
        }
    }
    let cell = |verdict: &Verdict| Cell {
        checker: format!("{}/{}", verdict.engine, verdict.mode),
        expected: survives(verdict.name.as_deref().unwrap_or_default()),
        found: verdict.failure.as_ref().map_or_else(
            || verdict.verdict.to_string(),
            |failure| format!("{}: {}", failure.kind, failure.message),
        ),
        executions: verdict.executions,
        passes: !matches!(verdict.verdict, Level::Failed | Level::Truncated),
        why: None,
    };
    Ok(verdicts(jobs, program, settings).iter().map(cell).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant() -> Variant {
        let text = r#"
            title = "t"
            breaks = "b"
            about = "a"
            program = '|| load a'
            edit = []
            [kills]
            "loom/leak" = "not linearizable"
            [survives]
            "shuttle/sleep" = "it has no weak memory"
        "#;
        toml::from_str(text).unwrap()
    }

    fn verdict(engine: Engine, level: Level, kind: Option<&str>) -> Verdict {
        let job = job(&variant(), engine).unwrap();
        match kind {
            Some(kind) => job.failed(kind, String::new(), Duration::ZERO),
            None => job.verdict(level, 1, &Default::default(), Duration::ZERO),
        }
    }

    #[test]
    fn an_edit_that_changes_nothing_has_survived() {
        let cell = judge(&variant(), &verdict(Engine::LoomLeak, Level::Complete, None));
        assert!(!cell.passes && cell.found.starts_with("survived"), "{cell:?}");
    }

    #[test]
    fn a_kill_must_be_of_the_named_kind() {
        assert!(
            judge(&variant(), &verdict(Engine::LoomLeak, Level::Failed, Some("not linearizable"))).passes
        );
        assert!(!judge(&variant(), &verdict(Engine::LoomLeak, Level::Failed, Some("crash"))).passes);
    }

    #[test]
    fn a_survival_must_be_one_and_not_a_budget_that_ran_out() {
        assert!(judge(&variant(), &verdict(Engine::ShuttleSleep, Level::Complete, None)).passes);
        assert!(!judge(&variant(), &verdict(Engine::ShuttleSleep, Level::Truncated, None)).passes);
        assert!(!judge(&variant(), &verdict(Engine::ShuttleSleep, Level::Failed, Some("leak"))).passes);
    }
}
