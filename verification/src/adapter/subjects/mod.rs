//! Every subject, in the build that this is compiled for.

use super::{Condvar, Memory, Mutex, Value, krate};
use crate::adapter::{Calls, FixedHasher, Instance, NUMBERS, Structure, by_key, or_absent, place};
use crate::program::Call;
use crate::subject::{Kind, Ret};

mod cache;
mod canary;
mod config;
mod counter;
mod countermap;
mod map;
mod registry;

/// One of them.
#[derive(Debug)]
pub struct Any(Box<dyn Calls>);

impl Instance for Any {
    fn new(kind: Kind) -> Self {
        Any(match kind {
            Kind::Map => Box::new(map::Map::new()),
            Kind::Counter => Box::new(krate::Counter::new()),
            Kind::CounterMap => Box::new(countermap::Counters::with_hasher(FixedHasher::default())),
            Kind::Cache | Kind::IdleCache | Kind::BoundedCache => Box::new(cache::Cache::new(kind)),
            Kind::Registry => Box::new(registry::Services::new()),
            Kind::Config => Box::new(config::Config::new()),
            Kind::Canary => Box::new(canary::Canary),
        })
    }
}

impl Calls for Any {
    fn call(&self, call: &Call) -> Ret {
        self.0.call(call)
    }
    fn contents(&mut self) -> Vec<(i64, i64)> {
        self.0.contents()
    }
    fn check_invariants(&mut self) -> Result<(), String> {
        self.0.check_invariants()
    }
    fn structure(&mut self) -> Structure {
        self.0.structure()
    }
    fn key_state(&mut self, key: i64) -> &'static str {
        self.0.key_state(key)
    }
    fn flush(&self) {
        self.0.flush();
    }
}

/// A call that this adapter has no arm for: a mistake of the suite.
fn unknown(call: &Call) -> Ret {
    Ret::Broken(format!("the adapter has no {}", call.name()))
}

/// What a call made and another one takes back: behind a mutex that the checker sees.
struct Slot<T>(Mutex<Option<T>>);

impl<T> Slot<T> {
    fn empty() -> Self {
        Slot(Mutex::new(None))
    }
}

impl<T> std::fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot")
    }
}

/// What is said of a number that has no slot.
fn no_slot() -> Ret {
    Ret::Broken("the number is 1 to 4, the key a or b".into())
}

/// What is said of a number whose slot is full.
fn taken() -> Ret {
    Ret::Broken("this number is in use".into())
}
