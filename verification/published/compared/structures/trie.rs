//! The entry of a key in a hash-trie map, as Go's `sync.Map` is made since Go 1.24.
//!
//! Before the mend of golang/go 70970 its compare-and-swap was not atomic with respect to the other operations of the map. Made again from
//! that description, not from the code: the entry's value is exchanged without a lock by `swap`, and `compare_and_swap` compares first and
//! writes then. Mended: it exchanges the very value that it compared.

use super::sync::atomic::{AtomicUsize, Ordering::*};

/// The entry of one key. `COMPARES_FIRST`: `compare_and_swap` compares, and then stores. 0 stands for no value.
pub(crate) struct Entry<const COMPARES_FIRST: bool>(AtomicUsize);

impl<const COMPARES_FIRST: bool> Entry<COMPARES_FIRST> {
    pub(crate) fn new() -> Self {
        Entry(AtomicUsize::new(0))
    }

    pub(crate) fn load(&self) -> Option<usize> {
        Some(self.0.load(Acquire)).filter(|value| *value != 0)
    }

    pub(crate) fn swap(&self, value: usize) -> Option<usize> {
        Some(self.0.swap(value, AcqRel)).filter(|before| *before != 0)
    }

    pub(crate) fn compare_and_swap(&self, old: usize, new: usize) -> bool {
        if COMPARES_FIRST {
            let is_old = self.0.load(Acquire) == old;
            if is_old {
                self.0.store(new, Release);
            }
            return is_old;
        }
        self.0.compare_exchange(old, new, AcqRel, Acquire).is_ok()
    }
}
