//! An edit of one line: what can be made of a line, how an edit is told from others, and how edits are drawn.
//!
//! An edit is known by what it changes, not by the number of a line: what comes and goes elsewhere in the file makes it no other edit.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An edit of one line, told by the function and the text of the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEdit {
    /// The file.
    pub file: String,
    /// The name of the function that the line is in; empty outside of functions.
    pub function: String,
    /// Which it is of the lines with this text in functions of this name, from 1.
    pub number: usize,
    /// How many of those there are. With one more or one fewer, nobody could tell which is which: they are other edits then.
    pub of: usize,
    /// The line as it is, without comments and the space around it.
    pub before: String,
    /// The line in its place; empty if it is taken out.
    pub after: String,
}

const OPERATORS: [(&str, &str); 12] = [
    (" == ", " != "),
    (" != ", " == "),
    (" && ", " || "),
    (" || ", " && "),
    (" >= ", " < "),
    (" > ", " <= "),
    (" += ", " -= "),
    (" << ", " >> "),
    ("is_some_and", "is_none_or"),
    ("is_none()", "is_some()"),
    (".is_some()", ".is_none()"),
    ("true", "false"),
];

/// Rows that may stand for each other in the same place of a call.
const SITES: [(&str, &str); 4] = [
    ("&SLOT_LOAD,", "&SLOT_LOAD_LOCKED,"),
    ("&READ_LOAD,", "&READ_LOAD_LOCKED,"),
    ("&SLOT_EXCHANGE_FAILED", "&SLOT_FAILED_LOCKED"),
    ("&READ_PROMOTE", "&READ_CLEAR"),
];

/// What can be made of a line.
fn of_line(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or(line);
    let trimmed = code.trim();
    let mut edits: Vec<String> = Vec::new();
    for (from, to) in OPERATORS.into_iter().chain(SITES) {
        if trimmed.contains(from) {
            edits.push(trimmed.replacen(from, to, 1));
        }
    }
    if let Some(condition) = trimmed.strip_prefix("if ").and_then(|rest| rest.strip_suffix(" {"))
        && !condition.starts_with("let ")
    {
        edits.push(format!("if !({condition}) {{"));
        edits.push("if false {".to_owned());
    }
    let is_statement = trimmed.ends_with(';')
        && ["let ", "use ", "pub", "return", "}", ")", "const", "type", "static", "."]
            .iter()
            .all(|start| !trimmed.starts_with(start));
    let is_deep = line.len() - line.trim_start().len() >= 8;
    if is_statement && is_deep && !trimmed.starts_with("debug_assert") {
        edits.push(String::new());
        edits.push(format!("if false {{ {trimmed} }}"));
        edits.push(format!("{trimmed} {trimmed}"));
    }
    edits.dedup();
    edits
}

/// A line of code: where it is, and how an edit tells it from the others.
struct Line<'t> {
    /// Its index.
    index: usize,
    text: &'t str,
    /// Without comments and the space around it.
    code: &'t str,
    function: &'t str,
    number: usize,
    of: usize,
}

/// The name of the function that begins on this line.
fn begins_function(code: &str) -> Option<&str> {
    let (words, rest) = code.split_once("fn ")?;
    let is_word = |word: &str| ["const", "unsafe", "async"].contains(&word) || word.starts_with("pub");
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (words.split_whitespace().all(is_word) && !name.is_empty()).then_some(name)
}

/// The lines of code of a text that rustfmt has formatted: a function ends with a brace that is indented as its first line.
fn lines_of_code(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut functions: Vec<(usize, &str)> = Vec::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (index, text) in text.lines().enumerate() {
        let code = text.split("//").next().unwrap_or(text).trim();
        if code.is_empty() || code.starts_with("#[") {
            continue;
        }
        let indent = text.len() - text.trim_start().len();
        if let Some(name) = begins_function(code) {
            functions.retain(|(outer, _)| *outer < indent);
            functions.push((indent, name));
        }
        let function = functions.last().map_or("", |(_, name)| *name);
        let number = counts.entry((function, code)).or_default();
        *number += 1;
        lines.push(Line { index, text, code, function, number: *number, of: 0 });
        if code.starts_with('}') {
            functions.retain(|(outer, _)| *outer < indent);
        }
    }
    for line in &mut lines {
        line.of = counts[&(line.function, line.code)];
    }
    lines
}

