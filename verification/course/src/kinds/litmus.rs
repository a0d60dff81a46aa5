//! The student predicts what weak memory allows of a litmus test, before it is enumerated. The set must be equal to that of RC11.

use super::Kind;
use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Line, Section, mistake_in, sections};
use linear::ParseError;
use litmus::compare::{Reason, compare};
use litmus::enumerate::allowed;
use litmus::program::{Outcome, Program};
use litmus::rc11::RC11;
use litmus::shown::{example, lines, why_not};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Litmus {
    question: Vec<Question>,
}

/// A litmus test, whose outcomes are what its registers may hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The head of its part of the answer.
    name: String,
    program: String,
    /// Points for missing none, and for claiming none that RC11 forbids.
    points: [u32; 2],
    /// What the locations hold in the end counts, too.
    #[serde(default)]
    ends: bool,
}

const ANSWER: &str = "outcomes.txt";

/// The kinds of failure.
const MISSED: &str = "missed outcome";
const FORBIDDEN: &str = "forbidden outcome";

impl Kind for Litmus {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        let of = |question: &Question| {
            let name = &question.name;
            [
                Named { name: format!("{name}: no outcome is missed"), points: question.points[0] },
                Named { name: format!("{name}: each outcome is allowed"), points: question.points[1] },
            ]
        };
        self.question.iter().flat_map(of).collect()
    }

    fn validate(&self, _lab: &Lab, _host: &dyn Host) -> Result<(), String> {
        self.question.iter().try_for_each(|question| question.parse().map(drop))
    }

    fn quoted(&self) -> Vec<String> {
        self.question.iter().map(|question| question.program.clone()).collect()
    }

    fn check(&self, _lab: &Lab, text: &str, _host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let names: Vec<&str> = self.question.iter().map(|question| question.name.as_str()).collect();
        let sections = sections(text, &names).map_err(Wrong::mistake)?;
        let mut checked = Vec::new();
        let mut named = self.checks().into_iter();
        for question in &self.question {
            let section = sections.iter().find(|section| section.name == question.name);
            let section = section.expect("a text without it is refused above");
            for wrong in question.check(text, section)? {
                let named = named.next().expect("two for each question");
                checked.push(Checked::new(&named, wrong));
            }
        }
        Ok(checked)
    }
}

/// What an outcome says: the value of each name, by the names' order.
type Said = Vec<Option<u32>>;

impl Question {
    fn parse(&self) -> Result<Program, String> {
        self.program.parse::<Program>().map_err(|error| format!("[{}]: {error}", self.name))
    }

    /// The part of an outcome that is asked for.
    fn said(&self, outcome: &Outcome) -> Said {
        let ends = outcome.locations.iter().map(|value| Some(*value)).filter(|_| self.ends);
        outcome.registers.iter().copied().chain(ends).collect()
    }

