//! The counters by key.

use super::build::{krate, structure, tables_by_key, unknown};
use crate::builds::{FixedHasher, by_key};
use explore::calls::Calls;
use explore::counted::Key;
use linear::{Answer, Call, Snapshot, Structure, or_absent};

/// `CounterMap`.
#[derive(Debug)]
struct Counters(krate::CounterMap<Key, FixedHasher>);

/// By the numbers of the keys.
fn by_number(rows: Vec<(Key, i64)>) -> Vec<(i64, i64)> {
    by_key(rows.iter().map(|(key, count)| (key.get(), *count)).collect())
}

impl Calls for Counters {
    fn call(&self, call: &Call) -> Answer {
        let number = call.args.first().copied().unwrap_or(0);
        let (asked, new) = (Key::asked(number), || Key::new(number));
        match call.name() {
            "add" => Answer::Value(self.0.add(new(), call.args[1])),
            "increment" => Answer::Value(self.0.increment(new())),
            "decrement" => Answer::Value(self.0.decrement(new())),
            "get" => Answer::Value(self.0.get(&*asked)),
            "reset_and_get" => Answer::Value(self.0.reset_and_get(&*asked)),
            "remove" => or_absent(self.0.remove(&*asked)),
            "snapshot" => Answer::Pairs(by_number(self.0.snapshot())),
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        by_number(self.0.quiet_contents())
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        self.0.check_invariants()
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.0.draw(|drawn| snapshot = tables_by_key(drawn));
        snapshot
    }

    fn structure(&mut self) -> Structure {
        structure(&self.0.shape())
    }
}

/// A fresh one.
pub(in super::super) fn make() -> Box<dyn Calls> {
    Box::new(Counters(krate::CounterMap::with_hasher(FixedHasher::default())))
}
