//! `cargo verify orderings`.

use super::options::Options;
use super::run::{make_folder, pool_settings};
use super::smaller::make_schedules_simpler;
use super::usage::Usage;
use comfy_table::Table;
use runner::console::{Console, Format};
use runner::explain::FailureFile;
use runner::pool;
use runner::say;
use runner::watched::watch;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;
use verify::documents::drawn::Drawn;
use verify::orderings::kept::Record;
use verify::orderings::matrix::{Matrix, Row};
use verify::orderings::{Weakening, weakenings};
use verify::quoted::of_step_here;

/// What was asked of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// Only these: ORD-7 is all weakenings of a row, ORD-7:AcqRel is one of them.
    ids: Vec<String>,
    /// Write what is found to verification/orderings.json and docs/orderings.md.
    #[arg(long, conflicts_with_all = ["check", "page"])]
    write: bool,
    /// Run nothing; fail if the record or the page is out of date.
    #[arg(long, conflicts_with_all = ["ids", "page"])]
    check: bool,
    /// Run nothing; write docs/orderings.md anew from the record.
    #[arg(long, conflicts_with = "ids")]
    page: bool,
    /// Keep a failure of each weakening that breaks a program in docs/drawn, and write docs/orderings.md anew.
    #[arg(long, conflicts_with_all = ["check", "page"])]
    keep: bool,
}

fn chosen(ids: &[String]) -> Result<Vec<Weakening>, Usage> {
    let all = weakenings();
    let mut chosen = Vec::new();
    for asked in ids {
        let matches = |weakening: &&Weakening| match asked.split_once(':') {
            Some((id, weaker)) => weakening.id == id && weakening.weaker == weaker,
            None => weakening.id == *asked,
        };
        let found: Vec<Weakening> = all.iter().filter(matches).cloned().collect();
        if found.is_empty() {
            return Err(Usage(format!(
                "`{asked}` is not an ordering that can be weakened. Write `ORD-7` for a row of src/orderings.rs, or `ORD-7:AcqRel` for one weakening of it"
            )));
        }
        chosen.extend(found);
    }
    Ok(if ids.is_empty() { all } else { chosen })
}

pub(crate) fn orderings(asked: &Asked, options: &Options) -> Result<ExitCode, Usage> {
    make_folder(options)?;
    if asked.check || asked.page {
        let kept = Record::kept().map_err(Usage)?;
        if asked.page {
            kept.write().map_err(Usage)?;
        }
        let problems = kept.all_problems().map_err(Usage)?;
        problems.iter().for_each(|problem| say!("FAILED     {problem}"));
        if problems.is_empty() {
            say!("the table of orderings is up to date with this source");
        }
        return Ok(ExitCode::from(u8::from(!problems.is_empty())));
    }
    let chosen = chosen(&asked.ids)?;
    let started = Instant::now();
    let settings = pool_settings(options)?;
    let mut matrix = Matrix::new();
    let pricing = matrix.pricing();
    let mut console = Console::new(options.format, matrix.sizes().1, settings.workers);
    pool::run(pricing, &settings, |news| {
        console.progress(&news);
        matrix.hear(&news);
    });
    console.close();
    for outcomes_only in [true, false] {
        let trials = matrix.trials(&chosen, outcomes_only);
        let mut console = Console::new(options.format, matrix.planned(), settings.workers);
        pool::run(trials, &settings, |news| {
            console.progress(&news);
            matrix.hear(&news);
        });
        console.close();
    }
    let interrupted = settings.interrupted.load(Ordering::Relaxed);
    if options.report.is_some() || asked.keep {
        make_schedules_simpler(&mut matrix.failures, &settings, options);
        watch(&mut matrix.failures, &settings);
        matrix.failures.iter_mut().for_each(|file| file.quote(of_step_here));
    }
    finish(asked, options, &matrix, chosen.len(), interrupted, started)
}

