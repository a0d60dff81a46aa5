//! `list`: the scenarios, the subjects, the engines.

use super::check::scenarios_by_name;
use super::options::width;
use super::usage::Usage;
use comfy_table::{ContentArrangement, Table, presets};
use explore::engine::{ENGINES, Engine};
use explore::subjects::builds_of;
use linear::{Subject, outcomes_by_specification};
use runner::console::Format;
use runner::say;
use runner::scenarios::Scenario;
use runner::style::wrapped;
use std::process::ExitCode;
use verify::{scenarios, subjects};

/// `cargo verify list`; with names, what these scenarios are.
pub(crate) fn list(names: &[String], format: Format) -> Result<ExitCode, Usage> {
    let (of_subjects, names): (Vec<_>, Vec<_>) =
        names.iter().cloned().partition(|name| subjects::shown().any(|subject| subject.name == name));
    let of_subjects: Vec<&Subject> = of_subjects.iter().filter_map(|name| subjects::by_name(name)).collect();
    if !of_subjects.is_empty() {
        of_subjects.iter().for_each(|subject| subject_of(subject, format));
        if names.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    let chosen = if names.is_empty() { scenarios::all() } else { scenarios_by_name(&names)? };
    match (format, names.is_empty()) {
        (Format::Json, everything) => {
            chosen.iter().for_each(scenario_as_json);
            if everything {
                engines_as_json();
            }
        }
        (Format::Text, false) => chosen.iter().for_each(scenario_as_text),
        (Format::Text, true) => {
            names_as_text(&chosen);
            subjects_as_text();
            engines_as_text();
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn scenario_as_json(scenario: &Scenario) {
    let row = serde_json::json!({
        "kind": "scenario", "name": scenario.name, "subject": scenario.program.subject.name,
        "program": scenario.program.to_string(), "about": scenario.about,
        "allowed": outcomes_by_specification(&scenario.program),
        "interesting": scenario.expectation.interesting, "forbidden": scenario.expectation.forbidden,
    });
    say!("{row}");
}

fn engines_as_json() {
    for (engine, ..) in ENGINES {
        let about = about(engine);
        let row = serde_json::json!({
            "kind": "engine", "name": engine.to_string(), "verdict": about.verdict,
            "exhaustive": engine.is_exhaustive(), "programs": about.programs, "about": about.purpose,
        });
        say!("{row}");
    }
}

/// A table without lines, as wide as the terminal at most: what does not fit goes on below.
fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width()).unwrap_or(80));
    table
}

fn print(table: &Table) {
    table.lines().for_each(|line| say!("{}", line.trim_end()));
}

fn paragraph(text: &str) {
    wrapped(text, width()).iter().for_each(|line| say!("{line}"));
}

/// One scenario, whole.
fn scenario_as_text(scenario: &Scenario) {
    say!("{} ({})", scenario.name, scenario.program.subject.name);
    let fields = [("", scenario.program.to_string()), ("about: ", scenario.about.clone())];
    for (name, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
        wrapped(&format!("{name}{text}"), width() - 4).iter().for_each(|line| say!("    {line}"));
    }
}

/// Names take one cell of a line, or several.
const CELL: usize = 26;

/// Names in lines, as many in each as there is room for.
fn in_columns(names: &[&str], width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for name in names {
        let line = lines.last_mut().expect("there is one");
        let start = line.chars().count().div_ceil(CELL) * CELL;
        if start > 0 && start + name.chars().count() >= width {
            lines.push(format!("{name} "));
        } else {
            *line = format!("{line:start$}{name} ");
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The names of the scenarios, by subject.
fn names_as_text(all: &[Scenario]) {
    let mut subjects: Vec<&str> = Vec::new();
    for scenario in all {
        let subject = scenario.program.subject.name;
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    for subject in subjects {
        say!("SCENARIOS of {subject}");
        let names: Vec<&str> = all
            .iter()
            .filter(|scenario| scenario.program.subject.name == subject)
            .map(|scenario| scenario.name.as_str())
            .collect();
        in_columns(&names, width() - 1).iter().for_each(|line| say!(" {line}"));
        say!();
    }
    paragraph(
        "`cargo verify list NAME` prints the program of a scenario, `cargo verify scenario NAME` runs it.",
    );
    say!();
}

fn subjects_as_text() {
    say!("SUBJECTS and their operations");
    for subject in subjects::shown() {
        say!();
        subject_as_text(subject);
    }
    say!();
    paragraph(
        "A callback can misbehave. Say so at the end of a program: !eq.1-2 lies, !clone.1 panics, !drop.2 reenters. The \
         number says at which of its calls.",
    );
    say!();
}

fn subject_as_text(subject: &Subject) {
    paragraph(&format!("{}: {}", subject.name, subject.about));
    let mut rows = table();
    for operation in subject.operations {
        rows.add_row([format!("  {}", operation.name), operation.about.to_owned()]);
    }
    print(&rows);
    let callbacks: Vec<&str> = subject.callbacks.iter().map(|callback| callback.name()).collect();
    if !callbacks.is_empty() {
        let line = format!("callbacks of its users: {}", callbacks.join(", "));
        wrapped(&line, width() - 3).iter().for_each(|line| say!("   {line}"));
    }
}

/// A subject that was asked for by its name: its operations, and the names of its scenarios.
fn subject_of(subject: &Subject, format: Format) {
    let own: Vec<Scenario> = scenarios::all()
        .into_iter()
        .filter(|scenario| scenario.program.subject.name == subject.name)
        .collect();
    if format == Format::Json {
        let operations: Vec<_> = subject.operations.iter().map(|operation| operation.name).collect();
        let scenarios: Vec<_> = own.iter().map(|scenario| &scenario.name).collect();
        let row = serde_json::json!({
            "kind": "subject", "name": subject.name, "about": subject.about, "operations": operations, "scenarios": scenarios,
        });
        return say!("{row}");
    }
    subject_as_text(subject);
    say!();
    names_as_text(&own);
}

/// What is said of an engine and a mode.
struct About {
    purpose: &'static str,
    programs: &'static str,
    verdict: &'static str,
}

const COMPLETE_OR_BOUNDED: &str = "COMPLETE or BOUNDED(n)";
const LAWFUL: &str = "Users may misbehave only in a program of one thread.";
const ABSTRACT: &str =
    "Only for programs of the map, and of what is built on it, in which no user misbehaves.";

fn about(engine: Engine) -> About {
    let of = |purpose, programs, verdict| About { purpose, programs, verdict };
    match engine {
        Engine::LoomLeak => of(
            "Weak memory and data races: a load may see every value that its ordering allows, not only the newest. Retired \
             memory is freed at the end.",
            LAWFUL,
            COMPLETE_OR_BOUNDED,
        ),
        Engine::LoomEager => of(
            "The same, and retired memory is freed as early as is legal: finds use after free.",
            LAWFUL,
            COMPLETE_OR_BOUNDED,
        ),
        Engine::LoomVisible => of(
            "The same as eager, and pins and retirements are steps too, which the search reorders. Sees the most, takes the \
             longest: by default only for two threads with at most three calls.",
            LAWFUL,
            COMPLETE_OR_BOUNDED,
        ),
        Engine::LoomAbstract => of(
            "Each call of the map is one step: to check what is built on the map. Says nothing about the map itself.",
            ABSTRACT,
            COMPLETE_OR_BOUNDED,
        ),
        Engine::ShuttleSleep => of(
            "Every order of the threads' steps, where each load sees the newest value. Orders that differ only in steps that do \
             not affect each other are explored once (sleep sets).",
            "For all programs.",
            "COMPLETE",
        ),
        Engine::ShuttleDfs => of(
            "The same orders, each of them, by depth-first search (dfs): the check that sleep loses nothing. Grows fastest: by \
             default only for two threads with at most three calls.",
            "For all programs.",
            "COMPLETE",
        ),
        Engine::ShuttleAbstract => {
            of("As sleep, but each call of the map is one step.", ABSTRACT, "COMPLETE")
        }
        Engine::ShuttlePct => of("Random orders with few preemptions.", "For all programs.", "SAMPLED(n)"),
        Engine::ShuttleRandom => of("Random orders.", "For all programs.", "SAMPLED(n)"),
        Engine::Threads => of(
            "Real threads on this machine, and the build that ships.",
            "Users may not misbehave.",
            "SAMPLED(n)",
        ),
    }
}

fn engines_as_text() {
    say!("ENGINES and their modes");
    say!();
    let mut rows = table();
    rows.set_header(["engine/mode", "verdict", "what it explores"]);
    for (engine, ..) in ENGINES {
        let about = about(engine);
        // A blank line between two engines.
        let text = format!("{} {}\n ", about.purpose, about.programs);
        rows.add_row([engine.to_string(), about.verdict.replace(" or ", "\n"), text]);
    }
    print(&rows);
    let abstract_subjects: Vec<&str> = subjects::shown()
        .filter(|subject| builds_of(subject).one_step.is_some())
        .map(|subject| subject.name)
        .collect();
    paragraph(&format!("The abstract modes run programs of {}.", abstract_subjects.join(", ")));
    paragraph(
        "By default a program runs in the modes leak, eager, sleep and stress; a small one in visible and dfs too.",
    );
    say!();
    let mut verdicts = table();
    for (verdict, meaning) in [
        ("COMPLETE", "passes: every execution that the engine tells apart was explored"),
        (
            "BOUNDED(n)",
            "passes: explored up to n preemptions (--bound n); loom may miss outcomes even within that",
        ),
        ("SAMPLED(n)", "passes: n executions were tried, of many more"),
        ("TRUNCATED", "not finished: stopped by --budget or Ctrl-C, or a self-test of the engine failed"),
        ("FAILED", "an execution went wrong; it is kept as a file with --report"),
    ] {
        verdicts.add_row([verdict, meaning]);
    }
    print(&verdicts);
}
