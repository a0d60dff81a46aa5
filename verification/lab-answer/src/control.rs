//! A structure that is right: what its check finds is of the searches.

use checker::subject;
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};

pub(crate) struct Number {
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
