//! The subjects as they ship.

pub(super) use crate::values::Counted as Value;
pub(super) use sync_map as krate;

#[expect(clippy::duplicate_mod, reason = "compiled once for each build")]
#[path = "subjects/mod.rs"]
mod subjects;
pub use subjects::Any;

/// Plain memory on real threads: nobody checks it here.
#[derive(Debug)]
pub(super) struct Memory;

impl Memory {
    fn new() -> Self {
        Memory
    }
    fn write(&self) {}
    fn read(&self) {}
}

/// A std mutex with the face of the facade's.
pub(super) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    fn new(value: T) -> Self {
        Mutex(std::sync::Mutex::new(value))
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A std condition variable with the face of the facade's.
pub(super) struct Condvar(std::sync::Condvar);

impl Condvar {
    fn new() -> Self {
        Condvar(std::sync::Condvar::new())
    }
    fn wait<'a, T>(&self, guard: std::sync::MutexGuard<'a, T>) -> std::sync::MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(std::sync::PoisonError::into_inner)
    }
    fn notify_all(&self) {
        self.0.notify_all();
    }
}
