//! Panics of user code, which must not prevent what has to follow.
//!
//! An operation takes effect in one step. What must follow is done even if user code panics in between: the panic of each piece that may
//! run user code is caught, and the first one continues when everything is done. The payload of a panic is user code as well: its `Drop`
//! may panic again. So payloads are dropped last, and here.
#![forbid(unsafe_code)]

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How many payloads are dropped one after the other: the `Drop` of a payload may panic with another payload, whose `Drop` panics, and so on.
const PATIENCE: usize = 16;

/// The panics of pieces of user code that run one after the other.
#[derive(Default)]
pub(crate) struct Panics {
    first: Option<Box<dyn Any + Send>>,
    number: usize,
}

impl Panics {
    /// What `run` returns, unless it panics.
    pub(crate) fn catch<R>(&mut self, run: impl FnOnce() -> R) -> Option<R> {
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => Some(result),
            Err(payload) => {
                self.number += 1;
                match self.first {
                    None => self.first = Some(payload),
                    Some(_) => drop_last(payload),
                }
                None
            }
        }
    }

    /// How many there were.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Lets the first panic continue, if there was one.
    pub(crate) fn go_on(self) {
        if let Some(payload) = self.first {
            resume_unwind(payload);
        }
    }

    /// The same for a destructor: it does nothing if the thread is unwinding already, because a second panic would abort the process.
    pub(crate) fn go_on_from_drop(self) {
        if std::thread::panicking() { self.end_here() } else { self.go_on() }
    }

    /// The panics end here: the panic hook has reported each.
    pub(crate) fn end_here(self) {
        drop_last(self.first);
    }
}

/// Runs what may be user code where a panic would do harm. The panic hook reports the panic, and it ends here.
pub(crate) fn quietly(run: impl FnOnce()) {
    let mut panics = Panics::default();
    panics.catch(run);
    panics.end_here();
}

/// Does what a `Drop` of ours has to do, which may run user code.
pub(crate) fn in_drop(work: impl FnOnce()) {
    let mut panics = Panics::default();
    panics.catch(work);
    panics.go_on_from_drop();
}

/// Drops what user code left behind: an error, or the payload of a panic. A panic of its `Drop` ends here.
pub(crate) fn drop_last(left: impl Sized) {
    let Err(mut payload) = catch_unwind(AssertUnwindSafe(|| drop(left))) else { return };
    for _ in 0..PATIENCE {
        match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            Ok(()) => return,
            Err(next) => payload = next,
        }
    }
    std::mem::forget(payload);
}
