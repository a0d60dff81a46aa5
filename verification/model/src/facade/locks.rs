//! The engine's mutex and condition variable, recorded.

use super::engine::{self, RawCondvar, RawMutex, RawMutexGuard};
use super::held::count_held;
use super::look;
use super::trace::{self, Action};
use std::cell::UnsafeCell;

/// What a mutex is.
enum Kind {
    /// One of the engine.
    OfEngine(RawMutex<()>),
    /// In an abstract execution: one that only calls of one step take, so that nobody ever waits for it.
    Hidden(std::sync::Mutex<()>),
}

/// A guard of either.
enum Inner<'a> {
    OfEngine(RawMutexGuard<'a, ()>),
    Hidden(#[expect(dead_code, reason = "held until it is dropped")] std::sync::MutexGuard<'a, ()>),
    /// Somebody looks, whoever holds the mutex.
    Looked,
}

/// A hidden mutex, if it is free; a panic does not poison it.
fn free(hidden: &std::sync::Mutex<()>) -> Option<std::sync::MutexGuard<'_, ()>> {
    match hidden.try_lock() {
        Ok(inner) => Some(inner),
        Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(std::sync::TryLockError::WouldBlock) => None,
    }
}

/// The engine's mutex, recorded. What it guards lies beside it, so that a look can read it while a thread holds the mutex.
pub struct Mutex<T> {
    raw: Kind,
    value: UnsafeCell<T>,
    object: u32,
    name: Option<&'static str>,
    is_ours: bool,
}

// SAFETY: the value goes with the mutex to the other thread (`T: Send`).
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: a thread reaches the value through a `Locked`, which it got from the mutex of the engine: one thread at a time (`T: Send`). A look
// reads it beside that, while no thread of the model runs.
unsafe impl<T: Send> Sync for Mutex<T> {}

/// The guard of [`Mutex`].
pub struct Locked<'a, T> {
    inner: Option<Inner<'a>>,
    value: &'a UnsafeCell<T>,
    kind: &'static str,
    object: u32,
    name: Option<&'static str>,
    is_ours: bool,
}

impl<T> Mutex<T> {
    /// A free mutex of the harness, which is not counted among the locks of this crate.
    pub fn new(value: T) -> Self {
        let (raw, value) = (Kind::OfEngine(RawMutex::new(())), UnsafeCell::new(value));
        Mutex { raw, value, object: trace::new_object(), name: None, is_ours: false }
    }

    /// A free mutex of this crate. The name is for the reports of the shipped build.
    pub fn named(name: &'static str, value: T) -> Self {
        let is_hidden = trace::one_step().is_some_and(|one_step| name.starts_with(one_step.mutex));
        let raw = match is_hidden {
            true => Kind::Hidden(std::sync::Mutex::new(())),
            false => Kind::OfEngine(RawMutex::new(())),
        };
        let value = UnsafeCell::new(value);
        Mutex { raw, value, object: trace::new_object(), name: Some(name), is_ours: true }
    }