/// The text of a file without the tests at its end, which are no core.
pub(super) fn core_of(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// All edits of a text.
pub fn edits(file: &str, text: &str) -> Vec<LineEdit> {
    let of = |line: &Line<'_>| {
        let edit = |after| LineEdit {
            file: file.to_owned(),
            function: line.function.to_owned(),
            number: line.number,
            of: line.of,
            before: line.code.to_owned(),
            after,
        };
        of_line(line.text).into_iter().map(edit).collect::<Vec<_>>()
    };
    lines_of_code(text).iter().flat_map(of).collect()
}

impl LineEdit {
    /// The number of its line in the text of its file, from 1; nothing if the text has no such line.
    pub fn line_in(&self, text: &str) -> Option<usize> {
        let is_it = |line: &&Line<'_>| {
            (line.function, line.code, line.number, line.of)
                == (self.function.as_str(), self.before.as_str(), self.number, self.of)
        };
        lines_of_code(core_of(text)).iter().find(is_it).map(|line| line.index + 1)
    }

    /// A number by which edits are drawn: of an edit and a seed alone, so that other edits that come or go change no draw but by
    /// themselves.
    fn rank(&self, seed: u64) -> u64 {
        let mix = |number: u64| {
            let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            number ^ (number >> 31)
        };
        let numbers = format!("{} of {}", self.number, self.of);
        let words = [&self.file, &self.function, &numbers, &self.before, &self.after];
        let bytes = words.into_iter().flat_map(|word| word.bytes().chain([0]));
        bytes.fold(mix(seed ^ 0x9e37_79b9_7f4a_7c15), |rank, byte| mix(rank ^ u64::from(byte)))
    }
}

/// So many of them, drawn by a seed, none twice.
pub fn drawn(mut all: Vec<LineEdit>, count: usize, seed: u64) -> Vec<LineEdit> {
    all.sort_by_cached_key(|edit| edit.rank(seed));
    all.truncate(count);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_edited_as_syntax() {
        let text = "        if a == b {\n            self.go(); // LP\n        }\n        // a == b\n";
        let afters: Vec<String> = edits("f", text).into_iter().map(|edit| edit.after).collect();
        assert_eq!(
            afters,
            [
                "if a != b {",
                "if !(a == b) {",
                "if false {",
                "",
                "if false { self.go(); }",
                "self.go(); self.go();"
            ]
        );
    }

    const TEXT: &str = "impl A {
    fn one(&self) {
        self.go();
        self.go();
    }

    pub(crate) unsafe fn two(
        &self,
    ) {
        self.go();
    }
}
";

    /// Where the edits of a text are: function, number, line.
    fn places(text: &str) -> Vec<(String, usize, usize)> {
        let mut places: Vec<_> = edits("f", text)
            .into_iter()
            .map(|edit| (edit.function.clone(), edit.number, edit.line_in(text).unwrap()))
            .collect();
        places.dedup();
        places
    }

    #[test]
    fn an_edit_is_told_by_its_function_and_the_text_of_its_line() {
        let place = |function: &str, number, line| (function.to_owned(), number, line);
        assert_eq!(places(TEXT), [place("one", 1, 3), place("one", 2, 4), place("two", 1, 10)]);
        let moved = TEXT.replace("        self", "        // A comment.\n        self");
        assert_eq!(places(&moved), [place("one", 1, 4), place("one", 2, 6), place("two", 1, 13)]);
        assert_eq!(edits("f", TEXT), edits("f", &moved), "a comment moves lines, and changes no edit");
        let fewer = TEXT.replacen("self.go();", "self.stay();", 1);
        let lost = edits("f", TEXT).into_iter().filter(|edit| edit.line_in(&fewer).is_none());
        assert!(lost.map(|edit| edit.function).eq(["one"; 6]), "nobody knows which of the two was changed");
    }
}
