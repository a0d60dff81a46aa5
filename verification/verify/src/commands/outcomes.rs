//! What `check` says of the outcomes of a program: the table, one execution drawn, and what is impossible.

use super::cli::{Engines, Shown};
use super::options::{Options, width};
use super::run::pool_settings;
use super::usage::Usage;
use comfy_table::{ContentArrangement, Table, presets};
use explore::engine::{ENGINES, Engine};
use explore::job::Job;
use linear::{Call, Example, Program, Verdict, why_no_impossible_outcomes};
use runner::console::Format;
use runner::explain::{self, Drawing, Excerpts, excerpts};
use runner::outcomes::{Expected, Outcome, Outcomes};
use runner::output::write_if_read;
use runner::plan::Planned;
use runner::pool::{self, News, Settings};
use runner::report::Report;
use runner::scenarios::Scenario;
use runner::style::wrapped;
use runner::write_file::write_whole;
use std::path::Path;
use verify::quoted::of_step_here;

/// Writes a line. The checks have been run: when nobody reads, the exit status is theirs all the same.
macro_rules! tell {
    () => { write_if_read(format_args!("\n")) };
    ($($text:tt)+) => { write_if_read(format_args!("{}\n", format_args!($($text)+))) };
}

/// Impossible outcomes that are printed; JSON has more of them.
const MOST_PRINTED: usize = 20;

/// Tells the outcomes of the one program of a run.
pub(crate) fn tell(
    scenario: &Scenario,
    report: &Report,
    engines: &Engines,
    shown: &Shown,
    options: &Options,
) -> Result<(), Usage> {
    let program = &scenario.program;
    let verdicts: Vec<&Verdict> = report.verdicts.iter().collect();
    let never_ends =
        verdicts.iter().filter_map(|verdict| verdict.failure.as_ref()).any(|f| f.kind == "never ends");
    if never_ends {
        return Ok(());
    }
    let mut outcomes = Outcomes::new(program, &verdicts);
    let has_impossible = shown.impossible && outcomes.add_impossible(program);
    if options.format == Format::Json {
        tell!("{}", serde_json::to_string(&outcomes).unwrap_or_default());
    } else {
        parts(program);
        table(&outcomes, shown);
    }
    if shown.impossible && options.format == Format::Text {
        match has_impossible {
            true => impossible(&outcomes),
            false => paragraph(&format!(
                "The impossible outcomes of this program cannot be listed: {}.",
                why_no_impossible_outcomes(program)
            )),
        }
    }
    match &shown.show {
        Some(typed) => show(scenario, &outcomes, (typed, shown), engines, options),
        None => Ok(()),
    }
}

/// How many executions of each engine had an outcome, a line an engine.
fn executions(outcome: &Outcome) -> String {
    let lines = ["loom", "shuttle", "threads"].map(|name| {
        let of_engine = ENGINES.iter().filter(|(_, engine, _)| *engine == name);
        let counted = of_engine.filter_map(|(engine, _, mode)| {
            let count = outcome.found_by.get(&engine.to_string())?;
            Some(if name == "threads" { count.to_string() } else { format!("{mode} {count}") })
        });
        (name, counted.collect::<Vec<_>>().join(", "))
    });
    let lines = lines.iter().filter(|(_, counted)| !counted.is_empty());
    let lines: Vec<String> = lines.map(|(name, counted)| format!("{name}: {counted}")).collect();
    if lines.is_empty() { "did not occur".to_owned() } else { lines.join("\n") }
}

/// What of the program is the set-up, and what runs on which thread.
pub(crate) fn parts(program: &Program) {
    let calls = |calls: &[Call]| calls.iter().map(Call::to_string).collect::<Vec<_>>().join("; ");
    let mut parts = vec![("set-up".to_owned(), calls(&program.setup))];
    parts
        .extend(program.threads.iter().enumerate().map(|(n, thread)| (format!("thread {n}"), calls(thread))));
    tell!();
    for (name, calls) in parts.iter().filter(|(_, calls)| !calls.is_empty()) {
        for (number, line) in wrapped(calls, width() - 12).iter().enumerate() {
            tell!("{:<10}  {line}", if number == 0 { name.as_str() } else { "" });
        }
    }
    if program.threads.len() == 1 && !program.setup.is_empty() {
        paragraph("There is only one thread. A program that has no set-up begins with `||`.");
    }
}

