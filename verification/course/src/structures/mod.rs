//! The structures that labs are about, right and broken. Each is a subject of `cargo verify`, so that a student can check and play it.
//!
//! | file | is |
//! |---|---|
//! | `counter` | a counter whose increment is one step, or two |
//! | `register` | a register whose exchange is one step, or two |

mod counter;
mod register;

use explore::subjects::{self, Builds};
use std::sync::LazyLock;

static ALL: LazyLock<Vec<&'static Builds>> =
    LazyLock::new(|| [counter::builds(), register::builds()].concat());

/// Lets the engines know them.
pub fn install() {
    subjects::install(&ALL);
}

/// Their names.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|builds| builds.subject.name).collect()
}
