//! The ordering of each access can be read where the access is: a comment says `ORD-7 SeqCst`, and says the same as the table.

use super::assert_none;
use super::source::{Source, sources};
use std::collections::BTreeMap;
use sync_map::orderings::ALL;

const TABLE: &str = "src/orderings.rs";
const WORDS: [&str; 5] = ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"];

/// What a comment has to say of each row: `SLOT_LOAD` is `("ORD-6", "SeqCst")`. The names are those of the source, the rest is as it runs.
fn rows() -> BTreeMap<String, (String, String)> {
    let text = Source::read(TABLE).text;
    let names = text.lines().filter_map(|line| line.strip_prefix("pub(crate) static ")?.split_once(": Site"));
    let rows = names
        .zip(ALL)
        .map(|((name, _), site)| (name.to_owned(), (site.id.to_owned(), format!("{:?}", site.ordering))));
    rows.collect()
}

/// The words of a text that may be a row or an id: `SLOT_LOAD`, `ORD-6`, `SeqCst`.
fn words(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect()
}

/// The ids in comments that a word for an ordering follows, each with that word.
fn said(comment: &str) -> Vec<(&str, &str)> {
    let words = words(comment);
    let pairs = words.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.filter(|(id, word)| id.starts_with("ORD-") && WORDS.contains(word)).collect()
}

/// The comment of the statement on line `index`: what is behind it, and the lines of comment right above it. The statement may have
/// begun a few lines before.
fn comment_at(text: &[&str], index: usize) -> String {
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let begins = |line: &str| line.trim_end().ends_with([';', '{', '}', ',']) || line.trim().is_empty();
    let mut start = index;
    while start > 0 && index - start < 3 && !is_comment(text[start - 1]) && !begins(text[start - 1]) {
        start -= 1;
    }
    let first = start - text[..start].iter().rev().take_while(|line| is_comment(line)).count();
    let behind = text[index].split_once("//").map_or("", |(_, comment)| comment);
    format!("{}\n{behind}", text[first..start].join("\n"))
}

/// What is wrong with the accesses of a file, and how many there are.
fn check(source: &Source, rows: &BTreeMap<String, (String, String)>) -> (Vec<String>, usize) {
    let text: Vec<&str> = source.text.lines().collect();
    let (mut wrong, mut accesses) = (Vec::new(), 0);
    // Unit tests come last, and are not the algorithm.
    let code = source.code.lines().take_while(|line| !line.contains("mod tests"));
    for (index, line) in code.enumerate() {
        let place = format!("{}:{}", source.name, index + 1);
        for name in line.split('&').skip(1).filter_map(|rest| words(rest).first().copied()) {
            let Some((id, ordering)) = rows.get(name) else { continue };
            accesses += 1;
            let comment = comment_at(&text, index);
            if !said(&comment).contains(&(id, ordering)) {
                wrong.push(format!("{place}: `&{name}`, and no comment says `{id} {ordering}`"));
            }
        }
    }
    for (line, number) in source.text.lines().zip(1..) {
        let Some((_, comment)) = line.split_once("//") else { continue };
        for (id, word) in said(comment) {
            let of_table =
                rows.values().find(|(other, _)| other == id).map(|(_, ordering)| ordering.as_str());
            if of_table != Some(word) {
                wrong.push(format!("{}:{number}: says `{id} {word}`, the table {of_table:?}", source.name));
            }
        }
    }
    (wrong, accesses)
}

#[test]
fn each_access_says_its_ordering_as_the_table_has_it() {
    let rows = rows();
    assert_eq!(rows.len(), ALL.len(), "each row is read");
    let (mut wrong, mut accesses) = (Vec::new(), 0);
    for source in sources().iter().filter(|source| source.name.starts_with("src/") && source.name != TABLE) {
        let (here, count) = check(source, &rows);
        wrong.extend(here);
        accesses += count;
    }
    assert!(accesses > 60, "only {accesses} accesses were found");
    assert_none(wrong);
}

#[test]
fn a_word_that_is_missing_or_wrong_is_noticed() {
    let rows = BTreeMap::from([("A_LOAD".to_owned(), ("ORD-1".to_owned(), "SeqCst".to_owned()))]);
    let check = |text: &str| {
        let source = Source { name: "file".into(), text: text.into(), code: super::source::code_of(text) };
        check(&source, &rows)
    };
    assert_eq!(check("// Why. ORD-1 SeqCst\nlet a =\n    x.load(&A_LOAD);"), (vec![], 1));
    assert_eq!(check("x.load(&A_LOAD); // ORD-1 SeqCst: why"), (vec![], 1));
    assert_eq!(check("// Why: ORD-1\nx.load(&A_LOAD);").0.len(), 1, "no word");
    assert_eq!(check("// ORD-1 SeqCst\ny();\nx.load(&A_LOAD);").0.len(), 1, "of another statement");
    assert_eq!(check("// ORD-1 Relaxed\nx.load(&A_LOAD);").0.len(), 2, "another word");
    assert_eq!(check("// See ORD-1 Relaxed.").0.len(), 1, "another word, elsewhere");
}
