//! Operations that misbehave: each must be noticed.

mod specification;

#[path = "."]
mod on_loom {
    use crate::builds::loom as build;
    #[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
    pub(super) mod calls;
}

#[path = "."]
mod on_shuttle {
    use crate::builds::shuttle as build;
    #[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
    pub(super) mod calls;
}

#[path = "."]
mod as_shipped {
    use crate::builds::shipped as build;
    #[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
    pub(super) mod calls;
}

use super::entry::{Entry, Folder, hand_over};
use explore::subjects::Builds;
use linear::Callback::*;
use linear::Subject;

static SUBJECT: Subject = Subject {
    name: "canary",
    about: "operations that misbehave",
    operations: specification::OPERATIONS,
    specification: &specification::Canary,
    callbacks: &[Eq, Closure],
    reentry: Some("ok"),
    templates: None,
    is_long: false,
    is_wider_when_shipped: false,
};

/// This folder.
pub(super) static FOLDER: Folder = Folder { entries: &ENTRIES, scenarios: "", made: Vec::new };

static ENTRIES: [Entry; 1] = [Entry {
    builds: Builds {
        subject: &SUBJECT,
        on_loom: on_loom::calls::make,
        on_shuttle: on_shuttle::calls::make,
        shipped: as_shipped::calls::make,
        hand_over,
        one_step: None,
        words: &[],
        examples: None,
    },
    sources: &[],
    on_map: false,
    takes_all_steps: None,
}];
