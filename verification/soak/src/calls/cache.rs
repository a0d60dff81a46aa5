//! The cache. Its clock stands still: what ends with time is judged by the families of `cargo verify`, not here.

use super::krate::{Cache, Clock};
use crate::counted::{Counted, Hashing};
use crate::event::{ABSENT, Op, Ret};
use crate::hand::Hand;
use crate::load::Load;
use crate::meaning::Meaning;
use crate::subject::{Shown, Subject};
use std::time::Duration;

/// What a bounded cache holds at most.
const BOUND: usize = 3;

/// A cache under load.
pub(super) struct Cached {
    cache: Cache<Counted, Counted, Hashing>,
    is_bounded: bool,
}

fn number(value: Option<Counted>) -> Ret {
    Ret::Value(value.map_or(ABSENT, |value| value.get()))
}

impl Cached {
    pub(super) fn new(load: &Load) -> Self {
        let clock = Clock::from_fn(|| Duration::from_secs(1));
        let builder = Cache::builder().clock(clock).statistics(false).hasher(Hashing { one: load.one_hash });
        let is_bounded = load.meaning == Meaning::Forgetful;
        let cache = if is_bounded { builder.max_entries(BOUND).build() } else { builder.build() };
        Cached { cache, is_bounded }
    }

    fn call(&self, op: Op, asked: Counted, args: [i64; 2]) -> Ret {
        let cache = &self.cache;
        match op {
            Op::Load => number(cache.get(&asked)),
            Op::ContainsKey => Ret::Bool(cache.contains_key(&asked)),
            Op::Store => {
                cache.insert(asked, Counted::new(args[0]));
                Ret::Unit
            }
            Op::LoadAndDelete => number(cache.remove(&asked)),
            Op::Remove => {
                cache.remove(&asked);
                Ret::Unit
            }
            Op::GetOrInsert => {
                let make = || {
                    std::thread::yield_now();
                    Counted::new(args[0])
                };
                Ret::Value(cache.get_or_insert_with(asked, make).get())
            }
            Op::GetOrFail => number(cache.try_get_or_insert_with(asked, || Err(())).ok()),
            _ => unreachable!("the loads of the cache have no {op:?}"),
        }
    }

    fn walk(&self, load: &Load, hand: &mut Hand) {
        let mut seen = vec![ABSENT; load.keys as usize];
        let called = hand.now();
        for (key, value) in self.cache.iter() {
            let place = &mut seen[usize::try_from(key.get()).expect("keys are small")];
            assert!(*place == ABSENT, "a walk visited key {} twice", key.get());
            *place = value.get();
        }
        hand.walked(called, Op::Visit, [0; 2], load.whole, seen.into_iter().map(Ret::Value));
    }
}

impl Subject for Cached {
    fn turn(&self, load: &Load, hand: &mut Hand) {
        let op = load.draw(hand.random());
        let key = hand.below(load.keys);
        let args = [hand.fresh(), 0];
        if op == Op::Visit {
            return self.walk(load, hand);
        }
        let asked = Counted::new(i64::from(key));
        hand.record(op, key, args, || self.call(op, asked, args));
    }

    fn contents(&self, load: &Load) -> Vec<Shown> {
        let mut shown = vec![[ABSENT; 2]; load.keys as usize];
        for (key, value) in self.cache.iter() {
            shown[usize::try_from(key.get()).expect("keys are small")][0] = value.get();
        }
        shown
    }

    fn quiet(&self) -> Result<(), String> {
        let entries = self.cache.len();
        if self.is_bounded && entries > BOUND {
            return Err(format!("a cache of at most {BOUND} entries has {entries} in a quiet moment"));
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), String> {
        self.cache.check_invariants()
    }
}
