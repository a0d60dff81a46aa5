//! Two numbers that are written together and read together; and readers that wait inside for one another.

use crate::answer::Shared;
use crate::{Outcome, judged, passes};
use checker::cell::UnsafeCell;
use checker::sync::{Condvar, Mutex};
use checker::{explore, family, subject};

struct Pair {
    lock: Shared,
    one: UnsafeCell<usize>,
    other: UnsafeCell<usize>,
}

// SAFETY: both cells are accessed under the lock. If the student's lock keeps nobody apart, a cell reports the race before it happens.
unsafe impl Sync for Pair {}

fn get(cell: &UnsafeCell<usize>) -> usize {
    // SAFETY: as above.
    cell.with(|value| unsafe { *value })
}

fn set(cell: &UnsafeCell<usize>, new: usize) {
    // SAFETY: as above.
    cell.with_mut(|value| unsafe { *value = new });
}

#[subject(spec = usize)]
impl Pair {
    #[init]
    fn new() -> Self {
        Pair { lock: Shared::new(), one: UnsafeCell::new(0), other: UnsafeCell::new(0) }
    }
    #[op]
    fn write(&self, value: usize) {
        self.lock.enter_to_write();
        set(&self.one, value);
        set(&self.other, value);
        self.lock.leave_after_writing();
    }
    #[op]
    fn read(&self) -> (usize, usize) {
        self.lock.enter_to_read();
        let both = (get(&self.one), get(&self.other));
        self.lock.leave_after_reading();
        both
    }
}

impl PairSpec for usize {
    fn write(&mut self, value: usize) {
        *self = value;
    }
    fn read(&mut self) -> (usize, usize) {
        (*self, *self)
    }
}

/// Readers that go on when both are inside.
struct Meeting {
    lock: Shared,
    inside: Mutex<usize>,
    came: Condvar,
}

#[subject(spec = ())]
impl Meeting {
    #[init]
    fn new() -> Self {
        Meeting { lock: Shared::new(), inside: Mutex::new(0), came: Condvar::new() }
    }
    #[op]
    fn meet(&self) {
        self.lock.enter_to_read();
        let mut inside = self.inside.lock().unwrap();
        *inside += 1;
        self.came.notify_all();
        while *inside < 2 {
            inside = self.came.wait(inside).unwrap();
        }
        drop(inside);
        self.lock.leave_after_reading();
    }
}

impl MeetingSpec for () {
    fn meet(&mut self) {}
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "apart" => passes(family::<Pair>("3x1")),
        "together" => judged(explore::<Meeting>("|| meet || meet")),
        _ => return None,
    })
}
