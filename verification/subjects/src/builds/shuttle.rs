//! What calls are compiled with on shuttle.

pub(crate) use explore::counted::{NameHasher, Plain as Value};
pub(crate) use sync_map_model::shuttle::look::object_around;
pub(crate) use sync_map_model::shuttle::{Condvar, Mutex, PlainMemory as Memory};
pub(crate) use sync_map_shuttle as krate;

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "kit.rs"]
mod kit;
pub(crate) use kit::*;
