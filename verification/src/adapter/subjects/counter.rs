//! The striped counter.

use super::{Call, Calls, Ret, Structure, krate, unknown};

impl Calls for krate::Counter {
    fn call(&self, call: &Call) -> Ret {
        match call.name() {
            "add" => self.add(call.args[0]),
            "increment" => self.increment(),
            "decrement" => self.decrement(),
            "get" => return Ret::Value(self.get()),
            "reset_and_get" => return Ret::Value(self.reset_and_get()),
            _ => return unknown(call),
        }
        Ret::Unit
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        vec![(0, self.get())]
    }

    fn structure(&mut self) -> Structure {
        let is_zero = i64::from(self.get() == 0);
        Structure { more: [("the sum is zero", is_zero)].into(), ..Structure::default() }
    }
}
