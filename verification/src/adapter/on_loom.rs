//! The subjects on loom.

pub(super) use crate::values::Plain as Value;
pub(super) use sync_map_loom as krate;
pub(super) use sync_map_loom::sync::model::{Condvar, Mutex, PlainMemory as Memory};

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "subjects/mod.rs"]
mod subjects;
pub use subjects::Any;
