//! The cache, three ways.

use super::build::{Value, krate, structure, tables_by_key, unknown};
use crate::builds::{FixedHasher, by_key};
use explore::calls::Calls;
use explore::counted::Key;
use explore::lawless as plan;
use explore::lawless::ask;
use linear::{Answer, Call, Callback, Snapshot, Structure, or_absent};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The cache, and its time.
#[derive(Debug)]
struct Cache {
    cache: krate::Cache<Key, Value, FixedHasher>,
    time: krate::ManualClock,
    /// How many computations run. Outside the checker's sight.
    computing: AtomicUsize,
}

type Builder = krate::CacheBuilder<Key, Value, FixedHasher>;

fn seconds(n: i64) -> Duration {
    Duration::from_secs(u64::try_from(n).unwrap_or(0))
}

impl Cache {
    fn new(choose: impl FnOnce(Builder) -> Builder) -> Self {
        let time = krate::ManualClock::new();
        let hands = time.clone();
        let clock = krate::Clock::from_fn(move || {
            ask(Callback::Clock);
            hands.now()
        });
        let mut builder = krate::Cache::builder().clock(clock).statistics(false);
        if plan::names(Callback::Listener) {
            builder = builder.removal_listener(|_, _, _| {
                ask(Callback::Listener);
            });
        }
        let cache = choose(builder.hasher(FixedHasher::default())).build();
        Cache { cache, time, computing: AtomicUsize::new(0) }
    }

    /// The value, or one computed while nobody else computes.
    fn compute_alone(&self, key: i64, value: i64) -> Answer {
        let mut others = 0;
        let found = self.cache.get_or_insert_with(Key::new(key), || {
            others = self.computing.fetch_add(1, Ordering::SeqCst);
            self.time.now(); // another thread may run here
            self.computing.fetch_sub(1, Ordering::SeqCst);
            Value::new(value)
        });
        match others {
            0 => Answer::Value(found.taken()),
            _ => Answer::Broken("a stampede: two computations of a key at once".into()),
        }
    }

    /// The value, or a computation that panics. (The panic hook, which would end the run, does not hear of it.)
    fn get_or_panic(&self, key: i64) -> Answer {
        let call = || self.cache.get_or_insert_with(Key::new(key), || resume_unwind(Box::new("as asked")));
        match catch_unwind(AssertUnwindSafe(call)) {
            Ok(value) => Answer::Value(value.taken()),
            Err(payload) if payload.is::<plan::UsersPanic>() => resume_unwind(payload),
            Err(_) => Answer::Failed,
        }
    }
}

impl Calls for Cache {
    fn call(&self, call: &Call) -> Answer {
        let cache = &self.cache;
        let arg = |n: usize| call.args.get(n).copied().unwrap_or(0);
        let (key, value) = (Key::asked(arg(0)), || Value::new(arg(1)));
        let new = || Key::new(arg(0));
        let found = |value: Option<Value>| or_absent(value.map(Value::taken));
        match call.name() {
            "get" => found(cache.get(&*key)),
            "contains_key" => Answer::Bool(cache.contains_key(&*key)),
            "take" => found(cache.remove(&*key)),
            "get_or_insert" => {
                let make = || {
                    ask(Callback::Closure);
                    value()
                };
                Answer::Value(cache.get_or_insert_with(new(), make).taken())
            }
            "get_or_fail" => cache
                .try_get_or_insert_with(new(), || Err(()))
                .map_or(Answer::Failed, |value| Answer::Value(value.taken())),
            "get_or_panic" => self.get_or_panic(arg(0)),
            "compute_alone" => self.compute_alone(arg(0), arg(1)),
            "insert" => {
                cache.insert(new(), value());
                Answer::Unit
            }
            "insert_for" => {
                cache.insert_for(new(), value(), seconds(arg(2)));
                Answer::Unit
            }
            "remove" => {
                cache.remove(&*key);
                Answer::Unit
            }
            "advance" => {
                self.time.advance(seconds(arg(0)));
                Answer::Unit
            }
            "cleanup" => {
                cache.cleanup();
                Answer::Unit
            }
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        let rows = self.cache.quiet_contents().into_iter();
        by_key(
            rows.filter_map(|(key, value, word, _)| {
                Some((key.get(), value.filter(|_| word != "expired")?.get()))
            })
            .collect(),
        )
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        self.cache.check_invariants()
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.cache.draw(|value| value.get().to_string(), |drawn| snapshot = tables_by_key(drawn));
        snapshot.facts.push(("time".to_owned(), format!("{:?}", self.time.now())));
        snapshot
    }

    fn structure(&mut self) -> Structure {
        let rows = self.cache.quiet_contents();
        let mut structure = structure(&self.cache.shape());
        for (key, _, word, _) in rows {
            if let Some((state, _)) = structure.keys.get_mut(&key.get()) {
                *state = word;
            }
        }
        structure
    }
}

/// One without a bound.
pub(in super::super) fn make_plain() -> Box<dyn Calls> {
    Box::new(Cache::new(|builder| builder))
}

/// One with a time to idle.
pub(in super::super) fn make_idle() -> Box<dyn Calls> {
    Box::new(Cache::new(|builder| builder.time_to_idle(seconds(5))))
}

/// One of at most one entry.
pub(in super::super) fn make_bounded() -> Box<dyn Calls> {
    Box::new(Cache::new(|builder| builder.max_entries(1)))
}
