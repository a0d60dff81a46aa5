//! Random lists of calls on a store and on a model that is too simple to be wrong.

use crate::TRIALS;
use proptest::prelude::*;
use std::collections::BTreeMap;
use sync_map::config::{ConfigStore, Settings, Subscription, Value};

const KEYS: [&str; 3] = ["a", "b", "c"];

#[derive(Clone, Debug)]
enum Call {
    Set(usize, i64),
    SetIfChanged(usize, i64),
    CompareAndSet(usize, Option<i64>, i64),
    Remove(usize),
    Get(usize),
    Apply(BTreeMap<usize, i64>),
    ReplaceAll(BTreeMap<usize, i64>),
    Subscribe(usize),
    /// Of the nth subscription.
    TryRecv(usize),
    Drop(usize),
}

fn call() -> impl Strategy<Value = Call> {
    let (key, value) = (0..KEYS.len(), 0..4_i64);
    let some = || prop::collection::btree_map(0..KEYS.len(), 0..4_i64, 0..3);
    prop_oneof![
        4 => (key.clone(), value.clone()).prop_map(|(key, value)| Call::Set(key, value)),
        2 => (key.clone(), value.clone()).prop_map(|(key, value)| Call::SetIfChanged(key, value)),
        2 => (key.clone(), prop::option::of(value.clone()), value)
            .prop_map(|(key, expected, new)| Call::CompareAndSet(key, expected, new)),
        2 => key.clone().prop_map(Call::Remove),
        2 => key.clone().prop_map(Call::Get),
        1 => some().prop_map(Call::Apply),
        1 => some().prop_map(Call::ReplaceAll),
        3 => key.prop_map(Call::Subscribe),
        6 => (0..6_usize).prop_map(Call::TryRecv),
        1 => (0..6_usize).prop_map(Call::Drop),
    ]
}

/// What a subscription knows: the table of `subscription.rs`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Knows {
    /// No value has come yet.
    Waits,
    /// A value has come, and was not received; it may go again.
    First,
    /// It was received, or was there at the beginning: a removal closes.
    Bound {
        new: bool,
    },
    Closed,
}

#[derive(Default)]
struct Model {
    values: BTreeMap<&'static str, i64>,
    subscriptions: Vec<Option<(&'static str, Knows)>>,
}

impl Model {
    fn set(&mut self, key: &'static str, value: i64) {
        self.values.insert(key, value);
        for (_, knows) in self.subscriptions.iter_mut().flatten().filter(|(of, _)| *of == key) {
            match knows {
                Knows::Waits | Knows::First => *knows = Knows::First,
                Knows::Bound { new } => *new = true,
                Knows::Closed => {}
            }
        }
    }

    fn remove(&mut self, key: &'static str) -> Option<i64> {
        let removed = self.values.remove(key)?;
        for (_, knows) in self.subscriptions.iter_mut().flatten().filter(|(of, _)| *of == key) {
            *knows = if matches!(knows, Knows::First | Knows::Waits) { Knows::Waits } else { Knows::Closed };
        }
        Some(removed)
    }

    fn apply(&mut self, rows: &BTreeMap<usize, i64>) -> Vec<String> {
        let changed: Vec<_> =
            rows.iter().filter(|(key, value)| self.values.get(KEYS[**key]) != Some(value)).collect();
        changed.iter().for_each(|(key, value)| self.set(KEYS[**key], **value));
        changed.into_iter().map(|(key, _)| KEYS[*key].to_owned()).collect()
    }

    /// Closed, nothing new, or the value.
    fn try_recv(&mut self, nth: usize) -> Option<Option<i64>> {
        let (key, knows) = self.subscriptions[nth].as_mut()?;
        match knows {
            Knows::Closed => None,
            Knows::Waits | Knows::Bound { new: false } => Some(None),
            Knows::First | Knows::Bound { new: true } => {
                *knows = Knows::Bound { new: false };
                Some(self.values.get(key).copied())
            }
        }
    }
}

fn settings(rows: &BTreeMap<usize, i64>) -> Settings {
    rows.iter().map(|(key, value)| (KEYS[*key], Value::from(*value))).collect()
}

fn run(calls: &[Call]) -> Result<(), TestCaseError> {
    let (config, mut model) = (ConfigStore::new(), Model::default());
    let mut subscriptions: Vec<Option<Subscription>> = Vec::new();
    let value = |value: Option<i64>| value.map(Value::from);
    for call in calls {
        match call {
            Call::Set(key, new) => {
                let previous = model.values.get(KEYS[*key]).copied();
                prop_assert_eq!(config.set(KEYS[*key], *new), value(previous));
                model.set(KEYS[*key], *new);
            }
            Call::SetIfChanged(key, new) => {
                let changed = !model.apply(&BTreeMap::from([(*key, *new)])).is_empty();
                prop_assert_eq!(config.set_if_changed(KEYS[*key], *new), changed);
            }
            Call::CompareAndSet(key, expected, new) => {
                let matches = model.values.get(KEYS[*key]).copied() == *expected;
                if matches {
                    model.set(KEYS[*key], *new);
                }
                prop_assert_eq!(
                    config.compare_and_set(KEYS[*key], value(*expected).as_ref(), *new).is_ok(),
                    matches
                );
            }
            Call::Remove(key) => prop_assert_eq!(config.remove(KEYS[*key]), value(model.remove(KEYS[*key]))),
            Call::Get(key) => {
                prop_assert_eq!(config.get(KEYS[*key]), value(model.values.get(KEYS[*key]).copied()))
            }
            Call::Apply(rows) => prop_assert_eq!(config.apply(settings(rows)).set, model.apply(rows)),
            Call::ReplaceAll(rows) => {
                let gone: Vec<_> = model
                    .values
                    .keys()
                    .copied()
                    .filter(|key| rows.keys().all(|kept| KEYS[*kept] != *key))
                    .collect();
                for key in &gone {
                    model.remove(key);
                }
                let changes = config.replace_all(settings(rows));
                prop_assert_eq!(
                    (changes.set, changes.removed),
                    (model.apply(rows), gone.into_iter().map(str::to_owned).collect())
                );
            }
            Call::Subscribe(key) => {
                subscriptions.push(Some(config.subscribe(KEYS[*key])));
                let there = model.values.contains_key(KEYS[*key]);
                let knows = if there { Knows::Bound { new: true } } else { Knows::Waits };
                model.subscriptions.push(Some((KEYS[*key], knows)));
            }
            Call::TryRecv(nth) => {
                let Some(subscription) = subscriptions.get_mut(*nth).and_then(Option::as_mut) else {
                    continue;
                };
                prop_assert_eq!(subscription.try_recv().ok(), model.try_recv(*nth).map(value));
            }
            Call::Drop(nth) => {
                if let Some(subscription) = subscriptions.get_mut(*nth) {
                    *subscription = None;
                    model.subscriptions[*nth] = None;
                }
            }
        }
        for key in KEYS {
            let count = model.subscriptions.iter().flatten().filter(|(of, _)| *of == key).count();
            prop_assert_eq!(config.subscriber_count(key), count);
        }
        let contents: Settings =
            model.values.iter().map(|(key, value)| (*key, Value::from(*value))).collect();
        prop_assert_eq!(config.snapshot(), contents);
    }
    Ok(())
}

#[test]
fn a_store_does_what_the_model_does() {
    TRIALS.run(prop::collection::vec(call(), 0..60), |calls| run(&calls));
}
