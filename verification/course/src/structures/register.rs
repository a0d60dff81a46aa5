//! A register, whose exchange is one step, or two.

use checker::host;
use checker::subject;
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::subjects::Builds;

/// How it swaps.
const RIGHT: usize = 0;
const LOAD_THEN_STORE: usize = 1;

struct Register<const HOW: usize> {
    number: AtomicUsize,
}

#[subject(spec = usize)]
impl<const HOW: usize> Register<HOW> {
    #[init]
    fn new() -> Self {
        Register { number: AtomicUsize::new(0) }
    }
    #[op]
    fn read(&self) -> usize {
        self.number.load(SeqCst)
    }
    #[op]
    fn write(&self, value: usize) {
        self.number.store(value, SeqCst);
    }
    #[op]
    fn swap(&self, value: usize) -> usize {
        if HOW == LOAD_THEN_STORE {
            let seen = self.number.load(SeqCst);
            self.number.store(value, SeqCst);
            seen
        } else {
            self.number.swap(value, SeqCst)
        }
    }
    #[quiet]
    fn left(&mut self) -> usize {
        self.read()
    }
}

impl RegisterSpec for usize {
    fn read(&mut self) -> usize {
        *self
    }
    fn write(&mut self, value: usize) {
        *self = value;
    }
    fn swap(&mut self, value: usize) -> usize {
        std::mem::replace(self, value)
    }
    fn left(&mut self) -> usize {
        *self
    }
}

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![
        host::builds::<Register<RIGHT>>("lab-register"),
        host::builds::<Register<LOAD_THEN_STORE>>("lab-register-broken"),
    ]
}
