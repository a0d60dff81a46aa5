//! The cache, three ways.

use super::{Call, Calls, FixedHasher, Kind, Ret, Structure, Value, by_key, krate, map, or_absent, unknown};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The cache, and its time.
#[derive(Debug)]
pub(super) struct Cache {
    cache: krate::Cache<i64, Value, FixedHasher>,
    time: krate::ManualClock,
    /// How many computations run. Outside the checker's sight.
    computing: AtomicUsize,
}

fn seconds(n: i64) -> Duration {
    Duration::from_secs(u64::try_from(n).unwrap_or(0))
}

impl Cache {
    pub(super) fn new(kind: Kind) -> Self {
        let time = krate::ManualClock::new();
        let builder = krate::Cache::builder().clock(time.clock()).statistics(false);
        let builder = match kind {
            Kind::IdleCache => builder.time_to_idle(seconds(5)),
            Kind::BoundedCache => builder.max_entries(1),
            _ => builder,
        };
        let cache = builder.hasher(FixedHasher::default()).build();
        Cache { cache, time, computing: AtomicUsize::new(0) }
    }

    /// The value, or one computed while nobody else computes.
    fn compute_alone(&self, key: i64, value: i64) -> Ret {
        let mut others = 0;
        let found = self.cache.get_or_insert_with(key, || {
            others = self.computing.fetch_add(1, Ordering::SeqCst);
            self.time.now(); // another thread may run here
            self.computing.fetch_sub(1, Ordering::SeqCst);
            Value::new(value)
        });
        match others {
            0 => Ret::Value(found.get()),
            _ => Ret::Broken("a stampede: two computations of a key at once".into()),
        }
    }

    /// The value, or a computation that panics. (The panic hook, which would end the run, does not hear of it.)
    fn get_or_panic(&self, key: i64) -> Ret {
        let call = || self.cache.get_or_insert_with(key, || resume_unwind(Box::new("as asked")));
        catch_unwind(AssertUnwindSafe(call)).map_or(Ret::Failed, |value| Ret::Value(value.get()))
    }
}

impl Calls for Cache {
    fn call(&self, call: &Call) -> Ret {
        let cache = &self.cache;
        let arg = |n: usize| call.args.get(n).copied().unwrap_or(0);
        let (key, value) = (arg(0), || Value::new(arg(1)));
        let found = |value: Option<Value>| or_absent(value.map(|value| value.get()));
        match call.name() {
            "get" => found(cache.get(&key)),
            "contains_key" => Ret::Bool(cache.contains_key(&key)),
            "take" => found(cache.remove(&key)),
            "get_or_insert" => Ret::Value(cache.get_or_insert_with(key, value).get()),
            "get_or_fail" => cache
                .try_get_or_insert_with(key, || Err(()))
                .map_or(Ret::Failed, |value| Ret::Value(value.get())),
            "get_or_panic" => self.get_or_panic(key),
            "compute_alone" => self.compute_alone(key, arg(1)),
            "insert" => {
                cache.insert(key, value());
                Ret::Unit
            }
            "insert_for" => {
                cache.insert_for(key, value(), seconds(arg(2)));
                Ret::Unit
            }
            "remove" => {
                cache.remove(&key);
                Ret::Unit
            }
            "advance" => {
                self.time.advance(seconds(arg(0)));
                Ret::Unit
            }
            "cleanup" => {
                cache.cleanup();
                Ret::Unit
            }
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        let rows = self.cache.quiet_contents().into_iter();
        by_key(
            rows.filter_map(|(key, value, word, _)| Some((key, value.filter(|_| word != "expired")?.get())))
                .collect(),
        )
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        self.cache.check_invariants()
    }

    fn structure(&mut self) -> Structure {
        let rows = self.cache.quiet_contents();
        let mut structure = map::structure(&self.cache.shape());
        for (key, _, word, _) in rows {
            if let Some((state, _)) = structure.keys.get_mut(&key) {
                *state = word;
            }
        }
        structure
    }
}
