//! A lock for many readers, or one writer.

use checker::sync::{Condvar, Mutex};

pub struct Shared {
    is_held: Mutex<bool>,
    changed: Condvar,
}

impl Shared {
    pub fn new() -> Self {
        Shared { is_held: Mutex::new(false), changed: Condvar::new() }
    }

    pub fn enter_to_read(&self) {
        self.enter_to_write();
    }

    pub fn leave_after_reading(&self) {
        self.leave_after_writing();
    }

    pub fn enter_to_write(&self) {
        let mut is_held = self.is_held.lock().unwrap();
        while *is_held {
            is_held = self.changed.wait(is_held).unwrap();
        }
        *is_held = true;
    }

    pub fn leave_after_writing(&self) {
        *self.is_held.lock().unwrap() = false;
        self.changed.notify_all();
    }
}
