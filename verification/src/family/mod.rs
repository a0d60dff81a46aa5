//! Families: all programs of a size, from all start states.
//!
//! A family `TxN` over K keys is every program of T threads with one to N operations each. Each begins in every *start
//! state*: a structure of the quiet subject that real operations lead to ([`starts`]). The list of start states is found by
//! search, and so is the shortest set-up for each.
//!
//! What is left out is the same as something that is there: threads in another order; the keys named otherwise; an
//! operation that runs the code of another and drops its result (`store` and `swap`, `delete` and `load_and_delete`).

pub mod plan;
mod programs;
mod starts;
pub mod subjects;

pub use programs::programs;
use serde::{Deserialize, Serialize};
pub use starts::{Start, starts};
use std::fmt;
use std::str::FromStr;
use subjects::Templates;

/// A family that does not exist: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// So many threads of at most so many operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Size {
    /// Threads.
    pub threads: usize,
    /// Operations of a thread, at most.
    pub operations: usize,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (threads, operations) = text.split_once('x')?;
            let (threads, operations) = (threads.parse().ok()?, operations.parse().ok()?);
            ((1..=3).contains(&threads) && (1..=3).contains(&operations))
                .then_some(Size { threads, operations })
        };
        parse().ok_or_else(|| "a size is threads x operations, each from 1 to 3: 2x1, 2x2, 3x1".to_owned())
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Size> for String {
    fn from(size: Size) -> String {
        size.to_string()
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.threads, self.operations)
    }
}

/// Which programs of a size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// All.
    #[default]
    All,
    /// Store buffering: `write a; read b || write b; read a`.
    Sb,
}

/// A family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// The subject.
    pub subject: String,
    /// The size of its programs.
    pub size: Size,
    /// How many keys; 0 for a subject that has none.
    pub keys: usize,
    /// Only these operations; all of the subject's templates if empty.
    #[serde(default)]
    pub ops: Vec<String>,
    /// Only programs of this shape.
    #[serde(default)]
    pub shape: Shape,
}

impl Family {
    /// A family of all operations.
    ///
    /// # Errors
    /// When there is no such family.
    pub fn new(subject: &str, size: Size, keys: Option<usize>) -> Result<Family, Problem> {
        let templates = Templates::of(subject)?;
        let keys = match (templates.has_keys(), keys) {
            (true, keys) => keys.unwrap_or(1),
            (false, None) => 0,
            (false, Some(_)) => return Err(Problem(format!("`{subject}` has no keys: leave out --keys"))),
        };
        Ok(Family { subject: subject.to_owned(), size, keys, ops: Vec::new(), shape: Shape::All })
    }

    /// The same, of these operations only.
    ///
    /// # Errors
    /// When the subject lacks one.
    pub fn with_ops(mut self, ops: &[String]) -> Result<Family, Problem> {
        let templates = Templates::of(&self.subject)?;
        let same = templates.same.iter().map(|same| &same.template);
        let known: Vec<&str> =
            templates.keyed.iter().chain(templates.whole).chain(same).map(|t| Templates::name(t)).collect();
        if let Some(unknown) = ops.iter().find(|op| !known.contains(&op.as_str())) {
            return Err(Problem(format!(
                "`{unknown}` is no operation of the families of {}: {}",
                self.subject,
                known.join(", ")
            )));
        }
        self.ops = ops.to_vec();
        Ok(self)
    }

    /// The same, of this shape only.
    ///
    /// # Errors
    /// When the family has no programs of it.
    pub fn with_shape(mut self, shape: Shape) -> Result<Family, Problem> {
        let is_sb = self.keys == 2 && self.size == Size { threads: 2, operations: 2 };
        if shape == Shape::Sb && !is_sb {
            return Err(Problem("store buffering takes two keys: family 2x2 --keys 2 --shape sb".into()));
        }
        self.shape = shape;
        Ok(self)
    }

    /// The templates of its subject.
    pub fn templates(&self) -> &'static Templates {
        Templates::of(&self.subject).expect("looked up when the family was made")
    }

    /// A name for files: `map-2x1-2-keys`.
    pub fn id(&self) -> String {
        let mut id = format!("{}-{}", self.subject, self.size);
        if self.keys > 0 {
            id.push_str(&format!("-{}-key{}", self.keys, if self.keys == 1 { "" } else { "s" }));
        }
        if self.shape == Shape::Sb {
            id.push_str("-sb");
        }
        for op in &self.ops {
            id.push_str(&format!("-{op}"));
        }
        id
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject, self.size)?;
        match self.keys {
            0 => {}
            1 => write!(f, " over 1 key")?,
            keys => write!(f, " over {keys} keys")?,
        }
        if self.shape == Shape::Sb {
            write!(f, ", store buffering")?;
        }
        if !self.ops.is_empty() {
            write!(f, ", only {}", self.ops.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Program;
    use crate::subject;
    use std::collections::BTreeSet;

    fn family(subject: &str, size: &str, keys: Option<usize>) -> Family {
        Family::new(subject, size.parse().unwrap(), keys).unwrap()
    }

    /// The counts are those of the search, written down so that a change of the algorithm that adds or removes a state is
    /// noticed.
    #[test]
    fn the_programs_are_counted() {
        let count = |size, keys| programs(&family("map", size, Some(keys))).len();
        assert_eq!((count("2x1", 1), count("2x1", 2), count("3x1", 1)), (810, 7_799, 2_970));
        assert_eq!(count("2x2", 1), 73_710);
    }

    #[test]
    fn every_program_parses_and_occurs_once() {
        let families = [
            family("map", "2x1", Some(2)),
            family("map", "2x2", Some(2)).with_shape(Shape::Sb).unwrap(),
            family("map", "2x1", None).with_ops(&["store".into(), "load".into()]).unwrap(),
            family("counter", "2x2", None),
            family("countermap", "2x1", Some(2)),
        ];
        for family in families {
            let subject = subject::by_name(&family.subject).unwrap();
            let programs = programs(&family);
            assert!(!programs.is_empty(), "{family}");
            let unique: BTreeSet<&String> = programs.iter().collect();
            assert_eq!(unique.len(), programs.len(), "{family}");
            for program in &programs {
                assert_eq!(Program::parse(subject, program).unwrap().to_string(), *program);
            }
        }
    }

    #[test]
    fn what_is_no_family_is_refused() {
        let map = || family("map", "2x1", Some(1));
        let refused = [
            Family::new("cash", map().size, None).unwrap_err(),
            Family::new("counter", map().size, Some(1)).unwrap_err(),
            map().with_ops(&["lod".into()]).unwrap_err(),
            map().with_shape(Shape::Sb).unwrap_err(),
        ];
        let parts = ["map, counter, countermap", "leave out --keys", "load, swap", "--shape sb"];
        for (problem, part) in refused.iter().zip(parts) {
            assert!(problem.0.contains(part), "{problem}");
        }
    }
}
