//! The student predicts the outcomes of programs, before running them. The set must be equal to that of all executions.

use super::kind::Kind;
use crate::checked::{Checked, Named, Wrong};
use crate::exploring::{drawn, drawn_calls, engines, example, explore};
use crate::host::Host;
use crate::written::{Line, Section, mistake_in, sections};
use linear::{ParseError, Program, impossible_outcomes};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcomes {
    question: Vec<Question>,
}

/// A program whose outcomes are to be listed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The head of its part of the answer.
    name: String,
    #[serde(default = "map")]
    subject: String,
    program: String,
    /// Points for missing none, and for claiming none that cannot occur.
    points: [u32; 2],
    /// What was missed is drawn as the calls of an execution, without the steps that they are made of.
    #[serde(default)]
    calls_only: bool,
    /// The engines whose executions count together.
    #[serde(default)]
    engines: Vec<String>,
}

pub(super) fn map() -> String {
    "map".to_owned()
}

/// The program of a subject.
///
/// # Errors
/// What is wrong with either.
pub(super) fn program(subject: &str, text: &str, host: &dyn Host) -> Result<Program, String> {
    let known = host.subject(subject).ok_or_else(|| format!("`{subject}` is not a subject"))?;
    Program::parse(known, text).map_err(|error| error.to_string())
}

const ANSWER: &str = "outcomes.txt";

/// The kinds of failure.
const MISSED: &str = "missed outcome";
const IMPOSSIBLE: &str = "impossible outcome";

impl Kind for Outcomes {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        let of = |question: &Question| {
            let name = &question.name;
            [
                Named { name: format!("{name}: no outcome is missed"), points: question.points[0] },
                Named { name: format!("{name}: each outcome can occur"), points: question.points[1] },
            ]
        };
        self.question.iter().flat_map(of).collect()
    }

    fn validate(&self, _lab: &Path, host: &dyn Host) -> Result<(), String> {
        self.question.iter().try_for_each(|question| {
            program(&question.subject, &question.program, host)?;
            engines(&question.engines).map(drop)
        })
    }

    fn quoted(&self) -> Vec<String> {
        self.question.iter().map(|question| question.program.clone()).collect()
    }

    fn check(&self, _lab: &Path, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let names: Vec<&str> = self.question.iter().map(|question| question.name.as_str()).collect();
        let sections = sections(text, &names).map_err(Wrong::mistake)?;
        let mut checked = Vec::new();
        let mut named = self.checks().into_iter();
        for question in &self.question {
            let section = sections.iter().find(|section| section.name == question.name);
            let section = section.expect("a text without it is refused above");
            let [missed, impossible] = question.check(text, section, host)?;
            for wrong in [missed, impossible] {
                let named = named.next().expect("two for each question");
                checked.push(Checked::new(&named, wrong));
            }
        }
        Ok(checked)
    }
}

impl Question {
    /// Whether an outcome was missed, and whether one was claimed that cannot occur.
    fn check(&self, text: &str, section: &Section<'_>, host: &dyn Host) -> Result<[Option<Wrong>; 2], Wrong> {
        let program = program(&self.subject, &self.program, host).map_err(Wrong::not_checked)?;
        let engines = engines(&self.engines).map_err(Wrong::not_checked)?;
        let claimed = claimed(text, section, &program).map_err(Wrong::mistake)?;
        let found = explore(&program, &engines, host);
        if let Some(wrong) = found.incomplete() {
            return Err(wrong);
        }
        let occur = found.outcomes();
        let missed: Vec<&String> = occur.iter().filter(|outcome| !claimed.contains_key(*outcome)).collect();
        let missed = missed.first().map(|first| {
            let more = missed.len() - 1;
            let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
            let sentence = format!("[{}] can end in `{first}`, which is not in your list{more}.", self.name);
            let seen = example(&program, first, &engines, host);
            let draw = if self.calls_only { drawn_calls } else { drawn };
            let drawn = seen.map(|seen| draw(&program, &seen)).unwrap_or_default();
            Wrong::new(MISSED, sentence).of_program(&program).drawn(drawn)
        });
        // An empty list claims nothing that is wrong, and earns nothing.
        let nothing = claimed.is_empty().then(|| {
            Wrong::new(IMPOSSIBLE, format!("[{}] has no outcome in your list yet.", self.name))
                .of_program(&program)
        });
        let impossible =
            claimed.iter().find(|(outcome, _)| !occur.contains(*outcome)).map(|(outcome, line)| {
                let sentence =
                    format!("[{}] never ends in `{outcome}`: {}", self.name, why_not(&program, outcome));
                let shown = mistake_in(text, *line, "this cannot occur", "no execution ends like this");
                Wrong::new(IMPOSSIBLE, sentence).of_program(&program).drawn(shown.to_string())
            });
        Ok([missed, nothing.or(impossible)])
    }
}

