//! The engine's mutex and condition variable, recorded.

use super::engine::{self, RawCondvar, RawMutex, RawMutexGuard};
use super::held::count_held;
use super::trace::{self, Action};

/// What a mutex is.
enum Kind<T> {
    /// One of the engine.
    OfEngine(RawMutex<T>),
    /// In an abstract execution: one that only calls of one step take, so that nobody ever waits for it.
    Hidden(std::sync::Mutex<T>),
}

/// A guard of either.
enum Inner<'a, T> {
    OfEngine(RawMutexGuard<'a, T>),
    Hidden(std::sync::MutexGuard<'a, T>),
}

/// A hidden mutex, if it is free; a panic does not poison it.
fn free<T>(hidden: &std::sync::Mutex<T>) -> Option<std::sync::MutexGuard<'_, T>> {
    match hidden.try_lock() {
        Ok(inner) => Some(inner),
        Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(std::sync::TryLockError::WouldBlock) => None,
    }
}

/// The engine's mutex, recorded.
pub struct Mutex<T> {
    raw: Kind<T>,
    object: u32,
    is_ours: bool,
}

/// The guard of [`Mutex`].
pub struct Locked<'a, T> {
    inner: Option<Inner<'a, T>>,
    kind: &'static str,
    object: u32,
    is_ours: bool,
}

impl<T> Mutex<T> {
    /// A free mutex of the harness, which is not counted among the locks of this crate.
    pub fn new(value: T) -> Self {
        Mutex { raw: Kind::OfEngine(RawMutex::new(value)), object: trace::new_object(), is_ours: false }
    }

    /// A free mutex of this crate. The name is for the reports of the shipped build.
    pub fn named(name: &'static str, value: T) -> Self {
        let is_hidden = trace::one_step().is_some_and(|one_step| name.starts_with(one_step.mutex));
        let raw = match is_hidden {
            true => Kind::Hidden(std::sync::Mutex::new(value)),
            false => Kind::OfEngine(RawMutex::new(value)),
        };
        Mutex { raw, object: trace::new_object(), is_ours: true }
    }

    /// Blocks until the mutex is ours.
    #[track_caller]
    pub fn lock(&self) -> Locked<'_, T> {
        let raw = match &self.raw {
            Kind::OfEngine(raw) => raw,
            Kind::Hidden(hidden) => {
                let inner = free(hidden);
                return self
                    .taken(Inner::Hidden(inner.expect("no other thread runs in the middle of one step")));
            }
        };
        trace::will_wait_for(&[self.object]);
        let inner = raw.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        trace::will_wait_for(&[]);
        self.taken(Inner::OfEngine(inner))
    }

    /// Ours, if it is free.
    #[track_caller]
    pub fn try_lock(&self) -> Option<Locked<'_, T>> {
        let raw = match &self.raw {
            Kind::OfEngine(raw) => raw,
            Kind::Hidden(hidden) => {
                return free(hidden).map(|inner| self.taken(Inner::Hidden(inner)));
            }
        };
        let inner = match raw.try_lock() {
            Ok(inner) => inner,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return None,
        };
        Some(self.taken(Inner::OfEngine(inner)))
    }

    #[track_caller]
    fn taken<'a>(&'a self, inner: Inner<'a, T>) -> Locked<'a, T> {
        let kind = if matches!(inner, Inner::Hidden(_)) { trace::HIDDEN_MUTEX } else { "mutex" };
        trace::plain(Action::Lock, self.object, kind);
        count_held(self.is_ours, |held| *held += 1);
        Locked { inner: Some(inner), kind, object: self.object, is_ours: self.is_ours }
    }

    /// The value, if nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        match &mut self.raw {
            Kind::OfEngine(raw) => raw.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner),
            Kind::Hidden(hidden) => hidden.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }
}

impl<T> Drop for Locked<'_, T> {
    #[track_caller]
    fn drop(&mut self) {
        if self.inner.is_none() {
            return; // given up for a wait that did not return
        }
        if !engine::UNLOCK_SWITCHES_FIRST {
            trace::plain(Action::Unlock, self.object, self.kind);
        }
        self.inner = None;
        if engine::UNLOCK_SWITCHES_FIRST {
            trace::plain(Action::Unlock, self.object, self.kind);
        }
        count_held(self.is_ours, |held| *held = held.saturating_sub(1));
    }
}

impl<T> std::ops::Deref for Locked<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        match self.inner.as_ref().expect("held until dropped") {
            Inner::OfEngine(inner) => inner,
            Inner::Hidden(inner) => inner,
        }
    }
}

impl<T> std::ops::DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match self.inner.as_mut().expect("held until dropped") {
            Inner::OfEngine(inner) => inner,
            Inner::Hidden(inner) => inner,
        }
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
        count_held(guard.is_ours, |held| *held = held.saturating_sub(1));
        trace::will_wait_for(&[guard.object, self.object]);
        trace::plain(Action::Wait, self.object, "condvar");
        let inner = self.raw.wait(inner).unwrap_or_else(std::sync::PoisonError::into_inner);
        trace::will_wait_for(&[]);
        trace::plain(Action::Lock, guard.object, "mutex");
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

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        self.raw.notify_all();
        trace::plain(Action::Notify, self.object, "condvar");
    }
}
