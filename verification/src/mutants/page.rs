//! The gallery as a page of the book, and in short for the README.

use super::matrix::{Measured, Seen};
use super::{Edit, Mutant};
use crate::engine::ENGINES;
use std::fmt::Write;

/// The page.
pub const PAGE: &str = "docs/gallery.md";

/// The checkers, in the order of the columns.
fn checkers() -> Vec<String> {
    ENGINES.iter().map(|(engine, ..)| engine.to_string()).chain(["family".to_owned()]).collect()
}

fn cell(seen: Option<&Seen>) -> String {
    match seen {
        None => "not run".into(),
        Some(Seen { failure: Some(_), executions, .. }) => format!("**{executions}**"),
        Some(seen) => format!("{} ({})", survived(&seen.verdict), seen.executions),
    }
}

/// A verdict that found nothing, as a short word.
fn survived(verdict: &str) -> &'static str {
    match verdict {
        "COMPLETE" => "–",
        "TRUNCATED" => "cut short",
        _ => "– (sampled)",
    }
}

/// The whole page.
pub fn page(mutants: &[Mutant], measured: &[Measured]) -> String {
    let mut page = String::from(HEAD);
    let checkers = checkers();
    let _ = writeln!(page, "| variant | {} | test | TLA+ |", checkers.join(" | "));
    let _ = writeln!(page, "|---|{}---|---|", "---|".repeat(checkers.len()));
    for mutant in mutants {
        let row = measured.iter().find(|row| row.id == mutant.id);
        let cells: Vec<String> = checkers
            .iter()
            .map(|checker| cell(row.and_then(|row| row.seen.iter().find(|seen| seen.checker == *checker))))
            .collect();
        let test = mutant.test.as_ref().map_or("", |_| "**fails**");
        let tla = mutant.tla.as_deref().unwrap_or("not seeded");
        let _ = writeln!(page, "| [{id}](#{id}) | {} | {test} | {tla} |", cells.join(" | "), id = mutant.id);
    }
    page.push('\n');
    for mutant in mutants {
        section(&mut page, mutant, measured.iter().find(|row| row.id == mutant.id));
    }
    page
}

fn section(page: &mut String, mutant: &Mutant, row: Option<&Measured>) {
    let _ = writeln!(
        page,
        "## {}\n\n*{}.* Breaks {}.\n\n{}\n",
        mutant.id,
        mutant.title,
        mutant.breaks,
        mutant.about.trim()
    );
    let _ = writeln!(page, "```diff");
    mutant.edit.iter().for_each(|edit| diff(page, edit));
    let _ = writeln!(page, "```\n\nProgram of `{}`: `{}`\n", mutant.subject, mutant.program);
    for (engine, why) in &mutant.survives {
        let _ = writeln!(page, "- {engine} does not see it: {why}");
    }
    if let Some(test) = &mutant.test {
        let _ = writeln!(page, "- the test `{}` in `tests/{}.rs` fails", test.name, test.target);
    }
    let smallest = row.and_then(|row| row.seen.iter().find_map(|seen| seen.program.as_deref()));
    if let Some(program) = smallest {
        let _ = writeln!(page, "- the smallest program of the family 2x1 that fails: `{program}`");
    }
    if let Some(row) = row.filter(|row| !row.drawing.is_empty()) {
        let _ = writeln!(page, "\n```text\n{}\n```", row.drawing.trim_end());
    }
    page.push('\n');
}

fn diff(page: &mut String, edit: &Edit) {
    let _ = writeln!(page, "--- {}", edit.file);
    for (sign, text) in [('-', &edit.find), ('+', &edit.replace)] {
        for line in text.lines() {
            let _ = writeln!(page, "{sign}{line}");
        }
    }
}

/// How many variants each checker sees: a short table.
pub fn short(mutants: &[Mutant], measured: &[Measured]) -> String {
    let mut table = String::from("| checker | sees | of | by chance or budget |\n|---|---|---|---|\n");
    for checker in checkers() {
        let cells = measured.iter().filter_map(|row| row.seen.iter().find(|seen| seen.checker == checker));
        let all: Vec<&Seen> = cells.filter(|seen| mutants.iter().any(|_| !seen.checker.is_empty())).collect();
        let killed = all.iter().filter(|seen| seen.failure.is_some()).count();
        let complete = all.iter().all(|seen| seen.failure.is_some() || seen.verdict == "COMPLETE");
        let chance = if complete { "no" } else { "yes" };
        let _ = writeln!(table, "| {checker} | {killed} | {} | {chance} |", all.len());
    }
    table
}

const HEAD: &str = "# What breaks without it: a gallery of broken variants

This page is made by `cargo verify mutants --matrix`: do not edit it. Each variant is a small edit of the source, a file of
`verification/mutants/`. `cargo verify mutants` makes each edit in a copy of the tree and requires that the named program fails
in the named way; the tree as it is goes the same way and must survive.

The table has every variant at every checker, whether it is named as a killer or not, each for at most 5 seconds, or 10,000
schedules where schedules are drawn. A number in bold: the variant fails, after so many executions. A dash: it survives, the
search complete with so many executions; *sampled*, it survives that many schedules; *cut short*, the time was over. The
column `family` runs all programs of two threads with one operation each over one key under `shuttle/sleep`, until the first
that fails. `not run`: not measured. The thread and address sanitizers and the property tests are not in the table; they were not run
on the variants. `TLA+` names the same bug where it is seeded in the specification.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_made_of_what_is_there() {
        let mutants = super::super::all().unwrap();
        let kept = super::super::matrix::kept().unwrap();
        let old = super::super::source(PAGE).unwrap();
        assert!(page(&mutants, &kept) == old, "{PAGE} is stale: run `cargo verify mutants --page`");
    }
}
