//! The shipped build: crossbeam-epoch, with named orderings.

use super::Guard;
use crate::sync::Site;

pub(crate) use crossbeam_epoch::{Owned, Shared};

pub(super) type EngineGuard = crossbeam_epoch::Guard;

thread_local! {
    /// This thread's part in the default collector. crossbeam-epoch has one of its own, but behind a call; pinning is most of a
    /// look-up, so ours is where the optimizer sees it (ADR 9).
    static PARTICIPANT: crossbeam_epoch::LocalHandle = crossbeam_epoch::default_collector().register();
}

#[inline(always)]
pub(super) fn pin_engine() -> EngineGuard {
    PARTICIPANT.try_with(crossbeam_epoch::LocalHandle::pin).unwrap_or_else(|_gone| pin_at_exit())
}

/// The thread is ending and has given its participant up: a `Drop` of another thread-local uses a map.
#[cold]
#[inline(never)]
fn pin_at_exit() -> EngineGuard {
    crossbeam_epoch::pin()
}

/// # Safety
/// INV-6 holds for `object`, which is not null.
pub(super) unsafe fn destroy_later<T: Send + 'static>(guard: &EngineGuard, object: Shared<'_, T>) {
    // SAFETY: INV-6. `T: Send + 'static`, so any thread may drop it at any time.
    unsafe { guard.defer_destroy(object) }
}

/// # Safety
/// INV-6 holds for each of `objects`, none of which is null.
pub(super) unsafe fn destroy_all_later<T: Send + 'static>(guard: &EngineGuard, objects: Vec<Shared<'_, T>>) {
    let own = |object: Shared<'_, T>| {
        // SAFETY: INV-6: the `Owned` is dropped when nobody else can see the object any more, and not looked at before.
        unsafe { object.into_owned() }
    };
    // A `Vec` drops the rest of its objects also when the `Drop` of one panics.
    let objects: Vec<Owned<T>> = objects.into_iter().map(own).collect();
    // SAFETY: INV-6. `T: Send + 'static`, so any thread may drop it at any time.
    unsafe { guard.defer_unchecked(move || drop(objects)) }
}

/// The object behind a plain pointer, got by `Shared::as_raw`: no tag to mask, nothing to check.
///
/// # Safety
/// Not null, and protected for `'g` (INV-7).
#[inline(always)]
pub(crate) unsafe fn deref_raw<'g, T>(raw: *const T) -> &'g T {
    // SAFETY: the caller's promise.
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
    pub(crate) fn load<'g>(&self, site: &'static Site, guard: &'g Guard) -> Shared<'g, T> {
        self.0.load(site.get(), guard.engine())
    }

    #[inline(always)]
    pub(crate) fn swap<'g>(
        &self,
        new: Shared<'g, T>,
        site: &'static Site,
        guard: &'g Guard,
    ) -> Shared<'g, T> {
        self.0.swap(new, site.get(), guard.engine())
    }

    /// The value seen, as `Ok` when it was `current` and `new` is there now.
    #[inline(always)]
    pub(crate) fn compare_exchange<'g>(
        &self,
        current: Shared<'g, T>,
        new: Shared<'g, T>,
        success: &'static Site,
        failure: &'static Site,
        guard: &'g Guard,
    ) -> Result<Shared<'g, T>, Shared<'g, T>> {
        match self.0.compare_exchange(current, new, success.get(), failure.get(), guard.engine()) {
            Ok(_) => Ok(current),
            Err(error) => Err(error.current),
        }
    }

    /// Sets the bits of `tag`, and returns what was there.
    #[inline(always)]
    pub(crate) fn fetch_or<'g>(&self, tag: usize, site: &'static Site, guard: &'g Guard) -> Shared<'g, T> {
        self.0.fetch_or(tag, site.get(), guard.engine())
    }

    /// What is there, when no other thread can access it.
    pub(crate) fn peek(&self) -> Shared<'_, T> {
        // SAFETY: nothing is dereferenced here; that the pointer is valid is for the caller to argue.
        let guard = unsafe { crossbeam_epoch::unprotected() };
        self.0.load(core::sync::atomic::Ordering::Relaxed, guard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orderings::{SLOT_EXCHANGE, SLOT_LOAD};

    /// The facade costs nothing: it has the size of what it wraps, and its constants are constants.
    #[test]
    fn the_facade_adds_no_memory() {
        const { assert!(size_of::<Atomic<u64>>() == size_of::<*const u64>()) };
        const { assert!(matches!(SLOT_EXCHANGE.get(), core::sync::atomic::Ordering::SeqCst)) };
        let guard = super::super::pin();
        let atomic = Atomic::<u64>::null();
        assert!(atomic.load(&SLOT_LOAD, &guard).is_null());
    }
}