fn finish(
    asked: &Asked,
    options: &Options,
    matrix: &Matrix,
    chosen: usize,
    interrupted: bool,
    started: Instant,
) -> Result<ExitCode, Usage> {
    let rows = matrix.rows();
    let (programs, left_out) = matrix.sizes();
    let record = Record { programs, rows };
    let mut problems = matrix.problems.clone();
    let whole = !interrupted && record.rows.len() == chosen;
    if asked.write && whole && problems.is_empty() {
        let kept = Record::kept().unwrap_or_default();
        kept.with(&record).write().map_err(Usage)?;
    }
    let kept = Record::kept().map_err(Usage)?;
    if whole {
        problems.extend(kept.differences(&record));
        if asked.keep && problems.is_empty() {
            keep(&matrix.failures)?;
            kept.write().map_err(Usage)?;
        }
        problems.extend(kept.all_problems().map_err(Usage)?);
    }
    match options.format {
        Format::Json => record.rows.iter().for_each(|row| {
            say!("{}", serde_json::to_string(row).unwrap_or_default());
        }),
        Format::Text => say!("{}", table(&record.rows)),
    }
    write_failures(options, matrix)?;
    let needed = record.rows.iter().filter(|row| row.needed).count();
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if options.format == Format::Json {
        for problem in &problems {
            say!("{}", serde_json::json!({ "kind": "problem", "message": problem }));
        }
        let summary = serde_json::json!({
            "kind": "summary", "weakenings": chosen, "needed": needed, "not_needed": record.rows.len() - needed,
            "truncated": chosen - record.rows.len(), "programs": programs, "left_out": left_out,
            "problems": problems.len(), "seconds": seconds,
        });
        say!("{summary}");
    } else {
        problems.iter().for_each(|problem| say!("FAILED     {problem}"));
        if !whole {
            say!("TRUNCATED  {} weakenings were not finished", chosen - record.rows.len());
        }
        say!(
            "{chosen} weakenings, {needed} needed, {} not needed; {programs} programs to try, {left_out} too large to try; {seconds:.1}s",
            record.rows.len() - needed
        );
    }
    Ok(ExitCode::from(match (problems.is_empty(), whole) {
        (false, _) => 1,
        (true, false) => 3,
        (true, true) => 0,
    }))
}

/// Writes the failures to the folder of the report, if there is one.
fn write_failures(options: &Options, matrix: &Matrix) -> Result<(), Usage> {
    if let Some(folder) = &options.report {
        let report = runner::report::Report { failures: matrix.failures.clone(), ..Default::default() };
        let paths = report.write_failures(folder).map_err(|error| {
            Usage(format!("the report could not be written to `{}`: {error}", folder.display()))
        })?;
        if options.format == Format::Text {
            say!(
                "{} failure files are in {}; to read one: cargo verify explain FILE",
                paths.len(),
                folder.display()
            );
        }
    }
    Ok(())
}

/// Keeps the failures, to be drawn.
fn keep(failures: &[FailureFile]) -> Result<(), Usage> {
    for file in failures {
        for (id, weaker) in &file.job.orderings {
            let drawn = Drawn::of_weakening(id, weaker, &file.verdict.program);
            drawn.keep(std::slice::from_ref(file)).map_err(Usage)?;
        }
    }
    Ok(())
}

fn table(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["id", "site", "shipped", "weaker", "", "fails as", "program"]);
    for row in rows {
        let (kind, program) = match &row.killer {
            Some(killer) => {
                let name = killer.scenario.as_ref().map_or_else(String::new, |name| format!("{name}: "));
                (killer.kind(), format!("{name}{}", killer.program))
            }
            None => {
                (String::new(), format!("none of {} programs, {} executions", row.programs, row.executions))
            }
        };
        let needed = if row.needed { "needed" } else { "not needed" };
        table.add_row([&row.id, &row.site, &row.shipped, &row.weaker, needed, &kind, &program]);
    }
    table.to_string().trim_end().to_owned()
}
