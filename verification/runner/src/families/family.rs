//! Families, and those that do not exist.

use super::size::{Shape, Size};
use explore::subjects;
use linear::{Subject, Templates};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A family that does not exist: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the families of a subject are made of.
///
/// # Errors
/// When it has none.
pub fn templates_of(subject: &str) -> Result<&'static Templates, Problem> {
    let found = subjects::by_name(subject).and_then(|subject| subject.templates);
    found.ok_or_else(|| {
        let known = subjects::all().iter().filter(|builds| builds.subject.templates.is_some());
        let known: Vec<&str> = known.map(|builds| builds.subject.name).collect();
        Problem(format!(
            "`{subject}` has no families. The subjects that have families are {}",
            known.join(", ")
        ))
    })
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
    /// Each program times what its users can do wrong: see [`linear::Misdeed`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lawless: bool,
}

impl Family {
    /// A family of all operations.
    ///
    /// # Errors
    /// When there is no such family.
    pub fn new(subject: &str, size: Size, keys: Option<usize>) -> Result<Family, Problem> {
        let templates = templates_of(subject)?;
        let keys = match (templates.has_keys(), keys) {
            (true, keys) => keys.unwrap_or(1),
            (false, None) => 0,
            (false, Some(_)) => return Err(Problem(format!("`{subject}` has no keys: leave out --keys"))),
        };
        Ok(Family {
            subject: subject.to_owned(),
            size,
            keys,
            ops: Vec::new(),
            shape: Shape::All,
            lawless: false,
        })
    }

    /// The same, of these operations only.
    ///
    /// # Errors
    /// When the subject lacks one.
    pub fn with_ops(mut self, ops: &[String]) -> Result<Family, Problem> {
        let templates = templates_of(&self.subject)?;
        let same = templates.same.iter().map(|same| &same.template);
        let known: Vec<&str> =
            templates.keyed.iter().chain(templates.whole).chain(same).map(|t| Templates::name(t)).collect();
        if let Some(unknown) = ops.iter().find(|op| !known.contains(&op.as_str())) {
            return Err(Problem(format!(
                "`{unknown}` is not an operation of the families of {}. The operations are {}",
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
        let is_sb = self.keys == 2 && self.size == Size::of(2, 2);
        if shape == Shape::Sb && !is_sb {
            return Err(Problem("--shape sb is for two threads of two operations over two keys: family 2x2 --keys 2 --shape sb".into()));
        }
        self.shape = shape;
        Ok(self)
    }

    /// The same, with lawless users.
    ///
    /// # Errors
    /// When the subject calls no code of its users.
    pub fn with_lawless_users(mut self) -> Result<Family, Problem> {
        if self.subject().callbacks.is_empty() {
            return Err(Problem(format!(
                "`{}` calls no code of its users, so none of it can misbehave: leave out --lawless",
                self.subject
            )));
        }
        self.lawless = true;
        Ok(self)
    }

    /// Its subject.
    pub fn subject(&self) -> &'static Subject {
        subjects::by_name(&self.subject).expect("looked up when the family was made")
    }

    /// The templates of its subject.
    pub fn templates(&self) -> &'static Templates {
        templates_of(&self.subject).expect("looked up when the family was made")
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
        if self.lawless {
            id.push_str("-lawless");
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
        if self.lawless {
            write!(f, ", lawless users")?;
        }
        Ok(())
    }
}
