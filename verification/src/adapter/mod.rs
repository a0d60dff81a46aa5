//! Subjects in the flesh: each operation of a program as a call of the real type, once for each of the three builds.
//!
//! The files of `subjects/` are compiled three times, as the library is: each build says what `krate` is, and which
//! values and what memory it works with.

use crate::program::{Call, letter};
use crate::subject::{Kind, Ret};
use std::fmt::{self, Debug};
use std::hash::{BuildHasherDefault, DefaultHasher};

mod on_loom;
mod on_shuttle;
mod shipped;

pub use on_loom::Any as OnLoom;
pub use on_shuttle::Any as OnShuttle;
pub use shipped::Any as Shipped;

/// The same hashes in every run: loom needs runs that repeat exactly.
pub type FixedHasher = BuildHasherDefault<DefaultHasher>;

/// The structure of a quiet subject: of its map, if it has one, and what else decides which way an operation goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Structure {
    /// For each key with an entry: live, deleted or expunged, and whether it is in read or in dirty only.
    pub keys: std::collections::BTreeMap<i64, (&'static str, &'static str)>,
    /// `read` is amended, and dirty present.
    pub amended: bool,
    /// How many misses are left before a promotion.
    pub misses_left: usize,
    /// The next copy will look for deleted entries.
    pub deletion_noted: bool,
    /// What else there is, by name: never a value of which there is no end.
    pub more: std::collections::BTreeMap<&'static str, i64>,
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = self
            .keys
            .iter()
            .map(|(key, (state, table))| format!("{} {state} in {table}", letter(*key)))
            .collect();
        match self.amended {
            true => words.push(format!("amended, {} more misses to a promotion", self.misses_left)),
            false => words.push("not amended".to_owned()),
        }
        words.extend(self.deletion_noted.then(|| "a deletion noted".to_owned()));
        words.extend(self.more.iter().map(|(name, number)| format!("{name} {number}")));
        f.write_str(&words.join(", "))
    }
}

/// The structure to which calls of one thread lead an empty subject, as it ships.
pub fn structure_after(kind: Kind, calls: &[Call]) -> Structure {
    let mut instance = Shipped::new(kind);
    calls.iter().for_each(|call| drop(instance.call(call)));
    instance.structure()
}

/// What a run of a program needs of a subject.
pub trait Calls: Debug + Send + Sync + 'static {
    /// Makes a call.
    fn call(&self, call: &Call) -> Ret;
    /// The contents of a quiet one, by key.
    fn contents(&mut self) -> Vec<(i64, i64)>;
    /// The invariants of a quiet one.
    ///
    /// # Errors
    /// The first that does not hold.
    fn check_invariants(&mut self) -> Result<(), String> {
        Ok(())
    }
    /// The structure of a quiet subject, without its values: what decides which way an operation goes. Families begin
    /// in each.
    fn structure(&mut self) -> Structure {
        Structure::default()
    }
    /// What a quiet map holds for a key, in the words of the specification.
    fn key_state(&mut self, _key: i64) -> &'static str {
        "no map"
    }
    /// Hands what this thread has retired to the collector.
    fn flush(&self) {}
}

/// Any subject, in one of the builds.
pub trait Instance: Calls + Sized {
    /// An empty one.
    fn new(kind: Kind) -> Self;
}

/// Visits in the order of the keys; a key that was visited twice stays twice, and fits no specification.
fn by_key(mut pairs: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    pairs.sort_unstable();
    pairs
}

fn or_absent(value: Option<i64>) -> Ret {
    value.map_or(Ret::Absent, Ret::Value)
}

/// Tokens that calls name by a number: 1 to 4, or as families number what is new, from 20 to 49 with a last digit of 0 or 1.
const NUMBERS: usize = 10;

/// The place of a number among [`NUMBERS`].
fn place(number: i64) -> Option<usize> {
    let place = match (number, number % 10) {
        (1..=4, _) => number - 1,
        (20..=49, 0 | 1) => 4 + 2 * (number / 10 - 2) + number % 10,
        _ => return None,
    };
    usize::try_from(place).ok()
}