    fn names<'p>(&self, program: &'p Program) -> Vec<&'p str> {
        let ends = program.locations.iter().filter(|_| self.ends);
        program.registers.iter().chain(ends).map(String::as_str).collect()
    }

    /// Whether an outcome was missed, and whether one was claimed that is forbidden.
    fn check(&self, text: &str, section: &Section<'_>) -> Result<[Option<Wrong>; 2], Wrong> {
        let program = self.parse().map_err(Wrong::not_checked)?;
        let names = self.names(&program);
        let mut claimed = BTreeMap::new();
        for line in &section.lines {
            claimed.insert(outcome(text, *line, &names).map_err(Wrong::mistake)?, *line);
        }
        let found = allowed(&program, &RC11).map_err(Wrong::not_checked)?;
        let all: BTreeSet<Said> = found.outcomes.iter().map(|outcome| self.said(outcome)).collect();
        let missed: Vec<&Said> = all.iter().filter(|said| !claimed.contains_key(*said)).collect();
        let missed = match missed.first() {
            None => None,
            Some(first) => Some(self.missed(&program, first, missed.len() - 1)?),
        };
        let nothing = claimed.is_empty().then(|| {
            Wrong::new(FORBIDDEN, format!("[{}] has no outcome in your list yet.", self.name))
                .of_program(&program)
        });
        let forbidden = match claimed.iter().find(|(said, _)| !all.contains(*said)) {
            None => None,
            Some((said, line)) => Some(self.forbidden(&program, said, text, *line)?),
        };
        Ok([missed, nothing.or(forbidden)])
    }

    fn missed(&self, program: &Program, said: &Said, more: usize) -> Result<Wrong, Wrong> {
        let test = |outcome: &Outcome, _: bool| self.said(outcome) == *said;
        let execution = example(program, &RC11, test).map_err(Wrong::not_checked)?;
        let mut drawn = execution.map(|execution| lines(program, &execution)).unwrap_or_default();
        drawn.extend(self.on_loom(program, said).map_err(Wrong::not_checked)?);
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        let sentence = format!(
            "[{}] may end in `{}`, which is not in your list{more}.",
            self.name,
            show(&self.names(program), said)
        );
        Ok(Wrong::new(MISSED, sentence).of_program(program).drawn(drawn.join("\n")))
    }

    /// What loom says of an outcome that RC11 allows, where it differs.
    fn on_loom(&self, program: &Program, said: &Said) -> Result<Option<String>, String> {
        let compared = compare(program)?;
        let why: BTreeSet<Reason> = compared
            .missed
            .iter()
            .filter(|(outcome, _)| self.said(outcome) == *said)
            .map(|(_, reason)| *reason)
            .collect();
        let is_shown = compared.loom.outcomes.iter().any(|outcome| self.said(outcome) == *said);
        let why: Vec<String> = why.iter().map(ToString::to_string).collect();
        Ok((!is_shown).then(|| format!("\nloom does not show it: {}.", why.join("; "))))
    }

    fn forbidden(&self, program: &Program, said: &Said, text: &str, line: Line<'_>) -> Result<Wrong, Wrong> {
        let why = why_not(program, |outcome| self.said(outcome) == *said).map_err(Wrong::not_checked)?;
        let why = why.map_or_else(String::new, |axiom| format!(" What forbids it: {axiom}."));
        let shown = show(&self.names(program), said);
        let sentence = format!("[{}] never ends in `{shown}`.{why}", self.name);
        let place = mistake_in(text, line, "this is forbidden", "no allowed execution ends like this");
        Ok(Wrong::new(FORBIDDEN, sentence).of_program(program).drawn(place.to_string()))
    }
}

fn show(names: &[&str], said: &Said) -> String {
    let one = |(name, value): (&&str, &Option<u32>)| {
        format!("{name}={}", value.map_or_else(|| "-".to_owned(), |value| value.to_string()))
    };
    names.iter().zip(said).map(one).collect::<Vec<_>>().join(" ")
}

/// An outcome as it was typed: `r=0 s=1`, each name once; `-` where the access was not made.
fn outcome(text: &str, line: Line<'_>, names: &[&str]) -> Result<Said, ParseError> {
    let help =
        format!("an outcome gives each of these a value: {}", show(names, &vec![Some(0); names.len()]));
    let mut said: Vec<Option<Option<u32>>> = vec![None; names.len()];
    for word in line.text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let at = line.part(word);
        let (name, value) =
            word.split_once('=').ok_or_else(|| mistake_in(text, at, "this has no `=`", &help))?;
        let number = names.iter().position(|known| *known == name);
        let number = number.ok_or_else(|| {
            mistake_in(text, at, &format!("`{name}` is not asked for in this program"), &help)
        })?;
        let value = match value {
            "-" => None,
            value => Some(value.parse().map_err(|_| {
                mistake_in(text, at, &format!("`{value}` is not a value"), "a value is 0, 1, 2, …, or `-`")
            })?),
        };
        if said[number].replace(value).is_some() {
            return Err(mistake_in(text, at, &format!("`{name}` has two values"), "keep one of them"));
        }
    }
    match said.iter().position(Option::is_none) {
        None => Ok(said.into_iter().flatten().collect()),
        Some(missing) => {
            Err(mistake_in(text, line, &format!("`{}` has no value here", names[missing]), &help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Result<Said, String> {
        let line = crate::written::lines(text).next().expect("a line");
        outcome(text, line, &["r", "s"]).map_err(|error| error.to_string())
    }

    #[test]
    fn an_outcome_is_read_in_any_order_and_a_mistake_is_pointed_at() {
        assert_eq!(typed("s=1 r=0"), Ok(vec![Some(0), Some(1)]));
        assert_eq!(typed("r=0, s=-"), Ok(vec![Some(0), None]));
        for (text, part) in [
            ("r=0", "`s` has no value here"),
            ("r=0 s=1 r=1", "`r` has two values"),
            ("r=0 t=1", "`t` is not asked for"),
            ("r=0 s=x", "`x` is not a value"),
            ("r0 s=1", "this has no `=`"),
        ] {
            let error = typed(text).expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }
}
