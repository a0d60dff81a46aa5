//! The very words: whether a quote stands where a row says it stands, and which promise of a document no row has.

use super::files::Files;
use super::ledger::Quote;
use super::rust::{Source, one_line};
use std::collections::BTreeMap;

/// The files of Rust that were read, by name.
pub type Sources = BTreeMap<String, Source>;

/// What is wrong with a quote, if anything is.
pub fn problem(quote: &Quote, files: &Files, sources: &Sources) -> Option<String> {
    if quote.text.trim().is_empty() {
        return Some("no words".into());
    }
    let Some(text) = files.get(&quote.file) else {
        return Some(format!("there is no file `{}`", quote.file));
    };
    let words = one_line(&quote.text);
    if quote.at.is_empty() {
        let stands = plain(&quote.file, text).contains(&words);
        return (!stands).then(|| format!("`{}` does not say: {words}", quote.file));
    }
    let Some(source) = sources.get(&quote.file) else {
        return Some(format!("`{}` is no file of Rust", quote.file));
    };
    let docs: Vec<String> = source.named(&quote.at).map(|item| one_line(&item.docs)).collect();
    match docs.iter().any(|docs| docs.contains(&words)) {
        true => None,
        false if docs.is_empty() => Some(format!("`{}` has no item `{}`", quote.file, quote.at)),
        false => {
            Some(format!("the documentation of `{}` in `{}` does not say: {words}", quote.at, quote.file))
        }
    }
}

/// The text of a file in one line: of Rust without the marks of comments.
pub fn plain(name: &str, text: &str) -> String {
    if !name.ends_with(".rs") {
        return one_line(text);
    }
    let line =
        |line: &str| line.trim_start().trim_start_matches("//").trim_start_matches(['/', '!']).to_owned();
    one_line(&text.lines().map(line).collect::<Vec<_>>().join("\n"))
}

/// A promise that a document makes, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The file.
    pub file: String,
    /// The item; nothing for a document.
    pub at: String,
    /// The words, in one line.
    pub text: String,
    /// Whether each word must be in a row. If not, a row has a part of it.
    pub whole: bool,
}

/// Where the published crate documents what it promises: its own files, but for what it hides and what is not its own.
const HIDDEN: [&str; 4] = ["src/epoch/", "src/orderings.rs", "src/sync/", "src/readme.rs"];

/// Headings under which each paragraph is a promise.
const HEADINGS: [&str; 2] = ["# Errors", "# Panics"];

/// The labelled paragraphs of the public documentation: from `**Consistency.**` or the like to its end.
pub fn labelled(sources: &Sources) -> Vec<Statement> {
    let is_public =
        |name: &str| name.starts_with("src/") && !HIDDEN.iter().any(|hidden| name.starts_with(hidden));
    let mut found = Vec::new();
    for source in sources.values().filter(|source| is_public(&source.name)) {
        for item in source.items.iter().filter(|item| item.is_public && !item.path.is_empty()) {
            let statement = |text: String| Statement {
                file: source.name.clone(),
                at: item.path.clone(),
                text,
                whole: true,
            };
            found.extend(promises_of(&item.docs).into_iter().map(statement));
        }
    }
    found
}

/// The promises in a piece of documentation.
fn promises_of(docs: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    let mut under_heading = false;
    for paragraph in paragraphs(docs, &mut in_code) {
        let heading = HEADINGS.iter().find(|heading| paragraph.starts_with(*heading));
        let body = heading.map_or(paragraph.as_str(), |heading| paragraph[heading.len()..].trim_start());
        if (heading.is_some() || under_heading) && !body.is_empty() {
            found.push(body.to_owned());
        } else if let Some(start) = first_label(body) {
            found.push(body[start..].to_owned());
        }
        under_heading = heading.is_some() && body.is_empty();
    }
    found
}

/// Paragraphs in one line each, without code.
fn paragraphs(text: &str, in_code: &mut bool) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            *in_code = !*in_code;
            all.push(String::new());
        } else if !*in_code && line.trim().is_empty() {
            all.push(String::new());
        } else if !*in_code && let Some(last) = all.last_mut() {
            last.push(' ');
            last.push_str(line);
        }
    }
    all.iter().map(|paragraph| one_line(paragraph)).filter(|paragraph| !paragraph.is_empty()).collect()
}

/// Where `**Word.**` or `**Word, Word.**` begins.
fn first_label(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(start) = text[from..].find("**").map(|at| from + at) {
        let rest = &text[start + 2..];
        let end = rest.find("**")?;
        let label = &rest[..end];
        let is_word = |letter: char| letter.is_ascii_alphabetic() || letter == ',' || letter == ' ';
        if let Some(words) = label.strip_suffix('.')
            && words.starts_with(|first: char| first.is_ascii_uppercase())
            && words.chars().all(is_word)
        {
            return Some(start);
        }
        from = start + 2 + end + 2;
    }
    None
}

/// A section of a document whose statements must be in the ledger.
struct Section {
    file: &'static str,
    heading: &'static str,
    /// What each statement begins with: a bullet, a row of a table, or nothing for a paragraph.
    start: &'static str,
}

