//! The striped counter.

use super::build::{krate, unknown};
use explore::calls::Calls;
use linear::{Answer, Call, Snapshot, Structure};

/// `Counter`.
#[derive(Debug)]
struct Counter(krate::Counter);

impl Calls for Counter {
    fn call(&self, call: &Call) -> Answer {
        match call.name() {
            "add" => self.0.add(call.args[0]),
            "increment" => self.0.increment(),
            "decrement" => self.0.decrement(),
            "get" => return Answer::Value(self.0.get()),
            "reset_and_get" => return Answer::Value(self.0.reset_and_get()),
            _ => return unknown(call),
        }
        Answer::Unit
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        vec![(0, self.0.get())]
    }

    fn snapshot(&self) -> Snapshot {
        // What each stripe holds is shown beside it: see `explore::watching`.
        Snapshot { facts: vec![("sum".to_owned(), self.0.get().to_string())], ..Snapshot::default() }
    }

    fn structure(&mut self) -> Structure {
        let is_zero = i64::from(self.0.get() == 0);
        Structure { facts: vec![("the sum is zero", is_zero)], ..Structure::default() }
    }
}

/// A fresh one.
pub(in super::super) fn make() -> Box<dyn Calls> {
    Box::new(Counter(krate::Counter::new()))
}
