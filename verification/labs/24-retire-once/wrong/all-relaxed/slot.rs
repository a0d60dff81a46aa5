//! A slot for an object, by its number.

use checker::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// No object.
pub const NONE: usize = 0;

/// Where objects go that were taken out.
pub trait Garbage {
    fn retire(&self, object: usize);
}

pub fn replace(slot: &AtomicUsize, new: usize, garbage: &impl Garbage) {
    let old = slot.swap(new, Relaxed);
    if old != NONE {
        garbage.retire(old);
    }
}

pub fn remove(slot: &AtomicUsize, garbage: &impl Garbage) -> bool {
    let old = slot.swap(NONE, Relaxed);
    if old != NONE {
        garbage.retire(old);
    }
    old != NONE
}
