//! The facade: the one place where the three builds of this crate differ.
//!
//! The algorithm imports its atomics, its mutex and its orderings from here and nowhere else, so the source that is
//! model-checked is the source that ships. The facade has the same names in each build:
//!
//! | name | std build | loom build | shuttle build |
//! |---|---|---|---|
//! | `Mutex` | `std::sync::Mutex`, never poisoned | loom's, recorded | shuttle's, recorded |
//! | `Condvar` | `std::sync::Condvar` | loom's, recorded | shuttle's, recorded |
//! | `thread::spawn` | `std::thread` | loom's | shuttle's |
//! | `AtomicI64` | `std`'s | loom's, recorded, search repaired | shuttle's, recorded |
//! | `Site` | a constant ordering | the ordering, unless replaced at run time | the same |
//! | `stripe_index`, `stripe_count` | thread and processor | model thread, two | model thread, two |
//!
//! A fourth build, `sync-map-paused`, is the std build with pauses: of this table it replaces `Site`, and the mutex inside `Mutex`.
//!
//! The crate `sync-map-model` (`verification/model`) defines these names for the model builds. The builds part in this module and in
//! `crate::epoch`, which has the pointers to memory that an epoch protects: `cfg(feature = "loom")` and `cfg(feature = "shuttle")`
//! occur in these two files and nowhere else. `signatures` checks that a name has the same signature in each build.

#[cfg(all(feature = "loom", feature = "shuttle"))]
compile_error!("features `loom` and `shuttle` exclude each other: build one shadow package at a time");
#[cfg(all(feature = "paused", any(feature = "loom", feature = "shuttle")))]
compile_error!(
    "the feature `paused` is of the build that real threads run: it excludes `loom` and `shuttle`"
);

#[cfg(not(any(feature = "loom", feature = "shuttle", feature = "paused")))]
mod site;
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
mod std;
#[cfg(feature = "paused")]
use sync_map_pauses as site;
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
use {self::std as build, ::std as engine};

#[cfg(feature = "loom")]
use sync_map_model::loom::{self as build, self as engine};
#[cfg(feature = "shuttle")]
use sync_map_model::shuttle::{self as build, self as engine};

pub use build::Site;
pub(crate) use build::{AtomicI64, Condvar, Locked, Mutex, const_constructor};
pub(crate) use build::{is_ours, locks_held, now_ours, stripe_count, stripe_index};

/// What a build has beside the public names of the crate.
pub mod added {
    /// For tests of a crate that uses this one: the engine's facade. `execution` begins and ends one execution of a model.
    #[cfg(feature = "loom")]
    pub use sync_map_model::loom as model;
    /// For tests of a crate that uses this one: the engine's facade. `execution` begins and ends one execution of a model.
    #[cfg(feature = "shuttle")]
    pub use sync_map_model::shuttle as model;
    /// For tests of a crate that uses this one: each call of a map as one step, for `model::abstract_execution`. (Each access of a counter, and of
    /// a pattern to what is its own, remains a step.)
    #[cfg(any(feature = "loom", feature = "shuttle"))]
    pub static ONE_STEP: sync_map_model::OneStep = sync_map_model::OneStep {
        begins: "read.load",
        hidden: &["read", "slot", "deleted"],
        mutex: "the map's mutex",
    };
}

/// Reference counts are `std`'s in each build.
///
/// MODEL-GAP: Reference counts. A model does not explore the order of their changes; nothing here depends on it.
pub(crate) use ::std::sync::{Arc, Weak};

mod signatures;
pub(crate) mod thread;