/// Why an outcome cannot occur.
fn why_not(program: &Program, outcome: &str) -> String {
    let known = impossible_outcomes(program).map(|(all, _)| all).unwrap_or_default();
    let why = known.into_iter().find(|one| one.outcome == outcome).map(|one| one.why);
    why.unwrap_or_else(|| "no order of the calls returns these results together.".to_owned())
}

/// The outcomes in a part of the answer, each as the engines write it, with its line.
fn claimed<'t>(
    text: &str,
    section: &Section<'t>,
    program: &Program,
) -> Result<BTreeMap<String, Line<'t>>, ParseError> {
    let mut claimed = BTreeMap::new();
    for line in &section.lines {
        claimed.insert(outcome(text, *line, program)?, *line);
    }
    Ok(claimed)
}

/// An outcome as it was typed: `stored 2 || (); 2 -> {a:2 b:1}`.
fn outcome(text: &str, line: Line<'_>, program: &Program) -> Result<String, ParseError> {
    let Some((threads, contents)) = line.text.split_once("->") else {
        let help =
            "an outcome is the results of each thread, `->`, and the contents in the end: `() || 1 -> {a:1}`";
        return Err(mistake_in(text, line, "this has no `->`", help));
    };
    let parts: Vec<&str> = threads.split("||").collect();
    if parts.len() != program.threads.len() {
        let message = format!(
            "these are results of {} threads, and the program has {}",
            parts.len(),
            program.threads.len()
        );
        return Err(mistake_in(text, line.part(threads.trim()), &message, "write `||` between the threads"));
    }
    let mut said = Vec::new();
    for (thread, part) in parts.iter().enumerate() {
        let calls = &program.threads[thread];
        let results: Vec<&str> = part.split(';').collect();
        if results.len() != calls.len() {
            let message = format!(
                "thread {thread} makes {} calls, and these are {} results",
                calls.len(),
                results.len()
            );
            return Err(mistake_in(
                text,
                line.part(part.trim()),
                &message,
                "write `;` between the results of a thread",
            ));
        }
        let mut row = Vec::new();
        for (result, call) in results.iter().zip(calls) {
            let result = result.trim();
            if !is_result(result) {
                let message = format!("`{result}` is not a result of `{call}`");
                let help = "a result is `()`, a number, `absent`, `true`, `false`, `stored 1`, `loaded 1`, or `{a:1 b:2}`";
                return Err(mistake_in(
                    text,
                    line.part(if result.is_empty() { part } else { result }),
                    &message,
                    help,
                ));
            }
            row.push(spaced(result));
        }
        said.push(row.join("; "));
    }
    Ok(format!("{} -> {}", said.join(" || "), spaced(contents)))
}

/// With one space between words.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is one of the forms in which results are written.
fn is_result(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let is_number = |word: &str| word.parse::<i64>().is_ok();
    match first {
        "()" | "absent" | "true" | "false" | "failed" => words.next().is_none(),
        "stored" | "loaded" => words.next().is_some_and(is_number) && words.next().is_none(),
        "some" | "ok" | "error" => words.next().is_some(),
        _ if first.starts_with(['{', '[', '(', '"']) => true,
        _ => is_number(first) && words.next().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_told_from_what_is_none() {
        for result in ["()", "-3", "absent", "stored 2", "{a:1 b:2}", "[1, 2]", "some ()"] {
            assert!(is_result(result), "{result}");
        }
        for other in ["", "None", "stored", "1 2", "true false"] {
            assert!(!is_result(other), "{other}");
        }
    }
}
