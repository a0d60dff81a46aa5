//! Reading programs.

use crate::misdeeds;
use crate::operation::{Call, Operation, Param, letter};
use crate::program::{MAX_CALLS, MAX_PARTS, MAX_THREADS, Program};
use crate::subject::Subject;
use crate::text::{ParseError, distance, words};

impl Program {
    /// Reads the text form.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(subject: &'static Subject, text: &str) -> Result<Program, ParseError> {
        let mut parts = Vec::new();
        let mut start = 0;
        let end = text.find('!').unwrap_or(text.len());
        for part in text[..end].split("||") {
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
            let help = "write the set-up, which may be empty, then `||` and the operations of each thread: `store a 1 || load a`";
            return Err(error(text.len(), 1, "the program has no threads".into(), help.into()));
        }
        let setup = parts.remove(0);
        if parts.len() > MAX_THREADS {
            let message =
                format!("the program has {} threads, and at most {MAX_THREADS} can be explored", parts.len());
            return Err(error(0, text.len().max(1), message, "remove a thread".into()));
        }
        if let Some(empty) = parts.iter().position(Vec::is_empty) {
            let at = text.match_indices("||").nth(empty).map_or(0, |(at, _)| at);
            return Err(error(
                at,
                2,
                "this thread has no operations".into(),
                "only the set-up may be empty: name an operation, or remove the `||`".into(),
            ));
        }
        let misdeeds = misdeeds::parse(subject, text, end, &text[end..]).map_err(|error| *error)?;
        let mut program = Program { subject, setup, threads: parts, misdeeds, reentries: Vec::new() };
        program.reentries = program.misdeeds.iter().map(|_| program.reentry()).collect();
        let calls = program.calls().count();
        if calls > MAX_CALLS {
            let message =
                format!("the program has {calls} operations, and at most {MAX_CALLS} can be checked");
            return Err(error(0, text.len().max(1), message, "remove some of them".into()));
        }
        let universe = program.universe();
        let parts: usize =
            program.threads.iter().flatten().map(|call| subject.specification.parts(call, &universe)).sum();
        if parts > MAX_PARTS {
            let message = format!(
                "the operations of the threads take effect at {parts} moments, and at most {MAX_PARTS} can be checked"
            );
            let help = "an operation on the whole map takes effect once for each key: use fewer such operations, or fewer keys";
            return Err(error(0, text.len().max(1), message, help.into()));
        }
        Ok(program)
    }
}

impl Program {
    /// The call that a call-back makes of the subject.
    fn reentry(&self) -> Call {
        let key = letter(self.keys().first().copied().unwrap_or(0)).to_string();
        let text = self.subject.reentry.unwrap_or_default().replace('#', &key);
        parse_call(self.subject, &text, 0, &text).expect("a call of the subject's table")
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
            "remove the `;`, or name an operation".into(),
        ));
    };
    let Some(operation) = subject.operations.iter().find(|operation| operation.name == name) else {
        let nearest = subject.operations.iter().min_by_key(|operation| distance(operation.name, name));
        let help = match nearest.filter(|operation| distance(operation.name, name) <= 3) {
            Some(operation) => format!("did you mean `{}`?", operation.name),
            None => {
                let names: Vec<_> = subject.operations.iter().map(|operation| operation.name).collect();
                format!("the operations of {} are {}", subject.name, names.join(", "))
            }
        };
        return Err(error(at, name.len(), format!("`{name}` is not an operation of {}", subject.name), help));
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
        let message = format!("`{name}` does not take the argument `{word}`");
        return Err(error(at, word.len(), message, usage(operation)));
    }
    Ok(Call { operation, args })
}

fn parse_arg(param: Param, word: &str) -> Result<i64, String> {
    match param {
        Param::Key => match word.as_bytes() {
            [letter @ b'a'..=b'z'] => Ok(i64::from(letter - b'a')),
            _ => Err(format!("`{word}` is not a key: a key is one letter, `a` to `z`")),
        },
        Param::Value => match word.parse::<i64>() {
            Ok(value) if (-999..=999).contains(&value) => Ok(value),
            _ => Err(format!("`{word}` is not a value: a value is a number from -999 to 999")),
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
