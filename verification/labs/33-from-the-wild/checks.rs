//! The student's cell.

use crate::answer::Once;
use crate::{Outcome, judged, passes};
use checker::{explore, family, subject};

#[subject(spec = Option<usize>)]
impl Once {
    #[init]
    fn new() -> Self;
    #[op]
    fn set(&self, value: usize) -> Option<usize>;
    #[op]
    fn try_set(&self) -> Option<usize>;
}

impl OnceSpec for Option<usize> {
    fn set(&mut self, value: usize) -> Option<usize> {
        Some(*self.get_or_insert(value))
    }
    fn try_set(&mut self) -> Option<usize> {
        *self
    }
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "small" => passes(family::<Once>("2x1")),
        "larger" => judged(explore::<Once>("|| set 1; try_set || try_set; set 2")),
        _ => return None,
    })
}
