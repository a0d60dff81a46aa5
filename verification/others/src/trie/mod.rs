//! The entry of a key in a hash-trie map, as Go's `sync.Map` is made since Go 1.24.
//!
//! Before the mend of golang/go 70970 its compare-and-swap was not atomic with respect to the other operations of the map. Made again from
//! that description, not from the code: the entry's value is exchanged without a lock by `swap`, and `compare_and_swap` compares first and
//! writes then. Mended: it exchanges the very value that it compared.

use checker::subject;
use checker::sync::atomic::{AtomicUsize, Ordering::*};

/// The entry of one key. `COMPARES_FIRST`: `compare_and_swap` compares, and then stores. 0 stands for no value.
#[derive(Debug)]
pub struct Entry<const COMPARES_FIRST: bool>(AtomicUsize);

#[subject(spec = Option<usize>)]
impl<const COMPARES_FIRST: bool> Entry<COMPARES_FIRST> {
    #[init]
    fn new() -> Self {
        Entry(AtomicUsize::new(0))
    }

    #[op]
    fn load(&self) -> Option<usize> {
        Some(self.0.load(Acquire)).filter(|value| *value != 0)
    }

    #[op]
    fn swap(&self, value: usize) -> Option<usize> {
        Some(self.0.swap(value, AcqRel)).filter(|before| *before != 0)
    }

    #[op]
    fn compare_and_swap(&self, #[values(1)] old: usize, new: usize) -> bool {
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

impl EntrySpec for Option<usize> {
    fn load(&mut self) -> Option<usize> {
        *self
    }
    fn swap(&mut self, value: usize) -> Option<usize> {
        self.replace(value)
    }
    fn compare_and_swap(&mut self, old: usize, new: usize) -> bool {
        let is_old = *self == Some(old);
        if is_old {
            *self = Some(new);
        }
        is_old
    }
}
