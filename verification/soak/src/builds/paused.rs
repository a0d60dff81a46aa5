//! The same source with pauses.

use sync_map_paused as krate;

#[path = "../calls/mod.rs"]
mod calls;

pub(super) use calls::{collect, make};
