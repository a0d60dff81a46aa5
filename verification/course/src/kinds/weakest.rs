//! The student gives each access of a litmus test its ordering: strong enough that an outcome is forbidden, and no stronger.

use super::{Kind, one_after_another};
use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Section, mistake, mistake_in, sections};
use linear::ParseError;
use litmus::program::{Outcome, Program};
use litmus::rc11::RC11;
use litmus::shapes::{DATA_RACE, wanted};
use litmus::shown::{example, lines};
use serde::Deserialize;
use std::collections::BTreeMap;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weakest {
    part: Vec<Part>,
}

/// A litmus test with holes: `x := 1 <1>; r = y <2> || …`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    /// The head of its part of the answer.
    name: String,
    program: String,
    /// The outcome that must be forbidden: `r=0 s=0`, or `data race`.
    forbidden: String,
    /// Points for forbidding it, and for using no ordering that is stronger than needed.
    points: [u32; 2],
    /// What each access is, by the name of its hole: `load`, `store`, `rmw` or `fence`.
    holes: BTreeMap<String, Access>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Access {
    Load,
    Store,
    Rmw,
    Fence,
}

impl Access {
    /// The orderings that it can have, each with those that are weaker by one word.
    fn orders(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Access::Load => &[("rlx", &[]), ("acq", &["rlx"]), ("sc", &["acq"])],
            Access::Store => &[("rlx", &[]), ("rel", &["rlx"]), ("sc", &["rel"])],
            Access::Rmw => &[
                ("rlx", &[]),
                ("acq", &["rlx"]),
                ("rel", &["rlx"]),
                ("acqrel", &["acq", "rel"]),
                ("sc", &["acqrel"]),
            ],
            // A fence that is left out is the weakest.
            Access::Fence => &[
                ("none", &[]),
                ("acq", &["none"]),
                ("rel", &["none"]),
                ("acqrel", &["acq", "rel"]),
                ("sc", &["acqrel"]),
            ],
        }
    }
}

const ANSWER: &str = "orderings.txt";

/// The kinds of failure.
const ALLOWED: &str = "allowed";
const NOT_NEEDED: &str = "not needed";

/// An ordering for each hole.
type Chosen = BTreeMap<String, String>;

impl Kind for Weakest {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        let of = |part: &Part| {
            let (name, forbidden) = (&part.name, &part.forbidden);
            [
                Named { name: format!("{name}: `{forbidden}` is forbidden"), points: part.points[0] },
                Named {
                    name: format!("{name}: no ordering is stronger than needed"),
                    points: part.points[1],
                },
            ]
        };
        self.part.iter().flat_map(of).collect()
    }

    fn validate(&self, _lab: &Lab, _host: &dyn Host) -> Result<(), String> {
        for part in &self.part {
            let strongest =
                |access: &Access| access.orders().last().map_or("", |(order, _)| order).to_owned();
            let chosen = part.holes.iter().map(|(hole, access)| (hole.clone(), strongest(access))).collect();
            let program = part.fill(&chosen)?;
            if part.is_allowed(&program)?.is_some() {
                return Err(format!(
                    "[{}]: not even the strongest orderings forbid `{}`",
                    part.name, part.forbidden
                ));
            }
        }
        Ok(())
    }

    /// Thread by thread: a whole program may be wider than a terminal.
    fn quoted(&self) -> Vec<String> {
        let threads =
            |part: &Part| part.program.split("||").map(|thread| thread.trim().to_owned()).collect::<Vec<_>>();
        self.part.iter().flat_map(threads).collect()
    }

    fn check(&self, _lab: &Lab, text: &str, _host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let names: Vec<&str> = self.part.iter().map(|part| part.name.as_str()).collect();
        let sections = sections(text, &names).map_err(Wrong::mistake)?;
        let named = self.checks();
        let mut checked = Vec::new();
        for (number, part) in self.part.iter().enumerate() {
            let section = sections.iter().find(|section| section.name == part.name);
            let section = section.expect("a text without it is refused above");
            let named = &named[2 * number..2 * number + 2];
            match part.chosen(text, section) {
                Err(error) => checked.extend(Checked::all_fail(named, &Wrong::mistake(error))),
                Ok(chosen) => checked.extend(one_after_another(named, |check| match check {
                    0 => part.forbids(&chosen),
                    _ => part.too_strong(&chosen),
                })),
            }
        }
        Ok(checked)
    }
}

