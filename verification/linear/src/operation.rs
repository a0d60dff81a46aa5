//! Operations of a subject, and calls of them.

use std::fmt;

/// The kind of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// A letter, `a` to `z`.
    Key,
    /// A number.
    Value,
}

/// An operation that a subject has.
#[derive(Debug)]
pub struct Operation {
    /// Its name, as in the API.
    pub name: &'static str,
    /// Its arguments.
    pub params: &'static [Param],
    /// What it does, in a line.
    pub about: &'static str,
    /// Its calls run a user's destructor that does more than free memory: it matters which thread runs it, and when.
    pub runs_destructors: bool,
}

/// An operation.
pub const fn op(name: &'static str, params: &'static [Param], about: &'static str) -> Operation {
    Operation { name, params, about, runs_destructors: false }
}

impl Operation {
    /// The same, of which calls [run destructors](Operation::runs_destructors).
    pub const fn running_destructors(self) -> Operation {
        Operation { runs_destructors: true, ..self }
    }
}

/// A call: an operation and its arguments. A key is its letter's number from 0.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// One for each of its parameters.
    pub args: Vec<i64>,
}

impl Call {
    /// The name of the operation.
    pub fn name(&self) -> &'static str {
        self.operation.name
    }

    /// The keys that it is called with.
    pub fn keys(&self) -> impl Iterator<Item = i64> + '_ {
        self.operation
            .params
            .iter()
            .zip(&self.args)
            .filter(|(param, _)| **param == Param::Key)
            .map(|(_, arg)| *arg)
    }
}

/// The letter of a key.
pub fn letter(key: i64) -> char {
    u8::try_from(key).ok().filter(|key| *key < 26).map_or('?', |key| (b'a' + key) as char)
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.name)?;
        for (param, arg) in self.operation.params.iter().zip(&self.args) {
            match param {
                Param::Key => write!(f, " {}", letter(*arg))?,
                Param::Value => write!(f, " {arg}")?,
            }
        }
        Ok(())
    }
}
