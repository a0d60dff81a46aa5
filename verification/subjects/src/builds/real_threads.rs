//! A mutex, a condition variable and memory for calls on real threads, with the face of the facade's.

/// What ships keeps no books of its objects.
pub(crate) fn object_around(_part: *const u8) -> Option<u32> {
    None
}

/// Plain memory on real threads: nobody checks it here.
#[derive(Debug)]
pub(crate) struct Memory;

impl Memory {
    pub(crate) fn new() -> Self {
        Memory
    }
    pub(crate) fn write(&self) {}
    pub(crate) fn read(&self) {}
}

/// A std mutex with the face of the facade's.
pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Mutex(std::sync::Mutex::new(value))
    }
    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A std condition variable with the face of the facade's.
pub(crate) struct Condvar(std::sync::Condvar);

impl Condvar {
    pub(crate) fn new() -> Self {
        Condvar(std::sync::Condvar::new())
    }
    pub(crate) fn wait<'a, T>(&self, guard: std::sync::MutexGuard<'a, T>) -> std::sync::MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(std::sync::PoisonError::into_inner)
    }
    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}
