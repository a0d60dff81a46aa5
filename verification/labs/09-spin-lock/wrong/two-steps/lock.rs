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
        while self.held.load(Ordering::SeqCst) {
            spin_loop();
        }
        self.held.store(true, Ordering::SeqCst);
    }

    pub fn unlock(&self) {
        self.held.store(false, Ordering::SeqCst);
    }
}
