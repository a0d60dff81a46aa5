//! Lawless users: what a call-back of the user does wrong, and at which of its calls.
//!
//! ```text
//! misdeed := '!' call-back '.' number [ '-' number ] effect     after the last thread; there may be several
//! store a 1; range || load a !eq.1-2 lies                        the first two answers of the key's `Eq` are wrong: those of one look-up
//! store a 1; range || load a !eq.1-4 lies                        the first four are: in one table, and not in the other
//! ```
//!
//! The number counts the calls of that call-back, by all threads together, from the moment at which the threads begin until all have
//! ended. What the set-up does is not counted, nor is what the harness does with the quiet subject afterwards: both are lawful.
//!
//! | effect | then | judged |
//! |---|---|---|
//! | `lies` | `Eq` says the opposite, a hash is that of another key | memory: use after free, double free, leak; hang |
//! | `panics` | the call unwinds, and the thread goes on with its next one | also the invariants, and the linearizability of what returned. A call that panicked may have taken effect, at any moment after it was made, or not at all |
//! | `reenters` | the call-back makes a call of the same subject ([`reentry`](crate::Subject::reentry)) | all; that call is one of the history |
//!
//! A family of lawless users is a family of programs: each program with each way to misbehave, at each call of that call-back that occurs.
//! They run under shuttle only: loom's search would not see the counts that two threads share, and real threads do not share them.
//!
//! The key's `Eq` runs under the map's mutex. If it uses the map there, that is a documented deadlock: one can type such a program, but no
//! family has one.

use std::fmt;

/// A kind of call-back: the code of a user that the library calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Callback {
    /// The key's `Eq`.
    Eq,
    /// The key's `Hash`; where keys are text, the hasher.
    Hash,
    /// The `Clone` of keys and values.
    Clone,
    /// The value's `Eq`.
    Compare,
    /// The `Drop` of keys and values.
    Drop,
    /// What is passed to a call: of `update`, of `range`, of a computation.
    Closure,
    /// The user's clock.
    Clock,
    /// A removal listener.
    Listener,
    /// The `wake` of a waker.
    Waker,
    /// `start` and `stop` of a service.
    Service,
    /// The `Drop` of the payload of a panic.
    Payload,
}

/// All of them, by name.
pub const CALLBACKS: [(Callback, &str); 11] = [
    (Callback::Eq, "eq"),
    (Callback::Hash, "hash"),
    (Callback::Clone, "clone"),
    (Callback::Compare, "compare"),
    (Callback::Drop, "drop"),
    (Callback::Closure, "closure"),
    (Callback::Clock, "clock"),
    (Callback::Listener, "listener"),
    (Callback::Waker, "waker"),
    (Callback::Service, "service"),
    (Callback::Payload, "payload"),
];

/// What it does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Gives a wrong answer.
    Lies,
    /// Panics.
    Panics,
    /// Calls the subject that it is called by.
    Reenters,
}

/// All of them, by name.
pub const EFFECTS: [(Effect, &str); 3] =
    [(Effect::Lies, "lies"), (Effect::Panics, "panics"), (Effect::Reenters, "reenters")];

/// A call-back that misbehaves once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Misdeed {
    /// Which.
    pub callback: Callback,
    /// At which of its calls, from 1.
    pub number: u32,
    /// Until which call: only a lie can last for several.
    pub last: u32,
    /// How.
    pub effect: Effect,
}

impl Callback {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        CALLBACKS[self as usize].1
    }
}

impl Effect {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        EFFECTS[self as usize].1
    }
}

impl Misdeed {
    /// Whether it unwinds from a destructor.
    pub fn panics_in_a_drop(&self) -> bool {
        (self.callback, self.effect) == (Callback::Drop, Effect::Panics)
    }
}

impl fmt::Display for Misdeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "!{}.{}", self.callback.name(), self.number)?;
        if self.last != self.number {
            write!(f, "-{}", self.last)?;
        }
        write!(f, " {}", self.effect.name())
    }
}

impl Callback {
    /// What it can do wrong.
    pub fn effects(self) -> &'static [Effect] {
        match self {
            Callback::Eq | Callback::Hash | Callback::Compare => {
                &[Effect::Lies, Effect::Panics, Effect::Reenters]
            }
            _ => &[Effect::Panics, Effect::Reenters],
        }
    }
}
