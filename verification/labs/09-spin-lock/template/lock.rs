//! A lock that spins.

use checker::hint::spin_loop;
use checker::sync::atomic::{AtomicBool, Ordering};

/// True while somebody holds it.
pub struct Lock {
    held: AtomicBool,
}

impl Lock {
    pub fn new() -> Self {
        Lock { held: AtomicBool::new(false) }
    }

    pub fn lock(&self) {
        // Is this enough?
        while self.held.load(Ordering::Relaxed) {
            spin_loop();
        }
        self.held.store(true, Ordering::Relaxed);
    }

    pub fn unlock(&self) {
        self.held.store(false, Ordering::Relaxed);
    }
}
