//! The text of a program, and what is wrong with it.

use std::fmt;
use unicode_width::UnicodeWidthStr;

/// The words of a call, with their place in the whole text.
pub(crate) fn words(call: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    call.split_whitespace().map(move |word| (start + (word.as_ptr() as usize - call.as_ptr() as usize), word))
}

/// The edit distance of two names.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// What is wrong with the text of a program, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The whole text.
    pub text: String,
    /// The byte at which the wrong part begins.
    pub at: usize,
    /// Its length in bytes.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A text in one line, as it was typed, except that tabs and other control characters, whose width depends on the terminal, are spaces.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The line that has the wrong part, and of that what is on this line.
        let start = self.text[..self.at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[self.at..].find('\n').map_or(self.text.len(), |length| self.at + length);
        let line = self.text[start..end].trim_end_matches('\r');
        // What is missing at the end of a call is one byte long, and there may be a longer character.
        let boundary =
            |byte: usize| (byte..line.len()).find(|byte| line.is_char_boundary(*byte)).unwrap_or(line.len());
        let at = boundary(self.at - start);
        let wrong = &line[at..boundary(at + self.length)];
        let number = self.text[..start].matches('\n').count() + 1;
        let place =
            if self.text.trim_end().contains('\n') { format!(", on line {number}") } else { String::new() };
        let width = |text: &str| shown(text).width();
        writeln!(f, "{}{place}", shown(&self.message))?;
        writeln!(f, "  | {}", shown(line))?;
        writeln!(f, "  | {}{}", " ".repeat(width(&line[..at])), "^".repeat(width(wrong).max(1)))?;
        write!(f, "  = {}", self.help)
    }
}

impl std::error::Error for ParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// `load\u{2002}`: the fuzz target `program` found that this panicked.
    #[test]
    fn a_mistake_before_a_long_character_is_shown_under_it() {
        let (text, at) = ("store a 1 || load\u{2002}|| load a".to_owned(), "store a 1 || load".len());
        let error =
            ParseError { text, at, length: 1, message: "a key is missing".into(), help: "usage".into() };
        let shown = error.to_string();
        assert!(shown.lines().nth(2).is_some_and(|carets| carets.ends_with("     ^")), "{shown}");
    }
}
