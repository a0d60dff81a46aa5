//! shuttle's primitives. All its atomics are sequentially consistent, so named orderings have no effect here.

use super::model::Change;
use std::cell::RefCell;
use std::sync::atomic::Ordering;

pub(crate) use shuttle::sync::{Condvar as RawCondvar, Mutex as RawMutex, MutexGuard as RawMutexGuard};

/// When a guard of the mutex is dropped, other threads may run before the mutex is free.
pub(crate) const UNLOCK_SWITCHES_FIRST: bool = true;

thread_local! {
    static THREADS: RefCell<Vec<(shuttle::scheduler::TaskId, usize)>> = const { RefCell::new(Vec::new()) };
}

/// Numbers the running model thread; thread 0 comes first and begins the execution.
pub(crate) fn enter_thread(number: usize) {
    THREADS.with_borrow_mut(|threads| {
        if number == 0 {
            threads.clear();
        }
        threads.push((shuttle::current::me(), number));
    });
}

/// The number of the running model thread, as the harness gave it.
pub(crate) fn thread_index() -> usize {
    let Some(me) = shuttle::current::try_get_current_task() else {
        return 0;
    };
    THREADS.with_borrow(|threads| threads.iter().find(|(id, _)| *id == me).map_or(0, |(_, number)| *number))
}

/// Ends the execution: its threads have no numbers any more.
pub(crate) fn forget_threads() {
    THREADS.with_borrow_mut(Vec::clear);
}

/// shuttle is asked each time.
pub(crate) fn check_thread() {}

/// The number that shuttle's scheduler knows the running task by.
pub(crate) fn task_index() -> usize {
    shuttle::current::try_get_current_task().map_or(0, usize::from)
}

/// shuttle's searches need not know.
pub(crate) fn alone(_is: bool) {}

/// A point where another thread may run, beside the atomic accesses.
pub(crate) fn switch_point() {
    shuttle::sync::atomic::AtomicUsize::new(0).load(Ordering::SeqCst);
}

/// A sequentially consistent fence: nothing, where all is sequentially consistent.
pub(crate) fn fence() {}

/// shuttle has no race detector: a use after free is found by the model epoch's own books.
pub(crate) struct Probe;

impl Probe {
    pub(crate) fn new() -> Self {
        Probe
    }
    pub(crate) fn read(&self) {}
    pub(crate) fn write(&self) {}
}

/// shuttle's atomic, with the interface that the loom build needs.
pub(crate) struct RawAtomic(shuttle::sync::atomic::AtomicUsize);

impl RawAtomic {
    pub(crate) fn new(value: usize) -> Self {
        RawAtomic(shuttle::sync::atomic::AtomicUsize::new(value))
    }

    /// The value, when no other thread can access it: no point of preemption.
    pub(crate) fn peek(&self) -> usize {
        // SAFETY: the caller has exclusive access.
        unsafe { self.0.raw_load() }
    }

    pub(crate) fn load(&self, _ordering: Ordering) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn store(&self, value: usize, _ordering: Ordering) {
        self.0.store(value, Ordering::SeqCst);
    }

    /// A read-modify-write of one step.
    pub(crate) fn modify(&self, change: Change, _ordering: Ordering) -> usize {
        match change {
            Change::Set(value) => self.0.swap(value, Ordering::SeqCst),
            Change::Add(value) => self.0.fetch_add(value, Ordering::SeqCst),
            Change::Or(value) => self.0.fetch_or(value, Ordering::SeqCst),
            Change::And(value) => self.0.fetch_and(value, Ordering::SeqCst),
        }
    }

    pub(crate) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        _success: Ordering,
        _failure: Ordering,
    ) -> Result<usize, usize> {
        self.0.compare_exchange(current, new, Ordering::SeqCst, Ordering::SeqCst)
    }

    /// shuttle's searches need no help.
    pub(crate) fn loaded(&self) {}

    /// shuttle's searches need no help.
    pub(crate) fn written(&self) {}
}
