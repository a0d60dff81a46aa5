//! Settings: a typed value by key, read often, beside what programs use for it.

use crate::adapters::{BATCH, Kind};
use crate::bench::Bench;
use crate::results::{Row, Section};
use crate::rounds::Contender;
use crate::workloads::by_tape;
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::RwLock;
use sync_map::config::{ConfigStore, Value};
use sync_map_benches::{Fast, Random};
use sync_map_measure::Timing;
use tokio::sync::watch;

/// How many settings.
const KEYS: usize = 100;

/// The names of the columns.
pub(crate) const ALL: [&str; 4] =
    ["ConfigStore", "ArcSwap<HashMap>", "tokio watch of HashMap", "RwLock<HashMap>"];

/// Integers by key.
trait Settings: Send + Sync + 'static {
    fn of(keys: &[String]) -> Self;
    fn get(&self, key: &str) -> i64;
    fn set(&self, key: &str, value: i64);
}

impl Settings for ConfigStore<Fast> {
    fn of(keys: &[String]) -> Self {
        let config = ConfigStore::with_hasher(Fast::default());
        config.apply(keys.iter().map(|key| (key.clone(), Value::from(1))).collect());
        // Until the keys stay where they are.
        (0..2).for_each(|_| drop(config.snapshot()));
        config
    }
    fn get(&self, key: &str) -> i64 {
        self.get_int(key).unwrap_or(0)
    }
    fn set(&self, key: &str, value: i64) {
        ConfigStore::set(self, key, value);
    }
}

type Values = HashMap<String, Value, Fast>;

fn values(keys: &[String]) -> Values {
    keys.iter().map(|key| (key.clone(), Value::from(1))).collect()
}

fn integer(values: &Values, key: &str) -> i64 {
    if let Some(Value::Integer(value)) = values.get(key) { *value } else { 0 }
}

impl Settings for ArcSwap<Values> {
    fn of(keys: &[String]) -> Self {
        ArcSwap::from_pointee(values(keys))
    }
    fn get(&self, key: &str) -> i64 {
        integer(&self.load(), key)
    }
    fn set(&self, key: &str, value: i64) {
        self.rcu(|values| {
            let mut values = Values::clone(values);
            values.insert(key.to_owned(), value.into());
            values
        });
    }
}

/// One value for all settings, and somebody who is told of it.
struct Watched(watch::Sender<Values>, watch::Receiver<Values>);

impl Settings for Watched {
    fn of(keys: &[String]) -> Self {
        let (sender, receiver) = watch::channel(values(keys));
        Watched(sender, receiver)
    }
    fn get(&self, key: &str) -> i64 {
        integer(&self.1.borrow(), key)
    }
    fn set(&self, key: &str, value: i64) {
        self.0.send_modify(|values| drop(values.insert(key.to_owned(), value.into())));
    }
}

impl Settings for RwLock<Values> {
    fn of(keys: &[String]) -> Self {
        RwLock::new(values(keys))
    }
    fn get(&self, key: &str) -> i64 {
        integer(&self.read().expect("no holder panics"), key)
    }
    fn set(&self, key: &str, value: i64) {
        self.write().expect("no holder panics").insert(key.to_owned(), value.into());
    }
}

/// Chosen before: a key each, and whether it is set.
type Tape<'k> = Vec<(&'k str, bool)>;

fn contender<'c, S: Settings>(
    name: &'static str,
    kind: Kind,
    how: (usize, Timing),
    keys: &[String],
    tapes: &'c [Tape<'c>; 2],
) -> Contender<'c> {
    let settings = S::of(keys);
    let play = move |tape: &[(&str, bool)]| {
        let mut sum = 0_i64;
        for (key, set) in tape {
            if *set {
                settings.set(key, sum);
            } else {
                sum = sum.wrapping_add(settings.get(key));
            }
        }
        black_box(sum);
    };
    by_tape(name, kind, how, tapes, play)
}

/// Tapes over these keys, with so many sets in ten thousand.
fn tapes(keys: &[String], sets: u64) -> [Tape<'_>; 2] {
    [1, 2].map(|seed| {
        let mut random = Random::new(seed);
        let mut operation = || (&*keys[random.below(KEYS as u64) as usize], random.below(10_000) < sets);
        (0..256 * BATCH).map(|_| operation()).collect()
    })
}

/// All rows.
pub(crate) fn run(bench: &mut Bench) {
    let keys: Vec<String> = (0..KEYS).map(|key| format!("section.key_{key}")).collect();
    for (id, title, sets) in [
        ("settings/get", "get an integer, 100 text keys", 0),
        ("settings/9999-1", "99.99% get, 0.01% set, 100 text keys", 1),
    ] {
        for threads in [1, 2] {
            let row = Row::threads(Section::Settings, id, title, threads);
            if bench.wants(&row) {
                let how = (threads, bench.plan.timing());
                let tapes = tapes(&keys, sets);
                let contenders = vec![
                    contender::<ConfigStore<Fast>>(ALL[0], Kind::Ours, how, &keys, &tapes),
                    contender::<ArcSwap<Values>>(ALL[1], Kind::Concurrent, how, &keys, &tapes),
                    contender::<Watched>(ALL[2], Kind::Locked, how, &keys, &tapes),
                    contender::<RwLock<Values>>(ALL[3], Kind::Locked, how, &keys, &tapes),
                ];
                bench.run(row, contenders);
            }
        }
    }
}
