//! A counter whose increment is one step, or two.

use checker::host;
use checker::subject;
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::subjects::Builds;

/// How it counts.
const RIGHT: usize = 0;
const LOAD_THEN_STORE: usize = 1;

struct Counter<const HOW: usize> {
    number: AtomicUsize,
}

#[subject(spec = usize)]
impl<const HOW: usize> Counter<HOW> {
    #[init]
    fn new() -> Self {
        Counter { number: AtomicUsize::new(0) }
    }
    #[op]
    fn increment(&self) {
        if HOW == LOAD_THEN_STORE {
            let seen = self.number.load(SeqCst);
            self.number.store(seen + 1, SeqCst);
        } else {
            self.number.fetch_add(1, SeqCst);
        }
    }
    #[op]
    fn get(&self) -> usize {
        self.number.load(SeqCst)
    }
    #[op]
    fn take(&self) -> usize {
        self.number.swap(0, SeqCst)
    }
    #[quiet]
    fn left(&mut self) -> usize {
        self.get()
    }
}

impl CounterSpec for usize {
    fn increment(&mut self) {
        *self += 1;
    }
    fn get(&mut self) -> usize {
        *self
    }
    fn take(&mut self) -> usize {
        std::mem::take(self)
    }
    fn left(&mut self) -> usize {
        *self
    }
}

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![
        host::builds::<Counter<RIGHT>>("lab-counter"),
        host::builds::<Counter<LOAD_THEN_STORE>>("lab-counter-broken"),
    ]
}
