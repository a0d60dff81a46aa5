//! What ships.

use sync_map as krate;

#[path = "../calls/mod.rs"]
mod calls;

pub(super) use calls::{collect, make};
