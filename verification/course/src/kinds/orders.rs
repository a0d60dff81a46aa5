//! The student orders drawn histories, or says which calls no order explains.

use super::Kind;
use super::histories::Drawn;
use super::outcomes::map;
use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Line, Section, lines, mistake, mistake_in, sections};
use linear::ParseError;
use serde::Deserialize;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Orders {
    history: Vec<History>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    /// The head of its part of the answer.
    name: String,
    #[serde(default = "map")]
    subject: String,
    #[serde(default)]
    setup: String,
    /// The calls, one on each line: `A 0 0-20 load a -> 1`.
    calls: String,
    points: u32,
}

const ANSWER: &str = "orders.txt";

/// What is said of a history.
enum Said<'t> {
    /// In this order.
    Order(Line<'t>, Vec<usize>),
    /// No order makes these calls right.
    None(Line<'t>, Vec<usize>),
}

impl History {
    fn drawn(&self, host: &dyn Host) -> Result<Drawn, String> {
        let subject =
            host.subject(&self.subject).ok_or_else(|| format!("`{}` is not a subject", self.subject))?;
        let lines: Vec<Line<'_>> = lines(&self.calls).collect();
        Drawn::read(subject, &self.setup, &self.calls, &lines)
            .map_err(|error| format!("[{}]: {error}", self.name))
    }

    fn named(&self) -> Named {
        Named { name: format!("history {}", self.name), points: self.points }
    }
}

impl Kind for Orders {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        self.history.iter().map(History::named).collect()
    }

    fn validate(&self, lab: &Lab, host: &dyn Host) -> Result<(), String> {
        let text = crate::places::read(&lab.folder.join(crate::lab::TEXT))?;
        self.history.iter().try_for_each(|history| {
            let drawn = history.drawn(host)?;
            if let Some(made) = drawn.too_narrow() {
                return Err(format!("[{}]: call {} is too short for its text", history.name, made.label));
            }
            let indented = drawn.drawing().lines().map(|line| format!("    {line}\n")).collect::<String>();
            match text.contains(&indented) {
                true => Ok(()),
                false => {
                    Err(format!("lab.md does not have the drawing of history {}:\n{indented}", history.name))
                }
            }
        })
    }

    fn check(&self, _lab: &Lab, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let names: Vec<&str> = self.history.iter().map(|history| history.name.as_str()).collect();
        let sections = sections(text, &names).map_err(Wrong::mistake)?;
        let check = |history: &History| {
            let drawn = history.drawn(host).map_err(Wrong::not_checked)?;
            let section = sections.iter().find(|section| section.name == history.name);
            let section = section.expect("a text without it is refused above");
            let wrong =
                said(text, section, &drawn).map_err(Wrong::mistake).and_then(|said| judge(&drawn, &said));
            Ok(Checked::new(&history.named(), wrong.err()))
        };
        self.history.iter().map(check).collect()
    }
}

/// Reads what is said of a history: `B A C`, or `none: A C`.
fn said<'t>(text: &str, section: &Section<'t>, drawn: &Drawn) -> Result<Said<'t>, ParseError> {
    let help = "write the names of all calls in an order, `A B C`; or `none:` and the calls that no order makes right together, `none: A C`";
    let line = match section.lines.as_slice() {
        [line] => *line,
        [] => {
            return Err(mistake(
                text,
                section.at,
                section.name.len() + 2,
                "nothing is said of this history yet",
                help,
            ));
        }
        [_, second, ..] => return Err(mistake_in(text, *second, "this is a second line", "say one thing")),
    };
    let (is_none, names) = match line.text.strip_prefix("none") {
        Some(rest) => (true, rest.trim_start_matches(':')),
        None => (false, line.text),
    };
    let mut calls = Vec::new();
    for name in names.split_whitespace() {
        let place = line.part(name);
        let call = drawn.named(name);
        let call =
            call.ok_or_else(|| mistake_in(text, place, &format!("this history has no call `{name}`"), help))?;
        if calls.contains(&call) {
            return Err(mistake_in(text, place, "this call is here twice", help));
        }
        calls.push(call);
    }
    let all = drawn.calls.len();
    match (is_none, calls.len()) {
        (true, 0) => Err(mistake_in(text, line, "this does not say why", help)),
        (true, _) => Ok(Said::None(line, calls)),
        (false, some) if some < all => {
            Err(mistake_in(text, line, &format!("these are {some} of {all} calls"), help))
        }
        (false, _) => Ok(Said::Order(line, calls)),
    }
}

/// Whether what is said is so.
fn judge(drawn: &Drawn, said: &Said<'_>) -> Result<(), Wrong> {
    let wrong = |kind: &str, sentence: String| {
        Err(Wrong::new(kind, sentence).of_program(drawn.program()).drawn(drawn.drawing()))
    };
    match said {
        Said::Order(line, order) => {
            if let Some((first, second)) = drawn.out_of_time(order) {
                let (first, second) = (drawn.told(first), drawn.told(second));
                return wrong(
                    "out of time",
                    format!(
                        "In `{}`, {first} comes before {second}, which had returned before it began.",
                        line.text
                    ),
                );
            }
            if let Some((call, answer)) = drawn.first_wrong(order) {
                let told = drawn.told(call);
                return wrong(
                    "wrong result",
                    format!("In the order `{}`, {told} would return {answer}.", line.text),
                );
            }
            Ok(())
        }
        Said::None(line, calls) => {
            if let Some(order) = drawn.order(true, None) {
                let names = drawn.names(&order);
                return wrong(
                    "there is an order",
                    format!(
                        "You say `{}`, and there is an order that explains all of it: {names}.",
                        line.text
                    ),
                );
            }
            if let Some(order) = drawn.order(true, Some(calls)) {
                let names = drawn.names(&order);
                let sentence = format!(
                    "No order explains this history, but not because of these calls: in the order {names} they return what they did."
                );
                return wrong("another reason", sentence);
            }
            Ok(())
        }
    }
}
