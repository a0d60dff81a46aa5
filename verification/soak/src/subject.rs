//! What is under load, as the threads see it.

use crate::hand::Hand;
use crate::load::Load;

/// What a key has in a quiet moment: a number, or `ABSENT`; and of a service its state.
pub type Shown = [i64; 2];

/// A subject in one of the builds.
pub trait Subject: Send + Sync {
    /// Makes the next call, or a few, and records them.
    fn turn(&self, load: &Load, hand: &mut Hand);

    /// What each key has. Only in a quiet moment.
    fn contents(&self, load: &Load) -> Vec<Shown>;

    /// Whether something is wrong that only shows in a quiet moment.
    ///
    /// # Errors
    /// What.
    fn quiet(&self) -> Result<(), String> {
        Ok(())
    }

    /// Whether an invariant is broken. Nobody else has the subject.
    ///
    /// # Errors
    /// Which one.
    fn check(&mut self) -> Result<(), String>;

    /// Drops what belongs to the threads: they are gone.
    fn end(&mut self) {}
}
