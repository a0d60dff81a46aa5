//! The configuration store.

use super::{Call, Calls, Condvar, FixedHasher, Memory, Mutex, Ret, krate, or_absent, unknown};
use crate::program::letter;
use crate::subject::word;
use krate::config::{Closed, ConfigStore, Settings, Subscription, Value};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// `ConfigStore`, its subscriptions by number, and plain memory beside it.
#[derive(Debug)]
pub(super) struct Config {
    store: ConfigStore<FixedHasher>,
    subscriptions: [Slot; 4],
    memory: Memory,
}

struct Slot(Mutex<Option<Subscription<FixedHasher>>>);

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot")
    }
}

/// Wakes a thread of the engine.
struct Signal {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *self.woken.lock() = true;
        self.changed.notify_all();
    }
}

/// An executor of one task, on the engine's primitives.
fn block_on<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    let signal = Arc::new(Signal { woken: Mutex::new(false), changed: Condvar::new() });
    let waker = Waker::from(Arc::clone(&signal));
    loop {
        if let Poll::Ready(value) = poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        let mut woken = signal.woken.lock();
        while !*woken {
            woken = signal.changed.wait(woken);
        }
        *woken = false;
    }
}

fn name(key: i64) -> String {
    letter(key).to_string()
}

fn number(value: &Value) -> i64 {
    if let Value::Integer(number) = value { *number } else { -1 }
}

fn previous(value: Option<Value>) -> Ret {
    or_absent(value.as_ref().map(number))
}

fn received(value: Result<Option<Value>, Closed>) -> Ret {
    value.map_or_else(|_| word("closed"), previous)
}

fn pairs(settings: &Settings) -> Vec<(i64, i64)> {
    settings.iter().map(|(key, value)| (i64::from(key.as_bytes()[0] - b'a'), number(value))).collect()
}

impl Config {
    pub(super) fn new() -> Self {
        Config {
            store: ConfigStore::with_hasher(FixedHasher::default()),
            subscriptions: std::array::from_fn(|_| Slot(Mutex::new(None))),
            memory: Memory::new(),
        }
    }

    /// What `use_it` makes of a subscription.
    fn with(&self, number: i64, use_it: impl FnOnce(&mut Subscription<FixedHasher>) -> Ret) -> Ret {
        let slot = usize::try_from(number - 1).ok().and_then(|number| self.subscriptions.get(number));
        match slot.map(|slot| slot.0.lock()).as_mut().and_then(|subscription| subscription.as_mut()) {
            Some(subscription) => use_it(subscription),
            None => word("not subscribed"),
        }
    }
}

impl Calls for Config {
    fn call(&self, call: &Call) -> Ret {
        let first = call.args.first().copied().unwrap_or(0);
        let (store, key) = (&self.store, name(first));
        match call.name() {
            "get" => previous(store.get(&key)),
            "set" => previous(store.set(&key, call.args[1])),
            "set_if_changed" => Ret::Bool(store.set_if_changed(&key, call.args[1])),
            "compare_and_set" => {
                Ret::Bool(store.compare_and_set(&key, Some(&call.args[1].into()), call.args[2]).is_ok())
            }
            "remove" => previous(store.remove(&key)),
            "apply" => {
                store.apply(Settings::from_iter([("a", first.into()), ("b", first.into())]));
                Ret::Unit
            }
            "snapshot" => Ret::Pairs(pairs(&store.snapshot())),
            "subscribe" => {
                let slot = usize::try_from(call.args[1] - 1).ok().and_then(|number| self.subscriptions.get(number));
                let Some(slot) = slot else { return Ret::Broken("a subscription is numbered 1 to 4".into()) };
                // Held while the subscription is made, so that the two are one step.
                let mut held = slot.0.lock();
                if held.is_some() {
                    return Ret::Broken("this subscription is there already".into());
                }
                *held = Some(store.subscribe(&key));
                Ret::Unit
            }
            "unsubscribe" => {
                let slot = &self.subscriptions[usize::try_from(first - 1).unwrap_or(0)];
                Ret::Bool(slot.0.lock().take().is_some())
            }
            "subscribers" => Ret::Value(store.subscriber_count(&key) as i64),
            "try_recv" => self.with(first, |subscription| received(subscription.try_recv())),
            "recv" => self.with(first, |subscription| received(subscription.recv().map(Some))),
            "recv_async" => self.with(first, |subscription| {
                received(block_on(|context| subscription.poll_recv(context)).map(Some))
            }),
            "publish" => {
                self.memory.write();
                previous(store.set(&key, call.args[1]))
            }
            "recv_published" => self.with(first, |subscription| {
                let value = subscription.recv();
                if value.is_ok() {
                    self.memory.read();
                }
                received(value.map(Some))
            }),
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        pairs(&self.store.snapshot())
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        for slot in &self.subscriptions {
            drop(slot.0.lock().take());
        }
        self.store.check_invariants()
    }
}
