//! The shipped build: thin names for what `std` has. Nothing here exists at run time beyond what it wraps.

use super::site::Mutex as PlainMutex;
pub use super::site::Site;
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

thread_local! {
    /// How many of the crate's locks this thread holds.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// How many of the crate's locks this thread holds. While it is not zero, no garbage is collected: that would run users' `Drop`s.
#[inline]
pub(crate) fn locks_held() -> usize {
    HELD.get()
}

/// One of the locks that this thread holds.
struct Held;

impl Held {
    #[inline]
    fn one_more() -> Self {
        HELD.set(HELD.get() + 1);
        Held
    }
}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        HELD.set(HELD.get() - 1);
    }
}

/// A mutex that a panic does not poison: what it protects is whole whenever user code can panic (only the key's
/// `Eq` runs under it, and only while nothing is half changed).
#[derive(Debug, Default)]
pub(crate) struct Mutex<T> {
    inner: PlainMutex<T>,
    /// In debug builds: which thread holds it, to report a re-entry instead of hanging.
    #[cfg(debug_assertions)]
    holder: std::sync::atomic::AtomicU64,
    /// In debug builds: what the report calls it.
    #[cfg(debug_assertions)]
    name: &'static str,
}

/// The guard of [`Mutex`].
pub(crate) struct Locked<'a, T> {
    // Declared first, so that the holder is forgotten before the lock is free.
    #[cfg(debug_assertions)]
    _holder: Holder<'a>,
    inner: MutexGuard<'a, T>,
    // Declared last, so that the lock is free before it is no longer counted.
    _held: Held,
}

impl<T> Mutex<T> {
    /// `name` is what a report calls it: `the map's mutex`.
    #[cfg_attr(not(debug_assertions), expect(unused_variables, reason = "the report is of debug builds"))]
    pub(crate) const fn named(name: &'static str, value: T) -> Self {
        Mutex {
            inner: PlainMutex::new(value),
            #[cfg(debug_assertions)]
            holder: std::sync::atomic::AtomicU64::new(0),
            #[cfg(debug_assertions)]
            name,
        }
    }

    /// Blocks until the mutex is ours.
    ///
    /// # Panics
    /// In debug builds, if this thread holds it already: user code that runs under it has used what it protects.
    #[inline]
    #[track_caller]
    pub(crate) fn lock(&self) -> Locked<'_, T> {
        #[cfg(debug_assertions)]
        Holder::forbid_reentry(&self.holder, self.name);
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Locked {
            #[cfg(debug_assertions)]
            _holder: Holder::enter(&self.holder),
            inner,
            _held: Held::one_more(),
        }
    }

    /// Ours, if it is free.
    pub(crate) fn try_lock(&self) -> Option<Locked<'_, T>> {
        let inner = match self.inner.try_lock() {
            Ok(inner) => inner,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(Locked {
            #[cfg(debug_assertions)]
            _holder: Holder::enter(&self.holder),
            inner,
            _held: Held::one_more(),
        })
    }

    /// The value, when nobody else can hold the lock.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.inner.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> std::ops::Deref for Locked<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> std::ops::DerefMut for Locked<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

/// A condition variable for [`Mutex`].
#[derive(Debug, Default)]
pub(crate) struct Condvar(std::sync::Condvar);

impl Condvar {
    pub(crate) const fn new() -> Self {
        Condvar(std::sync::Condvar::new())
    }

