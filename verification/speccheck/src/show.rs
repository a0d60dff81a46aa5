//! A counterexample for people: a row a step, a column a process, in the words of the specification.

use crate::run::Counterexample;
use comfy_table::{ContentArrangement, Table, presets};
use std::fmt::Write;
use tla_checker::ast::{State, Value};
use tla_checker::checker::format_value;

/// The value of a variable.
pub fn variable<'s>(vars: &[std::sync::Arc<str>], state: &'s State, name: &str) -> Option<&'s Value> {
    let place = vars.iter().position(|var| var.as_ref() == name)?;
    state.values.get(place)
}

/// The pairs of a function, a record, or a sequence (by number from 1).
pub fn pairs(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Fn(map) => map.iter().map(|(key, value)| (format_value(key), value)).collect(),
        Value::Record(map) => map.iter().map(|(key, value)| (key.to_string(), value)).collect(),
        Value::Tuple(items) => {
            items.iter().zip(1..).map(|(value, n): (_, usize)| (n.to_string(), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// The field of a record.
pub fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Record(map) => map.get(name),
        _ => None,
    }
}

/// What a process runs, in a few words: `swap 1 2`.
fn operation(process: &Value) -> String {
    let Some(op) = field(process, "op") else {
        let kind = field(process, "kind").map(format_value).unwrap_or_default();
        return kind.trim_matches('"').to_owned();
    };
    let number = |name: &str| match field(op, name) {
        Some(Value::Int(0)) | None => String::new(),
        Some(value) => format!(" {name}={}", format_value(value)),
    };
    let name = field(op, "t").map(format_value).unwrap_or_default();
    format!("{}{}{}{}", name.trim_matches('"'), number("k"), number("o"), number("v"))
}

/// The names of the processes.
fn processes(example: &Counterexample) -> Vec<String> {
    let th = example.states.first().and_then(|state| variable(&example.vars, state, "th"));
    th.map(|th| pairs(th).into_iter().map(|(name, _)| name).collect()).unwrap_or_default()
}

/// Which process made the step, and what its registers were before and after.
fn mover(example: &Counterexample, step: usize) -> Option<(usize, &Value, &Value)> {
    let before = pairs(variable(&example.vars, &example.states[step - 1], "th")?);
    let after = pairs(variable(&example.vars, &example.states[step], "th")?);
    let moved = before.into_iter().zip(after).enumerate();
    moved.into_iter().find(|(_, (before, after))| before.1 != after.1).map(|(n, (b, a))| (n, b.1, a.1))
}

/// What a step did to the shared state: `heap: <<1>> → <<0>>`.
fn changes(example: &Counterexample, step: usize) -> String {
    let mut changes = Vec::new();
    for var in example.vars.iter().filter(|var| !["th", "conf"].contains(&var.as_ref())) {
        let value = |step: usize| variable(&example.vars, &example.states[step], var).map(format_value);
        if let (Some(before), Some(after)) = (value(step - 1), value(step))
            && before != after
        {
            changes.push(format!("{var}: {before} → {after}"));
        }
    }
    changes.join("\n")
}

/// What a process did in a step: the action, and with a call or a return what it was.
fn cell(action: &str, before: &Value, after: &Value) -> String {
    let is_idle = |process: &Value| field(process, "pc") == Some(&Value::Str("idle".into()));
    let mut cell = action.to_owned();
    if is_idle(before) && !is_idle(after) {
        let _ = write!(cell, "\ncalls {}", operation(after));
    } else if is_idle(after) && !is_idle(before) {
        let _ = write!(cell, "\nreturns ({})", operation(before));
    }
    cell
}

/// The whole table.
pub fn counterexample(example: &Counterexample) -> String {
    let processes = processes(example);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    let mut header = vec!["step".to_owned()];
    header.extend(processes.iter().cloned());
    header.push("what changes".into());
    table.set_header(header);
    let Some(first) = example.states.first() else { return String::new() };
    let shown = example.vars.iter().filter(|var| !["th", "conf"].contains(&var.as_ref()));
    let start = shown
        .filter_map(|var| Some(format!("{var}: {}", format_value(variable(&example.vars, first, var)?))));
    let mut row = vec!["0".to_owned()];
    row.extend(processes.iter().map(|_| String::new()));
    row.push(start.collect::<Vec<_>>().join("\n"));
    table.add_row(row);
    for step in 1..example.states.len() {
        let action =
            example.actions.get(step).cloned().flatten().map_or_else(|| "·".into(), |name| name.to_string());
        let mut cells = vec![String::new(); processes.len()];
        match mover(example, step) {
            Some((process, before, after)) => cells[process] = cell(&action, before, after),
            None => cells.iter_mut().take(1).for_each(|first| *first = format!("({action})")),
        }
        let mut row = vec![step.to_string()];
        row.extend(cells);
        row.push(changes(example, step));
        table.add_row(row);
    }
    let mut text = table.to_string();
    if let Some(from) = example.cycle_from {
        let _ = write!(text, "\nand from step {from} on for ever.");
    }
    text
}
