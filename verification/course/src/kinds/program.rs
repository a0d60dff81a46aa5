//! The student writes a program that must fail on some structures and pass on others.

use super::outcomes::map;
use super::{Kind, one_after_another};
use crate::checked::{Checked, Named, Wrong};
use crate::exploring::{Found, drawn, engines, example, explore_weakened};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Line, lines, mistake, mistake_in, within};
use explore::engine::ordering_by_name;
use linear::{ParseError, Program};
use serde::Deserialize;
use std::collections::BTreeMap;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Programs {
    /// The set-up counts, too.
    most_calls: usize,
    check: Vec<Check>,
}

/// What must come of the program on a structure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    points: u32,
    #[serde(default = "map")]
    subject: String,
    must: Must,
    /// Ways to fail; any, if there are none.
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    engines: Vec<String>,
    /// Orderings of the map that are weaker here: `{ ORD-1 = "Acquire" }`.
    #[serde(default)]
    weakened: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Must {
    Fail,
    Pass,
}

const ANSWER: &str = "program.txt";

impl Kind for Programs {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        self.check.iter().map(|check| Named { name: check.name.clone(), points: check.points }).collect()
    }

    fn validate(&self, _lab: &Lab, host: &dyn Host) -> Result<(), String> {
        for check in &self.check {
            host.subject(&check.subject).ok_or_else(|| format!("`{}` is not a subject", check.subject))?;
            engines(&check.engines)?;
            for order in check.weakened.values() {
                ordering_by_name(order).map_err(|error| format!("`{}`: {error}", check.name))?;
            }
        }
        Ok(())
    }

    /// Each check is made when those before it have passed: a program that fails nowhere passes easily.
    fn check(&self, _lab: &Lab, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let line = only_line(text).map_err(Wrong::mistake)?;
        let mut programs = Vec::new();
        for check in &self.check {
            let subject = host.subject(&check.subject);
            let subject =
                subject.ok_or_else(|| Wrong::not_checked(format!("`{}` is not a subject", check.subject)))?;
            let parsed = Program::parse(subject, line.text);
            programs.push(parsed.map_err(|error| Wrong::mistake(within(text, line, &error)))?);
        }
        let calls = programs.first().map_or(0, |program| program.calls().count());
        if calls > self.most_calls {
            let message = format!("this program makes {calls} calls, and {} are the most", self.most_calls);
            let help = "the smallest program tells most: leave out what does not race";
            return Err(Wrong {
                kind: "too large".to_owned(),
                ..Wrong::mistake(mistake_in(text, line, &message, help))
            });
        }
        Ok(one_after_another(&self.checks(), |number| self.check[number].wrong(&programs[number], host)))
    }
}

/// The one line that says something.
fn only_line(text: &str) -> Result<Line<'_>, ParseError> {
    let mut all = lines(text);
    let help = "write the program in a line of its own: the set-up, which may be empty, then `||` and the calls of each thread";
    let first = all
        .next()
        .ok_or_else(|| mistake(text, text.trim_end().len(), 1, "there is no program here yet", help))?;
    match all.next() {
        Some(second) => Err(mistake_in(text, second, "this is a second program", "leave one of them")),
        None => Ok(first),
    }
}

impl Check {
    fn wrong(&self, program: &Program, host: &dyn Host) -> Option<Wrong> {
        let engines = match engines(&self.engines) {
            Ok(engines) => engines,
            Err(error) => return Some(Wrong::not_checked(error)),
        };
        let found = explore_weakened(program, &engines, &self.weakened, host);
        match (self.must, found.failure()) {
            (Must::Pass, Some(failure)) => {
                let sentence =
                    format!("Your program fails on `{}`, which is right: {}", self.subject, failure.sentence);
                Some(Wrong { sentence, ..failure })
            }
            (Must::Pass, None) => found.incomplete(),
            (Must::Fail, Some(failure)) if self.kinds.is_empty() || self.kinds.contains(&failure.kind) => {
                None
            }
            (Must::Fail, Some(failure)) => {
                let sentence = format!(
                    "It fails in another way than this lab is about ({}): {}",
                    failure.kind, failure.sentence
                );
                Some(Wrong { sentence, ..failure })
            }
            (Must::Fail, None) => {
                Some(found.incomplete().unwrap_or_else(|| self.passes(program, &found, host)))
            }
        }
    }

    /// Nothing is wrong with the program where something must be.
    fn passes(&self, program: &Program, found: &Found, host: &dyn Host) -> Wrong {
        let outcomes = found.outcomes();
        let list: Vec<String> = outcomes.iter().map(|outcome| format!("  {outcome}")).collect();
        let sentence = format!(
            "All {} executions of your program on `{}` are as they should be. These are its outcomes, and one of its executions.",
            found.executions(),
            self.subject
        );
        let one =
            outcomes.first().and_then(|outcome| example(program, outcome, &crate::exploring::BOTH, host));
        let one = one.map(|one| drawn(program, &one)).unwrap_or_default();
        Wrong::new("passes", sentence).of_program(program).drawn(format!("{}\n\n{one}", list.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_is_asked_for() {
        assert_eq!(only_line("# x\n|| a || b # c\n").map(|line| line.text), Ok("|| a || b"));
        assert!(only_line("# x\n").expect_err("none").to_string().contains("no program here yet"));
        assert!(only_line("a\nb").expect_err("two").to_string().contains("second program, on line 2"));
    }
}
