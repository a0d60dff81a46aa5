//! A number that is replaced by the student's function. The comparison looks into the same structure.

use crate::answer::compare_and_swap;
use crate::{Outcome, judged, passes};
use checker::sync::Mutex;
use checker::{explore, family, subject};

struct Number {
    value: Mutex<usize>,
}

#[subject(spec = usize)]
impl Number {
    #[init]
    fn new() -> Self {
        Number { value: Mutex::new(0) }
    }
    #[op]
    fn compare_and_swap(&self, #[values(0, 1)] old: usize, #[values(1, 11)] new: usize) -> bool {
        compare_and_swap(&self.value, old, new, |one, other| {
            let _seen = *self.value.lock().unwrap();
            one % 10 == other % 10
        })
    }
    #[quiet]
    fn left(&mut self) -> usize {
        *self.value.lock().unwrap()
    }
}

impl NumberSpec for usize {
    fn compare_and_swap(&mut self, old: usize, new: usize) -> bool {
        let is_equal = *self % 10 == old % 10;
        if is_equal {
            *self = new;
        }
        is_equal
    }
    fn left(&mut self) -> usize {
        *self
    }
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "alone" => judged(explore::<Number>("|| compare_and_swap 0 1")),
        "two" => passes(family::<Number>("2x1")),
        _ => return None,
    })
}
