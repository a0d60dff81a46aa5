//! loom's primitives, under the names that the facade asks of an engine.
//!
//! MODEL-GAP: loom. No load buffering; `SeqCst` only where every store to a location has it; few old values; at most five threads.

use super::repair::Readers;
use crate::Change;
use std::sync::atomic::Ordering;

pub(super) use super::numbers::{
    check_thread, enter_thread, enter_threads_by_themselves, forget_threads, thread_index,
};
pub(super) use super::repair::alone;
pub(super) use loom::sync::{Condvar as RawCondvar, Mutex as RawMutex, MutexGuard as RawMutexGuard};
pub(super) use loom::thread as threads;

/// When a guard of the mutex is dropped, the mutex is free before any other thread runs.
pub(super) const UNLOCK_SWITCHES_FIRST: bool = false;

/// The number of the running task, for what only shuttle's scheduler asks.
pub(super) fn task_index() -> usize {
    0
}

/// A point where another thread may run, beside the atomic accesses: not needed under loom, whose tracked cells
/// find a use that is not ordered before a free wherever the two happen to be.
pub(super) fn switch_point() {}

/// A sequentially consistent fence.
pub(super) fn fence() {
    loom::sync::atomic::fence(Ordering::SeqCst);
}

/// Does something to an atomic that orders memory, but is not a point at which the search lets another thread run.
pub(super) fn unexplored(access: impl FnOnce()) {
    loom::stop_exploring();
    access();
    loom::explore();
}

/// Explores a small body: for the tests of the facade.
#[cfg(test)]
pub(super) fn run(body: impl Fn() + Send + Sync + 'static) {
    loom::model(body);
}

/// A cell that holds nothing and is accessed like the memory it stands for: loom reports a race on it.
pub(super) struct Probe(loom::cell::UnsafeCell<()>);

impl Probe {
    #[track_caller]
    pub(super) fn new() -> Self {
        Probe(loom::cell::UnsafeCell::new(()))
    }
    #[track_caller]
    pub(super) fn read(&self) {
        self.0.with(|_| ());
    }
    #[track_caller]
    pub(super) fn write(&self) {
        self.0.with_mut(|_| ());
    }
}

/// loom's atomic with its reader cells. Constructed by a `SeqCst` store: loom honours `SeqCst` for a location only
/// if every store to it is `SeqCst`, the first included, and `new` is not one.
pub(super) struct RawAtomic {
    atomic: loom::sync::atomic::AtomicUsize,
    readers: Readers,
}

// SAFETY: loom runs all threads of a model as coroutines of one OS thread, and panics in any call from another one: each method makes such a
// call before it touches `readers`, whose `RefCell` and `Rc` are so used by one OS thread only.
unsafe impl Send for RawAtomic {}
// SAFETY: all threads of a model are coroutines of one OS thread, and loom panics in a call from another one. On that thread, loom switches
// threads only inside its own calls, across which no borrow of `readers` is held (see `Readers::touch`), so no two model threads are in a
// method's use of it at once.
unsafe impl Sync for RawAtomic {}

impl RawAtomic {
    #[track_caller]
    pub(super) fn new(value: usize) -> Self {
        let atomic = loom::sync::atomic::AtomicUsize::new(value);
        loom::stop_exploring();
        atomic.store(value, Ordering::SeqCst);
        loom::explore();
        RawAtomic { atomic, readers: Readers::default() }
    }

    /// The value, if no other thread can access it. No other thread may run at this point.
    pub(super) fn peek(&self) -> usize {
        // SAFETY: what is forbidden is a write of another thread at the same time. The threads of a model are one OS thread, so there is
        // none; and loom panics when one is not ordered before this.
        unsafe { self.atomic.unsync_load() }
    }

    #[track_caller]
    pub(super) fn load(&self, ordering: Ordering) -> usize {
        self.atomic.load(ordering)
    }

    #[track_caller]
    pub(super) fn store(&self, value: usize, ordering: Ordering) {
        self.atomic.store(value, ordering);
    }

    /// A read-modify-write of one step.
    #[track_caller]
    pub(super) fn modify(&self, change: Change, ordering: Ordering) -> usize {
        match change {
            Change::Set(value) => self.atomic.swap(value, ordering),
            Change::Add(value) => self.atomic.fetch_add(value, ordering),
            Change::Or(value) => self.atomic.fetch_or(value, ordering),
            Change::And(value) => self.atomic.fetch_and(value, ordering),
            Change::Xor(value) => self.atomic.fetch_xor(value, ordering),
            Change::Max(value) => self.atomic.fetch_max(value, ordering),
            Change::Min(value) => self.atomic.fetch_min(value, ordering),
        }
    }

    #[track_caller]
    pub(super) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        self.atomic.compare_exchange(current, new, success, failure)
    }

    /// To be called right after each load: tells loom's search that a later write conflicts with it.
    pub(super) fn loaded(&self) {
        self.readers.loaded();
    }

    /// To be called right after each write, and each compare-exchange that failed: tells loom's search that
    /// earlier loads conflict with it.
    pub(super) fn written(&self) {
        self.readers.written();
    }
}