const SECTIONS: [Section; 7] = [
    Section { file: "README.md", heading: "## Operations", start: "| `" },
    Section { file: "README.md", heading: "## Operations", start: "" },
    Section { file: "SECURITY.md", heading: "## What counts as a vulnerability", start: "- " },
    Section { file: "SECURITY.md", heading: "## Known hazards", start: "- " },
    Section { file: "ARCHITECTURE.md", heading: "## Invariants", start: "- **INV-" },
    Section {
        file: "ARCHITECTURE.md",
        heading: "## Architecture invariants",
        start: "**Architecture invariant",
    },
    Section { file: "docs/what-was-checked.md", heading: "## The claims", start: "### " },
];

/// What the sections of the documents say, a statement each.
pub fn of_documents(files: &Files) -> Vec<Statement> {
    let mut found = Vec::new();
    for section in &SECTIONS {
        let Some(text) = files.get(section.file) else { continue };
        let lines = text.lines().skip_while(|line| *line != section.heading).skip(1);
        let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
        let statements = statements(&lines, section.start);
        let statement =
            |text: String| Statement { file: section.file.into(), at: String::new(), text, whole: false };
        found.extend(statements.into_iter().map(statement));
    }
    found
}

/// The statements of a section that begin so: each up to the next line that begins something else.
fn statements(lines: &[&str], start: &str) -> Vec<String> {
    let begins = |line: &str| line.is_empty() || line.starts_with(['|', '#']) || line.starts_with("- ");
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let is_first = match start {
            // What is indented goes on with a bullet.
            "" => !is_open && !begins(line) && !line.starts_with(' '),
            start => line.starts_with(start),
        };
        match (is_first, is_open) {
            (true, _) => found.push(vec![line]),
            (false, true) if !begins(line) => found.last_mut().into_iter().for_each(|last| last.push(line)),
            _ => {}
        }
        is_open = is_first || (is_open && !begins(line));
        if start == "### " {
            is_open = false;
        }
    }
    let built_on = |text: &String| !text.starts_with("Built on the map");
    found.iter().map(|lines| one_line(&lines.join(" "))).filter(built_on).collect()
}

/// What of a statement is in none of these quotes; nothing if all of it is.
pub fn missing(statement: &Statement, quotes: &[Quote]) -> Option<String> {
    let of_it = quotes.iter().filter(|quote| quote.file == statement.file);
    if !statement.whole {
        let is_part = |quote: &Quote| {
            let words = one_line(&quote.text);
            statement.text.contains(&words) || words.contains(&statement.text)
        };
        return (!of_it.into_iter().any(is_part)).then(|| statement.text.clone());
    }
    let mut left = statement.text.clone();
    let mut quoted: Vec<String> =
        of_it.filter(|quote| quote.at == statement.at).map(|quote| one_line(&quote.text)).collect();
    // The longest first: a short quote may be a part of a long one.
    quoted.sort_by_key(|words| std::cmp::Reverse(words.len()));
    for words in quoted.iter().filter(|words| !words.is_empty()) {
        left = left.replacen(words.as_str(), "\u{1}", 1);
    }
    let parts = left.split('\u{1}').map(str::trim);
    let mut unsaid = parts.filter(|part| part.chars().any(char::is_alphanumeric));
    unsaid.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_headings_are_promises_and_the_rest_is_not() {
        let docs = "Takes it.\n\n**Consistency.** Linear.\n**Blocking.** None.\n\n```\n// **Panics.** no\n```\n\n# Errors\nNothing.\n\nA **word** more.";
        assert_eq!(promises_of(docs), ["**Consistency.** Linear. **Blocking.** None.", "Nothing."]);
        assert_eq!(promises_of("# Panics\n\nIf it is so.\n\nElse."), ["If it is so."]);
    }

    #[test]
    fn what_no_row_says_is_found_to_the_word() {
        let statement =
            |text: &str| Statement { file: "a".into(), at: "b".into(), text: text.into(), whole: true };
        let quote = |text: &str| Quote { file: "a".into(), at: "b".into(), text: text.into() };
        let both = statement("**A.** One thing. **B.** Another thing.");
        assert_eq!(missing(&both, &[quote("**A.** One thing.")]).unwrap(), "**B.** Another thing.");
        assert_eq!(missing(&both, &[quote("**B.** Another\n thing."), quote("**A.** One thing.")]), None);
        let elsewhere = Quote { at: "c".into(), ..quote("**A.** One thing.") };
        assert!(missing(&both, &[elsewhere]).is_some());
    }

    #[test]
    fn a_section_falls_into_bullets_rows_and_paragraphs() {
        let lines =
            ["", "A word", "and more.", "| Go | x |", "| `L` | y |", "", "- **One.** a", "  b", "- two"];
        assert_eq!(statements(&lines, ""), ["A word and more."]);
        assert_eq!(statements(&lines, "| `"), ["| `L` | y |"]);
        assert_eq!(statements(&lines, "- "), ["- **One.** a b", "- two"]);
    }
}
