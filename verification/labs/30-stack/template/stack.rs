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
        let top = self.top.load(SeqCst);
        self.nodes[node].next.store(top, Relaxed);
        self.top.store(node, SeqCst);
        true
    }

    pub fn pop(&self) -> Option<usize> {
        let top = self.top.load(SeqCst);
        if top == NONE {
            return None;
        }
        let node = &self.nodes[top];
        self.top.store(node.next.load(Relaxed), SeqCst);
        let value = node.value.load(Relaxed);
        self.give_back(top);
        Some(value)
    }
}