    /// Blocks until the mutex is ours. A look always gets it, to read.
    #[track_caller]
    pub fn lock(&self) -> Locked<'_, T> {
        if look::is_looking() {
            return self.guarded_by(Inner::Looked, "mutex");
        }
        let raw = match &self.raw {
            Kind::OfEngine(raw) => raw,
            Kind::Hidden(hidden) => {
                let inner = free(hidden);
                return self
                    .taken(Inner::Hidden(inner.expect("no other thread runs in the middle of one step")));
            }
        };
        look::settled();
        trace::will_wait_for(&[self.object]);
        let inner = raw.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        trace::will_wait_for(&[]);
        self.taken(Inner::OfEngine(inner))
    }

    /// Ours, if it is free. A look always gets it, to read.
    #[track_caller]
    pub fn try_lock(&self) -> Option<Locked<'_, T>> {
        if look::is_looking() {
            return Some(self.guarded_by(Inner::Looked, "mutex"));
        }
        let raw = match &self.raw {
            Kind::OfEngine(raw) => raw,
            Kind::Hidden(hidden) => {
                return free(hidden).map(|inner| self.taken(Inner::Hidden(inner)));
            }
        };
        let inner = match raw.try_lock() {
            Ok(inner) => inner,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {
                // That somebody has it was seen: whether the unlock comes before this or after it matters.
                trace::touch(self.object, false);
                return None;
            }
        };
        Some(self.taken(Inner::OfEngine(inner)))
    }

    fn guarded_by<'a>(&'a self, inner: Inner<'a>, kind: &'static str) -> Locked<'a, T> {
        let Mutex { ref value, object, name, is_ours, .. } = *self;
        Locked { inner: Some(inner), value, kind, object, name, is_ours }
    }

    #[track_caller]
    fn taken<'a>(&'a self, inner: Inner<'a>) -> Locked<'a, T> {
        let kind = if matches!(inner, Inner::Hidden(_)) { trace::HIDDEN_MUTEX } else { "mutex" };
        trace::named(Action::Lock, self.object, kind, self.name);
        count_held(self.is_ours, |held| *held += 1);
        self.guarded_by(inner, kind)
    }

    /// The value, if nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T> Drop for Locked<'_, T> {
    #[track_caller]
    fn drop(&mut self) {
        if matches!(self.inner, None | Some(Inner::Looked)) {
            return; // given up for a wait that did not return; or never taken
        }
        look::settled();
        if !engine::UNLOCK_SWITCHES_FIRST {
            trace::named(Action::Unlock, self.object, self.kind, self.name);
        }
        self.inner = None;
        if engine::UNLOCK_SWITCHES_FIRST {
            trace::named(Action::Unlock, self.object, self.kind, self.name);
        }
        count_held(self.is_ours, |held| *held = held.saturating_sub(1));
    }
}

impl<T> std::ops::Deref for Locked<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        assert!(self.inner.is_some(), "held until dropped");
        // SAFETY: this guard holds the mutex, so no other thread has a reference to the value. Or it is that of a look: then no thread of
        // the model runs, and none holds a reference across the event at which somebody looks.
        unsafe { &*self.value.get() }
    }
}

impl<T> std::ops::DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        assert!(matches!(self.inner, Some(Inner::OfEngine(_) | Inner::Hidden(_))), "held until dropped");
        // SAFETY: this guard holds the mutex and is borrowed mutably, so this is the only reference to the value.
        unsafe { &mut *self.value.get() }
    }
}

/// The engine's condition variable, recorded.
///
/// MODEL-GAP: Waiting. There are no spurious wake-ups, and a wait for a time ends when a manual clock is advanced: see `patterns::Clock`.
pub struct Condvar {
    raw: RawCondvar,
    object: u32,
}

impl std::fmt::Debug for Condvar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Condvar")
    }
}

impl Condvar {
    /// Nobody waits.
    #[expect(clippy::new_without_default, reason = "it belongs to an execution")]
    pub fn new() -> Self {
        Condvar { raw: RawCondvar::new(), object: trace::new_object() }
    }

    /// Releases the mutex and waits, in one step, until [`notify_all`](Self::notify_all); then takes the mutex again.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: Locked<'a, T>) -> Locked<'a, T> {
        let Some(Inner::OfEngine(inner)) = guard.inner.take() else {
            panic!("nobody waits in the middle of one step");
        };
        look::settled();
        count_held(guard.is_ours, |held| *held = held.saturating_sub(1));
        trace::will_wait_for(&[guard.object, self.object]);
        trace::plain(Action::Wait, self.object, "condvar");
        let inner = self.raw.wait(inner).unwrap_or_else(std::sync::PoisonError::into_inner);
        trace::will_wait_for(&[]);
        trace::named(Action::Lock, guard.object, "mutex", guard.name);
        count_held(guard.is_ours, |held| *held += 1);
        guard.inner = Some(Inner::OfEngine(inner));
        guard
    }

    /// A model has no time of its own, so a wait for real time would not end.
    ///
    /// # Panics
    /// Always.
    pub fn wait_timeout<'a, T>(&self, _guard: Locked<'a, T>, _timeout: std::time::Duration) -> Locked<'a, T> {
        panic!("a model waits for a manual clock only");
    }

    /// Wakes one of the threads that wait, if one does.
    ///
    /// MODEL-GAP: Which one. loom wakes the one that has waited longest; shuttle tries each.
    #[track_caller]
    pub fn notify_one(&self) {
        self.raw.notify_one();
        trace::plain(Action::Notify, self.object, "condvar");
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        self.raw.notify_all();
        trace::plain(Action::Notify, self.object, "condvar");
    }
}
