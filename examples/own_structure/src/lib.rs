//! A stack of nodes that are used again, with a famous fault.
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use checker::{subject, sync::Mutex};
use std::collections::VecDeque;

const NONE: usize = 9;

/// Two nodes, each a value and the number of the next; the number of the top; the nodes that are free.
pub struct Stack {
    nodes: [(AtomicUsize, AtomicUsize); 2],
    top: AtomicUsize,
    free: Mutex<VecDeque<usize>>,
}

#[subject(spec = Vec<usize>)]
impl Stack {
    #[init]
    fn new() -> Self {
        let nodes = std::array::from_fn(|_| (AtomicUsize::new(0), AtomicUsize::new(NONE)));
        Stack { nodes, top: AtomicUsize::new(NONE), free: Mutex::new([0, 1].into()) }
    }
    #[op(may_fail)] // false if no node is free
    pub fn push(&self, value: usize) -> bool {
        let Some(node) = self.free.lock().unwrap().pop_front() else { return false };
        self.nodes[node].0.store(value, SeqCst);
        loop {
            let top = self.top.load(SeqCst);
            self.nodes[node].1.store(top, SeqCst);
            if self.top.compare_exchange(top, node, SeqCst, SeqCst).is_ok() {
                return true;
            }
        }
    }
    #[op]
    pub fn pop(&self) -> Option<usize> {
        loop {
            let top = self.top.load(SeqCst);
            let (value, next) = self.nodes.get(top)?;
            if self.top.compare_exchange(top, next.load(SeqCst), SeqCst, SeqCst).is_ok() {
                let value = value.load(SeqCst);
                self.free.lock().unwrap().push_back(top);
                return Some(value);
            }
        }
    }
    #[quiet]
    fn left(&mut self) -> Vec<usize> {
        std::iter::from_fn(|| self.pop()).collect()
    }
}

impl StackSpec for Vec<usize> {
    fn push(&mut self, value: usize) -> bool {
        self.push(value);
        true
    }
    fn pop(&mut self) -> Option<usize> {
        self.pop()
    }
    fn left(&mut self) -> Vec<usize> {
        self.iter().rev().copied().collect()
    }
}

#[test]
#[should_panic(expected = "push 1 || pop || pop; push 2; push 3")] // take this line away to see why
fn every_small_program() {
    checker::family::<Stack>("1+3").run();
}
