//! Programs: a subject, a set-up, and for each thread a list of operations; and their text form.
//!
//! ```text
//! program := part ('||' part)*        the first part is the set-up, then one part a thread
//! part    := [ operation (';' operation)* ]
//! operation := name argument*         a key is a letter, a value a small number
//! ```

use crate::subject::Subject;
use std::fmt;

/// The kind of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// A letter, `a` to `z`.
    Key,
    /// A number.
    Value,
}

/// An operation that a subject has.
#[derive(Debug)]
pub struct Operation {
    /// Its name, as in the API.
    pub name: &'static str,
    /// Its arguments.
    pub params: &'static [Param],
    /// What it does, in a line.
    pub about: &'static str,
}

/// A call: an operation and its arguments. A key is its letter's number from 0.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// One for each of its parameters.
    pub args: Vec<i64>,
}

impl Call {
    /// The name of the operation.
    pub fn name(&self) -> &'static str {
        self.operation.name
    }

    /// The keys that it is called with.
    pub fn keys(&self) -> impl Iterator<Item = i64> + '_ {
        self.operation
            .params
            .iter()
            .zip(&self.args)
            .filter(|(param, _)| **param == Param::Key)
            .map(|(_, arg)| *arg)
    }
}

/// The letter of a key.
pub fn letter(key: i64) -> char {
    u8::try_from(key).ok().filter(|key| *key < 26).map_or('?', |key| (b'a' + key) as char)
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.name)?;
        for (param, arg) in self.operation.params.iter().zip(&self.args) {
            match param {
                Param::Key => write!(f, " {}", letter(*arg))?,
                Param::Value => write!(f, " {arg}")?,
            }
        }
        Ok(())
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    /// The type under test.
    pub subject: &'static Subject,
    /// What is done before the threads begin.
    pub setup: Vec<Call>,
    /// One or more.
    pub threads: Vec<Vec<Call>>,
}

/// The most threads that a program may have: loom has room for five, of which one is the model's own.
pub const MAX_THREADS: usize = 5;

/// The most operations, the set-up included.
pub const MAX_CALLS: usize = 24;

/// The most moments at which the operations of the threads take effect: a bit of a word for each.
pub const MAX_PARTS: usize = 60;

impl Program {
    /// All calls, the set-up's first.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.setup.iter().chain(self.threads.iter().flatten())
    }

    /// The keys that occur, in order.
    pub fn keys(&self) -> Vec<i64> {
        let mut keys: Vec<i64> = self.calls().flat_map(Call::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(subject: &'static Subject, text: &str) -> Result<Program, ParseError> {
        let mut parts = Vec::new();
        let mut start = 0;
        for part in text.split("||") {
            parts.push(parse_part(subject, text, start, part)?);
            start += part.len() + 2;
        }
        let error = |at: usize, length: usize, message: String, help: String| ParseError {
            text: text.to_owned(),
            at,
            length,
            message,
            help,
        };
        if parts.len() < 2 {
            let help =
                "write the set-up (it may be empty), `||`, and one part a thread: `store a 1 || load a`";
            return Err(error(text.len(), 1, "a program without threads".into(), help.into()));
        }
        let setup = parts.remove(0);
        if parts.len() > MAX_THREADS {
            let message = format!("{} threads, at most {MAX_THREADS} can be explored", parts.len());
            return Err(error(0, text.len().max(1), message, "drop a thread".into()));
        }
        if let Some(empty) = parts.iter().position(Vec::is_empty) {
            let at = text.match_indices("||").nth(empty).map_or(0, |(at, _)| at);
            return Err(error(
                at,
                2,
                "a thread without operations".into(),
                "only the set-up may be empty".into(),
            ));
        }
        let program = Program { subject, setup, threads: parts };
        let calls = program.calls().count();
        if calls > MAX_CALLS {
            let message = format!("{calls} operations, at most {MAX_CALLS} can be checked");
            return Err(error(0, text.len().max(1), message, "make it smaller".into()));
        }
        let universe = crate::history::universe(&program);
        let parts: usize =
            program.threads.iter().flatten().map(|call| subject.meaning.parts(call, &universe)).sum();
        if parts > MAX_PARTS {
            let message = format!(
                "{parts} moments at which an operation takes effect, at most {MAX_PARTS} can be checked"
            );
            let help = "an operation on the whole map has one for each key: use fewer of them, or fewer keys";
            return Err(error(0, text.len().max(1), message, help.into()));
        }
        Ok(program)
    }
}

fn parse_part(
    subject: &'static Subject,
    text: &str,
    mut start: usize,
    part: &str,
) -> Result<Vec<Call>, ParseError> {
    let mut calls = Vec::new();
    if part.trim().is_empty() {
        return Ok(calls);
    }
    for call in part.split(';') {
        calls.push(parse_call(subject, text, start, call)?);
        start += call.len() + 1;
    }
    Ok(calls)
}

fn parse_call(subject: &'static Subject, text: &str, start: usize, call: &str) -> Result<Call, ParseError> {
    let error = |at: usize, length: usize, message: String, help: String| ParseError {
        text: text.to_owned(),
        at,
        length: length.max(1),
        message,
        help,
    };
    let mut words = words(call, start);
    let Some((at, name)) = words.next() else {
        return Err(error(
            start,
            call.len(),
            "an operation is missing".into(),
            "remove the `;`, or name one".into(),
        ));
    };
    let Some(operation) = subject.operations.iter().find(|operation| operation.name == name) else {
        let nearest = subject.operations.iter().min_by_key(|operation| distance(operation.name, name));
        let help = match nearest.filter(|operation| distance(operation.name, name) <= 3) {
            Some(operation) => format!("did you mean `{}`?", operation.name),
            None => {
                let names: Vec<_> = subject.operations.iter().map(|operation| operation.name).collect();
                format!("operations of {}: {}", subject.name, names.join(", "))
            }
        };
        return Err(error(at, name.len(), format!("`{name}` is no operation of {}", subject.name), help));
    };
    let mut args = Vec::new();
    for param in operation.params {
        let Some((at, word)) = words.next() else {
            let end = start + call.trim_end().len();
            let what = match param {
                Param::Key => "a key is missing",
                Param::Value => "a value is missing",
            };
            return Err(error(end, 1, what.into(), usage(operation)));
        };
        args.push(
            parse_arg(*param, word).map_err(|message| error(at, word.len(), message, usage(operation)))?,
        );
    }
    if let Some((at, word)) = words.next() {
        let message = format!("`{word}` is one argument too many");
        return Err(error(at, word.len(), message, usage(operation)));
    }
    Ok(Call { operation, args })
}

fn parse_arg(param: Param, word: &str) -> Result<i64, String> {
    match param {
        Param::Key => match word.as_bytes() {
            [letter @ b'a'..=b'z'] => Ok(i64::from(letter - b'a')),
            _ => Err(format!("`{word}` is no key: a key is one letter, `a` to `z`")),
        },
        Param::Value => match word.parse::<i64>() {
            Ok(value) if (-999..=999).contains(&value) => Ok(value),
            _ => Err(format!("`{word}` is no value: a value is a number from -999 to 999")),
        },
    }
}

fn usage(operation: &Operation) -> String {
    let params = operation.params.iter().map(|param| match param {
        Param::Key => " KEY",
        Param::Value => " VALUE",
    });
    format!("usage: `{}{}`", operation.name, params.collect::<String>())
}

/// The words of a call, with their place in the whole text.
fn words(call: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    call.split_whitespace().map(move |word| (start + (word.as_ptr() as usize - call.as_ptr() as usize), word))
}

/// The edit distance of two names.
pub(crate) fn distance(a: &str, b: &str) -> usize {
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

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_calls(f, &self.setup)?;
        for (number, thread) in self.threads.iter().enumerate() {
            f.write_str(if number == 0 && self.setup.is_empty() { "|| " } else { " || " })?;
            write_calls(f, thread)?;
        }
        Ok(())
    }
}

