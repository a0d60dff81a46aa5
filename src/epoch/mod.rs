//! Reclamation: pointers to memory that is freed only when no guard can still see it.
//!
//! The same few names in each build. The shipped build wraps [`crossbeam_epoch`]; the model builds have a small epoch
//! of their own (`model`) that frees as early as is legal, and reports each misuse.
//!
//! | name | is |
//! |---|---|
//! | `Guard` | while it lives, nothing that could be reached when it was taken is freed (INV-7) |
//! | `Atomic` | an atomic pointer with one tag bit |
//! | `Shared` | what it held: a pointer valid for as long as the guard, or null; and the tag |
//! | `Owned` | a fresh allocation that nobody else has seen |

#[cfg(any(feature = "loom", feature = "shuttle"))]
mod books;
#[cfg(any(feature = "loom", feature = "shuttle"))]
pub mod model;
#[cfg(any(feature = "loom", feature = "shuttle"))]
pub(crate) use self::model::{Atomic, Owned, Shared, deref_raw};
#[cfg(any(feature = "loom", feature = "shuttle"))]
use self::model::{EngineGuard, destroy_all_later, destroy_later, pin_engine};

#[cfg(not(any(feature = "loom", feature = "shuttle")))]
mod std;
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
pub(crate) use self::std::{Atomic, Owned, Shared, deref_raw};
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
use self::std::{EngineGuard, destroy_all_later, destroy_later, pin_engine};

use core::cell::Cell;

/// How many retirements of a thread make it hand its garbage over by itself. These fill 4 of crossbeam-epoch's bags of 64, and one
/// collection frees 8: a thread keeps up with what it retires, and catches up when other guards have held it back.
const FLUSH_EVERY: usize = 256;

thread_local! {
    /// How much this thread has retired since it last flushed. Of the thread, not of a guard: what many short guards leave must
    /// add up, or nobody collects it.
    static RETIRED: Cell<usize> = const { Cell::new(0) };
}

fn count_retired(objects: usize) {
    RETIRED.set(RETIRED.get() + objects);
}

/// A pinned thread.
///
/// INV-7: a reference obtained under a guard stays valid while the guard lives.
pub(crate) struct Guard {
    engine: EngineGuard,
}

/// Pins the current thread. May run any user's `Drop` (a collection), so it comes before any lock is taken.
#[inline]
#[track_caller]
pub(crate) fn pin() -> Guard {
    Guard { engine: pin_engine() }
}

impl Guard {
    #[inline]
    pub(crate) fn engine(&self) -> &EngineGuard {
        &self.engine
    }

    /// Has `object` destroyed when every guard that now lives is gone. Runs no user code.
    ///
    /// # Safety
    /// `object` is not null, no thread that pins later can reach it, and it is retired once (INV-6).
    #[track_caller]
    pub(crate) unsafe fn retire<T: Send + 'static>(&self, object: Shared<'_, T>) {
        count_retired(1);
        // SAFETY: INV-6, passed on.
        unsafe { destroy_later(&self.engine, object) }
    }

    /// [`retire`](Self::retire) for many objects at the price of one.
    ///
    /// # Safety
    /// As for `retire`, for each of them.
    #[track_caller]
    pub(crate) unsafe fn retire_all<T: Send + 'static>(&self, objects: Vec<Shared<'_, T>>) {
        if objects.is_empty() {
            return;
        }
        count_retired(objects.len());
        // SAFETY: INV-6, passed on.
        unsafe { destroy_all_later(&self.engine, objects) }
    }

    /// Hands the garbage of this thread to the collector, and collects some. May run any user's `Drop`.
    pub(crate) fn flush(&self) {
        RETIRED.set(0);
        self.engine.flush();
    }

    /// [`flush`](Self::flush), when much has been retired since the last time. Never called under a lock.
    #[inline]
    pub(crate) fn flush_if_full(&self) {
        if RETIRED.get() >= FLUSH_EVERY {
            self.flush();
        }
    }

    /// Lets the epoch go on: all references obtained under this guard have ended (`&mut`).
    pub(crate) fn repin(&mut self) {
        self.engine.repin();
    }
}
