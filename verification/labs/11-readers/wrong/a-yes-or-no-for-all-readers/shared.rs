//! A lock for many readers, or one writer.

use checker::sync::{Condvar, Mutex};

#[derive(Default)]
struct Inside {
    readers: bool,
    writer: bool,
}

pub struct Shared {
    inside: Mutex<Inside>,
    changed: Condvar,
}

impl Shared {
    pub fn new() -> Self {
        Shared { inside: Mutex::new(Inside::default()), changed: Condvar::new() }
    }

    pub fn enter_to_read(&self) {
        let mut inside = self.inside.lock().unwrap();
        while inside.writer {
            inside = self.changed.wait(inside).unwrap();
        }
        inside.readers = true;
    }

    pub fn leave_after_reading(&self) {
        self.inside.lock().unwrap().readers = false;
        self.changed.notify_all();
    }

    pub fn enter_to_write(&self) {
        let mut inside = self.inside.lock().unwrap();
        while inside.writer || inside.readers {
            inside = self.changed.wait(inside).unwrap();
        }
        inside.writer = true;
    }

    pub fn leave_after_writing(&self) {
        self.inside.lock().unwrap().writer = false;
        self.changed.notify_all();
    }
}
