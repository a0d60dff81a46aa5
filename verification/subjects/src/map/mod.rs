//! The map.
//!
//! `specification`: what its operations do to a sequential state; `calls`: each as a call of the real type, in each build; `templates`: what
//! its families are made of.

pub mod scenarios;
mod specification;
mod tables;
mod templates;

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
use crate::builds::{ONE_STEP, WORDS};
use explore::subjects::Builds;
use linear::Callback::*;
use linear::Subject;

static SUBJECT: Subject = Subject {
    name: "map",
    about: "SyncMap: the operations of Go's sync.Map and those beside it",
    operations: specification::OPERATIONS,
    specification: &specification::Map,
    callbacks: &[Eq, Hash, Clone, Compare, Drop, Closure],
    reentry: Some("swap # 77"),
    templates: Some(&templates::TEMPLATES),
    is_long: false,
    is_wider_when_shipped: false,
};

/// This folder.
pub(super) static FOLDER: Folder = Folder {
    entries: &ENTRIES,
    scenarios: include_str!("scenarios.toml"),
    made: scenarios::every_operation_in_every_state,
};

static ENTRIES: [Entry; 1] = [Entry {
    builds: Builds {
        subject: &SUBJECT,
        on_loom: on_loom::calls::make,
        on_shuttle: on_shuttle::calls::make,
        shipped: as_shipped::calls::make,
        hand_over,
        one_step: Some(&ONE_STEP),
        words: &WORDS,
        examples: Some(scenarios::EXAMPLES),
    },
    sources: &[],
    on_map: true,
    takes_all_steps: Some(("2x1", 2)),
}];
