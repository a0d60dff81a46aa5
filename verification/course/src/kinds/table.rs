//! The student fills in a table. What is right is found by running it, or is said by the lab, with the reason.

use super::Kind;
use super::outcomes::{map, program};
use crate::checked::{Checked, Named, Wrong};
use crate::exploring::{engines, explore, last_look};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Line, Section, mistake, mistake_in, sections};
use linear::{ParseError, Snapshot};
use litmus::program::Outcome;
use litmus::rc11::RC11;
use litmus::shapes::wanted;
use litmus::shown::{example, lines};
use serde::Deserialize;
use std::collections::BTreeMap;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// The words that may stand in each cell of a column; any, if there are none.
    column: Vec<Column>,
    row: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The head of its part of the answer.
    name: String,
    points: u32,
    #[serde(default = "map")]
    subject: String,
    /// A program; or a set-up, the calls of one thread.
    #[serde(default)]
    program: String,
    /// What is right, by the names of the columns.
    cells: BTreeMap<String, Cell>,
}

/// Where it is known from what is right in a cell.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Cell {
    /// The lab says it, and why.
    Said { is: String, because: String },
    /// What an engine finds in the row's program: `passes` or `fails`.
    Found { engine: String },
    /// What an engine has found in a broken variant of the gallery: `passes` or `fails`.
    Gallery { variant: String, engine: String },
    /// Whether RC11 forbids an outcome of the row's litmus test: then it `holds` that this never happens, else it `does not hold`.
    Never { never: String },
    /// What the map looks like after the row's calls: `read`, `dirty`, `misses`.
    Looks { looks: String },
}

/// What is right in a cell, and what there is to see of it.
struct Truth {
    is: String,
    because: String,
    drawn: String,
}

const ANSWER: &str = "table.txt";

impl Kind for Table {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        self.row.iter().map(Row::named).collect()
    }

    fn validate(&self, _lab: &Lab, host: &dyn Host) -> Result<(), String> {
        for row in &self.row {
            for column in &self.column {
                let cell = row.cells.get(&column.name);
                let cell = cell.ok_or_else(|| format!("[{}] has no cell `{}`", row.name, column.name))?;
                match cell {
                    Cell::Said { is, .. } if !column.words.is_empty() && !column.words.contains(is) => {
                        return Err(format!(
                            "[{}] {}: `{is}` is not one of the words of its column",
                            row.name, column.name
                        ));
                    }
                    Cell::Found { engine } => {
                        program(&row.subject, &row.program, host)?;
                        engines(std::slice::from_ref(engine))?;
                    }
                    Cell::Gallery { variant, engine } => drop(host.of_the_gallery(variant, engine)?),
                    Cell::Never { never } => drop(can_happen(&row.program, never)?),
                    Cell::Looks { .. } => drop(program(&row.subject, &format!("|| {}", row.program), host)?),
                    Cell::Said { .. } => {}
                }
            }
        }
        Ok(())
    }

    fn quoted(&self) -> Vec<String> {
        self.row.iter().map(|row| row.program.clone()).filter(|program| !program.is_empty()).collect()
    }

    fn check(&self, _lab: &Lab, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let names: Vec<&str> = self.row.iter().map(|row| row.name.as_str()).collect();
        let sections = sections(text, &names).map_err(Wrong::mistake)?;
        let check = |row: &Row| {
            let section = sections.iter().find(|section| section.name == row.name);
            let section = section.expect("a text without it is refused above");
            let wrong = match self.filled_in(text, section) {
                Ok(cells) => row.wrong(&cells, host),
                Err(mistake) => Some(Wrong::mistake(mistake)),
            };
            Checked::new(&row.named(), wrong)
        };
        Ok(self.row.iter().map(check).collect())
    }
}

impl Table {
    /// The cells of a row: lines `column: word`.
    fn filled_in<'t>(
        &self,
        text: &str,
        section: &Section<'t>,
    ) -> Result<Vec<(&Column, String, Line<'t>)>, ParseError> {
        let mut cells: Vec<(&Column, String, Line<'t>)> = Vec::new();
        let columns = self.column.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        for line in &section.lines {
            let help = format!("write `column: word`; the columns are {columns}");
            let (name, word) =
                line.text.split_once(':').ok_or_else(|| mistake_in(text, *line, "this has no `:`", &help))?;
            let column = self.column.iter().find(|column| column.name == name.trim());
            let column = column.ok_or_else(|| mistake_in(text, *line, "there is no such column", &help))?;
            let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
            if !column.words.is_empty() && !column.words.contains(&word) {
                let message = format!("`{word}` cannot stand in the column `{}`", column.name);
                return Err(mistake_in(
                    text,
                    *line,
                    &message,
                    &format!("write one of: {}", column.words.join(", ")),
                ));
            }
            if cells.iter().any(|(other, ..)| other.name == column.name) {
                return Err(mistake_in(text, *line, "this column is here twice", "keep one of them"));
            }
            cells.push((column, word, *line));
        }
        let missing =
            self.column.iter().find(|column| !cells.iter().any(|(other, ..)| other.name == column.name));
        match missing {
            None => Ok(cells),
            Some(column) => {
                let message = format!("[{}] has no line `{}: …`", section.name, column.name);
                Err(mistake(text, section.at, section.name.len() + 2, &message, "fill in each column"))
            }
        }
    }
}

