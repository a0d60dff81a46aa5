//! A queue whose `pop` waits.

use checker::sync::{Condvar, Mutex};
use std::collections::VecDeque;

pub struct Queue {
    values: Mutex<VecDeque<usize>>,
    pushed: Condvar,
}

impl Queue {
    pub fn new() -> Self {
        Queue { values: Mutex::new(VecDeque::new()), pushed: Condvar::new() }
    }

    pub fn push(&self, value: usize) {
        self.values.lock().unwrap().push_back(value);
        self.pushed.notify_one();
    }

    pub fn pop(&self) -> usize {
        let is_empty = self.values.lock().unwrap().is_empty();
        if is_empty {
            drop(self.pushed.wait(self.values.lock().unwrap()).unwrap());
        }
        self.values.lock().unwrap().pop_front().expect("somebody has pushed")
    }
}
