//! A cell that is set once, by a function that may fail; other threads spin meanwhile. After spin's `Once`.
//!
//! Before the mend of RUSTSEC-2023-0031 whoever waited took it that the function either succeeds or panics. Where it failed, the state went back
//! to the beginning, and the waiting thread came to a place that was held to be unreachable: a panic, or undefined behaviour in a release
//! build. Mended: it tries itself.

use checker::cell::UnsafeCell;
use checker::hint::spin_loop;
use checker::subject;
use checker::sync::atomic::{AtomicU8, Ordering::*};

const EMPTY: u8 = 0;
const RUNNING: u8 = 1;
const SET: u8 = 2;

/// The cell. `MAY_NOT_FAIL`: whoever waits takes it that the function succeeds.
#[derive(Debug)]
pub struct Once<const MAY_NOT_FAIL: bool> {
    state: AtomicU8,
    value: UnsafeCell<usize>,
}

// SAFETY: the value is written by the thread that has made the state RUNNING, and read once it is SET.
unsafe impl<const MAY_NOT_FAIL: bool> Sync for Once<MAY_NOT_FAIL> {}

#[subject(spec = Option<usize>)]
impl<const MAY_NOT_FAIL: bool> Once<MAY_NOT_FAIL> {
    #[init]
    fn new() -> Self {
        Once { state: AtomicU8::new(EMPTY), value: UnsafeCell::new(0) }
    }

    /// The value; `make` makes it, if there is none, and may fail.
    fn get_or_try(&self, make: impl Fn() -> Option<usize>) -> Option<usize> {
        loop {
            match self.state.compare_exchange(EMPTY, RUNNING, Acquire, Acquire) {
                Ok(_) => {
                    let made = make();
                    if let Some(value) = made {
                        // SAFETY: this thread alone has made the state RUNNING: nobody else writes, and nobody reads before it is SET.
                        self.value.with_mut(|place| unsafe { *place = value });
                    }
                    self.state.store(if made.is_some() { SET } else { EMPTY }, Release);
                    return made;
                }
                Err(SET) => return Some(self.read()),
                Err(_) => {
                    while self.state.load(Acquire) == RUNNING {
                        spin_loop();
                    }
                    match self.state.load(Acquire) {
                        SET => return Some(self.read()),
                        // The function has failed.
                        _ if MAY_NOT_FAIL => unreachable!("the function has set the value"),
                        _ => {}
                    }
                }
            }
        }
    }

    fn read(&self) -> usize {
        // SAFETY: it is SET, and so written before; nobody writes again.
        self.value.with(|place| unsafe { *place })
    }

    #[op]
    fn set(&self, value: usize) -> Option<usize> {
        self.get_or_try(|| Some(value))
    }

    #[op]
    fn try_set(&self) -> Option<usize> {
        self.get_or_try(|| None)
    }
}

impl OnceSpec for Option<usize> {
    fn set(&mut self, value: usize) -> Option<usize> {
        Some(*self.get_or_insert(value))
    }
    /// Its function fails.
    fn try_set(&mut self) -> Option<usize> {
        *self
    }
}
