//! A shelf of two places, which is walked place by place, or under a lock.

use checker::host;
use checker::subject;
use checker::sync::Mutex;
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::subjects::Builds;

struct Shelf<const LOCKED: bool> {
    a: AtomicUsize,
    b: AtomicUsize,
    lock: Mutex<()>,
}

impl<const LOCKED: bool> Shelf<LOCKED> {
    fn both(&self) -> (usize, usize) {
        (self.a.load(SeqCst), self.b.load(SeqCst))
    }
}

#[subject(spec = (usize, usize))]
impl<const LOCKED: bool> Shelf<LOCKED> {
    #[init]
    fn new() -> Self {
        Shelf { a: AtomicUsize::new(0), b: AtomicUsize::new(0), lock: Mutex::new(()) }
    }
    #[op]
    fn put(&self, #[key] place: usize, value: usize) {
        let _held = LOCKED.then(|| self.lock.lock());
        let place = if place == 0 { &self.a } else { &self.b };
        place.store(value, SeqCst);
    }
    #[op]
    fn walk(&self) -> (usize, usize) {
        let _held = LOCKED.then(|| self.lock.lock());
        self.both()
    }
}

impl ShelfSpec for (usize, usize) {
    fn put(&mut self, place: usize, value: usize) {
        if place == 0 {
            self.0 = value;
        } else {
            self.1 = value;
        }
    }
    fn walk(&mut self) -> (usize, usize) {
        *self
    }
}

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![host::builds::<Shelf<false>>("lab-shelf-walked"), host::builds::<Shelf<true>>("lab-shelf-locked")]
}
