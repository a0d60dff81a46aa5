//! The student's stack.

use crate::answer::Stack;
use crate::{Outcome, bites, passes};
use checker::{family, subject};

#[subject(spec = Vec<usize>)]
impl Stack {
    #[init]
    fn new() -> Self;
    #[op(may_fail)]
    fn push(&self, value: usize) -> bool;
    #[op]
    fn pop(&self) -> Option<usize>;
}

impl StackSpec for Vec<usize> {
    fn push(&mut self, value: usize) -> bool {
        self.push(value);
        true
    }
    fn pop(&mut self) -> Option<usize> {
        self.pop()
    }
}

/// Programs that need each ordering, and each write.
const NEED: [&str; 4] = [
    "|| push 1 || pop",
    "push 1 || pop || push 2",
    "push 1; push 2 || pop; pop || pop",
    "push 1 || pop || pop; push 2; push 3",
];

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "small" => passes(family::<Stack>("2x1")),
        "beside" => passes(family::<Stack>("1+3")),
        "needed" => bites::<Stack>(&NEED),
        _ => return None,
    })
}
