//! The configuration store.
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
use crate::builds::{ONE_STEP, WORDS};
use explore::subjects::Builds;
use linear::Callback::*;
use linear::Subject;

static SUBJECT: Subject = Subject {
    name: "config",
    about: "ConfigStore: values by key, and subscriptions that get the newest",
    operations: specification::OPERATIONS,
    specification: &specification::Config,
    callbacks: &[Hash, Closure, Waker],
    reentry: Some("set # 77"),
    templates: Some(&templates::TEMPLATES),
    is_long: true,
    is_wider_when_shipped: false,
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
        one_step: Some(&ONE_STEP),
        words: &WORDS,
        examples: None,
    },
    sources: &[
        "patterns/mod.rs",
        "patterns/monitor.rs",
        "patterns/clock.rs",
        "patterns/panics.rs",
        "patterns/config/",
    ],
    on_map: true,
    takes_all_steps: None,
}];