fn table(outcomes: &Outcomes, shown: &Shown) {
    let rows = &outcomes.outcomes;
    let unexpected = rows.iter().filter(|row| row.expected == Expected::No).count();
    let unknown = rows.iter().any(|row| row.expected == Expected::Unknown);
    let verdict = match (rows.len(), unexpected) {
        _ if unknown => "the specification does not say which it expects".to_owned(),
        (1, 0) => "the specification expects it".to_owned(),
        (2, 0) => "the specification expects both".to_owned(),
        (_, 0) => "the specification expects all of them".to_owned(),
        (1, 1) => "the specification FORBIDS it".to_owned(),
        (_, 1) => "the specification FORBIDS one of them".to_owned(),
        (_, some) => format!("the specification FORBIDS {some} of them"),
    };
    if rows.is_empty() {
        tell!("\nNo execution came to its end: there are no outcomes.");
        return;
    }
    let noun = if rows.len() == 1 { "outcome" } else { "outcomes" };
    tell!("\n{} {noun}; {verdict}:\n", rows.len());
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width()).unwrap_or(80));
    let threads = rows.first().map_or(0, |row| row.threads.len());
    let heads = (0..threads).map(|thread| format!("thread {thread}"));
    let end = ["in the end", "expected", "executions"].map(str::to_owned);
    table.set_header(["#".to_owned()].into_iter().chain(heads).chain(end).collect::<Vec<_>>());
    for row in rows {
        let end = [row.contents.clone(), row.expected.word().to_owned(), executions(row)];
        let cells = [row.number.to_string()].into_iter().chain(row.threads.iter().cloned()).chain(end);
        table.add_row(cells.collect::<Vec<_>>());
    }
    table.lines().for_each(|line| tell!("{}", line.trim_end()));
    let first = rows.iter().find(|row| row.expected != Expected::No && easiest(row).is_some());
    if let (Some(first), None, false) = (first, &shown.show, shown.impossible) {
        let number = first.number;
        paragraph(&format!(
            "To see an execution with outcome {number}, add --show {number}. To see what cannot happen, add --impossible."
        ));
    }
}

/// A paragraph, after an empty line.
fn paragraph(text: &str) {
    tell!();
    wrapped(text, width()).iter().for_each(|line| tell!("{line}"));
}

fn impossible(outcomes: &Outcomes) {
    let all = outcomes.impossible.as_deref().unwrap_or_default();
    let count = all.len() + outcomes.impossible_left_out.unwrap_or(0);
    let explored = match outcomes.complete.is_empty() {
        true => "none of them occurred in what was explored",
        false => "none of them occurred in any execution",
    };
    match count {
        0 => paragraph(
            "There is none to rule out: every combination of what these calls return in some order is allowed.",
        ),
        1 => paragraph("1 impossible outcome: the specification forbids it, and it did not occur."),
        _ => paragraph(&format!(
            "{count} impossible outcomes: the specification forbids them, and {explored}."
        )),
    }
    for impossible in all.iter().take(MOST_PRINTED) {
        wrapped(&format!("✗ {}", impossible.outcome), width() - 4).iter().for_each(|line| tell!("  {line}"));
        wrapped(&format!("not possible: {}", impossible.why), width() - 8)
            .iter()
            .for_each(|line| tell!("      {line}"));
    }
    if count > MOST_PRINTED {
        tell!("  and {} more, which --format json lists", count - MOST_PRINTED);
    }
}

/// The engine whose execution is the easiest to read: one that sees the threads in turns, with few executions.
fn easiest(outcome: &Outcome) -> Option<Engine> {
    let order = [Engine::ShuttleSleep, Engine::ShuttleDfs, Engine::LoomLeak, Engine::LoomEager];
    let others = ENGINES.iter().map(|(engine, ..)| *engine).filter(|engine| *engine != Engine::Threads);
    order.into_iter().chain(others).find(|engine| outcome.found_by.contains_key(&engine.to_string()))
}

