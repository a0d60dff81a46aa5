//! The commands that work on files of a report: `explain`, `replay`, `figures`.

use super::options::{Options, width};
use super::run::pool_settings;
use super::usage::Usage;
use explore::job::Job;
use runner::console::{Format, verdict_line};
use runner::explain;
use runner::explain::FailureFile;
use runner::output::write_out;
use runner::plan::{Plan, Planned};
use runner::pool;
use runner::pool::{Launch, Settings};
use runner::report::Report;
use runner::run::Run;
use runner::say;
use runner::source::Source;
use runner::watched::again;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use verify::certificates::source::SOURCE;
use verify::documents::figures;
use verify::gallery;
use verify::gallery::copy::Tree;
use verify::quoted::of_step_here;

fn read_failure(path: &Path) -> Result<FailureFile, Usage> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Usage(format!("`{}` cannot be read: {error}", path.display())))?;
    let wrong = |error| Usage(format!("`{}`: {error}", path.display()));
    let file = FailureFile::read(&text).map_err(wrong)?;
    file.check().map_err(wrong)?;
    Ok(file)
}

/// Sees to it that a file has the lines of its source, if that is known: those that it was written with, or else those of this source, if it is
/// the same. Returns why there are none, if there are none.
fn quote(file: &mut FailureFile) -> &'static str {
    if !file.source_lines.is_empty() {
        return explain::NO_SOURCE;
    }
    match &file.source {
        None => explain::NO_SOURCE,
        Some(source) if *source == SOURCE.fingerprint(&file.job.subject) => {
            file.quote(of_step_here);
            explain::NO_SOURCE
        }
        Some(_) => {
            "The source has changed since this failure was found, and the file has no lines of it, so none is shown."
        }
    }
}

/// Asks what could have happened instead, if this is the source in which the failure was found. A broken variant is another one.
fn ask_what_if(file: &mut FailureFile, options: &Options) -> Result<(), Usage> {
    match (&file.variant, &file.source) {
        (Some(_), _) => {}
        (None, Some(source)) if *source == SOURCE.fingerprint(&file.job.subject) => {
            file.ask_what_if(&pool_settings(options)?);
        }
        (None, _) => file.has_another_source(),
    }
    Ok(())
}

