//! What the calls run on: the map by value, the map by reference, and two oracles that share no code.

use super::calls::{Answer, Call, Key, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use sync_map::{LoadOrStore, SyncMap};
use test_support::TestHasher;

pub(crate) type Contents = BTreeMap<Key, Value>;

pub(crate) trait Subject {
    fn run(&self, call: &Call) -> Answer;
    fn contents(&self) -> Contents;
}

/// Rows as the contents of a map, if no key comes twice.
fn contents_of(rows: impl Iterator<Item = (Key, Value)>) -> Contents {
    let mut contents = Contents::new();
    for (key, value) in rows {
        assert_eq!(contents.insert(key, value), None, "{key} comes twice");
    }
    contents
}

/// The methods of `SyncMap`.
#[derive(Default)]
pub(crate) struct ByValue<S>(pub(crate) SyncMap<Key, Value, S>);

impl<S: TestHasher> Subject for ByValue<S> {
    fn run(&self, call: &Call) -> Answer {
        let map = &self.0;
        match *call {
            Call::Load(key) => Answer::Maybe(map.load(&key)),
            Call::ContainsKey(key) => Answer::Flag(map.contains_key(&key)),
            Call::Store(key, value) => {
                map.store(key, value);
                Answer::Nothing
            }
            Call::Swap(key, value) => Answer::Maybe(map.swap(key, value)),
            Call::LoadOrStore(key, value) => match map.load_or_store(key, value) {
                LoadOrStore::Stored(value) => Answer::Stored(value),
                LoadOrStore::Loaded { actual, rejected } => {
                    Answer::Loaded { actual, rejected: Some(rejected) }
                }
            },
            Call::LoadOrStoreWith(key, value) => match map.load_or_store_with(key, || value) {
                LoadOrStore::Stored(value) => Answer::Stored(value),
                LoadOrStore::Loaded { actual, rejected } => Answer::Loaded { actual, rejected },
            },
            Call::LoadAndDelete(key) => Answer::Maybe(map.load_and_delete(&key)),
            Call::Delete(key) => Answer::Flag(map.delete(&key)),
            Call::CompareAndSwap(key, old, new) => Answer::Swapped(map.compare_and_swap(&key, &old, new)),
            Call::CompareAndDelete(key, old) => Answer::Flag(map.compare_and_delete(&key, &old)),
            Call::DeleteIfLess(key, limit) => Answer::Maybe(map.delete_if(&key, |value| *value < limit)),
            Call::Update(key, n) => Answer::Maybe(map.update(&key, |value| value.wrapping_add(n))),
            Call::Range => Answer::Rows(self.contents()),
            Call::RangeFirst(stop) => {
                let mut visits = 0;
                map.range(|_, _| {
                    visits += 1;
                    visits < stop
                });
                Answer::Count(visits)
            }
            Call::Iterate => Answer::Rows(contents_of(map.keys().zip(map.values()))),
            Call::IsEmpty => Answer::Flag(map.is_empty()),
            Call::Retain(limit) => {
                map.retain(|_, value| *value >= limit);
                Answer::Nothing
            }
            Call::Extend(ref rows) => {
                let mut shared = map;
                shared.extend(rows.iter().copied());
                Answer::Nothing
            }
            Call::Clear => {
                map.clear();
                Answer::Nothing
            }
        }
    }

    fn contents(&self) -> Contents {
        let mut rows = Vec::new();
        self.0.range(|key, value| {
            rows.push((*key, *value));
            true
        });
        contents_of(rows.into_iter())
    }
}

/// The methods of `Pinned`.
#[derive(Default)]
pub(crate) struct ByReference<S>(pub(crate) SyncMap<Key, Value, S>);

impl<S: TestHasher> Subject for ByReference<S> {
    fn run(&self, call: &Call) -> Answer {
        let mut map = self.0.pin();
        match *call {
            Call::Load(key) => Answer::Maybe(map.load(&key).copied()),
            Call::ContainsKey(key) => Answer::Flag(map.contains_key(&key)),
            Call::Store(key, value) => {
                map.store(key, value);
                map.repin();
                Answer::Nothing
            }
            Call::Swap(key, value) => Answer::Maybe(map.swap(key, value).copied()),
            Call::LoadOrStore(key, value) => match map.load_or_store(key, value) {
                LoadOrStore::Stored(value) => Answer::Stored(*value),
                LoadOrStore::Loaded { actual, rejected } => {
                    Answer::Loaded { actual: *actual, rejected: Some(rejected) }
                }
            },
            Call::LoadOrStoreWith(key, value) => match map.load_or_store_with(key, || value) {
                LoadOrStore::Stored(value) => Answer::Stored(*value),
                LoadOrStore::Loaded { actual, rejected } => Answer::Loaded { actual: *actual, rejected },
            },
            Call::LoadAndDelete(key) => Answer::Maybe(map.load_and_delete(&key).copied()),
            Call::Delete(key) => Answer::Flag(map.delete(&key)),
            Call::CompareAndSwap(key, old, new) => Answer::Swapped(map.compare_and_swap(&key, &old, new)),
            Call::CompareAndDelete(key, old) => Answer::Flag(map.compare_and_delete(&key, &old)),
            Call::DeleteIfLess(key, limit) => {
                Answer::Maybe(map.delete_if(&key, |value| *value < limit).copied())
            }
            Call::Update(key, n) => Answer::Maybe(map.update(&key, |value| value.wrapping_add(n)).copied()),
            Call::Range => Answer::Rows(contents_of(map.iter().map(|(key, value)| (*key, *value)))),
            Call::RangeFirst(stop) => Answer::Count(map.iter().take(stop.max(1)).count()),
            Call::Iterate => Answer::Rows(contents_of(map.keys().copied().zip(map.values().copied()))),
            Call::IsEmpty => Answer::Flag(map.is_empty()),
            Call::Retain(limit) => {
                map.retain(|_, value| *value >= limit);
                map.flush();
                Answer::Nothing
            }
            Call::Extend(ref rows) => {
                rows.iter().for_each(|(key, value)| map.store(*key, *value));
                Answer::Nothing
            }
            Call::Clear => {
                map.clear();
                Answer::Nothing
            }
        }
    }

    fn contents(&self) -> Contents {
        contents_of((&self.0.pin()).into_iter().map(|(key, value)| (*key, *value)))
    }
}

/// The first oracle: a hash map behind a mutex, by the methods of `HashMap`.
#[derive(Default)]
pub(crate) struct Guarded(Mutex<HashMap<Key, Value>>);

impl Subject for Guarded {
    fn run(&self, call: &Call) -> Answer {
        let mut map = self.0.lock().unwrap();
        let is = |map: &HashMap<_, _>, key: Key, old: Value| map.get(&key) == Some(&old);
        match *call {
            Call::Load(key) => Answer::Maybe(map.get(&key).copied()),
            Call::ContainsKey(key) => Answer::Flag(map.contains_key(&key)),
            Call::Store(key, value) => {
                map.insert(key, value);
                Answer::Nothing
            }
            Call::Swap(key, value) => Answer::Maybe(map.insert(key, value)),
            Call::LoadOrStore(key, value) => match map.get(&key) {
                Some(actual) => Answer::Loaded { actual: *actual, rejected: Some(value) },
                None => Answer::Stored(*map.entry(key).insert_entry(value).get()),
            },
            Call::LoadOrStoreWith(key, value) => match map.get(&key) {
                Some(actual) => Answer::Loaded { actual: *actual, rejected: None },
                None => Answer::Stored(*map.entry(key).insert_entry(value).get()),
            },
            Call::LoadAndDelete(key) => Answer::Maybe(map.remove(&key)),
            Call::Delete(key) => Answer::Flag(map.remove(&key).is_some()),
            Call::CompareAndSwap(key, old, new) if is(&map, key, old) => {
                map.insert(key, new);
                Answer::Swapped(Ok(()))
            }
            Call::CompareAndSwap(_, _, new) => Answer::Swapped(Err(new)),
            Call::CompareAndDelete(key, old) => {
                Answer::Flag(is(&map, key, old) && map.remove(&key).is_some())
            }
            Call::DeleteIfLess(key, limit) => match map.get(&key) {
                Some(value) if *value < limit => Answer::Maybe(map.remove(&key)),
                _ => Answer::Maybe(None),
            },
            Call::Update(key, n) => Answer::Maybe(map.get_mut(&key).map(|value| {
                *value = value.wrapping_add(n);
                *value
            })),
            Call::Range | Call::Iterate => {
                Answer::Rows(map.iter().map(|(key, value)| (*key, *value)).collect())
            }
            Call::RangeFirst(stop) => Answer::Count(map.len().min(stop.max(1))),
            Call::IsEmpty => Answer::Flag(map.is_empty()),
            Call::Retain(limit) => {
                map.retain(|_, value| *value >= limit);
                Answer::Nothing
            }
            Call::Extend(ref rows) => {
                map.extend(rows.iter().copied());
                Answer::Nothing
            }
            Call::Clear => {
                map.clear();
                Answer::Nothing
            }
        }
    }

    fn contents(&self) -> Contents {
        self.0.lock().unwrap().iter().map(|(key, value)| (*key, *value)).collect()
    }
}

/// The second oracle: a map that is never changed, but replaced by another. A call on one key says what the key had, what
/// it has then, and what the answer is; one that sweeps the map makes the rows anew.
#[derive(Default)]
pub(crate) struct CopyOnWrite(Mutex<Arc<Contents>>);

impl CopyOnWrite {
    fn on_key(&self, key: Key, change: impl FnOnce(Option<Value>) -> (Option<Value>, Answer)) -> Answer {
        let mut answer = Answer::Nothing;
        self.replace(|rows| {
            let (after, answered) = change(rows.get(&key).copied());
            answer = answered;
            let others = rows.iter().filter(|(other, _)| **other != key).map(|(key, value)| (*key, *value));
            others.chain(after.map(|value| (key, value))).collect()
        });
        answer
    }

    fn replace(&self, change: impl FnOnce(&Contents) -> Contents) {
        let mut current = self.0.lock().unwrap();
        *current = Arc::new(change(&current));
    }
}

impl Subject for CopyOnWrite {
    fn run(&self, call: &Call) -> Answer {
        let now = self.0.lock().unwrap().clone();
        let load_or_store = |key, new, rejected| {
            self.on_key(key, |had| match had {
                Some(actual) => (had, Answer::Loaded { actual, rejected }),
                None => (Some(new), Answer::Stored(new)),
            })
        };
        match call.clone() {
            Call::Load(key) => self.on_key(key, |had| (had, Answer::Maybe(had))),
            Call::ContainsKey(key) => self.on_key(key, |had| (had, Answer::Flag(had.is_some()))),
            Call::Store(key, new) => self.on_key(key, |_| (Some(new), Answer::Nothing)),
            Call::Swap(key, new) => self.on_key(key, |had| (Some(new), Answer::Maybe(had))),
            Call::LoadOrStore(key, new) => load_or_store(key, new, Some(new)),
            Call::LoadOrStoreWith(key, new) => load_or_store(key, new, None),
            Call::LoadAndDelete(key) => self.on_key(key, |had| (None, Answer::Maybe(had))),
            Call::Delete(key) => self.on_key(key, |had| (None, Answer::Flag(had.is_some()))),
            Call::CompareAndSwap(key, old, new) => self.on_key(key, |had| match had {
                Some(value) if value == old => (Some(new), Answer::Swapped(Ok(()))),
                _ => (had, Answer::Swapped(Err(new))),
            }),
            Call::CompareAndDelete(key, old) => self.on_key(key, |had| match had {
                Some(value) if value == old => (None, Answer::Flag(true)),
                _ => (had, Answer::Flag(false)),
            }),
            Call::DeleteIfLess(key, limit) => self.on_key(key, |had| match had {
                Some(value) if value < limit => (None, Answer::Maybe(had)),
                _ => (had, Answer::Maybe(None)),
            }),
            Call::Update(key, n) => self.on_key(key, |had| {
                let new = had.map(|value| value.wrapping_add(n));
                (new, Answer::Maybe(new))
            }),
            Call::Range | Call::Iterate => Answer::Rows((*now).clone()),
            Call::RangeFirst(0) => Answer::Count(usize::from(!now.is_empty())),
            Call::RangeFirst(stop) => Answer::Count(now.iter().take(stop).count()),
            Call::IsEmpty => Answer::Flag(now.iter().next().is_none()),
            Call::Retain(limit) => {
                let keep = |(_, value): &(Key, Value)| *value >= limit;
                let rows = now.iter().map(|(key, value)| (*key, *value));
                self.replace(|_| rows.filter(keep).collect());
                Answer::Nothing
            }
            Call::Extend(rows) => {
                for (key, value) in rows {
                    self.on_key(key, |_| (Some(value), Answer::Nothing));
                }
                Answer::Nothing
            }
            Call::Clear => {
                self.replace(|_| Contents::new());
                Answer::Nothing
            }
        }
    }

    fn contents(&self) -> Contents {
        (**self.0.lock().unwrap()).clone()
    }
}
