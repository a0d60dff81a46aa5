//! What an author says of a structure: its operations, and what they do when nobody else is there. The attribute [`subject`](macro@crate::subject)
//! writes this from the signatures.

use linear::Answer;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// A structure under test.
pub trait Subject: Send + Sync + Sized + 'static {
    /// Its sequential specification: the state of a structure that one thread uses.
    type Spec: Default + Clone + Eq + Hash + Debug + Send + 'static;

    /// Its name, as messages have it: two structures of one test program have different names.
    fn name() -> &'static str {
        short_name::<Self>()
    }

    /// It is built on loom's own types, and not on those of this crate: explored by loom alone. loom's own search skips interleavings, so such a
    /// check that finds nothing is never COMPLETE.
    const IS_LOOMS: bool = false;

    /// Its operations.
    const OPERATIONS: &'static [Op];

    /// A fresh one.
    fn init() -> Self;

    /// Makes a call of the operation with this number.
    fn call(&self, operation: usize, arguments: &[i64]) -> Answer;

    /// What the call does to the specification. [`Answer::Blocked`]: it waits for another one.
    fn specified(spec: &mut Self::Spec, operation: usize, arguments: &[i64]) -> Answer;

    /// What is left in a quiet one: must agree with the specification.
    fn quiet(&mut self) -> Answer {
        Answer::Unit
    }

    /// What is left by the specification.
    fn quiet_specified(_spec: &mut Self::Spec) -> Answer {
        Answer::Unit
    }

    /// What must hold of a quiet one.
    ///
    /// # Errors
    /// What does not.
    fn invariant(&mut self) -> Result<(), String> {
        Ok(())
    }
}

/// The name of a type without the modules that it is in: `Stack<true>`.
fn short_name<S: 'static>() -> &'static str {
    static NAMES: Mutex<BTreeMap<&str, &'static str>> = Mutex::new(BTreeMap::new());
    let long = std::any::type_name::<S>();
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    names.entry(long).or_insert_with(|| {
        let is_of_a_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let words = long.split_inclusive(|c| !is_of_a_path(c));
        let last = |word: &str| word.rsplit("::").next().unwrap_or(word).to_owned();
        words.map(last).collect::<String>().leak()
    })
}

/// An operation of a structure.
#[derive(Clone, Copy, Debug)]
pub struct Op {
    /// Its name.
    pub name: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// Its calls may have to wait for another call.
    pub waits: bool,
    /// Its calls may fail for no reason that the specification knows, and then have no effect: a `try_push` that meets another thread.
    pub may_fail: bool,
}

/// A parameter of an operation: which arguments the programs of a family have there.
#[derive(Clone, Copy, Debug)]
pub enum Param {
    /// A key: a letter, as many as the family has keys.
    Key,
    /// A value that no other call of the program has.
    Value,
    /// Each of these values.
    OneOf(&'static [i64]),
}

/// What an argument of a program may be turned into.
pub trait Argument {
    /// Which arguments the programs of a family have, if nobody says.
    const PARAM: Param = Param::Value;

    /// The argument of this number. A key is the number of its letter, from 0.
    fn from_number(number: i64) -> Self;
}

macro_rules! arguments {
    ($($type:ty)*) => {$(
        impl Argument for $type {
            fn from_number(number: i64) -> Self {
                number as $type
            }
        }
    )*};
}
arguments!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Argument for bool {
    const PARAM: Param = Param::OneOf(&[0, 1]);

    fn from_number(number: i64) -> Self {
        number != 0
    }
}

impl Argument for String {
    fn from_number(number: i64) -> Self {
        number.to_string()
    }
}

/// What a call returns, as text and for comparing with the specification.
pub trait Returned {
    /// The answer.
    fn answer(&self) -> Answer;
}

impl Returned for () {
    fn answer(&self) -> Answer {
        Answer::Unit
    }
}

impl Returned for bool {
    fn answer(&self) -> Answer {
        Answer::Bool(*self)
    }
}

macro_rules! returned {
    ($($type:ty)*) => {$(
        impl Returned for $type {
            fn answer(&self) -> Answer {
                i64::try_from(*self).map_or_else(|_| Answer::Word(self.to_string()), Answer::Value)
            }
        }
    )*};
}
returned!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Returned for str {
    fn answer(&self) -> Answer {
        Answer::Word(format!("{self:?}"))
    }
}

impl Returned for String {
    fn answer(&self) -> Answer {
        self.as_str().answer()
    }
}

impl<T: Returned + ?Sized> Returned for &T {
    fn answer(&self) -> Answer {
        (**self).answer()
    }
}

impl<T: Returned> Returned for Option<T> {
    fn answer(&self) -> Answer {
        match self {
            None => Answer::Absent,
            Some(value) => match value.answer() {
                Answer::Value(value) => Answer::Value(value),
                other => Answer::Word(format!("some {other}")),
            },
        }
    }
}

impl<T: Returned, E: Returned> Returned for Result<T, E> {
    fn answer(&self) -> Answer {
        Answer::Word(match self {
            Ok(value) => format!("ok {}", value.answer()),
            Err(error) => format!("error {}", error.answer()),
        })
    }
}

impl<T: Returned> Returned for [T] {
    fn answer(&self) -> Answer {
        let all: Vec<String> = self.iter().map(|one| one.answer().to_string()).collect();
        Answer::Word(format!("[{}]", all.join(", ")))
    }
}

impl<T: Returned> Returned for Vec<T> {
    fn answer(&self) -> Answer {
        self.as_slice().answer()
    }
}

impl<A: Returned, B: Returned> Returned for (A, B) {
    fn answer(&self) -> Answer {
        Answer::Word(format!("({}, {})", self.0.answer(), self.1.answer()))
    }
}

/// What the specification says of a call that may have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait<T> {
    /// It returns this.
    Ready(T),
    /// It waits for another call: in this state it does not return.
    Blocked,
}

impl<T: Returned> Returned for Wait<T> {
    fn answer(&self) -> Answer {
        match self {
            Wait::Ready(value) => value.answer(),
            Wait::Blocked => Answer::Blocked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_structure_has_no_modules() {
        assert_eq!(short_name::<Vec<Option<String>>>(), "Vec<Option<String>>");
        assert_eq!(short_name::<super::Param>(), "Param");
    }

    #[test]
    fn what_is_returned_is_told_apart() {
        let told = |returned: &dyn Returned| returned.answer().to_string();
        assert_eq!(told(&Some(1_u8)), "1");
        assert_eq!(told(&None::<u8>), "absent");
        assert_eq!(told(&Some(Some(1_u8))), "some 1".replace("some ", ""));
        assert_eq!(told(&Some(())), "some ()");
        assert_eq!(told(&Ok::<u8, u8>(1)), "ok 1");
        assert_eq!(told(&Err::<u8, u8>(1)), "error 1");
        assert_eq!(told(&vec![(1_u8, "a")]), "[(1, \"a\")]");
        assert_eq!(told(&u64::MAX), "18446744073709551615");
    }
}
