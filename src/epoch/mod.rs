//! Reclamation: pointers to memory that is freed only when no guard can still see it.
//!
//! The same few names in each build. The shipped build wraps `crossbeam_epoch`; the model builds have the strict
//! epoch of `sync-map-model`, which frees as early as is legal, and reports each misuse.
//!
//! | name | is |
//! |---|---|
//! | `Guard` | while it lives, nothing that could be reached when it was taken is freed (INV-7) |
//! | `Atomic` | an atomic pointer with one tag bit |
//! | `Shared` | what it held: a pointer valid for as long as the guard, or null; and the tag |
//! | `Owned` | a fresh allocation that nobody else has seen |
//!
//! `guard` has the guard and its rules, which are the same in each build; `std` is the shipped build; `signatures` holds the builds to one
//! list.

#[cfg(not(any(feature = "loom", feature = "shuttle")))]
mod std;
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
use self::std as build;

#[cfg(feature = "loom")]
use sync_map_model::loom::strict_epoch as build;
#[cfg(feature = "shuttle")]
use sync_map_model::shuttle::strict_epoch as build;

mod guard;
mod signatures;

pub(crate) use build::{Atomic, Owned, Shared, deref_raw};
pub(crate) use guard::{Guard, pin};