/// Explores the program again until an execution has the outcome, and draws that.
fn show(
    scenario: &Scenario,
    outcomes: &Outcomes,
    (typed, shown): (&str, &Shown),
    engines: &Engines,
    options: &Options,
) -> Result<(), Usage> {
    let program = &scenario.program;
    let Some(outcome) = outcomes.find(typed) else {
        return no_such_outcome(program, outcomes, typed, options);
    };
    if outcome.expected == Expected::No {
        let page = if shown.html.is_some() {
            " No page was written: --report DIR writes that of a failure."
        } else {
            ""
        };
        paragraph(&format!("Outcome {} is the failure: it is drawn above.{page}", outcome.number));
        return Ok(());
    }
    let Some(engine) = easiest(outcome) else {
        return Err(Usage(format!(
            "--show {typed}: no execution can be shown, because only real threads had this outcome, or no engine: their \
             steps are not recorded. Ask for loom or shuttle too"
        )));
    };
    let mut job = Job::new(program, engine);
    (job.seed, job.budget, job.schedules) = (options.seed, options.budget, engines.schedules);
    job.bound = engines.bound.filter(|_| engine.name() == "loom");
    job.example_of = Some(outcome.outcome.clone());
    job.watch = true;
    let settings = Settings { workers: 1, ..pool_settings(options)? };
    let mut found = None;
    pool::run(vec![Planned::Job(Box::new(job.clone())).task()], &settings, |news| {
        if let News::Verdict(verdict) = news {
            found = verdict.example;
        }
    });
    let Some(example) = found else {
        return Err(Usage(format!(
            "--show {typed}: {engine} was stopped before it came to that outcome: give it a larger --budget"
        )));
    };
    let source = excerpts(&example.steps, of_step_here);
    if let Some(page) = &shown.html {
        write_page(page, &example, (&job, program), &source, &settings)?;
    }
    if options.format == Format::Json {
        tell!(
            "{}",
            serde_json::json!({
                "kind": "execution", "number": outcome.number, "engine": engine.to_string(), "outcome": example.outcome,
                "execution": example.execution, "schedule": example.schedule, "steps": example.steps,
            })
        );
        return Ok(());
    }
    tell!("\nOutcome {}: {}", outcome.number, outcome.outcome);
    if let Some(page) = &shown.html {
        tell!("Execution {} of {engine} is a page: {}", example.execution, page.display());
        return Ok(());
    }
    tell!("Execution {} of {engine}, from top to bottom:\n", example.execution);
    let (program, width, all) = (Some(program), width(), shown.all);
    let drawing = Drawing { program, width, all, stopped: false, source: Some(&source) };
    write_if_read(format_args!("{}", drawing.text(&example.steps)));
    Ok(())
}

/// Writes the page of an execution that a job has found.
fn write_page(
    page: &Path,
    example: &Example,
    (job, program): (&Job, &Program),
    source: &Excerpts,
    settings: &Settings,
) -> Result<(), Usage> {
    let what_if = explain::what_if_of_example(example, job, settings);
    let text = explain::page_of_example(example, program, &job.engine.to_string(), (source, &what_if));
    let written = write_whole(page, text.as_bytes());
    written.map_err(|error| Usage(format!("`{}` cannot be written: {error}", page.display())))
}

/// An outcome was asked for that did not occur: if it is impossible, why it is.
fn no_such_outcome(
    program: &Program,
    outcomes: &Outcomes,
    typed: &str,
    options: &Options,
) -> Result<(), Usage> {
    let mut outcomes = outcomes.clone();
    let count = outcomes.outcomes.len();
    if outcomes.add_impossible(program)
        && let Some(all) = &outcomes.impossible
        && let Some(asked) = all.iter().find(|one| explore::job::matches(typed, &one.outcome))
    {
        match options.format {
            Format::Json => tell!(
                "{}",
                serde_json::json!({ "kind": "impossible", "outcome": asked.outcome, "why": asked.why })
            ),
            Format::Text => paragraph(&format!("`{}` is not possible: {}", asked.outcome, asked.why)),
        }
        return Ok(());
    }
    let numbers = match count {
        0 => "no outcome is known".to_owned(),
        1 => "one outcome is known: --show 1".to_owned(),
        _ => format!("{count} outcomes are known: --show 1 to --show {count}, or the outcome as text"),
    };
    let none = match outcomes.complete.is_empty() {
        false => "the program has no such outcome",
        true => "no such outcome was seen, and no engine has explored every execution",
    };
    Err(Usage(format!("--show {typed}: {none}; {numbers}")))
}
