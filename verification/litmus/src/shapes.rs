//! The shapes that the literature has names for.

use crate::enumerate::{Allowed, allowed};
use crate::program::{Access, Change, Order, Outcome, Program};
use crate::rc11::RC11;
use serde::Deserialize;

/// A litmus test of the literature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// Its text.
    pub program: String,
    /// The outcome that it asks for: `r=0 s=0`, or `data race`.
    pub asks: String,
    /// Whether RC11 allows that.
    pub allowed: bool,
    /// How many executions others have published for RC11.
    #[serde(default)]
    pub executions: Option<u64>,
    /// How many they have published for sequential consistency.
    #[serde(default)]
    pub interleaved: Option<u64>,
    /// loom takes long for it.
    #[serde(default)]
    pub slow: bool,
    /// Where that is said.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    shape: Vec<Shape>,
}

/// All shapes, in the order of their file.
///
/// # Errors
/// What is wrong with the file.
pub fn all() -> Result<Vec<Shape>, String> {
    let file: File =
        toml::from_str(include_str!("../shapes.toml")).map_err(|error| format!("`shapes.toml`: {error}"))?;
    Ok(file.shape)
}

/// What stands for undefined behaviour where outcomes are listed.
pub const DATA_RACE: &str = "data race";

impl Shape {
    /// Its program.
    ///
    /// # Errors
    /// When its text is none.
    pub fn parse(&self) -> Result<Program, String> {
        self.program.parse().map_err(|error| format!("the shape `{}`: {error}", self.name))
    }

    /// Whether a set of outcomes has the one that it asks for.
    ///
    /// # Errors
    /// When it asks for none that the program can have.
    pub fn is_in(&self, found: &Allowed, program: &Program) -> Result<bool, String> {
        if self.asks == DATA_RACE {
            return Ok(found.has_a_race);
        }
        let wanted =
            wanted(&self.asks, program).map_err(|error| format!("the shape `{}`: {error}", self.name))?;
        Ok(found.outcomes.iter().any(|outcome| wanted.iter().all(|wanted| wanted.holds(outcome))))
    }
}

/// A part of an outcome.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// A register, and what it holds.
    Register(usize, u32),
    /// A location, and what it holds in the end.
    Location(usize, u32),
}

impl Wanted {
    /// Whether an outcome has it.
    pub fn holds(&self, outcome: &Outcome) -> bool {
        match self {
            Wanted::Register(register, value) => outcome.registers[*register] == Some(*value),
            Wanted::Location(location, value) => outcome.locations[*location] == *value,
        }
    }
}

/// The parts of an outcome, as typed: `r=0 s=0 x=1`.
///
/// # Errors
/// Which word is none.
pub fn wanted(text: &str, program: &Program) -> Result<Vec<Wanted>, String> {
    let part = |part: &str| {
        let error = || format!("`{part}` is not a register or a location of `{program}` and its value");
        let (name, value) = part.split_once('=').ok_or_else(error)?;
        let value: u32 = value.parse().map_err(|_| error())?;
        let at = |names: &[String]| names.iter().position(|known| known == name);
        match (at(&program.registers), at(&program.locations)) {
            (Some(register), _) => Ok(Wanted::Register(register, value)),
            (None, Some(location)) => Ok(Wanted::Location(location, value)),
            (None, None) => Err(error()),
        }
    };
    if text.trim().is_empty() {
        return Err("no values: an outcome is written `r=0 s=1`".to_owned());
    }
    text.split_whitespace().map(part).collect()
}

/// The same program with every atomic access `SeqCst`: it behaves as if threads took turns.
pub fn all_sc(program: &Program) -> Program {
    let strong = |order: Order| if order == Order::NotAtomic { order } else { Order::SeqCst };
    let mut program = program.clone();
    for step in program.threads.iter_mut().flatten() {
        step.access = match step.access {
            Access::Load(register, location, order) => Access::Load(register, location, strong(order)),
            Access::Store(location, value, order) => Access::Store(location, value, strong(order)),
            Access::Modify(register, location, change, order) => {
                let change = match change {
                    Change::CompareExchange(old, new, failed) => {
                        Change::CompareExchange(old, new, strong(failed))
                    }
                    other => other,
                };
                Access::Modify(register, location, change, strong(order))
            }
            Access::Fence(order) => Access::Fence(strong(order)),
        };
    }
    program
}

/// What RC11 allows of a shape.
///
/// # Errors
/// When it cannot be enumerated.
pub fn by_rc11(shape: &Shape) -> Result<Allowed, String> {
    allowed(&shape.parse()?, &RC11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rc11::Model;

    #[test]
    fn each_shape_allows_and_forbids_what_the_literature_says() {
        let wrong: Vec<String> = all()
            .unwrap()
            .iter()
            .filter(|shape| {
                let found = by_rc11(shape).unwrap();
                shape.is_in(&found, &shape.parse().unwrap()).unwrap() != shape.allowed
            })
            .map(|shape| format!("{}: `{}` of `{}`", shape.name, shape.asks, shape.program))
            .collect();
        assert!(wrong.is_empty(), "not as the literature says:\n{}", wrong.join("\n"));
    }

    #[test]
    fn executions_are_as_many_as_published() {
        let mut compared = 0;
        for shape in all().unwrap() {
            let program = shape.parse().unwrap();
            for (published, program) in
                [(shape.executions, program.clone()), (shape.interleaved, all_sc(&program))]
            {
                if let Some(published) = published {
                    assert_eq!(
                        allowed(&program, &RC11).unwrap().executions,
                        published,
                        "{}: {program}",
                        shape.name
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared >= 16, "only {compared} counts were compared");
    }

    /// A model that lacks an axiom is not RC11, and the shapes say so: none of the axioms could be left out unseen.
    #[test]
    fn without_any_axiom_a_shape_is_wrong() {
        let weaker = [
            Model { coherence: false, ..RC11 },
            Model { atomicity: false, ..RC11 },
            Model { accesses_sc: false, ..RC11 },
            Model { fences_sc: false, ..RC11 },
            Model { exchanges_in_turn: true, ..RC11 },
            Model { sc_in_turn: true, ..RC11 },
        ];
        for model in weaker {
            let is_wrong = |shape: &Shape| {
                let program = shape.parse().unwrap();
                let found = allowed(&program, &model).unwrap();
                shape.is_in(&found, &program).unwrap() != shape.allowed
            };
            assert!(all().unwrap().iter().any(is_wrong), "{model}");
        }
    }

    #[test]
    fn there_are_thirty_shapes_at_least_each_with_a_source_and_a_name_of_its_own() {
        let shapes = all().unwrap();
        let names: std::collections::BTreeSet<_> = shapes.iter().map(|shape| &shape.name).collect();
        assert!(shapes.len() >= 30 && names.len() == shapes.len());
        assert!(shapes.iter().all(|shape| !shape.source.is_empty()));
    }
}
