//! The subjects on shuttle.

pub(super) use crate::values::Plain as Value;
pub(super) use sync_map_shuttle as krate;
pub(super) use sync_map_shuttle::sync::model::{Condvar, Mutex, PlainMemory as Memory};

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "subjects/mod.rs"]
mod subjects;
pub use subjects::Any;
