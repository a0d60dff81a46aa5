//! The configuration store.

use super::super::specification::{KNOWLEDGE, knowledge_of};
use super::build::{
    Condvar, Memory, Mutex, NameHasher, Slot, krate, no_slot, structure_by, tables, taken, unknown,
};
use crate::builds::{FixedHasher, NUMBERS, place};
use explore::calls::Calls;
use explore::lawless as plan;
use explore::lawless::ask;
use krate::config::{Closed, ConfigStore, Settings, Subscription, Value};
use linear::{Answer, Call, Callback, Snapshot, Structure, letter, or_absent, word};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// `ConfigStore`, its subscriptions by number, and plain memory beside it.
#[derive(Debug)]
struct Config {
    store: ConfigStore<NameHasher>,
    subscriptions: [Slot<Subscription<NameHasher>>; NUMBERS],
    memory: Memory,
    /// Another map, for subscriptions that are dropped whenever it frees them. Only for programs that use it.
    others: Option<krate::SyncMap<i64, Subscription<NameHasher>, FixedHasher>>,
}

/// Wakes a thread of the engine.
struct Signal {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        ask(Callback::Waker);
        *self.woken.lock() = true;
        self.changed.notify_all();
    }
}

/// A waker that nobody waits for.
struct Noted;

impl Wake for Noted {
    fn wake(self: Arc<Self>) {
        ask(Callback::Waker);
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

fn previous(value: Option<Value>) -> Answer {
    or_absent(value.as_ref().map(number))
}

fn received(value: Result<Option<Value>, Closed>) -> Answer {
    value.map_or_else(|_| word("closed"), previous)
}

fn pairs(settings: &Settings) -> Vec<(i64, i64)> {
    settings.iter().map(|(key, value)| (i64::from(key.as_bytes()[0] - b'a'), number(value))).collect()
}

impl Config {
    fn new() -> Self {
        Config {
            store: ConfigStore::with_hasher(NameHasher::default()),
            subscriptions: std::array::from_fn(|_| Slot::empty()),
            memory: Memory::new(),
            others: plan::has_users().then(|| krate::SyncMap::with_hasher(FixedHasher::default())),
        }
    }

    fn slot(&self, number: i64) -> Option<&Slot<Subscription<NameHasher>>> {
        self.subscriptions.get(place(number)?)
    }

    /// What `use_it` makes of a subscription.
    fn with(&self, number: i64, use_it: impl FnOnce(&mut Subscription<NameHasher>) -> Answer) -> Answer {
        let Some(slot) = self.slot(number) else { return no_slot() };
        slot.0.lock().as_mut().map_or_else(|| word("not subscribed"), use_it)
    }

    /// Hands the subscription to the other map, and deletes it there: it is dropped by whoever frees it.
    fn discard(&self, number: i64) -> Answer {
        let Some(slot) = self.slot(number) else { return no_slot() };
        let subscription = slot.0.lock().take();
        let (Some(subscription), Some(others)) = (subscription, &self.others) else {
            return Answer::Bool(false);
        };
        others.store(number, subscription);
        Answer::Bool(others.delete(&number))
    }

    fn subscribe(&self, key: &str, number: i64) -> Answer {
        let Some(slot) = self.slot(number) else { return no_slot() };
        // Held while the subscription is made, so that the two are one step.
        let mut subscription = slot.0.lock();
        if subscription.is_some() {
            return taken();
        }
        *subscription = Some(self.store.subscribe(key));
        Answer::Unit
    }
}

/// What a subscription knows, by its place in [`KNOWLEDGE`]; beyond them when it gives a value that is not the newest.
fn knowledge(subscription: &mut Subscription<NameHasher>) -> usize {
    let bound = !format!("{subscription:?}").contains("life: None");
    match (subscription.try_recv(), bound) {
        (Err(_), _) => 4,
        (Ok(None), false) => 0,
        (Ok(None), true) => 2,
        (Ok(received), _) if received != subscription.current() => KNOWLEDGE.len(),
        (Ok(Some(_)), false) => 1,
        (Ok(Some(_)), true) => 3,
    }
}

impl Calls for Config {
    fn call(&self, call: &Call) -> Answer {
        let first = call.args.first().copied().unwrap_or(0);
        let (store, key) = (&self.store, name(first));
        match call.name() {
            "get" => previous(store.get(&key)),
            "set" => previous(store.set(&key, call.args[1])),
            "set_if_changed" => Answer::Bool(store.set_if_changed(&key, call.args[1])),
            "compare_and_set" => {
                Answer::Bool(store.compare_and_set(&key, Some(&call.args[1].into()), call.args[2]).is_ok())
            }
            "remove" => previous(store.remove(&key)),
            "apply" => {
                store.apply(Settings::from_iter([("a", first.into()), ("b", first.into())]));
                Answer::Unit
            }
            "snapshot" => Answer::Pairs(pairs(&store.snapshot())),
            "subscribe" => self.subscribe(&key, call.args[1]),
            "unsubscribe" => match self.slot(first) {
                Some(slot) => Answer::Bool(slot.0.lock().take().is_some()),
                None => no_slot(),
            },
            "discard" => self.discard(first),
            "update" => {
                let value = store.update(&key, |value| {
                    ask(Callback::Closure);
                    value.map_or(0, number) + call.args[1]
                });
                Answer::Value(number(&value))
            }
            "poll" => self.with(first, |subscription| {
                let waker = Waker::from(Arc::new(Noted));
                match subscription.poll_recv(&mut Context::from_waker(&waker)) {
                    Poll::Ready(value) => received(value.map(Some)),
                    Poll::Pending => Answer::Absent,
                }
            }),
            "subscribers" => Answer::Value(store.subscriber_count(&key) as i64),
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
        let mut contents = pairs(&self.store.snapshot());
        for number in (1..=4).chain(20..50) {
            if let Some(mut subscription) = self.slot(number).and_then(|slot| slot.0.lock().take()) {
                contents.push((knowledge_of(number), knowledge(&mut subscription) as i64));
            }
        }
        contents
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        if let Some(others) = self.others.take() {
            others.pin().flush(); // nobody else will: the store is quiet
        }
        for slot in &self.subscriptions {
            drop(slot.0.lock().take());
        }
        self.store.check_invariants()
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.store.draw(|drawn| snapshot = tables(drawn, String::clone));
        snapshot
    }

    fn structure(&mut self) -> Structure {
        // The subscriptions stand beside the keys, from 100 on.
        let mut known = Vec::new();
        for (number, slot) in (100..).zip(&self.subscriptions) {
            if let Some(mut subscription) = slot.0.lock().take() {
                let key = if subscription.key() == "a" { "a" } else { "b" };
                known.push((number, (KNOWLEDGE[knowledge(&mut subscription)], key)));
            }
        }
        let mut structure = structure_by(&self.store.shape(), |key| i64::from(key.as_bytes()[0] - b'a'));
        structure.keys.extend(known);
        structure
    }
}

/// A fresh one.
pub(in super::super) fn make() -> Box<dyn Calls> {
    Box::new(Config::new())
}
