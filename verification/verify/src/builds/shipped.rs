//! What calls are compiled with as they ship.

pub(crate) use super::FixedHasher as NameHasher;
pub(crate) use super::real_threads::{Condvar, Memory, Mutex};
pub(crate) use explore::counted::Counted as Value;
pub(crate) use sync_map as krate;

/// What ships keeps no books of its objects.
pub(crate) fn object_around(_part: *const u8) -> Option<u32> {
    None
}

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "kit.rs"]
mod kit;
pub(crate) use kit::*;
