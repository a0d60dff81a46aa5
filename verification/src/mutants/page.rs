//! The gallery as a page of the book, and in short for the README.

use super::matrix::{FAMILY, Measured, Seen, checkers};
use super::tried::Tried;
use super::{Edit, Mutant};
use serde::Deserialize;
use std::fmt::Write;

/// The page.
pub const PAGE: &str = "docs/gallery.md";

/// The document that has the short table.
pub const README: &str = "README.md";

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
fn in_specification<'a>(mutant: &Mutant, seeded: &'a [Bug]) -> Option<&'a Bug> {
    let name = mutant.tla.as_ref().unwrap_or(&mutant.id);
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
        toml::from_str(&super::source(name)?).map_err(|error| format!("`{name}`: {error}"))?;
    Ok(expected.bug)
}

/// The whole page.
///
/// # Errors
/// When what is seeded in the specifications cannot be read, or a variant names what is not.
pub fn page(mutants: &[Mutant], measured: &[Measured], random: &Tried) -> Result<String, String> {
    let seeded = seeded()?;
    let mut page = String::from(HEAD);
    let checkers = checkers();
    let _ = writeln!(page, "| variant | {} | test | TLA+ |", checkers.join(" | "));
    let _ = writeln!(page, "|---|{}---|---|", "---|".repeat(checkers.len()));
    for mutant in mutants {
        let row = Measured::of(mutant, measured);
        let cells: Vec<String> = checkers.iter().map(|checker| cell(row.cell(checker))).collect();
        let test = mutant.test.as_ref().map_or("", |_| "**fails**");
        let bug = in_specification(mutant, &seeded);
        if let (Some(name), None) = (&mutant.tla, bug) {
            return Err(format!("{}: `{name}` is no bug of specs/expected.toml", mutant.id));
        }
        let tla = bug.map_or_else(
            || "not seeded".to_owned(),
            |bug| format!("**{}** in {} steps", bug.property, bug.steps),
        );
        let _ = writeln!(page, "| [{id}](#{id}) | {} | {test} | {tla} |", cells.join(" | "), id = mutant.id);
    }
    page.push('\n');
    page.push_str(&random.section()?);
    for mutant in mutants {
        section(&mut page, mutant, &Measured::of(mutant, measured));
    }
    Ok(page)
}

fn section(page: &mut String, mutant: &Mutant, row: &Measured) {
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
    if let Some(Seen { program: Some(program), family: Some(family), engine: Some(engine), .. }) =
        row.cell(FAMILY)
    {
        let _ = writeln!(
            page,
            "- the smallest program of the families that fails, of `cargo verify family {family} --subject {}`: \
             `{program}`, on {engine}",
            mutant.subject
        );
    }
    if let Some(why) = &mutant.no_family {
        let _ = writeln!(page, "- no program of the families shows it: {why}");
    }
    if !row.drawing.is_empty() {
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

/// Which checkers see how many variants: a short table.
pub fn short(mutants: &[Mutant], measured: &[Measured]) -> String {
    let mut table = String::from("| checker | sees | of | misses | how sure |\n|---|---:|---:|---|---|\n");
    for checker in checkers() {
        let rows: Vec<(&Mutant, Measured)> =
            mutants.iter().map(|mutant| (mutant, Measured::of(mutant, measured))).collect();
        let cells: Vec<(&Mutant, &Seen)> =
            rows.iter().filter_map(|(mutant, row)| Some((*mutant, row.cell(&checker)?))).collect();
        if cells.is_empty() {
            continue;
        }
        let seen = cells.iter().filter(|(_, seen)| seen.failure.is_some()).count();
        let missed: Vec<&str> = cells
            .iter()
            .filter(|(_, seen)| seen.failure.is_none())
            .map(|(mutant, _)| mutant.id.as_str())
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

const BEGIN: &str = "<!-- gallery:begin -->";
const END: &str = "<!-- gallery:end -->";

/// The document with the short table between its marks.
///
/// # Errors
/// When the marks are not there.
pub fn insert(document: &str, mutants: &[Mutant], measured: &[Measured]) -> Result<String, String> {
    let (before, rest) = document.split_once(BEGIN).ok_or_else(|| format!("there is no `{BEGIN}`"))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| format!("there is no `{END}`"))?;
    Ok(format!("{before}{BEGIN}\n{}{END}{after}", short(mutants, measured)))
}

const HEAD: &str = "# What breaks without it: a gallery of broken variants

This page is made by `cargo verify mutants --matrix`: do not edit it. Each variant is a small edit of the source, a file of
`verification/mutants/`. `cargo verify mutants` makes each edit in a copy of the tree and requires that the named program fails
in the named way; the tree as it is goes the same way and must survive.

The table has every variant at every checker, whether it is named as a killer or not, each for at most 5 seconds, or 10,000
schedules where schedules are drawn. A number in bold: the variant fails, after so many executions. A dash: it survives, the
search complete with so many executions; *sampled*, it survives that many schedules; *cut short*, the time was over.

- `threads/address`: the program on real threads, in a build with the address sanitizer, which ends the program at the first access
  to freed memory. (Wrong results count here too.)
- `proptest`: the property tests of the variant's subject, one thread: after so many lists of calls.
- `family`: every program of a size from every start state, the smallest first, until the first that fails: `2x1` over one key, else over
  two keys, else `2x2` over one key (of a cache, the registry or the configuration store the first alone); on `shuttle/sleep`,
  `loom/leak` and `loom/eager`, whose outcomes are compared. A variant's file may name another family, and its engines. The name of
  the family, and the executions of all programs until then. The programs are those of the source as it is.
- `test`: an ordinary test that the file names.
- `TLA+`: the property that the same bug violates in the specification, and the length of the shortest trace, by `cargo verify specs --mutants`.

The thread sanitizer has no column. It was tried with the `std` that a toolchain ships, which is not built for it: in the tree as it is it
reports races in what the locks and joins of `std` order, so that a report of it would say nothing. An `std` of its own
takes the sources of a nightly toolchain (`-Zbuild-std`). And crossbeam-epoch orders by fences, which it is known not to model.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_readme_are_made_of_what_is_there() {
        let mutants = super::super::all().unwrap();
        let kept = super::super::matrix::kept().unwrap();
        let page = page(&mutants, &kept, &Tried::kept().unwrap()).unwrap();
        assert!(
            page == super::super::source(PAGE).unwrap(),
            "{PAGE} is stale: run `cargo verify mutants --page`"
        );
        let readme = super::super::source(README).unwrap();
        assert!(
            insert(&readme, &mutants, &kept).unwrap() == readme,
            "{README} is stale: run `cargo verify mutants --page`"
        );
    }
}
