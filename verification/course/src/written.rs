//! What a person has typed into the file of an answer: lines, with the place of each, so that a mistake is shown where it is.

use linear::ParseError;

/// A line that says something: comments and empty lines are left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    /// The byte at which it begins.
    pub(crate) at: usize,
    pub(crate) text: &'t str,
}

/// A section: what comes after a line `[NAME]`.
#[derive(Clone, Debug)]
pub(crate) struct Section<'t> {
    pub(crate) name: &'t str,
    /// Where its head is.
    pub(crate) at: usize,
    pub(crate) lines: Vec<Line<'t>>,
}

/// The lines of a text. What comes after a `#` is a comment.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split('\n').filter_map(move |line| {
        let start = at;
        at += line.len() + 1;
        let said = line.split('#').next().unwrap_or_default();
        let trimmed = said.trim();
        (!trimmed.is_empty())
            .then(|| Line { at: start + (said.len() - said.trim_start().len()), text: trimmed })
    })
}

impl<'t> Line<'t> {
    /// A part of the line, with its own place.
    pub(crate) fn part(&self, part: &'t str) -> Line<'t> {
        Line { at: self.at + (part.as_ptr() as usize - self.text.as_ptr() as usize), text: part }
    }
}

/// A mistake at a place of a text.
pub(crate) fn mistake(text: &str, at: usize, length: usize, message: &str, help: &str) -> ParseError {
    ParseError {
        text: text.to_owned(),
        at: at.min(text.len()),
        length: length.max(1),
        message: message.to_owned(),
        help: help.to_owned(),
    }
}

/// A mistake of one line.
pub(crate) fn mistake_in(text: &str, line: Line<'_>, message: &str, help: &str) -> ParseError {
    mistake(text, line.at, line.text.len(), message, help)
}

/// The mistake of a program that stands in a line of a text, at its place in the whole text.
pub(crate) fn within(text: &str, line: Line<'_>, error: &ParseError) -> ParseError {
    mistake(text, line.at + error.at, error.length, &error.message, &error.help)
}

/// The sections of a text, which must have exactly these names, each once.
///
/// # Errors
/// Where it has another one, or lacks one.
pub(crate) fn sections<'t>(text: &'t str, names: &[&str]) -> Result<Vec<Section<'t>>, ParseError> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    let all = names.iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ");
    for line in lines(text) {
        let head = line.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_known = head.is_some_and(|name| sections.iter().any(|section| section.name == name));
        match (head, sections.last_mut()) {
            (Some(name), _) if !names.contains(&name) => {
                let message = format!("there is no part `{name}` in this lab");
                return Err(mistake_in(text, line, &message, &format!("its parts are {all}")));
            }
            (Some(_), _) if is_known => {
                return Err(mistake_in(text, line, "this part is here twice", "keep one of them"));
            }
            (Some(name), _) => sections.push(Section { name, at: line.at, lines: Vec::new() }),
            (None, Some(section)) => section.lines.push(line),
            (None, None) => {
                let help = format!("begin with the head of a part: {all}");
                return Err(mistake_in(text, line, "this line is in no part", &help));
            }
        }
    }
    if let Some(missing) = names.iter().find(|name| !sections.iter().any(|section| section.name == **name)) {
        let message = format!("the part [{missing}] is missing");
        return Err(mistake(
            text,
            text.trim_end().len(),
            1,
            &message,
            "add a line with its head, and your answer below",
        ));
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_with_its_place() {
        let text = "# note\n\n  () || 1   # mine\nx";
        let lines: Vec<Line<'_>> = lines(text).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(&text[lines[0].at..lines[0].at + 7], "() || 1");
        assert_eq!((lines[1].text, &text[lines[1].at..]), ("x", "x"));
    }

    #[test]
    fn parts_are_found_and_a_wrong_one_is_pointed_at() {
        let found = sections("[a]\n1\n2\n[b]\n", &["a", "b"]).expect("two parts");
        assert_eq!((found[0].lines.len(), found[1].lines.len()), (2, 0));
        let told = |text: &str| sections(text, &["a", "b"]).expect_err("a mistake").to_string();
        assert!(
            told("[a]\n[c]\n[b]").contains("no part `c` in this lab, on line 2"),
            "{}",
            told("[a]\n[c]\n[b]")
        );
        assert!(told("[a]\n[a]\n[b]").contains("twice"));
        assert!(told("1\n[a]").contains("in no part"));
        assert!(told("[a]\n1").contains("[b] is missing"));
    }
}
