//! Treiber's stack (1986), in memory that is allocated for each element.
//!
//! `pop` reads the successor of the top before it takes the top away. Where it frees what it takes, another `pop` may have taken and freed
//! it meanwhile. Mended here in the plainest way: what is popped is kept, and freed with the stack. (What real stacks do is reclamation:
//! epochs, hazard pointers.)

use checker::alloc::{Box, at};
use checker::subject;
use checker::sync::atomic::{AtomicPtr, Ordering::*};
use std::ptr::null_mut;

struct Node {
    value: u8,
    next: *mut Node,
}

/// The stack. `FREES`: an element is freed when it is popped.
#[derive(Debug)]
pub struct Treiber<const FREES: bool> {
    top: AtomicPtr<Node>,
    /// What was popped, and is not freed yet.
    popped: AtomicPtr<Node>,
}

/// Puts a node before the others. `next` of a node is written by its owner alone, before it is there for others.
fn put(head: &AtomicPtr<Node>, mut node: Box<Node>) {
    let mut first = head.load(Relaxed);
    loop {
        node.next = first;
        let raw = Box::into_raw(node);
        match head.compare_exchange(first, raw, Release, Relaxed) {
            Ok(_) => return,
            Err(seen) => first = seen,
        }
        // SAFETY: made by `into_raw` just now, and nobody else has seen it.
        node = unsafe { Box::from_raw(raw) };
    }
}
