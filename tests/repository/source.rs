//! The files of `src/` and of `verification/model/src/`, and what a check wants to know of them.

use std::path::Path;

/// One file.
pub(crate) struct Source {
    /// As `src/map/read.rs`.
    pub(crate) name: String,
    pub(crate) text: String,
    /// The text with blanks for comments, strings and characters: as long, with the same lines.
    pub(crate) code: String,
}

/// A function with a body.
pub(crate) struct Function {
    /// As `src/map/read.rs:12`.
    pub(crate) place: String,
    pub(crate) lines: usize,
}

/// All files of `src/`, and of the crate that stands for a part of it in the model builds.
pub(crate) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    walk(Path::new("src"), &mut sources);
    walk(Path::new("verification/model/src"), &mut sources);
    sources.sort_by(|one, other| one.name.cmp(&other.name));
    sources
}

/// The same, and all files of the suite.
pub(crate) fn with_the_suite() -> Vec<Source> {
    let mut sources = sources();
    for package in ["linear", "explore", "runner", "subjects", "verify", "speccheck"] {
        walk(&Path::new("verification").join(package).join("src"), &mut sources);
    }
    sources
}

fn walk(directory: &Path, sources: &mut Vec<Source>) {
    for entry in std::fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        match path.extension() {
            _ if path.is_dir() => walk(&path, sources),
            Some(extension) if extension == "rs" => sources.push(Source::read(&path.to_string_lossy())),
            _ => {}
        }
    }
}

impl Source {
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        Source { name: name.to_owned(), code: code_of(&text), text }
    }

    /// The places whose line is not a comment and is what is looked for.
    pub(crate) fn lines_with(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.text.lines().zip(1..);
        let wanted = lines.filter(|(line, _)| !line.trim_start().starts_with("//") && wanted(line));
        wanted.map(|(_, number)| format!("{}:{number}", self.name)).collect()
    }

    /// The functions with a body, from the line with `fn` to the one with the last brace.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let starts = self.code.match_indices("fn ").map(|(start, _)| start);
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let bytes = self.code.as_bytes();
        let named =
            starts.filter(|&start| is_word(bytes[start + 3]) && (start == 0 || !is_word(bytes[start - 1])));
        let function = |start: usize| {
            let rest = &self.code[start..];
            let end = body_end(rest)?;
            let place = format!("{}:{}", self.name, line_of(&self.code, start));
            Some(Function { place, lines: line_of(rest, end) })
        };
        named.filter_map(function).collect()
    }

    /// The line of each `unsafe {` and `unsafe impl`, and what the `SAFETY:` comment above says, if there is one.
    pub(crate) fn unsafe_blocks(&self) -> Vec<(usize, Option<String>)> {
        let code: Vec<&str> = self.code.lines().collect();
        let text: Vec<&str> = self.text.lines().collect();
        let is_unsafe = |line: &str| line.contains("unsafe {") || line.contains("unsafe impl");
        let blocks = (0..code.len()).filter(|&index| is_unsafe(code[index]));
        blocks.map(|index| (index + 1, reason_above(&text[..index]))).collect()
    }
}

/// What the `SAFETY:` comment says that ends right above the statement whose later part comes after `lines`.
fn reason_above(lines: &[&str]) -> Option<String> {
    let is_comment = |line: &&&str| line.trim_start().starts_with("//");
    let ends_statement = |line: &str| line.trim_end().ends_with([';', '}']) || line.trim().is_empty();
    // The first lines of the statement itself.
    let continued = lines.iter().rev().take_while(|line| !is_comment(line)).collect::<Vec<_>>();
    if continued.iter().any(|line| ends_statement(line)) || continued.len() > 4 {
        return None;
    }
    let above = &lines[..lines.len() - continued.len()];
    let mut comment: Vec<&str> = above.iter().rev().take_while(is_comment).copied().collect();
    comment.reverse();
    let comment =
        comment.iter().map(|line| line.trim_start_matches(['/', ' '])).collect::<Vec<_>>().join(" ");
    comment.split_once("SAFETY:").map(|(_, reason)| reason.trim().to_owned())
}

/// The line that holds the byte at `position`, from 1.
fn line_of(text: &str, position: usize) -> usize {
    text[..position].matches('\n').count() + 1
}

/// Where the body of the function at the start of `code` ends; nothing when it has none.
fn body_end(code: &str) -> Option<usize> {
    let mut depth = 0_usize; // of brackets of any kind: a `;` in `[u8; 4]` ends nothing
    let mut in_body = 0_usize;
    for (position, character) in code.char_indices() {
        match character {
            '{' => in_body += 1,
            '}' if in_body == 1 => return Some(position),
            '}' => in_body -= 1,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if in_body == 0 && depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Rust text with blanks for what is in comments, strings and characters.
pub(crate) fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            'r' if !code.ends_with(|c: char| c.is_alphanumeric() || c == '_') => raw_string_length(rest),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => string_length(rest),
            '\'' => character_length(rest),
            _ => 0,
        };
        let (blanked, kept) = match length {
            0 => ("", &rest[..first.len_utf8()]),
            _ => (&rest[..length], ""),
        };
        code.extend(blanked.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        code.push_str(kept);
        rest = &rest[blanked.len() + kept.len()..];
    }
    code
}

/// The length of `r"…"` or `r#"…"#`; 0 when this is a word.
fn raw_string_length(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|&byte| byte == b'#').count();
    match text[1 + hashes..].strip_prefix('"') {
        Some(rest) => {
            let end = format!("\"{}", "#".repeat(hashes));
            rest.find(&end).map_or(text.len(), |at| 1 + hashes + 1 + at + end.len())
        }
        None => 0,
    }
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (position, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return position + 1,
            _ => escaped = character == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of a character literal; 0 when this is the quote of a lifetime.
fn character_length(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        // An escape: the quote that ends it is not the one that may follow the backslash.
        (Some((_, '\\')), _) => text[3..].find('\'').map_or(0, |end| end + 4),
        (Some(_), Some((position, '\''))) => position + 1,
        _ => 0,
    }
}

#[test]
fn the_reader_of_rust_knows_comments_strings_characters_and_lifetimes() {
    let text = "fn a<'x>(s: &'x str) { \"}\\\"}\"; '}'; '\\''; /* } */ // }\n}\nfn none();\nfn b() {\n\n}";
    let source = Source { name: "file".into(), text: text.into(), code: code_of(text) };
    let functions = source.functions().into_iter().map(|function| (function.place, function.lines));
    assert_eq!(functions.collect::<Vec<_>>(), [("file:1".into(), 2), ("file:4".into(), 3)]);
    assert_eq!(source.code.lines().count(), text.lines().count());
}

#[test]
fn the_reader_of_safety_comments_wants_one_for_each_statement() {
    let reasons = |text: &str| {
        let source = Source { name: "file".into(), text: text.into(), code: code_of(text) };
        source.unsafe_blocks().into_iter().map(|(_, reason)| reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons("// SAFETY: because\n// of this\nunsafe { a() }"), [Some("because of this".into())]);
    assert_eq!(reasons("// SAFETY: because\nlet a = |b| {\n    unsafe { a() }\n}"), [Some("because".into())]);
    assert_eq!(reasons("// SAFETY: because\na();\nunsafe { a() }"), [None]);
    assert_eq!(reasons("// another comment\nunsafe { a() }"), [None]);
    assert_eq!(reasons("// unsafe { }\n\"unsafe {\""), []);
}
