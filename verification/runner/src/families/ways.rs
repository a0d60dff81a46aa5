//! The ways to misbehave that a subject offers to its users.

use linear::{Callback, Effect, Misdeed, Subject};

/// A call that does not come.
pub const NEVER: u32 = 999;

/// What goes wrong in one way, at the n-th call for each n: one misdeed, and with a payload that panics two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Which call-back.
    pub callback: Callback,
    /// What it does.
    pub effect: Effect,
    /// The payload of that panic panics, too, when it is dropped.
    and_its_payload: bool,
}

impl Way {
    /// The text of a program whose call-back misbehaves from this call to that one.
    pub fn text(self, program: &str, number: u32, last: u32) -> String {
        let misdeed = Misdeed { callback: self.callback, number, last, effect: self.effect };
        let payload = Misdeed { callback: Callback::Payload, number: 1, last: 1, effect: Effect::Panics };
        if self.and_its_payload {
            format!("{program} {misdeed} {payload}")
        } else {
            format!("{program} {misdeed}")
        }
    }
}

/// A program of this subject in which nothing goes wrong, but calls are counted: those of destructors, too.
pub fn counting(subject: &Subject, program: &str) -> String {
    let known = subject.callbacks;
    let callback = if known.contains(&Callback::Drop) { Callback::Drop } else { known[0] };
    Way { callback, effect: Effect::Panics, and_its_payload: false }.text(program, NEVER, NEVER)
}

/// The ways of a subject. Not that of a key's `Eq` that uses the map: see the module above.
pub fn ways(subject: &Subject) -> Vec<Way> {
    let mut ways = Vec::new();
    for callback in subject.callbacks.iter().copied().filter(|callback| *callback != Callback::Payload) {
        for effect in callback.effects().iter().copied() {
            if (callback, effect) != (Callback::Eq, Effect::Reenters) {
                ways.push(Way { callback, effect, and_its_payload: false });
            }
        }
    }
    // Of the panics that the library catches and does not pass on, the payload is its own to drop.
    if subject.callbacks.contains(&Callback::Service) {
        ways.push(Way { callback: Callback::Service, effect: Effect::Panics, and_its_payload: true });
    }
    ways
}
