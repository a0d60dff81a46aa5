//! shuttle's primitives, under the names that the facade asks of an engine.
//!
//! MODEL-GAP: shuttle. All its atomics are sequentially consistent, so named orderings have no effect here.

use crate::Change;
use shuttle::scheduler::TaskId;
use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

pub(super) use shuttle::sync::{Condvar as RawCondvar, Mutex as RawMutex, MutexGuard as RawMutexGuard};
pub(super) use shuttle::thread as threads;

/// When a guard of the mutex is dropped, other threads may run before the mutex is free.
pub(super) const UNLOCK_SWITCHES_FIRST: bool = true;

thread_local! {
    static THREADS: RefCell<Vec<(TaskId, usize)>> = const { RefCell::new(Vec::new()) };
    /// Threads get their numbers by themselves, when they are first asked for.
    static BY_ITSELF: Cell<bool> = const { Cell::new(false) };
}

/// Numbers the running model thread; thread 0 comes first and begins the execution.
pub(super) fn enter_thread(number: usize) {
    THREADS.with_borrow_mut(|threads| {
        if number == 0 {
            threads.clear();
            BY_ITSELF.set(false);
        }
        threads.push((shuttle::current::me(), number));
    });
}

/// Begins an execution whose threads get their numbers by themselves, on the thread that becomes 0.
pub(super) fn enter_threads_by_themselves() {
    THREADS.with_borrow_mut(|threads| {
        threads.clear();
        BY_ITSELF.set(true);
        threads.push((shuttle::current::me(), 0));
    });
}

/// The number of the running model thread, as the harness gave it.
pub(super) fn thread_index() -> usize {
    let Some(me) = shuttle::current::try_get_current_task() else {
        return 0;
    };
    THREADS.with_borrow_mut(|threads| {
        let known = threads.iter().find(|(id, _)| *id == me).map(|(_, number)| *number);
        known.unwrap_or_else(|| {
            if !BY_ITSELF.get() {
                return 0;
            }
            threads.push((me, threads.len()));
            threads.len() - 1
        })
    })
}

/// Ends the execution: its threads have no numbers any more.
pub(super) fn forget_threads() {
    BY_ITSELF.set(false);
    THREADS.with_borrow_mut(Vec::clear);
}

/// shuttle is asked each time.
pub(super) fn check_thread() {}

/// The number that shuttle's scheduler knows the running task by.
pub(super) fn task_index() -> usize {
    shuttle::current::try_get_current_task().map_or(0, usize::from)
}

/// shuttle's searches need not know.
pub(super) fn alone(_is: bool) {}

/// A point where another thread may run, beside the atomic accesses.
pub(super) fn switch_point() {
    shuttle::sync::atomic::AtomicUsize::new(0).load(Ordering::SeqCst);
}

/// A sequentially consistent fence. Does nothing, because everything is sequentially consistent here.
pub(super) fn fence() {}

/// Does nothing: everything is sequentially consistent here, and each access would be a point at which another thread may run.
pub(super) fn unexplored(_access: impl FnOnce()) {}

/// Explores a small body: for the tests of the facade.
#[cfg(test)]
pub(super) fn run(body: impl Fn() + Send + Sync + 'static) {
    shuttle::check_dfs(body, None);
}

/// shuttle has no race detector: a use after free is found by the strict epoch's own books.
pub(super) struct Probe;

impl Probe {
    pub(super) fn new() -> Self {
        Probe
    }
    pub(super) fn read(&self) {}
    pub(super) fn write(&self) {}
}

/// shuttle's atomic, with the interface that the loom build needs.
pub(super) struct RawAtomic(shuttle::sync::atomic::AtomicUsize);

impl RawAtomic {
    pub(super) fn new(value: usize) -> Self {
        RawAtomic(shuttle::sync::atomic::AtomicUsize::new(value))
    }

    /// The value, if no other thread can access it. No other thread may run at this point.
    pub(super) fn peek(&self) -> usize {
        // SAFETY: what is forbidden is a write at the same time. The threads of a model are one OS thread: there is none.
        unsafe { self.0.raw_load() }
    }

    pub(super) fn load(&self, _ordering: Ordering) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn store(&self, value: usize, _ordering: Ordering) {
        self.0.store(value, Ordering::SeqCst);
    }

    /// A read-modify-write of one step.
    pub(super) fn modify(&self, change: Change, _ordering: Ordering) -> usize {
        match change {
            Change::Set(value) => self.0.swap(value, Ordering::SeqCst),
            Change::Add(value) => self.0.fetch_add(value, Ordering::SeqCst),
            Change::Or(value) => self.0.fetch_or(value, Ordering::SeqCst),
            Change::And(value) => self.0.fetch_and(value, Ordering::SeqCst),
            Change::Xor(value) => self.0.fetch_xor(value, Ordering::SeqCst),
            Change::Max(value) => self.0.fetch_max(value, Ordering::SeqCst),
            Change::Min(value) => self.0.fetch_min(value, Ordering::SeqCst),
        }
    }

    pub(super) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        _success: Ordering,
        _failure: Ordering,
    ) -> Result<usize, usize> {
        self.0.compare_exchange(current, new, Ordering::SeqCst, Ordering::SeqCst)
    }

    /// shuttle's searches need no help.
    pub(super) fn loaded(&self) {}

    /// shuttle's searches need no help.
    pub(super) fn written(&self) {}
}
