//! The map.

use super::{Call, Calls, FixedHasher, Memory, Ret, Structure, Value, by_key, krate, unknown};

/// `SyncMap`, and plain memory beside it.
#[derive(Debug)]
pub(super) struct Map(krate::SyncMap<i64, Value, FixedHasher>, Memory);

impl Map {
    pub(super) fn new() -> Self {
        Map(krate::SyncMap::with_hasher(FixedHasher::default()), Memory::new())
    }

    /// Loads, does something else under the same guard, and uses the reference again.
    fn hold(map: &krate::SyncMap<i64, Value, FixedHasher>, key: i64) -> Ret {
        let pinned = map.pin();
        let Some(held) = pinned.load(&key) else { return Ret::Absent };
        let first = held.get();
        pinned.contains_key(&key);
        if held.get() != first {
            return Ret::Broken(format!("INV-7: the value held was {first}, and is {}", held.get()));
        }
        Ret::Value(first)
    }
}

fn word<V>(state: &krate::KeyState<'_, V>) -> &'static str {
    match state {
        krate::KeyState::Live(_) => "live",
        krate::KeyState::Deleted => "deleted",
        krate::KeyState::Expunged => "expunged",
    }
}

/// The structure of a map, whatever its values are.
pub(super) fn structure<V>(shape: &krate::Shape<'_, i64, V>) -> Structure {
    structure_by(shape, |key| *key)
}

/// The structure of a map, whatever its keys and values are.
pub(super) fn structure_by<K, V>(shape: &krate::Shape<'_, K, V>, key: impl Fn(&K) -> i64) -> Structure {
    let in_read = shape.in_read.iter().map(|(name, state)| (key(name), (word(state), "read")));
    let in_dirty = shape.dirty_only.iter().map(|(name, state)| (key(name), (word(state), "dirty")));
    Structure {
        keys: in_read.chain(in_dirty).collect(),
        amended: shape.amended,
        misses_left: shape.dirty_len - shape.misses,
        deletion_noted: shape.deleted,
        ..Structure::default()
    }
}

impl Calls for Map {
    fn call(&self, call: &Call) -> Ret {
        let (map, memory) = (&self.0, &self.1);
        let value = |n: usize| Value::new(call.args[n]);
        let or_absent = |value: Option<Value>| value.map_or(Ret::Absent, |value| Ret::Value(value.get()));
        let key = call.args.first().copied().unwrap_or(0);
        match call.name() {
            "load" => or_absent(map.load(&key)),
            "contains_key" => Ret::Bool(map.contains_key(&key)),
            "hold" => Self::hold(map, key),
            "store" => {
                map.store(key, value(1));
                Ret::Unit
            }
            "swap" => or_absent(map.swap(key, value(1))),
            "load_or_store" => match map.load_or_store(key, value(1)) {
                krate::LoadOrStore::Loaded { actual, rejected } => {
                    assert_eq!(rejected.get(), call.args[1], "the rejected value comes back");
                    Ret::Loaded(actual.get())
                }
                krate::LoadOrStore::Stored(value) => Ret::Stored(value.get()),
            },
            "load_or_store_with" => match map.load_or_store_with(key, || value(1)) {
                krate::LoadOrStore::Loaded { actual, .. } => Ret::Loaded(actual.get()),
                krate::LoadOrStore::Stored(value) => Ret::Stored(value.get()),
            },
            "load_and_delete" => or_absent(map.load_and_delete(&key)),
            "delete" => Ret::Bool(map.delete(&key)),
            "compare_and_swap" => Ret::Bool(map.compare_and_swap(&key, &value(1), value(2)).is_ok()),
            "compare_and_delete" => Ret::Bool(map.compare_and_delete(&key, &value(1))),
            "delete_if" => or_absent(map.delete_if(&key, |value| value.get() >= call.args[1])),
            "update" => or_absent(map.update(&key, |value| Value::new(value.get() + call.args[1]))),
            "range" => {
                let mut pairs = Vec::new();
                map.range(|key, value| {
                    pairs.push((*key, value.get()));
                    true
                });
                Ret::Pairs(by_key(pairs))
            }
            "nested_range" => {
                let (mut outer, mut inner) = (Vec::new(), None);
                map.range(|key, value| {
                    outer.push((*key, value.get()));
                    inner.get_or_insert_with(|| {
                        let pinned = map.pin();
                        by_key(pinned.iter().map(|(key, value)| (*key, value.get())).collect())
                    });
                    true
                });
                Ret::Nested(by_key(outer), inner)
            }
            "retain" => {
                map.retain(|_, value| value.get() >= call.args[0]);
                Ret::Unit
            }
            "is_empty" => Ret::Bool(map.is_empty()),
            "publish_by_store" => {
                memory.write();
                map.store(key, value(1));
                Ret::Unit
            }
            "publish_by_delete" => {
                memory.write();
                Ret::Bool(map.delete(&key))
            }
            "read_if" => or_absent(map.load(&key).inspect(|value| {
                if value.get() == call.args[1] {
                    memory.read();
                }
            })),
            "read_if_absent" => or_absent(map.load(&key).or_else(|| {
                memory.read();
                None
            })),
            "clear" => {
                map.clear();
                Ret::Unit
            }
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        let shape = self.0.shape();
        let rows = shape.in_read.iter().chain(&shape.dirty_only);
        by_key(
            rows.filter_map(|(key, state)| match state {
                krate::KeyState::Live(value) => Some((**key, value.get())),
                _ => None,
            })
            .collect(),
        )
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        self.0.check_invariants()
    }

    fn structure(&mut self) -> Structure {
        structure(&self.0.shape())
    }

    fn key_state(&mut self, key: i64) -> &'static str {
        let shape = self.0.shape();
        let find = |rows: &[(&i64, krate::KeyState<'_, Value>)]| {
            rows.iter().find(|(other, _)| **other == key).map(|(_, state)| word(state))
        };
        match (find(&shape.in_read), find(&shape.dirty_only)) {
            (Some("live"), _) => "live in read",
            (Some("deleted"), _) => "deleted in read",
            (Some(_), _) => "expunged",
            (None, Some("live")) => "live in dirty only",
            (None, Some(_)) => "deleted in dirty only",
            (None, None) => "absent",
        }
    }

    fn flush(&self) {
        self.0.pin().flush();
    }
}
