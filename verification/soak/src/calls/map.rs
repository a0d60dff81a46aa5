//! The map.

use super::krate::{Glance, KeyState, LoadOrStore, Pinned, SyncMap};
use crate::counted::{Counted, Hashing};
use crate::event::{ABSENT, Op, Ret};
use crate::hand::Hand;
use crate::load::Load;
use crate::subject::{Shown, Subject};

/// A map under load.
pub(super) struct Map {
    map: SyncMap<Counted, Counted, Hashing>,
}

type Pin<'m> = Pinned<'m, Counted, Counted, Hashing>;

fn number(value: Option<&Counted>) -> Ret {
    Ret::Value(value.map_or(ABSENT, Counted::get))
}

impl Map {
    pub(super) fn new(load: &Load) -> Self {
        Map { map: SyncMap::with_hasher(Hashing { one: load.one_hash }) }
    }

    /// A call on one key, under a pin.
    fn call(pinned: &Pin<'_>, op: Op, key: u32, args: [i64; 2]) -> Ret {
        let key = Counted::new(i64::from(key));
        let value = |place: usize| Counted::new(args[place]);
        match op {
            Op::Load => number(pinned.load(&key)),
            Op::ContainsKey => Ret::Bool(pinned.contains_key(&key)),
            Op::Store => {
                pinned.store(key, value(0));
                Ret::Unit
            }
            Op::Swap => number(pinned.swap(key, value(0))),
            Op::LoadOrStore => match pinned.load_or_store(key, value(0)) {
                LoadOrStore::Loaded { actual, .. } => Ret::Loaded(actual.get()),
                LoadOrStore::Stored(stored) => Ret::Stored(stored.get()),
            },
            Op::LoadAndDelete => number(pinned.load_and_delete(&key)),
            Op::Delete => Ret::Bool(pinned.delete(&key)),
            Op::CompareAndSwap => Ret::Bool(pinned.compare_and_swap(&key, &value(0), value(1)).is_ok()),
            Op::CompareAndDelete => Ret::Bool(pinned.compare_and_delete(&key, &value(0))),
            Op::DeleteIf => number(pinned.delete_if(&key, |here| here.get() >= args[0])),
            Op::Update => number(pinned.update(&key, |here| Counted::new(here.get().wrapping_add(args[0])))),
            _ => unreachable!("the loads of the map have no {op:?}"),
        }
    }

    fn one(&self, op: Op, key: u32, args: [i64; 2], hand: &mut Hand) {
        // By value, as most callers do: the guard ends before the value is used.
        if op == Op::Load {
            let asked = Counted::new(i64::from(key));
            hand.record(op, key, args, || number(self.map.load(&asked).as_ref()));
        } else {
            hand.record(op, key, args, || Self::call(&self.map.pin(), op, key, args));
        }
    }

    fn walk(&self, load: &Load, hand: &mut Hand) {
        let mut seen = vec![ABSENT; load.keys as usize];
        let called = hand.now();
        self.map.pin().range(|key, value| {
            let place = &mut seen[usize::try_from(key.get()).expect("keys are small")];
            assert!(*place == ABSENT, "a walk visited key {} twice", key.get());
            *place = value.get();
            true
        });
        hand.walked(called, Op::Visit, [0; 2], load.whole, seen.into_iter().map(Ret::Value));
    }

    fn retain(&self, load: &Load, hand: &mut Hand) {
        let least = hand.remembered(0);
        let called = hand.now();
        self.map.pin().retain(|_, value| value.get() >= least);
        let keys = (0..load.keys).map(|_| Ret::Unit);
        hand.walked(called, Op::Retain, [least, 0], load.whole, keys);
    }

    /// Many calls under one pin; what was loaded is looked at again at their end.
    fn batch(&self, load: &Load, calls: usize, hand: &mut Hand) {
        let pinned = self.map.pin();
        let mut held: Vec<(&Counted, i64)> = Vec::new();
        for _ in 0..calls {
            let (op, key, args) = draw(load, hand);
            if matches!(op, Op::Visit | Op::Retain | Op::Clear) {
                continue;
            }
            hand.record(op, key, args, || Self::call(&pinned, op, key, args));
            if held.len() < 256
                && let Some(value) = pinned.load(&Counted::new(i64::from(key)))
            {
                held.push((value, value.get()));
            }
        }
        for (value, was) in held {
            assert!(
                value.get() == was,
                "use after free: a reference that was held led to {was}, and leads to {}",
                value.get()
            );
        }
    }
}

/// The next operation, its key, and its arguments.
fn draw(load: &Load, hand: &mut Hand) -> (Op, u32, [i64; 2]) {
    let op = load.draw(hand.random());
    let key = hand.below(load.keys);
    let args = match op {
        Op::CompareAndSwap => [hand.remembered(key), hand.fresh()],
        Op::CompareAndDelete | Op::DeleteIf => [hand.remembered(key), 0],
        Op::Update => [1 << 40, 0],
        Op::Load | Op::ContainsKey | Op::LoadAndDelete | Op::Delete => [0; 2],
        _ => [hand.fresh(), 0],
    };
    (op, key, args)
}

impl Subject for Map {
    fn turn(&self, load: &Load, hand: &mut Hand) {
        if load.held && hand.thread == 0 {
            return self.batch(load, load.calls, hand);
        }
        if load.batch > 0 {
            return self.batch(load, load.batch as usize, hand);
        }
        match draw(load, hand) {
            (Op::Visit, ..) => self.walk(load, hand),
            (Op::Retain, ..) => self.retain(load, hand),
            (Op::Clear, ..) => hand.record(Op::Clear, 0, [0; 2], || {
                self.map.clear();
                Ret::Unit
            }),
            (op, key, args) => self.one(op, key, args, hand),
        }
    }

    fn contents(&self, load: &Load) -> Vec<Shown> {
        let mut shown = vec![[ABSENT; 2]; load.keys as usize];
        let pinned = self.map.pin();
        // A look, not a walk: a walk would promote, and each window would begin with the same tables.
        let Glance { in_read, guarded, .. } = pinned.glance();
        let only = guarded.expect("the moment is quiet, and the mutex free").dirty_only;
        for (key, state) in in_read.into_iter().chain(only) {
            if let KeyState::Live(value) = state {
                shown[usize::try_from(key.get()).expect("keys are small")][0] = value.get();
            }
        }
        shown
    }

    fn check(&mut self) -> Result<(), String> {
        self.map.check_invariants()
    }
}
