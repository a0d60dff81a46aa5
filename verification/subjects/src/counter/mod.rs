//! The striped counter.
//!
//! `specification`: what its operations do to a sequential state; `calls`: each as a call of the real type, in each build; `templates`: what
//! its families are made of.

mod specification;
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
use explore::subjects::Builds;
use linear::Subject;

static SUBJECT: Subject = Subject {
    name: "counter",
    about: "Counter: one number, striped",
    operations: specification::OPERATIONS,
    specification: &specification::Counter,
    callbacks: &[],
    reentry: None,
    templates: Some(&templates::TEMPLATES),
    is_long: false,
    is_wider_when_shipped: true,
};

/// This folder.
pub(super) static FOLDER: Folder =
    Folder { entries: &ENTRIES, scenarios: include_str!("scenarios.toml"), made: Vec::new };

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
    sources: &["counter/"],
    on_map: false,
    takes_all_steps: None,
}];
