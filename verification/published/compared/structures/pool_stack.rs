//! A Treiber stack of nodes that are used again, from a pool: the ABA problem.
//!
//! A `pop` reads the top and its successor. If others pop both and push again, the first node may be the top once more, with another
//! successor; the exchange of the first `pop` succeeds, and brings back a node that is free. Mended by a number in the same word as the top,
//! which each change of the top raises.
//!
//! The pool gives out the node that has been free longest, as allocators do that put off using memory again.

use super::sync::Mutex;
use super::sync::atomic::{AtomicUsize, Ordering::*};
use std::collections::VecDeque;

/// So many nodes. With more of them a node is used again only after more calls, and larger programs are needed.
const NODES: usize = 2;

/// No node.
const NONE: usize = 0xff;

struct Node {
    value: AtomicUsize,
    next: AtomicUsize,
}

/// The stack. `TAGGED`: the word of the top has a number that is never the same again.
pub(crate) struct PoolStack<const TAGGED: bool> {
    /// The number of the top's node in the lowest eight bits.
    top: AtomicUsize,
    nodes: [Node; NODES],
    free: Mutex<VecDeque<usize>>,
}

/// The word of a top that comes after this one.
fn after<const TAGGED: bool>(word: usize, node: usize) -> usize {
    let tag = if TAGGED { (word >> 8) + 1 } else { 0 };
    tag << 8 | node
}

impl<const TAGGED: bool> PoolStack<TAGGED> {
    pub(crate) fn new() -> Self {
        let node = |_| Node { value: AtomicUsize::new(0), next: AtomicUsize::new(NONE) };
        PoolStack {
            top: AtomicUsize::new(NONE),
            nodes: std::array::from_fn(node),
            free: Mutex::new((0..NODES).collect()),
        }
    }

    fn free(&self) -> super::sync::MutexGuard<'_, VecDeque<usize>> {
        self.free.lock().expect("no panic")
    }

    /// False, if no node is free.
    pub(crate) fn push(&self, value: usize) -> bool {
        let Some(node) = self.free().pop_front() else { return false };
        self.nodes[node].value.store(value, Relaxed);
        let mut top = self.top.load(Relaxed);
        loop {
            self.nodes[node].next.store(top & 0xff, Relaxed);
            match self.top.compare_exchange(top, after::<TAGGED>(top, node), Release, Relaxed) {
                Ok(_) => return true,
                Err(seen) => top = seen,
            }
        }
    }

    pub(crate) fn pop(&self) -> Option<usize> {
        let mut top = self.top.load(Acquire);
        while top & 0xff != NONE {
            let node = &self.nodes[top & 0xff];
            let next = node.next.load(Relaxed);
            // Without a tag, the top may be the same word again, and `next` no longer what comes after it.
            match self.top.compare_exchange(top, after::<TAGGED>(top, next), AcqRel, Acquire) {
                Ok(_) => {
                    let value = node.value.load(Relaxed);
                    self.free().push_back(top & 0xff);
                    return Some(value);
                }
                Err(seen) => top = seen,
            }
        }
        None
    }
}
