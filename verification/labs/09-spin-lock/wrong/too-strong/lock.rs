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
        while self.held.compare_exchange(false, true, Ordering::SeqCst, Ordering::Relaxed).is_err() {
            spin_loop();
        }
    }

    pub fn unlock(&self) {
        self.held.store(false, Ordering::SeqCst);
    }
}
