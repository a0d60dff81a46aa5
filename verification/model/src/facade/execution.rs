//! One execution of a crate that uses the facade, or something built on it.

use super::{strict_epoch, trace};
use crate::{Mode, OneStep};

/// One execution of a model, from its first step to its last: what a test of your own crate hands to the engine's runner.
///
/// The body starts threads and waits for them as it likes. Threads get their numbers by themselves, in the order in which they first come
/// through the facade. When the body has returned, everything that used the epoch must be gone: what is dropped is freed, and what was neither
/// freed nor retired is reported as a leak.
///
/// # Panics
/// If the body does; if a guard outlives it, or an object leaks.
#[track_caller]
pub fn execution<R>(mode: Mode, body: impl FnOnce() -> R) -> R {
    trace::begin_by_itself();
    strict_epoch::begin(mode);
    let result = body();
    strict_epoch::end();
    result
}

/// The same, in which each call of a structure is one step: many fewer executions, for a test of what is built on it.
///
/// Nothing is freed before the end, so an abstract execution says nothing about reclamation.
///
/// # Panics
/// As [`execution`]; and when the structure's mutex is wanted while another thread has it, because code of a user (a key's `Eq`) has let
/// other threads run under it.
#[track_caller]
pub fn abstract_execution<R>(of: &'static OneStep, body: impl FnOnce() -> R) -> R {
    struct Abstract;
    impl Drop for Abstract {
        fn drop(&mut self) {
            trace::in_steps_again();
        }
    }
    trace::begin_by_itself();
    trace::in_one_step(of);
    let _abstract = Abstract;
    strict_epoch::begin(Mode::Leak);
    let result = body();
    strict_epoch::end();
    result
}

#[cfg(test)]
mod tests {
    use super::super::{AtomicI64, Mutex, Site, engine, execution, locks_held, thread};
    use crate::Mode;
    use std::sync::{Arc, atomic::Ordering};

    static RELAXED: Site = Site::new("TEST", "word.access", Ordering::Relaxed);

    /// Every thread differs from every other one, although nobody numbers them: each has its own count of locks.
    #[test]
    fn threads_that_nobody_numbers_are_told_apart() {
        engine::run(|| {
            execution(Mode::Eager, || {
                let shared = Arc::new((Mutex::named("of the test", ()), AtomicI64::new(0)));
                let other = Arc::clone(&shared);
                let guard = shared.0.lock();
                let thread = thread::spawn(move || {
                    other.1.fetch_add(1, &RELAXED);
                    assert_eq!(locks_held(), 0, "the lock is another thread's");
                    drop(other.0.lock());
                });
                shared.1.fetch_add(1, &RELAXED);
                assert_eq!(locks_held(), 1);
                drop(guard);
                thread.join().expect("it has not panicked");
                assert_eq!(shared.1.load(&RELAXED), 2);
            });
        });
    }
}
