//! The shipped build: crossbeam-epoch, with named orderings.

use crate::sync::Site;
use core::cell::{Cell, OnceCell};
use core::mem::ManuallyDrop;

use crossbeam_epoch::LocalHandle;
pub(crate) use crossbeam_epoch::{Owned, Shared};

pub(super) type EngineGuard = crossbeam_epoch::Guard;

thread_local! {
    /// This thread's part in the default collector. crossbeam-epoch has one of its own, but behind a call; pinning is most of a
    /// look-up, so ours is where the optimizer sees it (ADR 9).
    static PARTICIPANT: LocalHandle = crossbeam_epoch::default_collector().register();
    /// Takes over when that one is gone: the thread is ending, and the `Drop` of another thread-local, or of an object that is collected
    /// there, uses a map.
    static LATE_PARTICIPANT: LocalHandle = crossbeam_epoch::default_collector().register();
    /// Takes over when that one is gone as well. It is never unregistered: it leaks, with at most 64 objects that it retired last.
    static LAST_PARTICIPANT: OnceCell<ManuallyDrop<LocalHandle>> = const { OnceCell::new() };
}

#[inline(always)]
pub(super) fn pin_engine() -> EngineGuard {
    PARTICIPANT.try_with(LocalHandle::pin).unwrap_or_else(|_gone| pin_at_exit())
}

/// The thread is ending, and its participant is gone. It registers one more, not one for each pin: the first pin of a participant
/// collects, so collections would nest without bound.
#[cold]
#[inline(never)]
fn pin_at_exit() -> EngineGuard {
    LATE_PARTICIPANT.try_with(LocalHandle::pin).unwrap_or_else(|_gone| {
        let register = || ManuallyDrop::new(crossbeam_epoch::default_collector().register());
        LAST_PARTICIPANT.with(|last| last.get_or_init(register).pin())
    })
}

/// Whether this thread is pinned: then a further pin collects nothing.
pub(super) fn is_pinned() -> bool {
    PARTICIPANT.try_with(LocalHandle::is_pinned).unwrap_or(true)
}

/// How many bytes a thread retires before it hands them over by itself. Objects that count for the least, 256 bytes, fill 4 of
/// crossbeam-epoch's bags of 64 until then, and one collection frees 8: a thread keeps up with what it retires, and catches up
/// when other guards have held it back.
pub(super) const FLUSH_BYTES: usize = 64 << 10;

thread_local! {
    /// How many bytes this thread has retired and not paid for by a flush. Of the thread, not of a guard: what many short guards leave
    /// must add up, or nobody collects it.
    static RETIRED: Cell<usize> = const { Cell::new(0) };
    /// How many destructors of retired objects this thread is inside of.
    static DESTROYING: Cell<usize> = const { Cell::new(0) };
}

/// Looks at this thread's account, or changes it.
#[inline]
pub(super) fn account<R>(change: impl FnOnce(&mut usize) -> R) -> R {
    let mut retired = RETIRED.get();
    let result = change(&mut retired);
    RETIRED.set(retired);
    result
}

/// Whether this thread is inside the destructor of a retired object.
#[inline]
pub(super) fn is_destroying() -> bool {
    DESTROYING.get() > 0
}

/// Destroys what was retired: user code, if it has a destructor. (Where it has none, that is not worth two thread-locals: a store of a
/// `u64` would take 3% longer.)
fn destroy<T>(garbage: Owned<T>) {
    if !core::mem::needs_drop::<T>() {
        return drop(garbage);
    }
    struct Inside;
    impl Drop for Inside {
        fn drop(&mut self) {
            DESTROYING.set(DESTROYING.get() - 1);
        }
    }
    DESTROYING.set(DESTROYING.get() + 1);
    let _inside = Inside;
    drop(garbage);
}

