//! Atomics, locks, memory and an epoch for the model checkers [loom](https://docs.rs/loom) and
//! [shuttle](https://docs.rs/shuttle): what `sync-map` is built on when it is model-checked, and what a crate of your own can be built on.
//!
//! The features `loom` and `shuttle` each give a module, with the same names in it:
//!
//! | name | is |
//! |---|---|
//! | `Word`, `AtomicI64` | atomics whose accesses name their ordering by a [`Site`] |
//! | `Mutex`, `Locked`, `Condvar` | a mutex and its condition variable |
//! | `PlainMemory` | memory that is not atomic: loom reports a race on it |
//! | `thread` | the engine's threads |
//! | `trace` | what happened in an execution: [`Event`]s, the footprint of a step, replaced orderings |
//! | `strict_epoch` | a reclamation scheme that frees as early as is legal, and reports each misuse |
//! | `execution` | one execution of a crate that uses all this |
//! | `abstract_execution` | the same, in which each call of a structure is one step: [`OneStep`] |
//!
//! The module `loom` has one more name, `repair_search`: its atomics mend loom's search, which by itself skips interleavings.
//!
//! Each access through this crate is recorded outside the checker's sight: in `std` thread-locals, of which each of the two modules has its
//! own. That is right because both engines run all threads of a model as coroutines on one OS thread.
//!
//! MODEL-GAP: Out of sight. No allocation fails in a model.
//!
//! # How the two are built
//!
//! The files of `facade/` are compiled twice, once in each module, with that module's `engine` below them: an engine's types, its
//! thread-locals and its monomorphic code stay apart by construction. Whatever holds no state of an execution is defined once, and both
//! modules re-export it: [`Site`], [`Change`], [`Event`] and what is in it, [`Mode`].

mod access;
mod event;
mod mode;
mod one_step;

pub use access::{Change, Site};
pub use event::{Action, CLOCK, Event, Footprint, GUARDS, SPINS, USERS, Value};
pub use mode::Mode;
pub use one_step::OneStep;

#[cfg(feature = "loom")]
pub mod loom;
#[cfg(feature = "shuttle")]
pub mod shuttle;

/// Marks constructors that are `const` in a std build, and not here: the engines' types have no `const` constructors.
#[macro_export]
macro_rules! const_constructor {
    ($(#[$attribute:meta])* $visibility:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visibility fn $($rest)*
    };
}

#[cfg(all(test, feature = "loom", feature = "shuttle"))]
mod tests {
    use super::{Action, Mode, Site};
    use std::sync::atomic::Ordering;

    static SITE: Site = Site::new("TEST", "word.load", Ordering::SeqCst);

    /// What one engine has recorded, or was told to replace, the other one does not know.
    #[test]
    fn the_two_engines_share_nothing_that_changes() {
        let loads = |events: &[super::Event]| {
            let loads = events.iter().filter(|event| event.action == Action::Load);
            loads.map(|event| event.ordering).collect::<Vec<_>>()
        };
        crate::loom::trace::replace_ordering("TEST", Some(Ordering::Relaxed));
        ::loom::model(|| {
            crate::loom::execution(Mode::Eager, || crate::loom::AtomicI64::new(1).load(&SITE));
        });
        assert_eq!(crate::loom::trace::with_events(loads), [Some(Ordering::Relaxed)]);
        assert_eq!(crate::shuttle::trace::with_events(loads), []);
        let body = || {
            crate::shuttle::execution(Mode::Eager, || crate::shuttle::AtomicI64::new(1).load(&SITE));
        };
        ::shuttle::check_dfs(body, None);
        assert_eq!(crate::shuttle::trace::with_events(loads), [Some(Ordering::SeqCst)]);
    }
}
