//! The cache, three ways: plain, with a time to idle, and bounded.
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

static PLAIN: Subject = Subject {
    name: "cache",
    about: "Cache: values that expire, computed once for many callers",
    operations: &specification::OPERATIONS,
    specification: &specification::Cache { idle: None, bounded: false },
    callbacks: &[Eq, Hash, Clone, Drop, Closure, Clock, Listener, Payload],
    reentry: Some("insert # 77"),
    templates: Some(&templates::PLAIN),
    is_long: false,
    is_wider_when_shipped: false,
};

static IDLE: Subject = Subject {
    name: "idlecache",
    about: "Cache with a time to idle of 5 seconds",
    operations: &specification::OPERATIONS,
    specification: &specification::Cache { idle: Some(5), bounded: false },
    callbacks: &[Eq, Hash, Clone, Drop, Closure, Clock, Listener, Payload],
    reentry: Some("insert # 77"),
    templates: Some(&templates::IDLE),
    is_long: false,
    is_wider_when_shipped: false,
};

static BOUNDED: Subject = Subject {
    name: "boundedcache",
    about: "Cache of at most one entry: others may be gone at any moment; its books are checked",
    operations: &specification::OPERATIONS,
    specification: &specification::Cache { idle: None, bounded: true },
    callbacks: &[Eq, Hash, Clone, Drop, Closure, Clock, Listener, Payload],
    reentry: Some("insert # 77"),
    templates: Some(&templates::BOUNDED),
    is_long: false,
    is_wider_when_shipped: false,
};

/// This folder.
pub(super) static FOLDER: Folder =
    Folder { entries: &ENTRIES, scenarios: include_str!("scenarios.toml"), made: Vec::new };

static ENTRIES: [Entry; 3] = [
    Entry {
        builds: Builds {
            subject: &PLAIN,
            on_loom: on_loom::calls::make_plain,
            on_shuttle: on_shuttle::calls::make_plain,
            shipped: as_shipped::calls::make_plain,
            hand_over,
            one_step: Some(&ONE_STEP),
            words: &WORDS,
            examples: None,
        },
        sources: &["patterns/"],
        on_map: true,
        takes_all_steps: None,
    },
    Entry {
        builds: Builds {
            subject: &IDLE,
            on_loom: on_loom::calls::make_idle,
            on_shuttle: on_shuttle::calls::make_idle,
            shipped: as_shipped::calls::make_idle,
            hand_over,
            one_step: Some(&ONE_STEP),
            words: &WORDS,
            examples: None,
        },
        sources: &["patterns/"],
        on_map: true,
        takes_all_steps: None,
    },
    Entry {
        builds: Builds {
            subject: &BOUNDED,
            on_loom: on_loom::calls::make_bounded,
            on_shuttle: on_shuttle::calls::make_bounded,
            shipped: as_shipped::calls::make_bounded,
            hand_over,
            one_step: Some(&ONE_STEP),
            words: &WORDS,
            examples: None,
        },
        sources: &["patterns/"],
        on_map: true,
        takes_all_steps: None,
    },
];