/// # Safety
/// INV-6 holds for `object`, which is not null.
pub(super) unsafe fn destroy_later<T: Send + 'static>(guard: &EngineGuard, object: Shared<'_, T>) {
    // SAFETY: INV-6: retired once, so this is the only `Owned` of it. Others may still read the object under their guards; the `Owned` is
    // not looked at before those are gone.
    let owned = unsafe { object.into_owned() };
    // SAFETY: INV-6: the object is unlinked, so once the guards of now are gone nobody can reach it, and this runs only then. Any thread
    // may run it, at any later time: `T: Send + 'static`.
    unsafe { guard.defer_unchecked(move || destroy(owned)) }
}

/// The object behind a plain pointer, got by `Shared::as_raw`: no tag to mask, nothing to check.
///
/// # Safety
/// Not null, and protected for `'g` (INV-7).
#[inline(always)]
pub(crate) unsafe fn deref_raw<'g, T>(raw: *const T) -> &'g T {
    // SAFETY: INV-7: not null and protected for 'g, as the caller vouches; so other threads may retire the object, but it is not freed,
    // and what a pointer of the map leads to is only ever shared.
    unsafe { &*raw }
}

/// An atomic pointer with one tag bit.
pub(crate) struct Atomic<T>(crossbeam_epoch::Atomic<T>);

impl<T> Atomic<T> {
    pub(crate) const fn null() -> Self {
        Atomic(crossbeam_epoch::Atomic::null())
    }

    pub(crate) fn from_shared(pointer: Shared<'_, T>) -> Self {
        Atomic(crossbeam_epoch::Atomic::from(pointer))
    }

    #[inline(always)]
    pub(crate) fn load<'g>(&self, site: &'static Site, guard: &'g impl AsRef<EngineGuard>) -> Shared<'g, T> {
        self.0.load(site.get(), guard.as_ref())
    }

    #[inline(always)]
    pub(crate) fn swap<'g>(
        &self,
        new: Shared<'g, T>,
        site: &'static Site,
        guard: &'g impl AsRef<EngineGuard>,
    ) -> Shared<'g, T> {
        self.0.swap(new, site.get(), guard.as_ref())
    }

    /// The value seen, as `Ok` when it was `current` and `new` is there now.
    #[inline(always)]
    pub(crate) fn compare_exchange<'g>(
        &self,
        current: Shared<'g, T>,
        new: Shared<'g, T>,
        success: &'static Site,
        failure: &'static Site,
        guard: &'g impl AsRef<EngineGuard>,
    ) -> Result<Shared<'g, T>, Shared<'g, T>> {
        match self.0.compare_exchange(current, new, success.get(), failure.get(), guard.as_ref()) {
            Ok(_) => Ok(current),
            Err(error) => Err(error.current),
        }
    }

    /// Sets the bits of `tag`, and returns what was there.
    #[inline(always)]
    pub(crate) fn fetch_or<'g>(
        &self,
        tag: usize,
        site: &'static Site,
        guard: &'g impl AsRef<EngineGuard>,
    ) -> Shared<'g, T> {
        self.0.fetch_or(tag, site.get(), guard.as_ref())
    }

    /// What is there, when no other thread can access it.
    pub(crate) fn peek(&self) -> Shared<'_, T> {
        // SAFETY: a guard that protects nothing will do: only the pointer is read here, and nothing is dereferenced or retired under it.
        // Whoever dereferences what is returned does so by an unsafe call, and has to argue that no other thread can free it.
        let guard = unsafe { crossbeam_epoch::unprotected() };
        self.0.load(core::sync::atomic::Ordering::Relaxed, guard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orderings::SLOT_LOAD;

    /// The facade costs nothing: it has the size of what it wraps. (That its orderings are constants is a test of `sync/site.rs`.)
    #[test]
    fn the_facade_adds_no_memory() {
        const { assert!(size_of::<Atomic<u64>>() == size_of::<*const u64>()) };
        let guard = super::super::pin();
        let atomic = Atomic::<u64>::null();
        assert!(atomic.load(&SLOT_LOAD, &guard).is_null());
    }
}
