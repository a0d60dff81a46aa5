//! Which checker sees which broken variant: each variant at every engine, whatever its file says, within a budget.

use super::run::{job, verdicts};
use super::{Mutant, root};
use crate::engine::{ENGINES, Engine};
use crate::explain::{self, FailureFile};
use crate::family::{self, Family, Size};
use crate::pool::{self, News, Settings, Task};
use crate::verdict::{Level, Verdict};
use crate::worker::Batch;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What each engine may take for a variant.
pub const BUDGET: Duration = Duration::from_secs(5);

/// Schedules of the random engines and of real threads.
pub const SCHEDULES: u64 = 10_000;

/// What one checker has made of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// `loom/leak`…, `family`
    pub checker: String,
    /// The kind of failure, if it saw one.
    pub failure: Option<String>,
    /// The verdict otherwise.
    pub verdict: String,
    /// Executions.
    pub executions: u64,
    /// The family: the smallest program that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
}

/// All that was measured of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Its id.
    pub id: String,
    /// The checkers, in the order of [`ENGINES`], then the family.
    pub seen: Vec<Seen>,
    /// A failing schedule, drawn.
    pub drawing: String,
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

/// Keeps it, the new rows in the place of the old.
///
/// # Errors
/// When it cannot be written.
pub fn keep(new: &[Measured], known: &[Mutant]) -> Result<Vec<Measured>, String> {
    let mut all = kept().unwrap_or_default();
    all.retain(|old| !new.iter().any(|new| new.id == old.id));
    all.extend(new.iter().cloned());
    all.retain(|row| known.iter().any(|mutant| mutant.id == row.id));
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let text = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
    crate::report::write_whole(&root().join(FILE), format!("{text}\n").as_bytes())
        .map_err(|error| format!("`{FILE}` cannot be written: {error}"))?;
    Ok(all)
}

/// Measures a variant whose edit is made and built.
///
/// # Errors
/// When its program is none.
pub fn measure(mutant: &Mutant, program: &Path, settings: &Settings) -> Result<Measured, String> {
    let mut jobs = Vec::new();
    for (engine, ..) in ENGINES {
        let mut job = job(mutant, engine)?;
        job.budget = Some(BUDGET);
        job.schedules = SCHEDULES;
        jobs.push(job);
    }
    let found = verdicts(jobs, program, settings);
    let of = |engine: Engine| {
        found.iter().find(move |verdict| verdict.engine == engine.name() && verdict.mode == engine.mode())
    };
    let mut seen: Vec<Seen> = ENGINES.iter().filter_map(|(engine, ..)| of(*engine).map(see)).collect();
    if mutant.subject == "map" {
        seen.extend(in_family(program, settings));
    }
    let order = [Engine::ShuttleSleep, Engine::LoomLeak, Engine::LoomEager, Engine::LoomVisible];
    let drawn = order.into_iter().filter_map(of).find(|verdict| verdict.failure.is_some());
    let drawing = match drawn {
        Some(verdict) => {
            let engine = format!("{}/{}", verdict.engine, verdict.mode).parse()?;
            let file =
                FailureFile { about: String::new(), verdict: verdict.clone(), job: job(mutant, engine)? };
            explain::text(&file)
        }
        None => String::new(),
    };
    Ok(Measured { id: mutant.id.clone(), seen, drawing })
}

fn see(verdict: &Verdict) -> Seen {
    Seen {
        checker: format!("{}/{}", verdict.engine, verdict.mode),
        failure: verdict.failure.as_ref().map(|failure| failure.kind.clone()),
        verdict: verdict.verdict.to_string(),
        executions: verdict.executions,
        program: None,
    }
}

/// The family 2x1 over one key under shuttle's complete search, until its first program that fails.
fn in_family(program: &Path, settings: &Settings) -> Option<Seen> {
    let family = Family::new("map", Size { threads: 2, operations: 1 }, Some(1)).ok()?;
    let batch = Batch {
        family: 0,
        subject: family.subject.clone(),
        programs: family::programs(&family).into_iter().enumerate().collect(),
        engines: vec![Engine::ShuttleSleep],
        bound: None,
        budget: None,
        crippled: None,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let mut first: Option<Verdict> = None;
    let mut executions = 0;
    let inner = Settings {
        workers: 1,
        program: Some(program.to_owned()),
        interrupted: Arc::clone(&stop),
        ..settings.clone()
    };
    pool::run(vec![Task::Batch(batch)], &inner, |news| match news {
        News::Verdict(verdict) if verdict.verdict == Level::Failed && first.is_none() => {
            executions += verdict.executions;
            first = Some(*verdict);
            stop.store(true, Ordering::Relaxed);
        }
        News::Program(result) => executions += result.executions.iter().sum::<u64>(),
        _ => {
            if settings.interrupted.load(Ordering::Relaxed) {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    let failure = first.as_ref().and_then(|verdict| verdict.failure.as_ref());
    Some(Seen {
        checker: "family".into(),
        failure: failure.map(|failure| failure.kind.clone()),
        verdict: if first.is_some() { "FAILED" } else { "COMPLETE" }.into(),
        executions,
        program: first.map(|verdict| verdict.program),
    })
}
