//! A hazard pointer: what a reader is about to use.

use checker::sync::atomic::{AtomicUsize, Ordering};

/// The object of the slot, which is not freed until the hazard is cleared.
pub fn protect(slot: &AtomicUsize, _hazard: &AtomicUsize) -> usize {
    slot.load(Ordering::SeqCst)
}

/// Whether an object that was taken out can be freed.
pub fn may_free(_object: usize, _hazard: &AtomicUsize) -> bool {
    false
}
