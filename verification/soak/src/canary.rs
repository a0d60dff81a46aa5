//! Subjects that are wrong on purpose. Each run begins with the first of them, and is no pass if it is not found out; the others end a worker in
//! some way, for the tests.

use crate::event::{ABSENT, Op, Ret};
use crate::hand::Hand;
use crate::load::Load;
use crate::subject::{Shown, Subject};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A map whose swap is a load and then a store.
pub(crate) struct Canary(Mutex<BTreeMap<u32, i64>>);

impl Canary {
    pub(crate) fn new() -> Self {
        Canary(Mutex::default())
    }

    fn load(&self, key: u32) -> i64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied().unwrap_or(ABSENT)
    }

    fn swap(&self, key: u32, value: i64) -> i64 {
        let before = self.load(key);
        std::thread::yield_now();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
        before
    }
}

impl Subject for Canary {
    fn turn(&self, load: &Load, hand: &mut Hand) {
        match load.name {
            "panics" => panic!("the canary panics"),
            "aborts" => std::process::abort(),
            "hangs" => loop {
                std::thread::park();
            },
            "takes all memory" => {
                std::hint::black_box(vec![1_u8; 1 << 30]);
            }
            _ => {}
        }
        let (op, key, value) = (load.draw(hand.random()), hand.below(load.keys), hand.fresh());
        match op {
            Op::Swap => hand.record(op, key, [value, 0], || Ret::Value(self.swap(key, value))),
            _ => hand.record(op, key, [0; 2], || Ret::Value(self.load(key))),
        }
    }

    fn contents(&self, load: &Load) -> Vec<Shown> {
        (0..load.keys).map(|key| [self.load(key), ABSENT]).collect()
    }

    fn check(&mut self) -> Result<(), String> {
        Ok(())
    }
}
