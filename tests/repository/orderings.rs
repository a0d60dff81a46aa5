//! The table of orderings: what it says, what it does, and who uses it.

use super::source::{Source, sources};
use super::{assert_none, cited};
use std::collections::BTreeSet;
use sync_map::orderings::ALL;

const TABLE: &str = "src/orderings.rs";

/// One row of the table, as it is written.
struct Row {
    /// `READ_LOAD`.
    constant: String,
    /// What the comment begins with: `ORD-1`, `SeqCst`.
    comment: (String, String),
    /// What the code passes: `ORD-1`, `read.load`, `SeqCst`.
    code: Vec<String>,
}

fn rows() -> Vec<Row> {
    let text = Source::read(TABLE).text;
    let mut rows = Vec::new();
    let mut comment = String::new();
    for line in text.lines() {
        if let Some(more) = line.strip_prefix("///") {
            comment.push_str(more);
        } else if let Some(row) = line.strip_prefix("pub(crate) static ") {
            let (constant, value) = row.split_once(": Site = Site::new(").expect("a row in one line");
            let arguments = value.trim_end_matches(");").split(", ");
            let mut words = comment.split([' ', ':']).filter(|word| !word.is_empty()).map(str::to_owned);
            rows.push(Row {
                constant: constant.to_owned(),
                comment: (words.next().unwrap_or_default(), words.next().unwrap_or_default()),
                code: arguments.map(|argument| argument.trim_matches('"').to_owned()).collect(),
            });
            comment.clear();
        } else {
            comment.clear();
        }
    }
    rows
}

#[test]
fn comment_and_code_of_each_row_agree() {
    let mut wrong = Vec::new();
    for (row, number) in rows().iter().zip(1..) {
        let id = format!("ORD-{number}");
        if row.comment.0 != id || row.code[0] != id {
            wrong.push(format!(
                "{}: {} and {}, after ORD-{}",
                row.constant,
                row.comment.0,
                row.code[0],
                number - 1
            ));
        }
        if row.comment.1 != row.code[2] {
            wrong.push(format!(
                "{}: the comment says {}, the code {}",
                row.constant, row.comment.1, row.code[2]
            ));
        }
    }
    assert_none(wrong);
}

#[test]
fn the_list_of_all_rows_has_each_in_its_place() {
    let written = rows().into_iter().map(|row| row.code);
    let run =
        ALL.iter().map(|site| vec![site.id.to_owned(), site.name.to_owned(), format!("{:?}", site.ordering)]);
    assert_eq!(run.collect::<Vec<_>>(), written.collect::<Vec<_>>());
    let names: BTreeSet<&str> = ALL.iter().map(|site| site.name).collect();
    assert_eq!(names.len(), ALL.len(), "no name is given twice");
}

#[test]
fn every_row_is_used() {
    let others: Vec<Source> = sources().into_iter().filter(|source| source.name != TABLE).collect();
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words: BTreeSet<&str> = others.iter().flat_map(|source| source.code.split(|c| !is_word(c))).collect();
    let unused = rows().into_iter().filter(|row| !words.contains(row.constant.as_str()));
    assert_none(unused.map(|row| format!("{TABLE}: {} is used nowhere", row.constant)).collect());
}

#[test]
fn every_row_that_is_cited_exists() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (line, id) in cited(&source.text, "ORD-") {
            if id == 0 || id as usize > ALL.len() {
                wrong.push(format!("{}:{line}: there is no ORD-{id}", source.name));
            }
        }
    }
    assert_none(wrong);
}

/// An ordering that is spelled where it is used has no row, and no reason.
#[test]
fn no_atomic_access_of_the_algorithm_spells_an_ordering() {
    let rooms = ["src/map/", "src/counter/", "src/patterns/"];
    let is_algorithm = |source: &Source| rooms.iter().any(|room| source.name.starts_with(room));
    let names = ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"];
    let spells = |source: Source| source.lines_with(|line| names.iter().any(|name| line.contains(name)));
    assert_none(sources().into_iter().filter(is_algorithm).flat_map(spells).collect());
}
