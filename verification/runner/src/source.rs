//! What is known of the source under test: its fingerprint, and the steps of its algorithm. The host says it; the runner knows no source.

use explore::passage::Passage;
use serde::{Deserialize, Serialize};

/// A step of the algorithm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Step {
    /// `ORD-6 slot.load`, or `LP(load)`.
    pub name: String,
    /// `map/entry.rs:120`.
    pub place: String,
}

/// The steps that the program at work has taken.
pub trait Taken: Send {
    /// Notes the calls of an execution.
    ///
    /// # Errors
    /// An access that the list of steps lacks.
    fn note(&mut self, calls: Vec<Passage>) -> Result<(), String>;

    /// The numbers of the steps taken: a hexadecimal digit for each four of them.
    fn digits(&self) -> String;
}

/// The source under test.
pub trait Source: Sync {
    /// The steps of a subject's algorithm, in the order of the source; none where nobody lists them.
    fn steps(&self, _subject: &str) -> Vec<Step> {
        Vec::new()
    }

    /// Begins to note steps of a program of this subject.
    fn taken(&self, _subject: &str) -> Option<Box<dyn Taken>> {
        None
    }

    /// The family of a subject that must take every step: its size and keys, if there is one.
    fn takes_all_steps(&self, _subject: &str) -> Option<(&'static str, usize)> {
        None
    }

    /// A number that changes with all that decides the results of a subject's families.
    fn fingerprint(&self, _subject: &str) -> String {
        String::new()
    }

    /// The versions of what the checks are built on.
    fn versions(&self) -> Vec<String> {
        Vec::new()
    }

    /// The commit that is checked out; `+`: with changes.
    fn commit(&self) -> Option<String> {
        None
    }
}

/// A source of which nothing is known.
#[derive(Debug)]
pub struct Unknown;

impl Source for Unknown {}

/// The numbers of the steps that are marked in these digits.
pub fn numbers(digits: &str) -> impl Iterator<Item = usize> + '_ {
    digits.chars().enumerate().flat_map(|(at, digit)| {
        let digit = digit.to_digit(16).unwrap_or(0);
        (0..4).filter(move |bit| digit & (1 << bit) != 0).map(move |bit| 4 * at + bit)
    })
}
