//! A slot for an object, by its number.

use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// No object.
pub const NONE: usize = 0;

/// Where objects go that were taken out.
pub trait Garbage {
    fn retire(&self, object: usize);
}

pub fn replace(slot: &AtomicUsize, new: usize, garbage: &impl Garbage) {
    let old = slot.swap(new, SeqCst);
    if old != NONE {
        garbage.retire(old);
    }
}

pub fn remove(slot: &AtomicUsize, garbage: &impl Garbage) -> bool {
    let mut old = slot.load(SeqCst);
    while old != NONE {
        garbage.retire(old);
        match slot.compare_exchange(old, NONE, SeqCst, SeqCst) {
            Ok(_) => return true,
            Err(seen) => old = seen,
        }
    }
    false
}
