//! The matrix as it is kept: `verification/orderings.json`, what a run has found; `verification/orderings.toml`, what a person
//! says of it; and `docs/orderings.md`, the page made of the two and of `src/orderings.rs`.

use super::matrix::Row;
use super::prose::{self, SOURCE, comment};
use super::{Access, ordering_name, weakenings};
use crate::documents::drawn::Drawn;
use crate::repository::{read, root};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;
use sync_map::orderings::ALL;

/// What a run of the whole matrix has found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// How many programs there are to try.
    pub programs: usize,
    /// A row for each weakening.
    pub rows: Vec<Row>,
}

/// What a person says of the rows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// By id.
    #[serde(default)]
    pub row: BTreeMap<String, Note>,
}

/// What a person says of a row.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Why the code keeps the stronger ordering where no program needs it.
    pub kept: Option<String>,
    /// What loom cannot judge here.
    pub limits: Option<String>,
}

const RECORD: &str = "verification/orderings.json";
const NOTES: &str = "verification/orderings.toml";
const PAGE: &str = "docs/orderings.md";

impl Record {
    /// The record as it is kept.
    ///
    /// # Errors
    /// When it is not there, or no record.
    pub fn kept() -> Result<Record, String> {
        serde_json::from_str(&read(RECORD)?).map_err(|error| format!("`{RECORD}`: {error}"))
    }

    /// Writes the record and the page.
    ///
    /// # Errors
    /// When a file cannot be read or written, or [`problems`](Self::problems).
    pub fn write(&self) -> Result<(), String> {
        let page = self.page(&notes()?, &read(SOURCE)?)?;
        let json = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        for (name, content) in [(RECORD, format!("{json}\n")), (PAGE, page)] {
            runner::write_file::write_whole(&root().join(name), content.as_bytes())
                .map_err(|error| format!("`{name}` cannot be written: {error}"))?;
        }
        Ok(())
    }

    /// What is stale or unsaid: rows of another source than this one, and rows that nobody explains.
    pub fn problems(&self, notes: &Notes) -> Vec<String> {
        let mut problems = Vec::new();
        let again = "run `cargo verify orderings --write`";
        for site in ALL {
            let shipped = ordering_name(site.ordering);
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.id == site.id).collect();
            let weaker: Vec<&str> = rows.iter().map(|row| row.weaker.as_str()).collect();
            let expected = Access::of(site.name).weaker_than(shipped);
            let stale = rows.iter().any(|row| row.shipped != shipped || row.site != site.name);
            if stale || weaker != expected {
                problems.push(format!(
                    "{SOURCE} has {} {shipped}, {RECORD} is of another source: {again}",
                    site.id
                ));
            }
            let note = notes.row.get(site.id);
            let is_explained = note.is_some_and(|note| note.kept.is_some());
            let is_free = rows.iter().any(|row| !row.needed);
            if is_free != is_explained {
                problems.push(if is_free {
                    format!("{}: no program needs {shipped}; {NOTES} must say why it is kept", site.id)
                } else {
                    format!("{}: {NOTES} says why {shipped} is kept, and every weaker one fails", site.id)
                });
            }
        }
        let known = |id: &String| ALL.iter().any(|site| site.id == id);
        problems.extend(
            self.rows.iter().filter(|row| !known(&row.id)).map(|row| format!("{RECORD}: no {}", row.id)),
        );
        problems
            .extend(notes.row.keys().filter(|id| !known(id)).map(|id| format!("{NOTES}: there is no {id}")));
        problems
    }

    /// [`problems`](Self::problems), comments of the source that say something else, and a page that is not made of this record.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn all_problems(&self) -> Result<Vec<String>, String> {
        let notes = notes()?;
        let source = read(SOURCE)?;
        let mut problems = self.problems(&notes);
        problems.extend(prose::problems(&self.rows, &source));
        if read(PAGE)? != self.page(&notes, &source)? {
            problems.push(format!("{PAGE} is stale: run `cargo verify orderings --page`"));
        }
        Ok(problems)
    }

    /// The record with the rows of another run in the place of its own for the same ids.
    pub fn with(mut self, other: &Record) -> Record {
        self.rows.retain(|row| !other.rows.iter().any(|new| new.id == row.id));
        self.rows.extend(other.rows.iter().cloned());
        let place = |row: &Row| ALL.iter().position(|site| site.id == row.id);
        self.rows.retain(|row| place(row).is_some());
        self.rows.sort_by_key(place);
        self.programs = other.programs;
        self
    }

    /// In what this record differs from another run.
    pub fn differences(&self, other: &Record) -> Vec<String> {
        let mut found = Vec::new();
        for row in &other.rows {
            let kept = self.rows.iter().find(|kept| kept.id == row.id && kept.weaker == row.weaker);
            let say = |row: &Row| match &row.killer {
                Some(killer) => format!("needed by `{}` ({})", killer.program, killer.kind()),
                None => "not needed".to_owned(),
            };
            match kept {
                Some(kept) if say(kept) == say(row) => {}
                Some(kept) => found.push(format!(
                    "{} {}: {}, and {RECORD} says {}",
                    row.id,
                    row.weaker,
                    say(row),
                    say(kept)
                )),
                None => found.push(format!("{} {} is not in {RECORD}", row.id, row.weaker)),
            }
        }
        found
    }

    fn page(&self, notes: &Notes, source: &str) -> Result<String, String> {
        let mut page = String::from(HEAD);
        let needed = self.rows.iter().filter(|row| row.needed).count();
        let _ = writeln!(
            page,
            "Of {} weakenings of {} orderings, {needed} break a program, and {} break none of the {} that were tried.\n",
            weakenings().len(),
            ALL.len(),
            self.rows.len() - needed,
            self.programs
        );
        for site in ALL {
            self.section(&mut page, site, notes.row.get(site.id), &comment(source, site.id))?;
        }
        Ok(page)
    }

    fn section(
        &self,
        page: &mut String,
        site: &sync_map::sync::Site,
        note: Option<&Note>,
        comment: &str,
    ) -> Result<(), String> {
        let _ = writeln!(page, "## {} {}: {}\n", site.id, site.name, ordering_name(site.ordering));
        let _ = writeln!(page, "{comment}\n");
        let rows: Vec<&Row> = self.rows.iter().filter(|row| row.id == site.id).collect();
        if rows.is_empty() {
            let _ = writeln!(page, "There is no weaker one.\n");
        } else {
            let _ = writeln!(
                page,
                "| weaker | is it needed? | smallest program that fails | fails as | drawn |\n|---|---|---|---|---|"
            );
        }
        for row in &rows {
            let _ = match &row.killer {
                Some(killer) => {
                    let name = killer.scenario.as_ref().map_or_else(String::new, |name| format!("{name}: "));
                    let program = killer.program.replace('|', "\\|");
                    let drawn = Drawn::of_weakening(&row.id, &row.weaker, &killer.program);
                    let link = drawn.kept()?.map_or_else(String::new, |_| drawn.link());
                    writeln!(
                        page,
                        "| {} | needed | {name}`{program}` | {} | {link} |",
                        row.weaker,
                        killer.kind()
                    )
                }
                None if row.programs == 0 => writeln!(page, "| {} | | no program uses it | | |", row.weaker),
                None => writeln!(
                    page,
                    "| {} | not needed | none of {} programs, {} executions | | |",
                    row.weaker, row.programs, row.executions
                ),
            };
        }
        if !rows.is_empty() {
            page.push('\n');
        }
        let said = note
            .into_iter()
            .flat_map(|note| [("Kept all the same", &note.kept), ("Beyond loom", &note.limits)]);
        for (head, text) in said {
            if let Some(text) = text {
                let _ = writeln!(page, "**{head}.** {}\n", text.trim());
            }
        }
        Ok(())
    }
}

