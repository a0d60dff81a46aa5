//! The counters by key.

use super::{Call, Calls, FixedHasher, Ret, Structure, by_key, krate, map, or_absent, unknown};

pub(super) type Counters = krate::CounterMap<i64, FixedHasher>;

impl Calls for Counters {
    fn call(&self, call: &Call) -> Ret {
        let key = call.args.first().copied().unwrap_or(0);
        match call.name() {
            "add" => Ret::Value(self.add(key, call.args[1])),
            "increment" => Ret::Value(self.increment(key)),
            "decrement" => Ret::Value(self.decrement(key)),
            "get" => Ret::Value(self.get(&key)),
            "reset_and_get" => Ret::Value(self.reset_and_get(&key)),
            "remove" => or_absent(self.remove(&key)),
            "snapshot" => Ret::Pairs(by_key(self.snapshot())),
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        by_key(self.quiet_contents())
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        krate::CounterMap::check_invariants(self)
    }

    fn structure(&mut self) -> Structure {
        map::structure(&self.shape())
    }
}
