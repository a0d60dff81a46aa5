//! What a run needs from an instance of a subject: a way to make the calls of a program.

use linear::{Answer, Call, Snapshot, Structure};
use std::fmt::Debug;

/// An instance of a subject.
pub trait Calls: Debug + Send + Sync + 'static {
    /// Makes a call.
    fn call(&self, call: &Call) -> Answer;
    /// The contents of a quiet one, by key.
    fn contents(&mut self) -> Vec<(i64, i64)>;
    /// The invariants of a quiet one.
    ///
    /// # Errors
    /// The first that does not hold.
    fn check_invariants(&mut self) -> Result<(), String> {
        Ok(())
    }
    /// What it looks like while its threads stand still, for a drawing: its tables and facts. The search does not know that anybody looks:
    /// see `look` in the model.
    fn snapshot(&self) -> Snapshot {
        Snapshot::default()
    }
    /// The structure of a quiet one: what decides which way an operation goes. Families begin in each such structure.
    fn structure(&mut self) -> Structure {
        Structure::default()
    }
}
