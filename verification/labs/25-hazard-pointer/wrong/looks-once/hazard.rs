//! A hazard pointer: what a reader is about to use.

use checker::sync::atomic::{AtomicUsize, Ordering};

/// The object of the slot, which is not freed until the hazard is cleared.
pub fn protect(slot: &AtomicUsize, hazard: &AtomicUsize) -> usize {
    let object = slot.load(Ordering::SeqCst);
    hazard.store(object, Ordering::SeqCst);
    object
}

/// Whether an object that was taken out can be freed.
pub fn may_free(object: usize, hazard: &AtomicUsize) -> bool {
    hazard.load(Ordering::SeqCst) != object
}