    /// Releases the mutex and waits, in one step, until [`notify_all`](Self::notify_all); then takes the mutex again. It may
    /// also wake up for no reason: look again.
    pub(crate) fn wait<'a, T>(&self, guard: Locked<'a, T>) -> Locked<'a, T> {
        guard.replace(|inner| self.0.wait(inner).unwrap_or_else(PoisonError::into_inner))
    }

    /// [`wait`](Self::wait), but no longer than this.
    pub(crate) fn wait_timeout<'a, T>(&self, guard: Locked<'a, T>, timeout: Duration) -> Locked<'a, T> {
        guard.replace(|inner| self.0.wait_timeout(inner, timeout).unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Wakes all threads that wait.
    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

impl<'a, T> Locked<'a, T> {
    /// Gives the guard up for a wait, and becomes what comes back.
    fn replace(self, wait: impl FnOnce(MutexGuard<'a, T>) -> MutexGuard<'a, T>) -> Self {
        #[cfg(debug_assertions)]
        let holder = self._holder.0;
        #[cfg(debug_assertions)]
        drop(self._holder);
        let inner = wait(self.inner);
        Locked {
            #[cfg(debug_assertions)]
            _holder: Holder::enter(holder),
            inner,
            _held: self._held,
        }
    }
}

/// The holder of a mutex, in debug builds: a number of the thread, 0 for nobody.
#[cfg(debug_assertions)]
struct Holder<'a>(&'a std::sync::atomic::AtomicU64);

#[cfg(debug_assertions)]
impl<'a> Holder<'a> {
    fn me() -> u64 {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        thread_local!(static ME: u64 = NEXT.fetch_add(1, Ordering::Relaxed));
        ME.with(|me| *me)
    }

    #[track_caller]
    fn forbid_reentry(holder: &std::sync::atomic::AtomicU64, name: &str) {
        assert!(
            holder.load(Ordering::Relaxed) != Self::me(),
            "sync-map: this thread holds {name}, and takes it again: this would deadlock"
        );
    }

    fn enter(holder: &'a std::sync::atomic::AtomicU64) -> Self {
        holder.store(Self::me(), Ordering::Relaxed);
        Holder(holder)
    }
}

#[cfg(debug_assertions)]
impl Drop for Holder<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// An atomic integer whose accesses name their ordering.
#[derive(Debug, Default)]
#[repr(transparent)]
pub(crate) struct AtomicI64(std::sync::atomic::AtomicI64);

impl AtomicI64 {
    pub(crate) const fn new(value: i64) -> Self {
        AtomicI64(std::sync::atomic::AtomicI64::new(value))
    }
    /// The value, when nobody else can access it.
    pub(crate) fn peek(&mut self) -> i64 {
        *self.0.get_mut()
    }
    #[inline(always)]
    pub(crate) fn load(&self, site: &'static Site) -> i64 {
        self.0.load(site.get())
    }
    #[inline(always)]
    pub(crate) fn swap(&self, value: i64, site: &'static Site) -> i64 {
        self.0.swap(value, site.get())
    }
    #[inline(always)]
    pub(crate) fn compare_exchange(
        &self,
        current: i64,
        new: i64,
        success: &'static Site,
        failure: &'static Site,
    ) -> Result<i64, i64> {
        self.0.compare_exchange(current, new, success.get(), failure.get())
    }
    #[inline(always)]
    pub(crate) fn fetch_add(&self, value: i64, site: &'static Site) -> i64 {
        self.0.fetch_add(value, site.get())
    }
    #[inline(always)]
    pub(crate) fn fetch_or(&self, value: i64, site: &'static Site) -> i64 {
        self.0.fetch_or(value, site.get())
    }
    #[inline(always)]
    pub(crate) fn fetch_and(&self, value: i64, site: &'static Site) -> i64 {
        self.0.fetch_and(value, site.get())
    }
}

thread_local! {
    /// Whether this thread is one that `thread::spawn` has started.
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the running thread is one that this crate has started.
pub(crate) fn is_ours() -> bool {
    OURS.get()
}

/// The running thread is one that this crate has started.
pub(crate) fn now_ours() {
    OURS.set(true);
}

/// A number of this thread, to spread threads over the stripes of a counter.
#[inline]
pub(crate) fn stripe_index() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static MINE: usize = NEXT.fetch_add(1, Ordering::Relaxed));
    MINE.with(|mine| *mine)
}

/// How many stripes a counter has: a power of two, at least as many as there are processors.
pub(crate) fn stripe_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).next_power_of_two()
}

/// Marks constructors that are `const` in this build. (loom's types have no `const` constructors.)
macro_rules! const_constructor {
    ($(#[$attribute:meta])* $visibility:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visibility const fn $($rest)*
    };
}
pub(crate) use const_constructor;
