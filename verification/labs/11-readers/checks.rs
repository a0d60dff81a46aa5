//! Two numbers that are written together and read together, by a writer and by up to two readers; and a reader that comes in twice.

use crate::answer::Shared;
use crate::{Outcome, judged, passes};
use checker::cell::UnsafeCell;
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

/// A reader that comes in once more while it is inside.
struct Twice {
    lock: Shared,
}

#[subject(spec = ())]
impl Twice {
    #[init]
    fn new() -> Self {
        Twice { lock: Shared::new() }
    }
    #[op]
    fn read_twice(&self) {
        self.lock.enter_to_read();
        self.lock.enter_to_read();
        self.lock.leave_after_reading();
        self.lock.leave_after_reading();
    }
}

impl TwiceSpec for () {
    fn read_twice(&mut self) {}
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "apart" => passes(family::<Pair>("2x1")),
        "all" => judged(explore::<Pair>("|| read || read || write 1")),
        "together" => judged(explore::<Twice>("|| read_twice || read_twice")),
        _ => return None,
    })
}
