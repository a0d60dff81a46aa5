//! A mutex and a condition variable, as in `std::sync`. A panic does not poison the mutex: under an engine it is a failure.

use crate::engine::{Engine, Made, now};
use crate::spin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LockResult, PoisonError};
use sync_map_model::{loom as on_loom, shuttle as on_shuttle};

/// As `std::sync::Mutex`.
pub struct Mutex<T>(OfEngine<std::sync::Mutex<T>, on_loom::Mutex<T>, on_shuttle::Mutex<T>>, AtomicBool, Made);

enum OfEngine<P, L, S> {
    Plain(P),
    Loom(L),
    Shuttle(S),
}

impl<T> std::fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mutex")
    }
}

/// As `std::sync::MutexGuard`.
pub struct MutexGuard<'a, T>(Held<'a, T>, Freed<'a>);

type Held<'a, T> = OfEngine<std::sync::MutexGuard<'a, T>, on_loom::Locked<'a, T>, on_shuttle::Locked<'a, T>>;

/// Dropped when the mutex is free again: a loop that spins on `try_lock`, or on what the mutex guards, may go on.
struct Freed<'a> {
    /// What the mutex guards may have been changed.
    is_changed: bool,
    refused: &'a AtomicBool,
}

impl Drop for Freed<'_> {
    fn drop(&mut self) {
        if now() != Engine::Shuttle || std::thread::panicking() {
            return;
        }
        let has_refused = self.refused.swap(false, Ordering::Relaxed);
        if self.is_changed || has_refused {
            spin::wrote();
        }
    }
}

impl<T> Mutex<T> {
    fn held<'a>(&'a self, held: Held<'a, T>) -> MutexGuard<'a, T> {
        MutexGuard(held, Freed { is_changed: false, refused: &self.1 })
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> Mutex<T> {
    /// A free mutex.
    pub fn new(value: T) -> Self {
        let mutex = match now() {
            Engine::Plain => OfEngine::Plain(std::sync::Mutex::new(value)),
            Engine::Loom => OfEngine::Loom(on_loom::Mutex::new(value)),
            Engine::Shuttle => OfEngine::Shuttle(on_shuttle::Mutex::new(value)),
        };
        Mutex(mutex, AtomicBool::new(false), Made::now())
    }

    /// Blocks until the mutex is ours.
    ///
    /// # Errors
    /// Outside an engine, when a thread has panicked with it.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        self.2.is_used();
        match &self.0 {
            OfEngine::Plain(mutex) => match mutex.lock() {
                Ok(guard) => Ok(self.held(OfEngine::Plain(guard))),
                Err(poisoned) => Err(PoisonError::new(self.held(OfEngine::Plain(poisoned.into_inner())))),
            },
            OfEngine::Loom(mutex) => Ok(self.held(OfEngine::Loom(mutex.lock()))),
            OfEngine::Shuttle(mutex) => {
                spin::reads();
                Ok(self.held(OfEngine::Shuttle(mutex.lock())))
            }
        }
    }

    /// Ours, if it is free. (`std` has a `Result` here, and poison.)
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.2.is_used();
        match &self.0 {
            OfEngine::Plain(mutex) => mutex.try_lock().ok().map(|guard| self.held(OfEngine::Plain(guard))),
            OfEngine::Loom(mutex) => mutex.try_lock().map(|guard| self.held(OfEngine::Loom(guard))),
            OfEngine::Shuttle(mutex) => {
                spin::reads();
                let taken = mutex.try_lock().map(|guard| self.held(OfEngine::Shuttle(guard)));
                self.1.fetch_or(taken.is_none(), Ordering::Relaxed);
                taken
            }
        }
    }

    /// The value, as nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        match &mut self.0 {
            OfEngine::Plain(mutex) => mutex.get_mut().unwrap_or_else(PoisonError::into_inner),
            OfEngine::Loom(mutex) => mutex.get_mut(),
            OfEngine::Shuttle(mutex) => mutex.get_mut(),
        }
    }
}

impl<T> std::ops::Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        match &self.0 {
            OfEngine::Plain(guard) => guard,
            OfEngine::Loom(guard) => guard,
            OfEngine::Shuttle(guard) => guard,
        }
    }
}

impl<T> std::ops::DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.1.is_changed = true;
        match &mut self.0 {
            OfEngine::Plain(guard) => guard,
            OfEngine::Loom(guard) => guard,
            OfEngine::Shuttle(guard) => guard,
        }
    }
}

/// As `std::sync::Condvar`. Under an engine nobody wakes without being woken; loom wakes the one that has waited longest.
#[derive(Debug)]
pub struct Condvar(Waiting);

#[derive(Debug)]
enum Waiting {
    Plain(std::sync::Condvar),
    Loom(on_loom::Condvar),
    Shuttle(on_shuttle::Condvar),
}

impl Default for Condvar {
    fn default() -> Self {
        Condvar::new()
    }
}

impl Condvar {
    /// Nobody waits.
    pub fn new() -> Self {
        Condvar(match now() {
            Engine::Plain => Waiting::Plain(std::sync::Condvar::new()),
            Engine::Loom => Waiting::Loom(on_loom::Condvar::new()),
            Engine::Shuttle => Waiting::Shuttle(on_shuttle::Condvar::new()),
        })
    }

    /// Releases the mutex and waits, in one step, to be woken; then takes the mutex again.
    ///
    /// # Errors
    /// Outside an engine, when a thread has panicked with the mutex.
    ///
    /// # Panics
    /// When the mutex was made in another execution.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let MutexGuard(held, freed) = guard;
        let refused = freed.refused;
        drop(freed);
        let again = |held| MutexGuard(held, Freed { is_changed: false, refused });
        match (&self.0, held) {
            (Waiting::Plain(condvar), OfEngine::Plain(guard)) => match condvar.wait(guard) {
                Ok(guard) => Ok(again(OfEngine::Plain(guard))),
                Err(poisoned) => Err(PoisonError::new(again(OfEngine::Plain(poisoned.into_inner())))),
            },
            (Waiting::Loom(condvar), OfEngine::Loom(guard)) => Ok(again(OfEngine::Loom(condvar.wait(guard)))),
            (Waiting::Shuttle(condvar), OfEngine::Shuttle(guard)) => {
                let guard = condvar.wait(guard);
                spin::reads();
                Ok(again(OfEngine::Shuttle(guard)))
            }
            _ => panic!("the mutex and the condition variable were made in different executions"),
        }
    }

    /// Waits as long as `condition` holds.
    ///
    /// # Errors
    /// Outside an engine, when a thread has panicked with the mutex.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Wakes one thread that waits.
    #[track_caller]
    pub fn notify_one(&self) {
        match &self.0 {
            Waiting::Plain(condvar) => condvar.notify_one(),
            Waiting::Loom(condvar) => condvar.notify_one(),
            Waiting::Shuttle(condvar) => condvar.notify_one(),
        }
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        match &self.0 {
            Waiting::Plain(condvar) => condvar.notify_all(),
            Waiting::Loom(condvar) => condvar.notify_all(),
            Waiting::Shuttle(condvar) => condvar.notify_all(),
        }
    }
}
