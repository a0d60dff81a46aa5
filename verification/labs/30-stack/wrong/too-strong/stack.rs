//! A stack of nodes that are used again.

use checker::sync::Mutex;
use checker::sync::atomic::{AtomicUsize, Ordering::*};
use std::collections::VecDeque;

/// So many nodes.
const NODES: usize = 2;

/// No node.
const NONE: usize = 0xff;

struct Node {
    value: AtomicUsize,
    next: AtomicUsize,
}

pub struct Stack {
    /// The number of the top's node in the lowest eight bits, and above them how often it was changed.
    top: AtomicUsize,
    nodes: [Node; NODES],
    free: Mutex<VecDeque<usize>>,
}

impl Stack {
    pub fn new() -> Self {
        let node = |_| Node { value: AtomicUsize::new(0), next: AtomicUsize::new(NONE) };
        Stack {
            top: AtomicUsize::new(NONE),
            nodes: std::array::from_fn(node),
            free: Mutex::new((0..NODES).collect()),
        }
    }

    /// A node that is free.
    fn take_node(&self) -> Option<usize> {
        self.free.lock().unwrap().pop_front()
    }

    /// Gives a node back.
    fn give_back(&self, node: usize) {
        self.free.lock().unwrap().push_back(node);
    }

    pub fn push(&self, value: usize) -> bool {
        let Some(node) = self.take_node() else { return false };
        self.nodes[node].value.store(value, Relaxed);
        let mut top = self.top.load(Relaxed);
        loop {
            self.nodes[node].next.store(top & 0xff, Relaxed);
            match self.top.compare_exchange(top, after(top, node), SeqCst, SeqCst) {
                Ok(_) => return true,
                Err(seen) => top = seen,
            }
        }
    }

    pub fn pop(&self) -> Option<usize> {
        let mut top = self.top.load(SeqCst);
        while top & 0xff != NONE {
            let node = &self.nodes[top & 0xff];
            let next = node.next.load(Relaxed);
            match self.top.compare_exchange(top, after(top, next), SeqCst, SeqCst) {
                Ok(_) => {
                    let value = node.value.load(Relaxed);
                    self.give_back(top & 0xff);
                    return Some(value);
                }
                Err(seen) => top = seen,
            }
        }
        None
    }
}

/// The word of a top that comes after this one.
fn after(word: usize, node: usize) -> usize {
    ((word >> 8) + 1) << 8 | node
}
