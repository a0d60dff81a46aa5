//! The map.

use super::build::{Memory, Value, krate, structure, tables_by_key, unknown};
use crate::builds::{FixedHasher, by_key};
use explore::calls::Calls;
use explore::counted::Key;
use explore::lawless::ask;
use linear::{Answer, Call, Callback, Snapshot, Structure};

/// `SyncMap`, and plain memory beside it.
#[derive(Debug)]
pub(super) struct Map(krate::SyncMap<Key, Value, FixedHasher>, Memory);

fn or_absent(value: Option<Value>) -> Answer {
    value.map_or(Answer::Absent, |value| Answer::Value(value.taken()))
}

impl Map {
    pub(super) fn new() -> Self {
        Map(krate::SyncMap::with_hasher(FixedHasher::default()), Memory::new())
    }

    /// Loads, does something else under the same guard, and uses the reference again.
    fn hold(map: &krate::SyncMap<Key, Value, FixedHasher>, key: &Key) -> Answer {
        let pinned = map.pin();
        let Some(held) = pinned.load(key) else { return Answer::Absent };
        let first = held.get();
        pinned.contains_key(key);
        if held.get() != first {
            return Answer::Broken(format!("INV-7: the value held was {first}, and is {}", held.get()));
        }
        Answer::Value(first)
    }

    /// A call of the whole map.
    fn call_whole(&self, call: &Call) -> Answer {
        let map = &self.0;
        match call.name() {
            "range" => {
                let mut pairs = Vec::new();
                map.range(|key, value| {
                    ask(Callback::Closure);
                    pairs.push((key.get(), value.get()));
                    true
                });
                Answer::Pairs(by_key(pairs))
            }
            "nested_range" => {
                let (mut outer, mut inner) = (Vec::new(), None);
                map.range(|key, value| {
                    outer.push((key.get(), value.get()));
                    inner.get_or_insert_with(|| {
                        let pinned = map.pin();
                        by_key(pinned.iter().map(|(key, value)| (key.get(), value.get())).collect())
                    });
                    true
                });
                Answer::Nested(by_key(outer), inner)
            }
            "retain" => {
                map.retain(|_, value| {
                    ask(Callback::Closure);
                    value.get() >= call.args[0]
                });
                Answer::Unit
            }
            "is_empty" => Answer::Bool(map.is_empty()),
            "clear" => {
                map.clear();
                Answer::Unit
            }
            _ => self.call_beside_memory(call),
        }
    }

    /// A call that publishes plain memory, or reads what was published.
    fn call_beside_memory(&self, call: &Call) -> Answer {
        let (map, memory) = (&self.0, &self.1);
        let number = call.args.first().copied().unwrap_or(0);
        let asked = Key::asked(number);
        match call.name() {
            "publish_by_store" => {
                memory.write();
                map.store(Key::new(number), Value::new(call.args[1]));
                Answer::Unit
            }
            "publish_by_delete" => {
                memory.write();
                Answer::Bool(map.delete(&*asked))
            }
            "read_if" => or_absent(map.load(&*asked).inspect(|value| {
                if value.get() == call.args[1] {
                    memory.read();
                }
            })),
            "read_if_absent" => or_absent(map.load(&*asked).or_else(|| {
                memory.read();
                None
            })),
            _ => unknown(call),
        }
    }
}

impl Calls for Map {
    fn call(&self, call: &Call) -> Answer {
        let map = &self.0;
        let value = |n: usize| Value::new(call.args[n]);
        let number = call.args.first().copied().unwrap_or(0);
        let (asked, new) = (Key::asked(number), || Key::new(number));
        let key: &Key = &asked;
        match call.name() {
            "load" => or_absent(map.load(key)),
            "contains_key" => Answer::Bool(map.contains_key(key)),
            "hold" => Self::hold(map, key),
            "store" => {
                map.store(new(), value(1));
                Answer::Unit
            }
            "swap" => or_absent(map.swap(new(), value(1))),
            "load_or_store" => match map.load_or_store(new(), value(1)) {
                krate::LoadOrStore::Loaded { actual, rejected } => {
                    assert_eq!(rejected.taken(), call.args[1], "the rejected value comes back");
                    Answer::Loaded(actual.taken())
                }
                krate::LoadOrStore::Stored(value) => Answer::Stored(value.taken()),
            },
            "load_or_store_with" => match map.load_or_store_with(new(), || {
                ask(Callback::Closure);
                value(1)
            }) {
                krate::LoadOrStore::Loaded { actual, .. } => Answer::Loaded(actual.taken()),
                krate::LoadOrStore::Stored(value) => Answer::Stored(value.taken()),
            },
            "load_and_delete" => or_absent(map.load_and_delete(key)),
            "delete" => Answer::Bool(map.delete(key)),
            "compare_and_swap" => {
                Answer::Bool(map.compare_and_swap(key, &Value::asked(call.args[1]), value(2)).is_ok())
            }
            "compare_and_delete" => Answer::Bool(map.compare_and_delete(key, &Value::asked(call.args[1]))),
            "delete_if" => or_absent(map.delete_if(key, |value| {
                ask(Callback::Closure);
                value.get() >= call.args[1]
            })),
            "update" => or_absent(map.update(key, |value| {
                ask(Callback::Closure);
                Value::new(value.get() + call.args[1])
            })),
            _ => self.call_whole(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        let shape = self.0.shape();
        let rows = shape.in_read.iter().chain(&shape.dirty_only);
        by_key(
            rows.filter_map(|(key, state)| match state {
                krate::KeyState::Live(value) => Some((key.get(), value.get())),
                _ => None,
            })
            .collect(),
        )
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        self.0.check_invariants()
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.0.draw(|value| value.get().to_string(), |drawn| snapshot = tables_by_key(drawn));
        snapshot
    }

    fn structure(&mut self) -> Structure {
        structure(&self.0.shape())
    }
}

/// A fresh one.
pub(in super::super) fn make() -> Box<dyn Calls> {
    Box::new(Map::new())
}
