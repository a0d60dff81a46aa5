//! What the two model builds share: the engine's primitives, each access named and recorded.

use super::engine::{RawAtomic, RawCondvar, RawMutex, RawMutexGuard, thread_index};
use super::record::{self, Action, Event, Value};
use super::{Site, engine};
use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// A read-modify-write of one step.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// Writes this value.
    Set(usize),
    /// Adds, wrapping around.
    Add(usize),
    /// Sets these bits.
    Or(usize),
    /// Keeps these bits.
    And(usize),
}

impl Change {
    fn apply(self, value: usize) -> usize {
        match self {
            Change::Set(new) => new,
            Change::Add(n) => value.wrapping_add(n),
            Change::Or(bits) => value | bits,
            Change::And(bits) => value & bits,
        }
    }
}

/// An atomic word of the engine whose accesses are named and recorded.
pub struct Word {
    raw: RawAtomic,
    object: u32,
    /// The latest value in the order of execution: a load that sees another one has seen a stale value.
    latest: Cell<usize>,
    show: fn(usize) -> Value,
}

// SAFETY: the engines run all threads of a model as coroutines of one OS thread, and `latest` is not held across a
// switch.
unsafe impl Send for Word {}
// SAFETY: as above.
unsafe impl Sync for Word {}

impl Word {
    /// An atomic word. `show` turns a value into what a person reads.
    #[track_caller]
    pub fn new(value: usize, show: fn(usize) -> Value) -> Self {
        Word { raw: RawAtomic::new(value), object: record::new_object(), latest: Cell::new(value), show }
    }

    pub(crate) fn peek(&self) -> usize {
        self.raw.peek()
    }

    #[track_caller]
    fn note(
        &self,
        action: Action,
        site: &'static Site,
        ordering: Ordering,
        written: Option<usize>,
        seen: usize,
    ) {
        let stale = action == Action::Load && seen != self.latest.get();
        if let Some(written) = written {
            self.latest.set(written);
        }
        record::event(Event {
            thread: thread_index(),
            action,
            object: self.object,
            kind: site.name.split('.').next().unwrap_or(site.name),
            site: Some(site),
            ordering: Some(ordering),
            written: written.map(self.show),
            seen: Some((self.show)(seen)),
            stale,
            location: Location::caller(),
        });
    }

    /// An atomic load.
    #[track_caller]
    pub fn load(&self, site: &'static Site) -> usize {
        let seen = self.raw.load(site.get());
        self.note(Action::Load, site, site.get(), None, seen);
        self.raw.loaded();
        seen
    }

    /// A plain store. The map has none: all its writes are read-modify-writes.
    #[track_caller]
    pub fn store(&self, value: usize, site: &'static Site) {
        let before = self.latest.get();
        self.raw.store(value, site.get());
        self.note(Action::Store, site, site.get(), Some(value), before);
        self.raw.written();
    }

    /// A read-modify-write of one step; returns the value before.
    #[track_caller]
    pub fn modify(&self, change: Change, site: &'static Site) -> usize {
        let seen = self.raw.modify(change, site.get());
        self.note(Action::Exchange, site, site.get(), Some(change.apply(seen)), seen);
        self.raw.written();
        seen
    }

    /// A compare-exchange; a failure returns the value seen.
    ///
    /// # Errors
    /// The value seen, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: &'static Site,
        failure: &'static Site,
    ) -> Result<usize, usize> {
        let result = self.raw.compare_exchange(current, new, success.get(), failure.get());
        match result {
            Ok(seen) => self.note(Action::Exchange, success, success.get(), Some(new), seen),
            Err(seen) => self.note(Action::ExchangeFailed, failure, failure.get(), None, seen),
        }
        self.raw.written();
        result
    }
}

/// An atomic integer whose accesses name their ordering.
pub(crate) struct AtomicI64(Word);

impl AtomicI64 {
    #[track_caller]
    pub(crate) fn new(value: i64) -> Self {
        AtomicI64(Word::new(value as usize, |word| Value::Integer(word as i64)))
    }
    /// The value, when nobody else can access it.
    pub(crate) fn peek(&mut self) -> i64 {
        self.0.peek() as i64
    }
    #[track_caller]
    pub(crate) fn load(&self, site: &'static Site) -> i64 {
        self.0.load(site) as i64
    }
    #[track_caller]
    pub(crate) fn swap(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::Set(value as usize), site) as i64
    }
    #[track_caller]
    pub(crate) fn compare_exchange(
        &self,
        current: i64,
        new: i64,
        success: &'static Site,
        failure: &'static Site,
    ) -> Result<i64, i64> {
        let result = self.0.compare_exchange(current as usize, new as usize, success, failure);
        result.map(|seen| seen as i64).map_err(|seen| seen as i64)
    }
    #[track_caller]
    pub(crate) fn fetch_add(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::Add(value as usize), site) as i64
    }
    #[track_caller]
    pub(crate) fn fetch_or(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::Or(value as usize), site) as i64
    }
    #[track_caller]
    pub(crate) fn fetch_and(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::And(value as usize), site) as i64
    }
}

