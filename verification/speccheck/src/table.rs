//! The table action, function, scenario of `specs/README.md`: made from the labels of the code and from executions.

use crate::expected::folder;
use crate::labels;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

/// Names of functions by action.
type Functions = BTreeMap<String, BTreeSet<String>>;

/// The type after `impl`, its parameters left out: `impl<K, V> Entry<K, V> {` is of `Entry`.
fn type_of(line: &str) -> Option<&str> {
    let mut rest = line.strip_prefix("impl")?;
    if rest.starts_with('<') {
        let mut depth = 0;
        let end = rest.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '<') - i32::from(*c == '>');
            depth == 0
        });
        rest = &rest[end?.0 + 1..];
    }
    let rest = rest.split(" for ").last()?.trim_start();
    rest.split(|c: char| !c.is_alphanumeric()).next().filter(|name| !name.is_empty())
}

/// The function that a line is in: `Entry::load`.
fn function(text: &str, line: usize) -> String {
    let above: Vec<&str> = text.lines().take(line).collect();
    let name = above.iter().rev().find_map(|line| {
        let code = line.trim_start();
        let head = code.split("fn ").nth(1).filter(|_| !code.starts_with("//"))?;
        head.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())
    });
    let kind = above.iter().rev().find_map(|line| type_of(line));
    format!("{}::{}", kind.unwrap_or("-"), name.unwrap_or("-"))
}

/// The functions whose lines carry this marker and name an action.
fn functions(marker: &str) -> Result<Functions, String> {
    let mut functions = Functions::new();
    for (_, text) in labels::sources()? {
        for (line, actions) in labels::of_text(&text, marker) {
            for action in actions {
                functions.entry(action).or_default().insert(function(&text, line));
            }
        }
    }
    Ok(functions)
}

/// The table, with the scenarios that take each action.
///
/// # Errors
/// That the code cannot be read.
pub fn table(scenarios: &BTreeMap<String, Vec<String>>) -> Result<String, String> {
    let (makers, callers) = (functions("// TLA: ")?, functions("// steps: ")?);
    let list = |names: Option<&BTreeSet<String>>| {
        let names = names.into_iter().flatten().map(|name| format!("`{name}`"));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut table = String::from(
        "| action | the access is in | which is called by | scenarios that take it |\n|---|---|---|---|\n",
    );
    for (action, taken) in scenarios {
        let maker =
            if action == "Unlock" { "the end of `Locked`".to_owned() } else { list(makers.get(action)) };
        let taken = taken.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(table, "| `{action}` | {maker} | {} | {taken} |", list(callers.get(action)));
    }
    Ok(table)
}

/// The document with the table, and its text with the table in it.
///
/// # Errors
/// That it cannot be read, or has no place for the table.
pub fn filled(table: &str) -> Result<(PathBuf, String, String), String> {
    let path = folder().join("README.md");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (begin, end) = ("<!-- actions -->\n", "<!-- /actions -->");
    let (from, to) = text
        .find(begin)
        .zip(text.find(end))
        .ok_or_else(|| format!("{}: no `{}` and `{end}`", path.display(), begin.trim()))?;
    let filled = format!("{}\n{table}\n{}", &text[..from + begin.len()], &text[to..]);
    Ok((path, text, filled))
}
