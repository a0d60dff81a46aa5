//! The gallery as a page of the book, and in short for the page of what was checked.

use super::drawn::Drawn;
use super::region;
use crate::gallery::matrix::{FAMILY, Measured, Seen, checkers};
use crate::gallery::random_kept::Tried;
use crate::gallery::{Edit, Variant};
use crate::repository;
use runner::explain;
use serde::Deserialize;
use std::fmt::Write;

/// The page.
pub const PAGE: &str = "docs/gallery.md";

/// The document that has the short table.
pub const CHECKED: &str = super::figures::PAGE;

/// How wide a drawing is.
const WIDTH: usize = 100;

fn cell(seen: Option<&Seen>) -> String {
    match seen {
        None => "not run".into(),
        Some(Seen { failure: Some(kind), executions: 0, .. }) => format!("**{kind}**"),
        Some(Seen { failure: Some(_), executions, family, .. }) => family
            .as_ref()
            .map_or_else(|| format!("**{executions}**"), |family| format!("**{family}**: {executions}")),
        Some(seen) if seen.executions == 0 => "–".into(),
        Some(seen) => format!("{} ({})", survived(&seen.verdict), seen.executions),
    }
}

/// A verdict that found nothing, as a short word.
fn survived(verdict: &str) -> &'static str {
    match verdict {
        "COMPLETE" => "–",
        "TRUNCATED" => "cut short",
        _ => "– sampled",
    }
}

/// The bug that is seeded in the specifications: its name there is the variant's, unless the file says another.
fn in_specification<'a>(variant: &Variant, seeded: &'a [Bug]) -> Option<&'a Bug> {
    let name = variant.tla.as_ref().unwrap_or(&variant.id);
    seeded.iter().find(|bug| bug.name == *name)
}

/// A bug that is seeded in the specifications, as `specs/expected.toml` has it: `cargo verify specs --mutants` holds it to that.
#[derive(Debug, Deserialize)]
pub struct Bug {
    name: String,
    property: String,
    #[serde(default)]
    steps: u64,
}

/// All of them.
///
/// # Errors
/// When the file cannot be read.
pub fn seeded() -> Result<Vec<Bug>, String> {
    #[derive(Deserialize)]
    struct Expected {
        bug: Vec<Bug>,
    }
    let name = "specs/expected.toml";
    let expected: Expected =
        toml::from_str(&repository::read(name)?).map_err(|error| format!("`{name}`: {error}"))?;
    Ok(expected.bug)
}

/// The whole page.
///
/// # Errors
/// When what is seeded in the specifications cannot be read, or a variant names what is not.
pub fn page(variants: &[Variant], measured: &[Measured], random: &Tried) -> Result<String, String> {
    let seeded = seeded()?;
    let mut page = String::from(HEAD);
    let checkers = checkers();
    let _ = writeln!(page, "| variant | {} | test | TLA+ |", checkers.join(" | "));
    let _ = writeln!(page, "|---|{}---|---|", "---|".repeat(checkers.len()));
    for variant in variants {
        let row = Measured::of(variant, measured);
        let cells: Vec<String> = checkers.iter().map(|checker| cell(row.cell(checker))).collect();
        let test = variant.test.as_ref().map_or("", |_| "**fails**");
        let bug = in_specification(variant, &seeded);
        if let (Some(name), None) = (&variant.tla, bug) {
            return Err(format!("{}: `{name}` is not a bug of specs/expected.toml", variant.id));
        }
        let tla = bug.map_or_else(
            || "not seeded".to_owned(),
            |bug| format!("**{}** in {} steps", bug.property, bug.steps),
        );
        let _ = writeln!(page, "| [{id}](#{id}) | {} | {test} | {tla} |", cells.join(" | "), id = variant.id);
    }
    page.push('\n');
    page.push_str(&random.section()?);
    for variant in variants {
        section(&mut page, variant, &Measured::of(variant, measured))?;
    }
    Ok(page)
}

fn section(page: &mut String, variant: &Variant, row: &Measured) -> Result<(), String> {
    let _ = writeln!(
        page,
        "## {}\n\n*{}.* Breaks: {}.\n\n{}\n",
        variant.id,
        variant.title,
        variant.breaks,
        variant.about.trim()
    );
    let _ = writeln!(page, "```diff");
    variant.edit.iter().for_each(|edit| diff(page, edit));
    let _ = writeln!(page, "```\n\nProgram of `{}`: `{}`\n", variant.subject, variant.program);
    for (engine, why) in &variant.survives {
        let _ = writeln!(page, "- {engine} does not see it: {why}");
    }
    if let Some(test) = &variant.test {
        let (name, package, target) = (&test.name, &test.package, &test.target);
        let _ =
            writeln!(page, "- the test `{name}` of `cargo test --package {package} --test {target}` fails");
    }
    if let Some(Seen { program: Some(program), family: Some(family), engine: Some(engine), .. }) =
        row.cell(FAMILY)
    {
        let _ = writeln!(
            page,
            "- the smallest program of the families that fails, of `cargo verify family {family} --subject {}`: \
             `{program}`, on {engine}",
            variant.subject
        );
    }
    if let Some(why) = &variant.no_family {
        let _ = writeln!(page, "- no program of the families shows it: {why}");
    }
    let drawn = Drawn::of_variant(variant);
    if let Some(file) = drawn.kept()? {
        let text = explain::text(&file, WIDTH, false);
        let _ =
            writeln!(page, "\nThe failure, drawn, or {}:\n\n```text\n{}\n```", drawn.link(), text.trim_end());
    }
    page.push('\n');
    Ok(())
}

