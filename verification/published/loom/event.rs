//! Two structures that wait by event-listener, as its documentation has it: whoever does not find what it wants listens, looks again, and
//! waits to be notified. `SeqCst`, as there. Waiting is by loom's executor: the crate's own `wait` keeps a parker in a variable of the
//! thread, which in 5.3.0 is one of std, and then outlives an execution of loom (137).

use checker::{Wait, subject};
use event_listener::Event;
use loom::future::block_on;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// A semaphore, without a permit at first.
pub(crate) struct Semaphore {
    permits: AtomicUsize,
    released: Event,
}

#[subject(spec = usize, loom)]
impl Semaphore {
    #[init]
    fn new() -> Self {
        Semaphore { permits: AtomicUsize::new(0), released: Event::new() }
    }
    #[op]
    fn try_acquire(&self) -> bool {
        let mut permits = self.permits.load(SeqCst);
        while permits > 0 {
            match self.permits.compare_exchange(permits, permits - 1, SeqCst, SeqCst) {
                Ok(_) => return true,
                Err(seen) => permits = seen,
            }
        }
        false
    }
    #[op(waits)]
    fn acquire(&self) {
        while !self.try_acquire() {
            let listener = self.released.listen();
            if self.try_acquire() {
                return;
            }
            block_on(listener);
        }
    }
    /// A waiter that does not want to wait any more, when it is already listening.
    #[op]
    fn acquire_or_leave(&self) -> bool {
        if self.try_acquire() {
            return true;
        }
        let listener = self.released.listen();
        let acquired = self.try_acquire();
        drop(listener);
        acquired
    }
    #[op]
    fn release(&self) {
        self.permits.fetch_add(1, SeqCst);
        self.released.notify(1);
    }
    #[quiet]
    fn left(&mut self) -> usize {
        self.permits.load(SeqCst)
    }
}

impl SemaphoreSpec for usize {
    fn try_acquire(&mut self) -> bool {
        let has = *self > 0;
        *self -= usize::from(has);
        has
    }
    fn acquire(&mut self) -> Wait<()> {
        if self.try_acquire() { Wait::Ready(()) } else { Wait::Blocked }
    }
    fn acquire_or_leave(&mut self) -> bool {
        self.try_acquire()
    }
    fn release(&mut self) {
        *self += 1;
    }
    fn left(&mut self) -> usize {
        *self
    }
}

/// A gate that stays open once it was opened.
pub(crate) struct Gate {
    open: AtomicBool,
    opened: Event,
}

#[subject(spec = bool, loom)]
impl Gate {
    #[init]
    fn new() -> Self {
        Gate { open: AtomicBool::new(false), opened: Event::new() }
    }
    #[op(waits)]
    fn pass(&self) {
        while !self.open.load(SeqCst) {
            let listener = self.opened.listen();
            if self.open.load(SeqCst) {
                return;
            }
            block_on(listener);
        }
    }
    #[op]
    fn open(&self) {
        self.open.store(true, SeqCst);
        self.opened.notify(usize::MAX);
    }
}

impl GateSpec for bool {
    fn pass(&mut self) -> Wait<()> {
        if *self { Wait::Ready(()) } else { Wait::Blocked }
    }
    fn open(&mut self) {
        *self = true;
    }
}
