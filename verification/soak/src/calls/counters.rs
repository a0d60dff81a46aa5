//! The counters by key, and a striped counter beside them.

use super::krate::{Counter, CounterMap};
use crate::counted::{Counted, Hashing};
use crate::event::{ABSENT, Op, Ret};
use crate::hand::Hand;
use crate::load::Load;
use crate::subject::{Shown, Subject};
use std::sync::atomic::{AtomicI64, Ordering};

/// Counters under load.
pub(super) struct Counters {
    counters: CounterMap<Counted, Hashing>,
    /// Its sums are not linearizable; in a quiet moment they are right.
    striped: Counter,
    /// What the striped one must have then.
    expected: AtomicI64,
}

impl Counters {
    pub(super) fn new(load: &Load) -> Self {
        Counters {
            counters: CounterMap::with_hasher(Hashing { one: load.one_hash }),
            striped: Counter::new(),
            expected: AtomicI64::new(0),
        }
    }

    fn walk(&self, load: &Load, hand: &mut Hand) {
        let mut seen = vec![ABSENT; load.keys as usize];
        let called = hand.now();
        for (key, count) in self.counters.snapshot() {
            let place = &mut seen[usize::try_from(key.get()).expect("keys are small")];
            assert!(*place == ABSENT, "a walk visited key {} twice", key.get());
            *place = count;
        }
        hand.walked(called, Op::Visit, [0; 2], load.whole, seen.into_iter().map(Ret::Value));
        self.expected.fetch_sub(self.striped.reset_and_get(), Ordering::Relaxed);
    }
}

impl Subject for Counters {
    fn turn(&self, load: &Load, hand: &mut Hand) {
        let op = load.draw(hand.random());
        let key = hand.below(load.keys);
        let n = i64::from(hand.below(9)) - 3;
        let asked = Counted::new(i64::from(key));
        match op {
            Op::Visit => self.walk(load, hand),
            Op::Count => hand.record(op, key, [0; 2], || Ret::Value(self.counters.get(&asked))),
            Op::Reset => hand.record(op, key, [0; 2], || Ret::Value(self.counters.reset_and_get(&asked))),
            Op::LoadAndDelete => {
                hand.record(op, key, [0; 2], || Ret::Value(self.counters.remove(&asked).unwrap_or(ABSENT)));
            }
            _ => {
                hand.record(op, key, [n, 0], || Ret::Value(self.counters.add(asked, n)));
                self.expected.fetch_add(n, Ordering::Relaxed);
                self.striped.add(n);
            }
        }
    }

    fn contents(&self, load: &Load) -> Vec<Shown> {
        let mut shown = vec![[ABSENT; 2]; load.keys as usize];
        for (key, count) in self.counters.snapshot() {
            shown[usize::try_from(key.get()).expect("keys are small")][0] = count;
        }
        shown
    }

    fn quiet(&self) -> Result<(), String> {
        let (sum, expected) = (self.striped.get(), self.expected.load(Ordering::Relaxed));
        if sum == expected {
            return Ok(());
        }
        Err(format!(
            "the striped counter has {sum} in a quiet moment; what was added, less what was taken, is {expected}"
        ))
    }

    fn check(&mut self) -> Result<(), String> {
        self.counters.check_invariants()
    }
}
