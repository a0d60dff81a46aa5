//! What calls are compiled with on loom.

pub(crate) use explore::counted::{NameHasher, Plain as Value};
pub(crate) use sync_map_loom as krate;
pub(crate) use sync_map_model::loom::look::object_around;
pub(crate) use sync_map_model::loom::{Condvar, Mutex, PlainMemory as Memory};

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "kit.rs"]
mod kit;
pub(crate) use kit::*;
