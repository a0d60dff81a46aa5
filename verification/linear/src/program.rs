//! Programs and their text form: a subject, a set-up, a list of operations for each thread, and what users' code does wrong.
//!
//! ```text
//! program := part ('||' part)* misdeed*        the first part is the set-up, then comes one part for each thread
//! part    := [ operation (';' operation)* ]
//! operation := name argument*                  a key is a letter, a value a small number
//! misdeed := '!' call-back '.' number effect   the first call of the key's `Eq` lies: `!eq.1 lies`
//! ```
//!
//! The number of a misdeed counts the calls of that call-back from the moment at which the threads begin: see [`crate::callback`].

use crate::callback::{Callback, Effect, Misdeed};
use crate::operation::Call;
use crate::subject::Subject;
use std::fmt;

/// See the module.
#[derive(Clone, Debug)]
pub struct Program {
    /// The type under test.
    pub subject: &'static Subject,
    /// What is done before the threads begin.
    pub setup: Vec<Call>,
    /// One or more.
    pub threads: Vec<Vec<Call>>,
    /// What users' code does wrong: usually nothing.
    pub misdeeds: Vec<Misdeed>,
    /// For each misdeed, the call that it makes if it re-enters.
    pub reentries: Vec<Call>,
}

/// The maximum number of threads: loom has room for five, of which one is the model's own.
pub const MAX_THREADS: usize = 5;

/// The maximum number of operations, including the set-up.
pub const MAX_CALLS: usize = 24;

/// The maximum number of moments at which the operations of the threads take effect: each has a bit in a word.
pub const MAX_PARTS: usize = 60;

impl Program {
    /// All calls, the set-up's first.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let reentries = self.misdeeds.iter().zip(&self.reentries);
        let reentries = reentries.filter(|(misdeed, _)| misdeed.effect == Effect::Reenters);
        self.setup.iter().chain(self.threads.iter().flatten()).chain(reentries.map(|(_, call)| call))
    }

    /// A call of a thread. The calls that misdeeds make are numbered as those of threads after the last.
    pub fn call(&self, thread: usize, number: usize) -> &Call {
        match thread.checked_sub(self.threads.len()) {
            None => &self.threads[thread][number],
            Some(misdeed) => &self.reentries[misdeed],
        }
    }

    /// Whether users' destructors do more than free memory: each is then run wherever the library may run it.
    pub fn has_destructors(&self) -> bool {
        let misdeed = self.misdeeds.iter().any(|misdeed| misdeed.callback == Callback::Drop);
        misdeed || self.calls().any(|call| call.operation.runs_destructors)
    }

    /// Whether user code does something, beyond what the types of keys and values do by themselves.
    pub fn has_users(&self) -> bool {
        !self.misdeeds.is_empty() || self.has_destructors()
    }

    /// Whether what its calls return is judged. A service that panics has states that the specification lacks: there the registry's own
    /// invariants are all.
    pub fn is_judged(&self) -> bool {
        !self.misdeeds.iter().any(|misdeed| misdeed.callback == Callback::Service)
    }

    /// Whether some call-back does this.
    pub fn has(&self, effect: Effect) -> bool {
        self.misdeeds.iter().any(|misdeed| misdeed.effect == effect)
    }

    /// The keys that occur, in order.
    pub fn keys(&self) -> Vec<i64> {
        let mut keys: Vec<i64> = self.calls().flat_map(Call::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// What the parts of its calls go over: see [`universe`](crate::specification::Specification::universe).
    pub fn universe(&self) -> Vec<i64> {
        self.subject.specification.universe(self.keys(), self.threads.len())
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_calls(f, &self.setup)?;
        for (number, thread) in self.threads.iter().enumerate() {
            f.write_str(if number == 0 && self.setup.is_empty() { "|| " } else { " || " })?;
            write_calls(f, thread)?;
        }
        self.misdeeds.iter().try_for_each(|misdeed| write!(f, " {misdeed}"))
    }
}

fn write_calls(f: &mut fmt::Formatter<'_>, calls: &[Call]) -> fmt::Result {
    for (number, call) in calls.iter().enumerate() {
        if number > 0 {
            f.write_str("; ")?;
        }
        write!(f, "{call}")?;
    }
    Ok(())
}
