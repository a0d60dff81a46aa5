//! The commands that work on files of a report: `explain`, `replay`, `readme`.

use crate::Usage;
use crate::cli::Options;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use verify::console::verdict_line;
use verify::engine::Job;
use verify::explain::{self, FailureFile};
use verify::figures;
use verify::pool::{self, Settings};
use verify::report::Report;
use verify::suite::{Plan, Run};

fn read_failure(path: &Path) -> Result<FailureFile, Usage> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Usage(format!("`{}` cannot be read: {error}", path.display())))?;
    let hint = "it is no failure file: those are named failure-*.json, in the folder of --report";
    serde_json::from_str(&text).map_err(|error| Usage(format!("`{}`: {error}; {hint}", path.display())))
}

pub(crate) fn explain_file(path: &Path, html: Option<&Path>) -> Result<ExitCode, Usage> {
    let file = read_failure(path)?;
    match html {
        None => print!("{}", explain::text(&file)),
        Some(page) => {
            let written = verify::report::write_whole(page, verify::report::failure_page(&file).as_bytes());
            written.map_err(|error| Usage(format!("`{}` cannot be written: {error}", page.display())))?;
            println!("{}", page.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the job of a failure file again, as far as the failure; 1 when it fails again, 0 when it does not.
pub(crate) fn replay(path: &Path, options: &Options) -> Result<ExitCode, Usage> {
    let file = read_failure(path)?;
    let failure = file.verdict.failure.as_ref();
    let failure = failure.ok_or_else(|| Usage(format!("`{}` has no counterexample", path.display())))?;
    let mut job: Job = file.job.clone();
    job.stop_at = Some(failure.execution).filter(|execution| *execution > 0);
    if !failure.schedule.is_empty() {
        job.schedule = failure.schedule.clone();
        job.stop_at = Some(1);
    }
    let name = job.name.clone();
    let mut plan = Plan::default();
    plan.tasks.push(pool::Task::Job(Box::new(job)));
    let settings = Settings {
        workers: 1,
        patience: options.patience,
        interrupted: Arc::new(AtomicBool::new(false)),
        program: None,
    };
    let mut run = Run::new(&plan, format!("cargo verify replay {}", path.display()));
    pool::run(plan.tasks, &settings, |news| drop(run.hear(news)));
    run.finish(false, 0.0);
    match run.report.failures.first() {
        Some(again) => {
            print!("{}", explain::text(again));
            let same = again.verdict.failure.as_ref().is_some_and(|again| again.kind == failure.kind);
            println!(
                "{}",
                if same { "it fails again, in the same way" } else { "it fails again, in another way" }
            );
            Ok(ExitCode::from(1))
        }
        None => {
            run.report.verdicts.iter().for_each(|verdict| println!("{}", verdict_line(verdict)));
            let chance = if file.verdict.engine == "threads" {
                " (on real threads a failure depends on chance)"
            } else {
                ""
            };
            println!("{} does not fail any more{chance}", name.as_deref().unwrap_or("the program"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Puts the figures of a report into a document, or says that they are not there.
pub(crate) fn readme(report: &Path, document: &Path, check: bool) -> Result<ExitCode, Usage> {
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path);
        text.map_err(|error| Usage(format!("`{}` cannot be read: {error}", path.display())))
    };
    let figures: Report = serde_json::from_str(&read(report)?)
        .map_err(|error| Usage(format!("`{}` is no report.json: {error}", report.display())))?;
    if figures.interrupted || figures.summary.exit_status() != 0 || figures.self_checks.is_empty() {
        return Err(Usage(format!("`{}` is not of a whole run that passed", report.display())));
    }
    let old = read(document)?;
    let new = figures::insert(&old, &figures)
        .map_err(|error| Usage(format!("`{}`: {error}", document.display())))?;
    if new == old {
        println!("{} has the figures of {}", document.display(), report.display());
        return Ok(ExitCode::SUCCESS);
    }
    if check {
        println!(
            "{} has other figures than {}: run `cargo verify readme {}`",
            document.display(),
            report.display(),
            report.display()
        );
        return Ok(ExitCode::from(1));
    }
    verify::report::write_whole(document, new.as_bytes())
        .map_err(|error| Usage(format!("`{}` cannot be written: {error}", document.display())))?;
    println!("{} updated", document.display());
    Ok(ExitCode::SUCCESS)
}