/// What is said of the rows.
///
/// # Errors
/// When the file is not there, or has something else in it.
pub fn notes() -> Result<Notes, String> {
    toml::from_str(&read(NOTES)?).map_err(|error| format!("`{NOTES}`: {error}"))
}

const HEAD: &str = "# Which ordering is needed, and by which program

*For auditors, and for readers of the code who ask of a memory ordering: what if it were weaker?*

This page is made by `cargo verify orderings --write`: do not edit it. What each ordering is for comes from
`src/orderings.rs`, remarks come from `verification/orderings.toml`, and the rest is measured.

Each atomic access of the code names a row of `src/orderings.rs`. Here each row is made weaker, by one word at a time, in
a running model, and programs are explored until one fails. The programs are the named scenarios, all programs of two threads with one
operation each over one key, and the shapes that weak memory breaks: *store buffering* (write one key, read the other)
and *message passing* (write plain memory, then the map). The smallest program that fails is named. To see how it fails:

```text
cargo verify orderings ORD-7 --report target/orderings
cargo verify explain target/orderings/failure-001-ORD_7_AcqRel-loom-leak.json
```

*Needed* is a proof: there is a schedule to read and to replay. *Not needed* is not a proof. It says that none of the programs
fails under loom. loom explores each of them completely, within its limits:

- loom does not explore load buffering: a load never sees a write that its own thread makes possible later.
- It honours `SeqCst` for a location only if every store to it is `SeqCst`. So one weakened store weakens the others on that
  location, and a failure can come from loom's rule instead of C11's. Where that may be so, the row says it.
- Threads do not switch at its fences. The runs here are in mode `leak`, which has no fences.
- It keeps only a few old values of each atomic.
- A read-modify-write reads the latest value, and so does a compare-exchange that fails: that a failed one sees an old value is
  never shown. For the orderings of failures *not needed* says little.
- Of these limits, and of stores that race, [What loom gets wrong, by litmus](litmus.md) has examples and counts.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_of_this_source_and_every_row_is_explained() {
        let problems = Record::kept().unwrap().all_problems().unwrap();
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    }

    #[test]
    fn a_row_that_was_weakened_in_the_source_makes_the_record_stale() {
        let mut record = Record::kept().unwrap();
        record.rows[0].shipped = "Acquire".into();
        let problems = record.problems(&notes().unwrap());
        assert!(problems[0].contains("ORD-1"), "{problems:?}");
    }

    #[test]
    fn a_row_that_nobody_needs_and_nobody_explains_is_a_problem() {
        let mut record = Record::kept().unwrap();
        let first = record.rows.iter_mut().find(|row| row.needed).unwrap();
        (first.needed, first.killer) = (false, None);
        let notes = Notes::default();
        assert!(record.problems(&notes).iter().any(|problem| problem.contains("must say why")));
    }
}
