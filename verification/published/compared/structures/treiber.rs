//! Treiber's stack (1986), in memory that is allocated for each element.
//!
//! `pop` reads the successor of the top before it takes the top away. Where it frees what it takes, another `pop` may have taken and freed
//! it meanwhile. Mended here in the plainest way: what is popped is kept, and freed with the stack. (What real stacks do is reclamation:
//! epochs, hazard pointers.)

use super::at;
use super::sync::atomic::{AtomicPtr, Ordering::*};
use std::ptr::null_mut;

struct Node {
    value: u8,
    next: *mut Node,
    /// The next of those that were popped.
    later: AtomicPtr<Node>,
}

/// The stack. `FREES`: an element is freed when it is popped.
pub(crate) struct Treiber<const FREES: bool> {
    top: AtomicPtr<Node>,
    /// What was popped, and is not freed yet.
    popped: AtomicPtr<Node>,
}

// SAFETY: a node belongs to whoever has popped it, and is only read while it is in the stack; its values may go to other threads.
unsafe impl<const FREES: bool> Send for Treiber<FREES> {}
// SAFETY: as for `Send`.
unsafe impl<const FREES: bool> Sync for Treiber<FREES> {}

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

impl<const FREES: bool> Treiber<FREES> {
    pub(crate) fn new() -> Self {
        Treiber { top: AtomicPtr::new(null_mut()), popped: AtomicPtr::new(null_mut()) }
    }

    pub(crate) fn push(&self, value: u8) {
        put(&self.top, Box::new(Node { value, next: null_mut(), later: AtomicPtr::new(null_mut()) }));
    }

    pub(crate) fn pop(&self) -> Option<u8> {
        let mut top = self.top.load(Acquire);
        while !top.is_null() {
            // SAFETY: the fault is here: another `pop` may have freed it, if it frees.
            let node = unsafe { at(top) };
            match self.top.compare_exchange(top, node.next, Acquire, Acquire) {
                Ok(_) => {
                    let value = node.value;
                    self.let_go(top);
                    return Some(value);
                }
                Err(seen) => top = seen,
            }
        }
        None
    }

    /// What becomes of a node that was popped.
    fn let_go(&self, node: *mut Node) {
        if FREES {
            // SAFETY: this `pop` alone has taken it from the stack.
            return drop(unsafe { Box::from_raw(node) });
        }
        let mut first = self.popped.load(Relaxed);
        loop {
            // SAFETY: nothing is freed before the stack is.
            unsafe { at(node) }.later.store(first, Relaxed);
            match self.popped.compare_exchange(first, node, Release, Relaxed) {
                Ok(_) => return,
                Err(seen) => first = seen,
            }
        }
    }
}

impl<const FREES: bool> Drop for Treiber<FREES> {
    fn drop(&mut self) {
        let mut node = self.top.with_mut(|node| *node);
        while !node.is_null() {
            // SAFETY: nobody else is there, and a node is in the stack once.
            node = unsafe { Box::from_raw(node) }.next;
        }
        let mut node = self.popped.with_mut(|node| *node);
        while !node.is_null() {
            // SAFETY: nobody else is there, and what was popped was popped once.
            node = unsafe { Box::from_raw(node) }.later.with_mut(|node| *node);
        }
    }
}