impl std::fmt::Debug for AtomicI64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (self.0.peek() as i64).fmt(f)
    }
}

/// The engine's mutex, recorded.
pub struct Mutex<T> {
    raw: RawMutex<T>,
    object: u32,
}

/// The guard of [`Mutex`].
pub struct Locked<'a, T> {
    inner: Option<RawMutexGuard<'a, T>>,
    object: u32,
}

impl<T> Mutex<T> {
    /// A free mutex.
    pub fn new(value: T) -> Self {
        Mutex { raw: RawMutex::new(value), object: record::new_object() }
    }

    /// Blocks until the mutex is ours.
    #[track_caller]
    pub fn lock(&self) -> Locked<'_, T> {
        record::will_wait_for(&[self.object]);
        let inner = self.raw.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        record::will_wait_for(&[]);
        record::plain(Action::Lock, self.object, "mutex");
        Locked { inner: Some(inner), object: self.object }
    }

    /// Ours, if it is free.
    #[track_caller]
    pub(crate) fn try_lock(&self) -> Option<Locked<'_, T>> {
        let inner = match self.raw.try_lock() {
            Ok(inner) => inner,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return None,
        };
        record::plain(Action::Lock, self.object, "mutex");
        Some(Locked { inner: Some(inner), object: self.object })
    }

    /// The value, when nobody else can hold the lock.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.raw.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl<T> Drop for Locked<'_, T> {
    #[track_caller]
    fn drop(&mut self) {
        if self.inner.is_none() {
            return; // given up for a wait that did not return
        }
        if !engine::UNLOCK_SWITCHES_FIRST {
            record::plain(Action::Unlock, self.object, "mutex");
        }
        self.inner = None;
        if engine::UNLOCK_SWITCHES_FIRST {
            record::plain(Action::Unlock, self.object, "mutex");
        }
    }
}

impl<T> std::ops::Deref for Locked<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.inner.as_ref().expect("held until dropped")
    }
}

impl<T> std::ops::DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("held until dropped")
    }
}

/// The engine's condition variable, recorded. No spurious wake-ups, and none at a time: see `patterns::Clock`.
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
        Condvar { raw: RawCondvar::new(), object: record::new_object() }
    }

    /// Releases the mutex and waits, in one step, until [`notify_all`](Self::notify_all); then takes the mutex again.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: Locked<'a, T>) -> Locked<'a, T> {
        let inner = guard.inner.take().expect("held until dropped");
        record::will_wait_for(&[guard.object, self.object]);
        record::plain(Action::Wait, self.object, "condvar");
        let inner = self.raw.wait(inner).unwrap_or_else(std::sync::PoisonError::into_inner);
        record::will_wait_for(&[]);
        record::plain(Action::Lock, guard.object, "mutex");
        guard.inner = Some(inner);
        guard
    }

    /// A model has no time of its own, so a wait for real time would not end.
    ///
    /// # Panics
    /// Always.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        _guard: Locked<'a, T>,
        _timeout: std::time::Duration,
    ) -> Locked<'a, T> {
        panic!("a model waits for a manual clock only");
    }

    /// Wakes all that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        self.raw.notify_all();
        record::plain(Action::Notify, self.object, "condvar");
    }
}

/// Memory that is no part of the map, and that its users order by the map: loom reports a race on it.
pub struct PlainMemory(engine::Probe);

// SAFETY: the engines run all threads of a model as coroutines of one OS thread.
unsafe impl Send for PlainMemory {}
// SAFETY: as above.
unsafe impl Sync for PlainMemory {}

impl std::fmt::Debug for PlainMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlainMemory")
    }
}

impl PlainMemory {
    /// Some memory.
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "it belongs to an execution")]
    pub fn new() -> Self {
        PlainMemory(engine::Probe::new())
    }
    /// Reads it.
    #[track_caller]
    pub fn read(&self) {
        self.0.read();
    }
    /// Writes it.
    #[track_caller]
    pub fn write(&self) {
        self.0.write();
    }
}

/// The number of the model thread.
pub(crate) fn stripe_index() -> usize {
    engine::thread_index()
}

/// MODEL-GAP: two stripes: enough for a sum to be torn, few enough to explore. (The shipped build has as many as processors.)
pub(crate) fn stripe_count() -> usize {
    2
}

/// Marks constructors that are `const` in the std build: the engines' types have no `const` constructors.
macro_rules! const_constructor {
    ($(#[$attribute:meta])* $visibility:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visibility fn $($rest)*
    };
}
pub(crate) use const_constructor;
