//! The structures that labs are about, right and broken. Each is a subject of `cargo verify`, so that a student can check and play it.
//!
//! | file | is |
//! |---|---|
//! | `accounts` | two accounts with a lock each |
//! | `counter` | a counter whose increment is one step, or two |
//! | `mailbox` | a mailbox for one letter, published or not |
//! | `mini_map` | the map in a hundred lines, whole, and without a step |
//! | `register` | a register whose exchange is one step, or two |
//! | `shelf` | two places, walked one by one, or under a lock |

mod accounts;
mod counter;
mod mailbox;
mod mini_map;
mod register;
mod shelf;

use explore::subjects::{self, Builds};
use std::sync::LazyLock;

static ALL: LazyLock<Vec<&'static Builds>> = LazyLock::new(|| {
    [
        accounts::builds(),
        counter::builds(),
        mailbox::builds(),
        mini_map::builds(),
        register::builds(),
        shelf::builds(),
    ]
    .concat()
});

/// Lets the engines know them.
pub fn install() {
    subjects::install(&ALL);
}

/// Their names.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|builds| builds.subject.name).collect()
}
