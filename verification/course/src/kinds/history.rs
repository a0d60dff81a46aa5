//! The student writes a history that one judge accepts and the other does not.

use super::histories::Drawn;
use super::outcomes::map;
use super::{Kind, one_after_another};
use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Line, lines, mistake, mistake_in};
use serde::Deserialize;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct History {
    #[serde(default = "map")]
    subject: String,
    #[serde(default)]
    setup: String,
    most_calls: usize,
    check: Vec<Check>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    points: u32,
    judge: Judge,
    accepts: bool,
}

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Judge {
    /// The order keeps what came first in time.
    Linearizability,
    /// The order keeps what came first on each thread.
    SequentialConsistency,
}

impl Judge {
    fn accepted(self) -> &'static str {
        match self {
            Judge::Linearizability => "linearizable",
            Judge::SequentialConsistency => "sequentially consistent",
        }
    }
}

const ANSWER: &str = "history.txt";

impl Kind for History {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        self.check.iter().map(|check| Named { name: check.name.clone(), points: check.points }).collect()
    }

    fn validate(&self, _lab: &Lab, host: &dyn Host) -> Result<(), String> {
        host.subject(&self.subject).map(drop).ok_or_else(|| format!("`{}` is not a subject", self.subject))
    }

    fn check(&self, _lab: &Lab, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let subject = host.subject(&self.subject);
        let subject =
            subject.ok_or_else(|| Wrong::not_checked(format!("`{}` is not a subject", self.subject)))?;
        let all: Vec<Line<'_>> = lines(text).collect();
        if all.is_empty() {
            let help =
                "write a call on each line: its name, its thread, its times, the call, and what it returns";
            return Err(Wrong::mistake(mistake(
                text,
                text.trim_end().len(),
                1,
                "there is no history here yet",
                help,
            )));
        }
        if let Some(line) = all.get(self.most_calls) {
            let message = format!("{} calls are the most", self.most_calls);
            return Err(Wrong::mistake(mistake_in(text, *line, &message, "the smallest history tells most")));
        }
        let drawn = Drawn::read(subject, &self.setup, text, &all).map_err(Wrong::mistake)?;
        Ok(one_after_another(&self.checks(), |number| self.check[number].wrong(&drawn)))
    }
}

impl Check {
    fn wrong(&self, drawn: &Drawn) -> Option<Wrong> {
        let order = drawn.order(self.judge == Judge::Linearizability, None);
        let judged = self.judge.accepted();
        let (kind, sentence) = match (order, self.accepts) {
            (Some(order), false) => (
                format!("is {judged}"),
                format!("It is {judged}: the order {} explains it.", drawn.names(&order)),
            ),
            (None, true) => {
                let all = drawn.calls.len();
                (
                    format!("is not {judged}"),
                    format!(
                        "It is not {judged}: no order of the {all} calls that this judge allows returns what they return."
                    ),
                )
            }
            _ => return None,
        };
        Some(Wrong::new(&kind, sentence).of_program(drawn.program()).drawn(drawn.drawing()))
    }
}
