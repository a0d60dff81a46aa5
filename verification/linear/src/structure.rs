//! The structure of a quiet subject, without its values: what decides which way an operation goes. Families begin in each.

use crate::operation::letter;
use std::collections::BTreeMap;
use std::fmt;

/// A structure. The subject decides what is in it; two that are equal are the same start state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Structure {
    /// For each key of which there is something: its state, and where it is.
    pub keys: BTreeMap<i64, (&'static str, &'static str)>,
    /// What else there is, by name, always in the same order. Never a number that grows without bound.
    pub facts: Vec<(&'static str, i64)>,
}

impl Structure {
    /// A fact, by its name; 0 where it is missing.
    pub fn fact(&self, name: &str) -> i64 {
        self.facts.iter().find(|(fact, _)| *fact == name).map_or(0, |(_, number)| *number)
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys =
            self.keys.iter().map(|(key, (state, place))| format!("{} {state} in {place}", letter(*key)));
        let facts = self.facts.iter().map(|(name, number)| format!("{name}: {number}"));
        f.write_str(&keys.chain(facts).collect::<Vec<_>>().join(", "))
    }
}
