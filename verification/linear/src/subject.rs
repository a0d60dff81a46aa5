//! Subjects: the types under test.

use crate::callback::Callback;
use crate::operation::{Call, Operation};
use crate::specification::Specification;
use crate::templates::Templates;

/// A type under test.
#[derive(Debug)]
pub struct Subject {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// What it can do.
    pub operations: &'static [Operation],
    /// What that does to a sequential state.
    pub specification: &'static dyn Specification,
    /// The code of its users that it calls, if it calls any.
    pub callbacks: &'static [Callback],
    /// The call that a call-back makes of the subject that it is called by; `#` is the first key of the program. It retires something
    /// where there is something to retire.
    pub reentry: Option<&'static str>,
    /// What its families are made of, if it has any.
    pub templates: Option<&'static Templates>,
    /// Its calls have so many steps that only the reduced complete searches end, and only if pins are not steps.
    pub is_long: bool,
    /// The shipped build may have outcomes that no model has: say, more stripes.
    pub is_wider_when_shipped: bool,
}

impl Subject {
    /// Whether the call takes effect at one moment, whatever the program.
    pub fn is_atomic(&self, call: &Call) -> bool {
        self.specification.is_determined() && self.specification.parts(call, &[0, 1]) == 1
    }
}