impl Row {
    fn named(&self) -> Named {
        Named { name: format!("row {}", self.name), points: self.points }
    }

    /// The first cell that is wrong.
    fn wrong(&self, cells: &[(&Column, String, Line<'_>)], host: &dyn Host) -> Option<Wrong> {
        let mut look = None;
        for (column, word, _) in cells {
            let truth = match self.truth(&column.name, &mut look, host) {
                Ok(truth) => truth,
                Err(wrong) => return Some(wrong),
            };
            if truth.is != *word {
                let because = truth.because;
                let sentence = format!("[{}] {}: `{word}` is not so. {because}", self.name, column.name);
                let wrong = Wrong::new("wrong cell", sentence.trim_end()).drawn(truth.drawn);
                return Some(if self.program.is_empty() { wrong } else { wrong.of_program(&self.program) });
            }
        }
        None
    }

    fn truth(&self, column: &str, look: &mut Option<Snapshot>, host: &dyn Host) -> Result<Truth, Wrong> {
        let cell = self.cells.get(column).ok_or_else(|| Wrong::not_checked(format!("no cell `{column}`")))?;
        let word = |found: &str| if found == "passes" { "passes" } else { "fails" }.to_owned();
        match cell {
            Cell::Said { is, because } => {
                Ok(Truth { is: is.clone(), because: because.clone(), drawn: String::new() })
            }
            Cell::Gallery { variant, engine } => {
                let found = host.of_the_gallery(variant, engine).map_err(Wrong::not_checked)?;
                let because = format!("In the gallery, {engine} says of `{variant}`: {found}.");
                Ok(Truth { is: word(&found), because, drawn: String::new() })
            }
            Cell::Found { engine } => {
                let program = program(&self.subject, &self.program, host).map_err(Wrong::not_checked)?;
                let engines = engines(std::slice::from_ref(engine)).map_err(Wrong::not_checked)?;
                let found = explore(&program, &engines, host);
                let told = found.on(engines[0]);
                let told =
                    told.ok_or_else(|| Wrong::not_checked(format!("{engine} did not come to its end")))?;
                let because = format!("{engine} says: {told}.");
                let drawn = found.failure().map(|failure| failure.drawn).unwrap_or_default();
                Ok(Truth { is: word(&told), because, drawn })
            }
            Cell::Never { never } => {
                let seen = can_happen(&self.program, never).map_err(Wrong::not_checked)?;
                let (is, because) = match &seen {
                    Some(_) => {
                        ("does not hold", format!("RC11 allows `{never}`. This is such an execution:"))
                    }
                    None => ("holds", format!("RC11 forbids `{never}`.")),
                };
                Ok(Truth { is: is.to_owned(), because, drawn: seen.unwrap_or_default().join("\n") })
            }
            Cell::Looks { looks } => {
                if look.is_none() {
                    let program = program(&self.subject, &format!("|| {}", self.program), host);
                    *look = last_look(&program.map_err(Wrong::not_checked)?, host);
                }
                let look =
                    look.as_ref().ok_or_else(|| Wrong::not_checked("the calls could not be watched"))?;
                let drawn = runner::explain::lines(look).join("\n");
                Ok(Truth { is: shown(look, looks), because: "This is what it looks like:".to_owned(), drawn })
            }
        }
    }
}

/// An execution of a litmus test that ends so, if RC11 allows one.
fn can_happen(program: &str, outcome: &str) -> Result<Option<Vec<String>>, String> {
    let program: litmus::program::Program = program.parse()?;
    let parts = wanted(outcome, &program)?;
    let ends_so = |outcome: &Outcome, _: bool| parts.iter().all(|part| part.holds(outcome));
    Ok(example(&program, &RC11, ends_so)?.map(|execution| lines(&program, &execution)))
}

/// A table or a fact of a look, as a student writes it: `a:1 b:expunged`, `none`, `2`.
fn shown(look: &Snapshot, name: &str) -> String {
    if let Some(table) = look.tables.iter().find(|table| table.name == name) {
        let rows: Vec<String> = table.rows.iter().map(|row| format!("{}:{}", row.key, row.holds)).collect();
        return match (table.exists, rows.is_empty()) {
            (false, _) => "none".to_owned(),
            (true, true) => "empty".to_owned(),
            (true, false) => rows.join(" "),
        };
    }
    look.facts.iter().find(|(fact, _)| fact == name).map_or_else(|| "0".to_owned(), |(_, fact)| fact.clone())
}
