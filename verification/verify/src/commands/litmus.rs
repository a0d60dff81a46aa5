//! `cargo verify litmus`.

use super::options::{Options, at_least_one};
use super::usage::Usage;
use litmus::compare::{Compared, Reason, compare};
use litmus::enumerate::Allowed;
use litmus::page;
use litmus::program::{Outcome, Program};
use litmus::shapes::{self, Shape};
use litmus::told;
use runner::console::Format;
use runner::style::{count, wrapped};
use runner::write_file::write_whole;
use runner::{complain, say};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// What was asked of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// The program: threads with `||` between them, accesses with `;`: 'x := 1 rlx; r = y acq || y := 1 rel; s = x rlx'. Orderings are
    /// na (plain memory), rlx, acq, rel, acqrel and sc. Without a program: every shape that the literature has a name for.
    program: Option<String>,
    /// Show one execution with these values, 'r=0 s=0', or 'data race'; or say which axiom forbids it.
    #[arg(long, value_name = "OUTCOME", requires = "program")]
    show: Option<String>,
    /// Compare so many random programs instead, drawn with --seed.
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with = "program")]
    random: Option<usize>,
    /// Compare the shapes and 2,000 random programs of seed 1, and write docs/litmus.md.
    #[arg(long, conflicts_with_all = ["program", "random"])]
    write: bool,
}

pub(crate) fn litmus(asked: &Asked, options: &Options) -> Result<ExitCode, Usage> {
    if asked.write {
        return write();
    }
    if let Some(text) = &asked.program {
        let program: Program = text.parse().map_err(|error| Usage(format!("the litmus test: {error}")))?;
        if let Some(outcome) = &asked.show {
            let told = told::one(&program, outcome).map_err(Usage)?;
            let rows = |line: &String| match line.chars().count() > 80 {
                true => wrapped(line, 80),
                false => vec![line.clone()],
            };
            told.iter().flat_map(rows).for_each(|line| say!("{line}"));
            return Ok(ExitCode::SUCCESS);
        }
        let compared = compare(&program).map_err(Usage)?;
        match options.format {
            Format::Json => say!("{}", json_of(&program, &compared)),
            Format::Text => told::both(&program, &compared).iter().for_each(|line| say!("{line}")),
        }
        return Ok(status(compared.reasons().contains(&Reason::Unknown)));
    }
    if let Some(number) = asked.random {
        let compared = page::random(number, options.seed, progress).map_err(Usage)?;
        let is_unknown = compared.reasons.contains_key(&Reason::Unknown);
        match options.format {
            Format::Json => say!("{}", compared.json()),
            Format::Text => compared.lines().iter().for_each(|line| say!("{line}")),
        }
        return Ok(status(is_unknown));
    }
    every_shape(options.format)
}

fn status(is_unknown: bool) -> ExitCode {
    ExitCode::from(u8::from(is_unknown))
}

fn progress(done: usize, of: usize) {
    if done.is_multiple_of(500) && done > 0 {
        complain!("{done} of {of} random programs");
    }
}

/// Each shape on a line.
fn every_shape(format: Format) -> Result<ExitCode, Usage> {
    let (mut is_wrong, mut reasons) = (false, BTreeMap::<Reason, usize>::new());
    let shapes = shapes::all().map_err(Usage)?;
    if format == Format::Text {
        say!("{:<18} {:<24} {:<8} {:<8} executions", "shape", "asks for", "RC11", "loom");
    }
    for shape in &shapes {
        let program = shape.parse().map_err(Usage)?;
        let compared = compare(&program).map_err(Usage)?;
        let row = page::row(shape, &program, &compared).map_err(Usage)?;
        is_wrong |= row.rc11 != shape.allowed || compared.reasons().contains(&Reason::Unknown);
        compared.reasons().into_iter().for_each(|reason| *reasons.entry(reason).or_default() += 1);
        tell_row(shape, &row, &compared, format);
    }
    if format == Format::Text {
        say!("\n{}; loom differs from RC11 in some outcome", count(shapes.len(), "shape"));
        reasons.iter().for_each(|(reason, number)| say!("  {number:>3}  {reason}"));
        say!("\nOne of them: cargo verify litmus '{}'", shapes[0].program);
    }
    Ok(status(is_wrong))
}

fn tell_row(shape: &Shape, row: &page::Row, compared: &Compared, format: Format) {
    let word = |shows: bool| if shows { "yes" } else { "no" };
    match format {
        Format::Json => say!(
            "{}",
            json!({ "kind": "shape", "name": shape.name, "program": shape.program, "asks": shape.asks, "literature": shape.allowed,
                "rc11": row.rc11, "loom": row.loom, "executions": compared.rc11.executions,
                "reasons": compared.reasons().iter().map(ToString::to_string).collect::<Vec<_>>() })
        ),
        Format::Text => {
            let differs = if row.rc11 == row.loom { "" } else { "  <- differs" };
            say!(
                "{:<18} {:<24} {:<8} {:<8} {:>4}{differs}",
                shape.name,
                shape.asks,
                word(row.rc11),
                word(row.loom),
                compared.rc11.executions
            );
        }
    }
}

/// Both sets of outcomes of one program, as JSON.
fn json_of(program: &Program, compared: &Compared) -> serde_json::Value {
    let of =
        |set: &Allowed| -> Vec<String> { set.outcomes.iter().map(|outcome| outcome.show(program)).collect() };
    let named = |list: &[(Outcome, Reason)]| -> Vec<(String, String)> {
        list.iter().map(|(outcome, reason)| (outcome.show(program), reason.to_string())).collect()
    };
    json!({ "kind": "litmus", "program": program.to_string(), "executions": compared.rc11.executions,
        "loom_executions": compared.loom.executions, "rc11": of(&compared.rc11), "loom": of(&compared.loom),
        "rc11_race": compared.rc11.has_a_race, "loom_race": compared.loom.has_a_race,
        "missed": named(&compared.missed), "extra": named(&compared.extra) })
}

fn write() -> Result<ExitCode, Usage> {
    let (text, is_unknown) = page::page(progress).map_err(Usage)?;
    let path = verify::repository::root().join(page::PAGE);
    write_whole(&path, text.as_bytes())
        .map_err(|error| Usage(format!("`{}` cannot be written: {error}", path.display())))?;
    say!("{}", path.display());
    Ok(status(is_unknown))
}
