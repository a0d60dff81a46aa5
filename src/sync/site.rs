//! What an access names its ordering by, and the mutex that the shipped facade is built on: in what ships, a constant and `std`'s.
//!
//! A build for tests has other ones of the same names (`sync-map-pauses`), at which a thread may pause. They are all that it changes.

use core::sync::atomic::Ordering;
pub(crate) use std::sync::Mutex;

/// A named ordering: what an atomic access of this crate passes where others pass an [`Ordering`].
///
/// All of them are in [`crate::orderings`]. Here a site is a constant that the optimizer folds away; in the model builds the ordering can be
/// replaced at run time by its id, to show which program needs it.
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

    /// The ordering of this site: a constant.
    #[inline(always)]
    pub(crate) const fn get(&self) -> Ordering {
        self.ordering
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ships has no code at a named access but the access: a pause could not be in a constant.
    #[test]
    fn an_ordering_is_a_constant() {
        const SITE: Site = Site::new("none", "none", Ordering::SeqCst);
        const { assert!(matches!(SITE.get(), Ordering::SeqCst)) };
    }
}
