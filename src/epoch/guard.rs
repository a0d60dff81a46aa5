//! The guard, and when garbage is handed over: the same in each build.

use super::Shared;
use super::build::{EngineGuard, FLUSH_BYTES, account, destroy_later, is_destroying, is_pinned, pin_engine};
use crate::sync::locks_held;

/// How many bytes an object counts for at least, because nobody knows what it owns beyond itself.
const LEAST: usize = 256;

/// Whether no garbage may be collected here: this thread holds a lock of the crate, or is inside the destructor of a retired object.
fn is_held_back() -> bool {
    locks_held() > 0 || is_destroying()
}

/// Takes what one flush pays for out of the account: a collection destroys 512 objects. The rest remains owed, for the next flush.
fn pay() {
    account(|retired| *retired = retired.saturating_sub(2 * FLUSH_BYTES));
}

/// A pinned thread.
///
/// INV-7: a reference obtained under a guard stays valid while the guard lives.
pub(crate) struct Guard {
    engine: EngineGuard,
}

/// Pins the current thread. May run any user's `Drop` (a collection), unless the thread is pinned already. Therefore a thread
/// pins before it takes a lock.
#[inline]
#[track_caller]
pub(crate) fn pin() -> Guard {
    debug_assert!(locks_held() == 0 || is_pinned(), "a thread pins before it takes a lock of this crate");
    Guard { engine: pin_engine() }
}

/// What an `Atomic` asks for: a guard of the engine lives as long as the pointer that is read.
impl AsRef<EngineGuard> for Guard {
    #[inline]
    fn as_ref(&self) -> &EngineGuard {
        &self.engine
    }
}

impl Guard {
    #[inline]
    pub(crate) fn engine(&self) -> &EngineGuard {
        &self.engine
    }

    /// Has `object`, of so many bytes, destroyed when every guard that now lives is gone. Runs no user code.
    ///
    /// # Safety
    /// `object` is not null, no thread that pins later can reach it, and it is retired once (INV-6).
    #[track_caller]
    pub(crate) unsafe fn retire<T: Send + 'static>(&self, object: Shared<'_, T>, bytes: usize) {
        account(|retired| *retired += bytes.max(LEAST));
        // SAFETY: INV-6: not null, unlinked and retired once, as the caller vouches: no thread that pins from now on can reach it, and the
        // engine waits for those that are pinned.
        unsafe { destroy_later(&self.engine, object) }
    }

    /// [`retire`](Self::retire) for many objects of so many bytes each. Each is destroyed by itself: a collection takes at most 8 bags of
    /// 64, so that a pin or a flush destroys at most 512 objects, however many were retired at once.
    ///
    /// # Safety
    /// As for `retire`, for each of them.
    #[track_caller]
    pub(crate) unsafe fn retire_all<'g, T: Send + 'static>(
        &self,
        objects: impl IntoIterator<Item = Shared<'g, T>>,
        bytes: usize,
    ) {
        for object in objects {
            // SAFETY: INV-6: the caller vouches for each of the objects that it is unlinked and retired here only; `for` visits each once.
            unsafe { self.retire(object, bytes) }
        }
    }

    /// Hands the garbage of this thread to the collector, and collects some: any user's `Drop` may run.
    ///
    /// It does nothing while this thread holds a lock of the crate, because such a `Drop` may want that lock, nor inside such a `Drop`,
    /// because nested collections would have no bound. What is held back is still counted, and the next flush hands it over.
    pub(crate) fn flush(&self) {
        if is_held_back() {
            return;
        }
        pay();
        self.engine.flush();
        // The destructors that ran may have retired more, which they could not hand over themselves.
        if account(|retired| *retired) >= FLUSH_BYTES {
            pay();
            self.engine.flush();
        }
    }

    /// [`flush`](Self::flush), as many times as it takes to pay for all that this thread has retired: for the end of an operation on many
    /// keys, which destroys as much as it retires.
    pub(crate) fn flush_all(&self) {
        if is_held_back() {
            return;
        }
        let debt = account(|retired| *retired);
        for _ in 0..debt.div_ceil(2 * FLUSH_BYTES) {
            self.flush();
        }
    }

    /// Frees what this thread has retired, `objects` of it under this guard, except for what another guard may still see. For code that
    /// retires rarely and may hold a lot. (While the guard is as old as the retirement, no flush of this thread frees it.) Invalidates
    /// all references obtained under this guard (`&mut`).
    pub(crate) fn let_go(&mut self, objects: usize) {
        if is_held_back() {
            return;
        }
        // The epoch has to advance twice before what was just retired can be freed.
        for _ in 0..2 {
            self.engine.flush();
            self.engine.repin();
        }
        let bytes = account(core::mem::take).max(objects.saturating_mul(LEAST));
        for _ in 0..bytes.div_ceil(2 * FLUSH_BYTES).max(1) {
            self.engine.flush();
        }
    }

    /// [`flush`](Self::flush), if a lot has been retired since the last time. Each operation that may retire something does
    /// so at its end.
    #[inline]
    pub(crate) fn flush_if_full(&self) {
        if account(|retired| *retired) >= FLUSH_BYTES {
            self.flush();
        }
    }

    /// Lets the epoch advance: all references obtained under this guard have ended (`&mut`).
    pub(crate) fn repin(&mut self) {
        self.engine.repin();
    }
}