fn diff(page: &mut String, edit: &Edit) {
    let _ = writeln!(page, "--- {}", edit.file);
    for (sign, text) in [('-', &edit.find), ('+', &edit.replace)] {
        for line in text.lines() {
            let _ = writeln!(page, "{sign}{line}");
        }
    }
}

/// Which checkers see how many variants: a short table.
pub fn short(variants: &[Variant], measured: &[Measured]) -> String {
    let mut table = String::from("| checker | sees | of | misses | how sure |\n|---|---:|---:|---|---|\n");
    for checker in checkers() {
        let rows: Vec<(&Variant, Measured)> =
            variants.iter().map(|variant| (variant, Measured::of(variant, measured))).collect();
        let cells: Vec<(&Variant, &Seen)> =
            rows.iter().filter_map(|(variant, row)| Some((*variant, row.cell(&checker)?))).collect();
        if cells.is_empty() {
            continue;
        }
        let seen = cells.iter().filter(|(_, seen)| seen.failure.is_some()).count();
        let missed: Vec<&str> = cells
            .iter()
            .filter(|(_, seen)| seen.failure.is_none())
            .map(|(variant, _)| variant.id.as_str())
            .collect();
        let missed = match missed.len() {
            0 => "–".to_owned(),
            1..=6 => missed.join(", "),
            many => format!("{} and {} more", missed[..5].join(", "), many - 5),
        };
        let cut = cells.iter().filter(|(_, seen)| seen.verdict == "TRUNCATED").count();
        let sure = match cells.iter().any(|(_, seen)| seen.verdict.starts_with("SAMPLED")) {
            _ if checker == FAMILY && cut == 0 => {
                "every execution of each program, to the first that fails".to_owned()
            }
            _ if cut > 0 => format!("{cut} cut short by the budget"),
            true => "sampled".to_owned(),
            false => "every execution of the program".to_owned(),
        };
        let _ = writeln!(table, "| {checker} | {seen} | {} | {missed} | {sure} |", cells.len());
    }
    table
}

/// The region of the short table.
const REGION: &str = "gallery";

/// The document with the short table between its marks.
///
/// # Errors
/// When the marks are not there.
pub fn insert(document: &str, variants: &[Variant], measured: &[Measured]) -> Result<String, String> {
    region::write(document, REGION, short(variants, measured).trim_end())
}

const HEAD: &str = "# What breaks without it: a gallery of broken variants

*For teachers and students, who can see what each step is there for, and for auditors, who can see which checker notices what.*

This page is made by `cargo verify mutants --matrix`: do not edit it. Each variant is a small edit of the source, kept as a file of
`verification/mutants/`. `cargo verify mutants` makes each edit in a copy of the tree and requires that the named program fails
in the named way. The unedited tree is treated the same way and must pass.

*The article* is the text that this project started from: [what it says, and what holds](what-the-article-says.md). `INV-n` are the invariants in
[ARCHITECTURE.md](../ARCHITECTURE.md).

The table shows what each checker makes of each variant, whether the variant names it as a killer or not. A checker gets at most 5 seconds, or 10,000
schedules where it draws schedules. A number in bold: the variant failed, after so many executions. A dash: it survived, and the
search was complete with so many executions. *Sampled*: it survived that many schedules. *Cut short*: the time was up. *Not run*: this
pair has not been measured yet.

- `threads/address`: the program on real threads, in a build with the address sanitizer, which ends the program at the first access
  to freed memory. (Wrong results count here too.)
- `proptest`: the property tests of the variant's subject, on one thread. The number counts lists of calls.
- `family`: every program of a size from every start state, the smallest first, until one fails. First `2x1` over one key, then `2x1` over
  two keys, then `2x2` over one key (for a cache, the registry and the configuration store only the first). They run on `shuttle/sleep`,
  `loom/leak` and `loom/eager`, whose outcomes are compared. A variant's file may name another family, and its engines. The cell has the name of
  the family, and the executions of all programs up to the failure. The programs are those of the unedited source.
- `test`: an ordinary test that the variant's file names.
- `TLA+`: the property that the same bug violates in the specification, and the length of the shortest trace, by `cargo verify specs --mutants`.

The thread sanitizer has no column. It was tried with the `std` that comes with a toolchain, which is not built for it: on the unedited tree it
reports races that the locks and joins of `std` in fact prevent, so its reports say nothing. To build `std` for it takes
the sources of a nightly toolchain (`-Zbuild-std`). Besides, crossbeam-epoch orders by fences, which the sanitizer is known not to model.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_short_table_are_made_of_what_is_there() {
        let variants = crate::gallery::all().unwrap();
        let kept = crate::gallery::matrix::kept().unwrap();
        let page = page(&variants, &kept, &Tried::kept().unwrap()).unwrap();
        assert!(
            page == repository::read(PAGE).unwrap(),
            "{PAGE} is stale: run `cargo verify mutants --page`"
        );
        let checked = repository::read(CHECKED).unwrap();
        assert!(
            insert(&checked, &variants, &kept).unwrap() == checked,
            "{CHECKED} is stale: run `cargo verify mutants --page`"
        );
    }
}