pub(crate) fn explain_file(
    path: &Path,
    html: Option<&Path>,
    all: bool,
    options: &Options,
) -> Result<ExitCode, Usage> {
    if options.format == Format::Json {
        return Err(Usage("explain prints no JSON: the failure file is JSON itself".into()));
    }
    let mut file = read_failure(path)?;
    let no_source = quote(&mut file);
    match html {
        None => write_out(format_args!("{}", explain::text(&file, width(), all))),
        Some(page) => {
            ask_what_if(&mut file, options)?;
            let page_of_it = explain::page_of(&file, no_source, &path.display().to_string());
            let written = runner::write_file::write_whole(page, page_of_it.as_bytes());
            written.map_err(|error| Usage(format!("`{}` cannot be written: {error}", page.display())))?;
            say!("{}", page.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the job of a failure file again, as far as the failure; 1 when it fails again, 0 when it does not. That of a broken variant is run in a
/// copy of the source with its edit.
pub(crate) fn replay(path: &Path, scratch: Option<&Path>, options: &Options) -> Result<ExitCode, Usage> {
    let file = read_failure(path)?;
    let failure = file.verdict.failure.as_ref();
    let failure = failure.ok_or_else(|| {
        Usage(format!("`{}` has no execution that fails, so there is nothing to run again", path.display()))
    })?;
    let job = again(&file.job, failure);
    let name = job.name.clone();
    let command = format!("cargo verify replay {}", path.display());
    let run = match &file.variant {
        Some(id) => replay_in_copy(id, scratch, job, command, options)?,
        None => {
            let source = SOURCE.fingerprint(&job.subject);
            if file.source.as_ref().is_some_and(|found| *found != source) {
                say!(
                    "The source has changed since this failure was found: the same execution may be another one now."
                );
            }
            run_again(job, command, None, options)
        }
    };
    match run.report.failures.first() {
        Some(found) => {
            write_out(format_args!("{}", explain::text(found, width(), false)));
            let same = found.verdict.failure.as_ref().is_some_and(|again| again.kind == failure.kind);
            say!(
                "{}",
                if same { "it fails again, in the same way" } else { "it fails again, in another way" }
            );
            Ok(ExitCode::from(1))
        }
        None => {
            run.report.verdicts.iter().for_each(|verdict| say!("{}", verdict_line(verdict)));
            let chance = if file.verdict.engine == "threads" {
                " (on real threads a failure depends on chance)"
            } else {
                ""
            };
            say!("{} no longer fails{chance}", name.as_deref().unwrap_or("the program"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs one job in one worker, of this program or of another one.
fn run_again(job: Job, command: String, program: Option<PathBuf>, options: &Options) -> Run {
    let mut plan = Plan::default();
    plan.tasks.push(Planned::Job(Box::new(job)));
    let settings = Settings {
        workers: 1,
        patience: options.patience,
        interrupted: Arc::new(AtomicBool::new(false)),
        program: program.map(Launch::from),
    };
    let mut run = Run::new(&plan, command);
    pool::run(plan.tasks.into_iter().map(Planned::task).collect(), &settings, |news| drop(run.hear(news)));
    run.finish(false, 0.0);
    run
}

/// The same in a copy of the source that has the edit of a broken variant.
fn replay_in_copy(
    id: &str,
    scratch: Option<&Path>,
    job: Job,
    command: String,
    options: &Options,
) -> Result<Run, Usage> {
    let variants = gallery::all().map_err(Usage)?;
    let variant = variants.iter().find(|variant| variant.id == id).ok_or_else(|| {
        Usage(format!(
            "this failure is of the broken variant `{id}`, and `verification/mutants` has no `{id}.toml`: without its edit the failure cannot be run again"
        ))
    })?;
    say!("This failure is of the broken variant `{id}`: it is run in a copy of the source with its edit.");
    let tree = scratch.map_or_else(Tree::copy, Tree::copy_to).map_err(Usage)?;
    let run = || Ok(run_again(job, command, Some(tree.build()?), options));
    tree.edited(variant, run).map_err(Usage)
}

/// Puts the figures of a report into a document, or says that they are not there.
pub(crate) fn put_figures(report: &Path, document: &Path, check: bool) -> Result<ExitCode, Usage> {
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path);
        text.map_err(|error| Usage(format!("`{}` cannot be read: {error}", path.display())))
    };
    let figures: Report = serde_json::from_str(&read(report)?)
        .map_err(|error| Usage(format!("`{}` is not the report.json of a run: {error}", report.display())))?;
    if figures.interrupted || figures.summary.exit_status() != 0 || figures.self_checks.is_empty() {
        return Err(Usage(format!(
            "`{}` is not the report of a whole run that passed: run `cargo verify --report DIR` first",
            report.display()
        )));
    }
    let old = read(document)?;
    let new = figures::insert(&old, &figures)
        .map_err(|error| Usage(format!("`{}`: {error}", document.display())))?;
    if new == old {
        say!("{} has the figures of {} already", document.display(), report.display());
        return Ok(ExitCode::SUCCESS);
    }
    if check {
        say!(
            "{} and {} have different figures: run `cargo verify figures {}`",
            document.display(),
            report.display(),
            report.display()
        );
        return Ok(ExitCode::from(1));
    }
    runner::write_file::write_whole(document, new.as_bytes())
        .map_err(|error| Usage(format!("`{}` cannot be written: {error}", document.display())))?;
    say!("{} updated", document.display());
    Ok(ExitCode::SUCCESS)
}