fn write_calls(f: &mut fmt::Formatter<'_>, calls: &[Call]) -> fmt::Result {
    for (number, call) in calls.iter().enumerate() {
        if number > 0 {
            f.write_str("; ")?;
        }
        write!(f, "{call}")?;
    }
    Ok(())
}

/// What is wrong with the text of a program, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The whole text.
    pub text: String,
    /// The byte at which the wrong part begins.
    pub at: usize,
    /// The bytes that it has.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.text[..self.at].chars().map(|c| if c.is_whitespace() { c } else { ' ' });
        let width = self.text[self.at..].char_indices().take_while(|(i, _)| *i < self.length).count().max(1);
        writeln!(f, "{}", self.message)?;
        writeln!(f, "  | {}", self.text)?;
        writeln!(f, "  | {}{}", before.collect::<String>(), "^".repeat(width))?;
        write!(f, "  = {}", self.help)
    }
}

impl std::error::Error for ParseError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject;

    fn parse(text: &str) -> Result<Program, ParseError> {
        Program::parse(subject::by_name("map").unwrap(), text)
    }

    #[test]
    fn a_program_prints_as_it_was_typed() {
        for text in
            ["store a 1; delete a || load_or_store a 2 || store b 1; load a", "|| load a", "clear || range"]
        {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        assert_eq!(parse("  || load   a ").unwrap().to_string(), "|| load a");
    }

    #[test]
    fn an_error_marks_its_place() {
        let places = [
            ("store a 1 || lod a", "lod", "did you mean `load`?"),
            ("store a x || load a", "x", "usage: `store KEY VALUE`"),
            ("store A 1 || load a", "A", "usage: `store KEY VALUE`"),
            ("store a 1 2 || load a", "2", "usage: `store KEY VALUE`"),
            ("store a 1000 || load a", "1000", "usage: `store KEY VALUE`"),
            ("|| zzzzzzzz a", "zzzzzzzz", "operations of map"),
        ];
        for (text, marked, help) in places {
            let error = parse(text).unwrap_err();
            assert_eq!(&text[error.at..error.at + error.length], marked, "{text}");
            assert!(error.help.contains(help), "{text}: {}", error.help);
        }
        let nested = ["nested_range"; 11].join("; ");
        assert!(
            parse(&format!("store a 1; store b 1; store c 1 || {nested}"))
                .unwrap_err()
                .message
                .contains("66 moments")
        );
        for text in [
            "",
            "store a",
            "store a 1",
            "store a 1 ||",
            "|| load a || || load a",
            "|| load a;; load a",
            "ü || é",
        ] {
            let error = parse(text).unwrap_err();
            assert!(!error.to_string().is_empty());
        }
        assert!(parse(&format!("|| {}", ["load a"; 6].join(" || "))).is_err());
    }

    #[test]
    fn the_parser_never_panics() {
        let pieces =
            ["store", "a", "1", ";", "||", "|", " ", "load", "é", "-", "99999999999999999999", "\t", "\n"];
        let mut seed = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..(seed % 9) {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            match parse(&text) {
                Ok(program) => {
                    assert_eq!(parse(&program.to_string()).unwrap().to_string(), program.to_string())
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}
