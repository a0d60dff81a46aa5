//! What `sync-map-paused` has in place of two names of the shipped facade (`src/sync/site.rs`): [`Site`], which an atomic access names its
//! ordering by, and [`Mutex`]. A thread that asks for it ([`set`]) pauses there at random. The rest of the library is the same source.
//!
//! A pause is a few turns of an empty loop, a yield, or a sleep of some microseconds. It comes before the access: after the access before
//! it, that is. What two threads do in between is what a preemption there would show, but far more often.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::sync::{LockResult, MutexGuard, PoisonError, TryLockResult};
use std::time::Duration;

/// As in the shipped build, but that who asks for the ordering may pause.
#[derive(Debug)]
pub struct Site {
    /// The id that the source, the book and the reports use: `ORD-1`.
    pub id: &'static str,
    /// What is accessed, and how: `read.load`.
    pub name: &'static str,
    /// The ordering in the shipped build, and in this one.
    pub ordering: Ordering,
}

impl Site {
    /// A row of the table of orderings.
    pub const fn new(id: &'static str, name: &'static str, ordering: Ordering) -> Self {
        Site { id, name, ordering }
    }

    /// The ordering, after a pause.
    #[inline]
    pub fn get(&self) -> Ordering {
        pause();
        self.ordering
    }
}

/// `std`'s mutex, but that who takes it may pause before.
#[derive(Debug, Default)]
pub struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    /// A free one.
    pub const fn new(value: T) -> Self {
        Mutex(std::sync::Mutex::new(value))
    }

    /// As `std`'s.
    ///
    /// # Errors
    /// As `std`'s.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        pause();
        self.0.lock()
    }

    /// As `std`'s.
    ///
    /// # Errors
    /// As `std`'s.
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        pause();
        self.0.try_lock()
    }

    /// As `std`'s.
    ///
    /// # Errors
    /// As `std`'s.
    pub fn get_mut(&mut self) -> Result<&mut T, PoisonError<&mut T>> {
        self.0.get_mut()
    }
}

/// How a thread pauses.
#[derive(Clone, Copy, Debug)]
struct Pauses {
    /// One access in so many; 0 for none.
    one_in: u32,
    random: u64,
    taken: u64,
}

thread_local! {
    static PAUSES: Cell<Pauses> = const { Cell::new(Pauses { one_in: 0, random: 1, taken: 0 }) };
}

/// From now on this thread pauses at one access in so many; at none, if 0.
pub fn set(one_in: u32, seed: u64) {
    PAUSES.set(Pauses { one_in, random: seed | 1, taken: PAUSES.get().taken });
}

/// How many pauses this thread has made.
pub fn taken() -> u64 {
    PAUSES.get().taken
}

/// A pause, perhaps.
#[inline]
pub fn pause() {
    let pauses = PAUSES.get();
    if pauses.one_in > 0 {
        perhaps(pauses);
    }
}

fn perhaps(mut pauses: Pauses) {
    // xorshift
    pauses.random ^= pauses.random << 13;
    pauses.random ^= pauses.random >> 7;
    pauses.random ^= pauses.random << 17;
    let is_one = (pauses.random >> 20).is_multiple_of(u64::from(pauses.one_in));
    pauses.taken += u64::from(is_one);
    PAUSES.set(pauses);
    if !is_one {
        return;
    }
    let how = pauses.random >> 50;
    match how % 16 {
        0..=5 => (0..how % 300).for_each(|_| std::hint::spin_loop()),
        6..=13 => std::thread::yield_now(),
        14 => (0..how % 20).for_each(|_| std::thread::yield_now()),
        _ => std::thread::sleep(Duration::from_micros(how % 100)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_pauses_when_it_has_asked_for_it_and_as_often() {
        static SITE: Site = Site::new("ORD-0", "none", Ordering::SeqCst);
        (0..1_000).for_each(|_| assert_eq!(SITE.get(), Ordering::SeqCst));
        assert_eq!(taken(), 0, "no thread pauses that has not asked for it");
        set(4, 7);
        (0..1_000).for_each(|_| assert_eq!(SITE.get(), SITE.ordering));
        assert!((150..350).contains(&taken()), "one in four, and not {} of 1,000", taken());
        set(0, 7);
        let before = taken();
        drop(Mutex::new(1).lock());
        assert_eq!(taken(), before);
    }
}
