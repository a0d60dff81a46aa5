//! A number that is no atomic, counted under the student's lock.

use crate::answer::Lock;
use crate::{Outcome, bites, passes};
use checker::cell::UnsafeCell;
use checker::{family, subject};

struct Counted {
    lock: Lock,
    number: UnsafeCell<usize>,
}

// SAFETY: the number is accessed under the lock. If the student's lock keeps nobody apart, the cell reports the race before it happens.
unsafe impl Sync for Counted {}

#[subject(spec = usize)]
impl Counted {
    #[init]
    fn new() -> Self {
        Counted { lock: Lock::new(), number: UnsafeCell::new(0) }
    }

    #[op]
    fn count(&self) -> usize {
        self.lock.lock();
        let number = self.number.with_mut(|number| {
            // SAFETY: as above.
            let number = unsafe { &mut *number };
            *number += 1;
            *number
        });
        self.lock.unlock();
        number
    }
}

impl CountedSpec for usize {
    fn count(&mut self) -> usize {
        *self += 1;
        *self
    }
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "two" => passes(family::<Counted>("2x1")),
        "needed" => bites::<Counted>(&["|| count || count"]),
        _ => return None,
    })
}
