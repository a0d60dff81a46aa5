//! What calls are compiled with as they ship.

pub(crate) use super::FixedHasher as NameHasher;
pub(crate) use super::real_threads::{Condvar, Memory, Mutex, object_around};
pub(crate) use explore::counted::Counted as Value;
pub(crate) use sync_map as krate;

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "kit.rs"]
mod kit;
pub(crate) use kit::*;
