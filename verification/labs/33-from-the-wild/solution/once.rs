//! A cell that is set once, by a function that may fail.
//!
//! The bug: a waiter that does not expect failure. It was in the crate spin before 0.9.8: RUSTSEC-2023-0031.

use checker::hint::spin_loop;
use checker::sync::atomic::{AtomicU8, AtomicUsize, Ordering::*};

const EMPTY: u8 = 0;
const RUNNING: u8 = 1;
const SET: u8 = 2;

pub struct Once {
    state: AtomicU8,
    value: AtomicUsize,
}

impl Once {
    pub fn new() -> Self {
        Once { state: AtomicU8::new(EMPTY), value: AtomicUsize::new(0) }
    }

    /// The value; `make` makes it, if there is none, and may fail.
    fn get_or_try(&self, make: impl Fn() -> Option<usize>) -> Option<usize> {
        loop {
            match self.state.compare_exchange(EMPTY, RUNNING, Acquire, Acquire) {
                Ok(_) => {
                    let made = make();
                    if let Some(value) = made {
                        self.value.store(value, Relaxed);
                    }
                    self.state.store(if made.is_some() { SET } else { EMPTY }, Release);
                    return made;
                }
                Err(SET) => return Some(self.value.load(Relaxed)),
                // Whoever runs may fail: then it is this thread's turn.
                Err(_) => {
                    while self.state.load(Acquire) == RUNNING {
                        spin_loop();
                    }
                }
            }
        }
    }

    pub fn set(&self, value: usize) -> Option<usize> {
        self.get_or_try(|| Some(value))
    }

    pub fn try_set(&self) -> Option<usize> {
        self.get_or_try(|| None)
    }
}
