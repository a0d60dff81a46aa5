//! A structure that is right: what its check finds is of the searches.

use crate::{Outcome, passes};
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use checker::{family, subject};

struct Number {
    number: AtomicUsize,
}

#[subject(spec = usize)]
impl Number {
    #[init]
    fn new() -> Self {
        Number { number: AtomicUsize::new(0) }
    }
    #[op]
    fn count(&self) -> usize {
        self.number.fetch_add(1, SeqCst)
    }
}

impl NumberSpec for usize {
    fn count(&mut self) -> usize {
        *self += 1;
        *self - 1
    }
}

/// Passes when the searches have passed their self-tests: without them nothing is COMPLETE.
pub(crate) fn check() -> Outcome {
    passes(family::<Number>("2x1"))
}
