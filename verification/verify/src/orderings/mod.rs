//! The ordering matrix: every named ordering of the source, every weaker one that could stand in its place, and the smallest
//! program that breaks then.
//!
//! A row of `src/orderings.rs` is weakened at run time ([`sync_map_model::loom::trace::replace_ordering`]), so one build
//! serves for all of them. Only loom knows weak memory; it runs in mode leak, whose epoch has no fences that could mask an
//! ordering. A weakening is tried on the [`candidates`], smallest first, until one fails.

pub mod candidates;
pub mod kept;
pub mod matrix;
mod prose;
pub mod trial;

use serde::{Deserialize, Serialize};
use sync_map::orderings::ALL;

/// What an atomic access does: which orderings it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A load.
    Load,
    /// A plain store.
    Store,
    /// A read-modify-write that writes.
    Exchange,
    /// A compare-exchange that does not.
    Failure,
}

impl Access {
    /// What the name of a row says: the word after the dot begins with `load` or `store`, has `failed` in it, or is the verb of
    /// a read-modify-write.
    pub fn of(name: &str) -> Access {
        let verb = name.split('.').next_back().unwrap_or(name);
        match verb {
            _ if verb.contains("failed") => Access::Failure,
            _ if verb.starts_with("load") => Access::Load,
            _ if verb.starts_with("store") => Access::Store,
            _ => Access::Exchange,
        }
    }

    /// The orderings weaker than this one that the access may have, the strongest first.
    pub fn weaker_than(self, ordering: &str) -> &'static [&'static str] {
        match (self, ordering) {
            (Access::Load | Access::Failure, "SeqCst") => &["Acquire", "Relaxed"],
            (Access::Load | Access::Failure, "Acquire") => &["Relaxed"],
            (Access::Store, "SeqCst") => &["Release", "Relaxed"],
            (Access::Store, "Release") => &["Relaxed"],
            (Access::Exchange, "SeqCst") => &["AcqRel", "Release", "Acquire", "Relaxed"],
            (Access::Exchange, "AcqRel") => &["Release", "Acquire", "Relaxed"],
            (Access::Exchange, "Release" | "Acquire") => &["Relaxed"],
            _ => &[],
        }
    }
}

/// One row of the source, with one weaker ordering in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Weakening {
    /// `ORD-1`
    pub id: String,
    /// `AcqRel`…
    pub weaker: String,
}

impl std::fmt::Display for Weakening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.id, self.weaker)
    }
}

/// All weakenings of the source, in its order.
pub fn weakenings() -> Vec<Weakening> {
    let of = |site: &&'static sync_map::sync::Site| {
        let weaker = Access::of(site.name).weaker_than(ordering_name(site.ordering));
        let id = site.id;
        weaker.iter().map(move |weaker| Weakening { id: id.to_owned(), weaker: (*weaker).to_owned() })
    };
    ALL.iter().flat_map(of).collect()
}

/// An ordering as it is written.
pub fn ordering_name(ordering: std::sync::atomic::Ordering) -> &'static str {
    match ordering {
        std::sync::atomic::Ordering::Relaxed => "Relaxed",
        std::sync::atomic::Ordering::Acquire => "Acquire",
        std::sync::atomic::Ordering::Release => "Release",
        std::sync::atomic::Ordering::AcqRel => "AcqRel",
        _ => "SeqCst",
    }
}
