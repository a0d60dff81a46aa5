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
//! | `Site::get` | the constant | the constant, unless replaced at run time | the same |
//! | `stripe_index`, `stripe_count` | thread and processor | model thread, two | model thread, two |
//!
//! Pointers to memory that an epoch protects are in `crate::epoch`, which is built on this module.
//! `cfg(feature = "loom")` and `cfg(feature = "shuttle")` appear here and there only.

#[cfg(all(feature = "loom", feature = "shuttle"))]
compile_error!("features `loom` and `shuttle` exclude each other: build one shadow package at a time");

#[cfg(not(any(feature = "loom", feature = "shuttle")))]
mod std;
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
pub(crate) use self::std::*;

#[cfg(feature = "loom")]
#[path = "loom.rs"]
pub mod engine;
#[cfg(feature = "shuttle")]
#[path = "shuttle.rs"]
pub mod engine;

#[cfg(any(feature = "loom", feature = "shuttle"))]
pub mod model;
#[cfg(any(feature = "loom", feature = "shuttle"))]
pub mod record;
#[cfg(any(feature = "loom", feature = "shuttle"))]
pub(crate) use self::model::*;

/// Reference counts are `std`'s in each build. MODEL-GAP: a model does not explore the order of their changes, of which nothing
/// here depends.
pub(crate) use ::std::sync::{Arc, Weak};

pub(crate) mod thread;

use core::sync::atomic::Ordering;

/// A named ordering: what an atomic access of this crate passes where others pass an [`Ordering`].
///
/// All of them are in [`crate::orderings`]. In the std build a site is a constant that the optimizer folds away; in
/// the model builds the ordering can be replaced at run time by its id, to show which program needs it.
#[derive(Debug)]
pub struct Site {
    /// The id that the source, the book and the reports use: `ORD-1`.
    pub id: &'static str,
    /// What is accessed, and how: `read.load`.
    pub name: &'static str,
    /// The ordering in the shipped build.
    pub ordering: Ordering,
}

impl Site {
    pub(crate) const fn new(id: &'static str, name: &'static str, ordering: Ordering) -> Self {
        Site { id, name, ordering }
    }
}