impl Part {
    /// The lines `1: rel` of the answer.
    fn chosen(&self, text: &str, section: &Section<'_>) -> Result<Chosen, ParseError> {
        let mut chosen = Chosen::new();
        let holes = self.holes.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        for line in &section.lines {
            let help = format!("write `hole: ordering`; the holes are {holes}");
            let (hole, order) =
                line.text.split_once(':').ok_or_else(|| mistake_in(text, *line, "this has no `:`", &help))?;
            let (hole, order) = (hole.trim(), order.trim());
            let access = self
                .holes
                .get(hole)
                .ok_or_else(|| mistake_in(text, *line, "there is no such hole", &help))?;
            if !access.orders().iter().any(|(known, _)| *known == order) {
                let known: Vec<&str> = access.orders().iter().map(|(known, _)| *known).collect();
                let message = format!("`{order}` is not an ordering of this access");
                return Err(mistake_in(
                    text,
                    *line,
                    &message,
                    &format!("write one of: {}", known.join(", ")),
                ));
            }
            if chosen.insert(hole.to_owned(), order.to_owned()).is_some() {
                return Err(mistake_in(text, *line, "this hole is filled twice", "keep one of them"));
            }
        }
        match self.holes.keys().find(|hole| !chosen.contains_key(*hole)) {
            None => Ok(chosen),
            Some(hole) => {
                let message = format!("[{}] has no line `{hole}: …`", section.name);
                Err(mistake(text, section.at, section.name.len() + 2, &message, "fill each hole"))
            }
        }
    }

    /// The program with these orderings; a fence that is `none` is left out.
    fn fill(&self, chosen: &Chosen) -> Result<Program, String> {
        let mut text = self.program.clone();
        for (hole, order) in chosen {
            let place = format!("<{hole}>");
            if text.matches(&place).count() != 1 {
                return Err(format!("[{}]: `{place}` must be in the program once", self.name));
            }
            text = text.replace(&place, order);
        }
        let without = |thread: &str| {
            let steps = thread.split(';').map(str::trim).filter(|step| *step != "fence none");
            steps.collect::<Vec<_>>().join("; ")
        };
        let threads: Vec<String> = text.split("||").map(without).collect();
        threads.join(" || ").parse().map_err(|error| format!("[{}]: {error}", self.name))
    }

    /// An execution that RC11 allows and that ends as it must not.
    fn is_allowed(&self, program: &Program) -> Result<Option<Vec<String>>, String> {
        let is_race = self.forbidden == DATA_RACE;
        let parts = if is_race { Vec::new() } else { wanted(&self.forbidden, program)? };
        let test = |outcome: &Outcome, races: bool| match is_race {
            true => races,
            false => parts.iter().all(|part| part.holds(outcome)),
        };
        Ok(example(program, &RC11, test)?.map(|execution| lines(program, &execution)))
    }

    fn forbids(&self, chosen: &Chosen) -> Option<Wrong> {
        let program = match self.fill(chosen) {
            Ok(program) => program,
            Err(error) => return Some(Wrong::not_checked(error)),
        };
        match self.is_allowed(&program) {
            Err(error) => Some(Wrong::not_checked(error)),
            Ok(None) => None,
            Ok(Some(drawn)) => {
                let sentence = format!(
                    "[{}] With your orderings RC11 allows `{}`. This is such an execution.",
                    self.name, self.forbidden
                );
                Some(Wrong::new(ALLOWED, sentence).of_program(&program).drawn(drawn.join("\n")))
            }
        }
    }

    /// An ordering that can be weakened, and nothing is lost.
    fn too_strong(&self, chosen: &Chosen) -> Option<Wrong> {
        for (hole, order) in chosen {
            let orders = self.holes.get(hole)?.orders();
            let weaker = orders.iter().find(|(known, _)| known == order).map(|(_, weaker)| *weaker)?;
            for weaker in weaker {
                let mut other = chosen.clone();
                other.insert(hole.clone(), (*weaker).to_owned());
                let found = self.fill(&other).and_then(|program| Ok((self.is_allowed(&program)?, program)));
                match found {
                    Err(error) => return Some(Wrong::not_checked(error)),
                    Ok((Some(_), _)) => {}
                    Ok((None, program)) => {
                        let sentence = format!(
                            "[{}] `{order}` at <{hole}> is stronger than needed: `{weaker}` forbids `{}` as well.",
                            self.name, self.forbidden
                        );
                        return Some(Wrong::new(NOT_NEEDED, sentence).of_program(&program));
                    }
                }
            }
        }
        None
    }
}
