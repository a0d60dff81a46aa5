//! The configuration store. `apply` and `replace_all`, which are seen halfway, are not called here: the families of `cargo verify` judge them.

use super::krate::config::{Closed, ConfigStore, Subscription, Value};
use crate::event::{ABSENT, KEYS, Op, Ret};
use crate::hand::Hand;
use crate::load::Load;
use crate::subject::{Shown, Subject};
use std::sync::{Mutex, PoisonError};

/// A store under load, with a subscription for each thread.
pub(super) struct Config {
    store: ConfigStore,
    subscriptions: Vec<Mutex<Option<Subscribed>>>,
}

/// A subscription, and what it has given last.
struct Subscribed {
    subscription: Subscription,
    given: Option<Value>,
}

fn name(key: u32) -> String {
    format!("key.{key}")
}

fn key(name: &str) -> usize {
    name.rsplit('.').next().and_then(|key| key.parse().ok()).expect("a name of ours")
}

fn number(value: &Value) -> i64 {
    if let Value::Integer(number) = value { *number } else { panic!("only numbers were stored, not {value}") }
}

fn previous(value: Option<Value>) -> Ret {
    Ret::Value(value.as_ref().map_or(ABSENT, number))
}

impl Config {
    pub(super) fn new() -> Self {
        Config { store: ConfigStore::new(), subscriptions: (0..=u8::MAX).map(|_| Mutex::default()).collect() }
    }

    fn call(&self, op: Op, key: u32, args: [i64; 2]) -> Ret {
        let (store, name) = (&self.store, name(key));
        match op {
            Op::Load => previous(store.get(&name)),
            Op::Swap => previous(store.set(&name, args[0])),
            Op::SetIfChanged => Ret::Bool(store.set_if_changed(&name, args[0])),
            Op::CompareAndSwap => {
                Ret::Bool(store.compare_and_set(&name, Some(&args[0].into()), args[1]).is_ok())
            }
            Op::LoadAndDelete => previous(store.remove(&name)),
            Op::AddTo => {
                Ret::Value(number(&store.update(&name, |here| here.map_or(0, number).wrapping_add(args[0]))))
            }
            _ => unreachable!("the loads of the store have no {op:?}"),
        }
    }

    /// What a subscription gives is the value that its key has at some moment of the call.
    fn receive(&self, load: &Load, hand: &mut Hand) {
        let mut slot =
            self.subscriptions[usize::from(hand.thread)].lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = hand.below(load.keys);
        let subscribed = slot.get_or_insert_with(|| Subscribed {
            subscription: self.store.subscribe(&name(wanted)),
            given: None,
        });
        let own = u32::try_from(key(subscribed.subscription.key())).expect("keys are small");
        let called = hand.now();
        match subscribed.subscription.try_recv() {
            Ok(Some(value)) => {
                hand.saw(called, Op::Visit, own, Ret::Value(number(&value)));
                subscribed.given = Some(value);
            }
            Ok(None) => {}
            Err(Closed { .. }) => *slot = None,
        }
    }

    fn snapshot(&self, hand: &mut Hand) {
        hand.record(Op::Snapshot, 0, [0; 2], || {
            let mut all = [ABSENT; KEYS];
            for (name, value) in self.store.snapshot().iter() {
                all[key(name)] = number(value);
            }
            Ret::All(all)
        });
    }
}

impl Subject for Config {
    fn turn(&self, load: &Load, hand: &mut Hand) {
        let op = load.draw(hand.random());
        let key = hand.below(load.keys);
        let args = match op {
            Op::CompareAndSwap => [hand.remembered(key), hand.fresh()],
            Op::AddTo => [1 << 40, 0],
            Op::Load | Op::LoadAndDelete => [0; 2],
            _ => [hand.fresh(), 0],
        };
        match op {
            Op::Visit => self.receive(load, hand),
            Op::Snapshot => self.snapshot(hand),
            _ => hand.record(op, key, args, || self.call(op, key, args)),
        }
    }

    fn contents(&self, load: &Load) -> Vec<Shown> {
        let mut shown = vec![[ABSENT; 2]; load.keys as usize];
        for (name, value) in self.store.snapshot().iter() {
            shown[key(name)][0] = number(value);
        }
        shown
    }

    /// A subscription gives the newest value, or has given it.
    fn quiet(&self) -> Result<(), String> {
        for slot in &self.subscriptions {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(Subscribed { subscription, given }) = slot.as_mut() else { continue };
            match subscription.try_recv() {
                Ok(Some(value)) => *given = Some(value),
                Ok(None) => {}
                // The value that it belonged to was removed.
                Err(Closed { .. }) => continue,
            }
            let (key, there) = (subscription.key(), self.store.get(subscription.key()));
            if there != *given {
                return Err(format!(
                    "a subscription to `{key}` has given {given:?} last, and nothing is new in a quiet moment; the store has {there:?}"
                ));
            }
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), String> {
        // What the threads hold of it keeps it from being looked at: only at the end nobody does.
        if self.subscriptions.is_empty() { self.store.check_invariants() } else { Ok(()) }
    }

    fn end(&mut self) {
        self.subscriptions.clear();
    }
}
