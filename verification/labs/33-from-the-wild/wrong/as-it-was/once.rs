//! A cell that is set once, by a function that may fail.

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
        match self.state.compare_exchange(EMPTY, RUNNING, Acquire, Acquire) {
            Ok(_) => {
                let made = make();
                if let Some(value) = made {
                    self.value.store(value, Relaxed);
                }
                self.state.store(if made.is_some() { SET } else { EMPTY }, Release);
                made
            }
            Err(SET) => Some(self.value.load(Relaxed)),
            Err(_) => {
                while self.state.load(Acquire) == RUNNING {
                    spin_loop();
                }
                match self.state.load(Acquire) {
                    SET => Some(self.value.load(Relaxed)),
                    _ => unreachable!("whoever ran has set the value"),
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
