//! `Registry` under a hasher that lies: the names are the registry's own.

use crate::book::{Book, Call, Lies, LyingHasher, Value};
use crate::patterns::every_sequence;
use std::sync::Arc;
use sync_map::registry::{BoxError, Registration, Registry, Service};

struct Named(&'static str, Value);

impl Service for Named {
    fn name(&self) -> &str {
        self.0
    }
    fn start(&self) -> Result<(), BoxError> {
        self.1.n();
        Ok(())
    }
    fn stop(&self) -> Result<(), BoxError> {
        self.1.n();
        Ok(())
    }
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Register(&'static str),
    Start,
    StopAll,
    Get,
    Drop,
}

const OPS: [Op; 6] = [Op::Register("a"), Op::Register("b"), Op::Start, Op::StopAll, Op::Get, Op::Drop];

fn run(ops: &[Op; 3], book: &'static Book) {
    let registry: Registry<Named, LyingHasher> = Registry::with_hasher(LyingHasher(book));
    let mut registrations: Vec<Registration<Named, LyingHasher>> = Vec::new();
    let register = |name| registry.register(Arc::new(Named(name, book.value(1))));
    for op in ops {
        match *op {
            Op::Register(name) => registrations.extend(register(name)),
            Op::Start => _ = registry.start("a").is_ok(),
            Op::StopAll => _ = registry.stop_all().is_ok(),
            Op::Get => _ = registry.get("a").map(|service| service.1.n()),
            Op::Drop => registrations.clear(),
        }
    }
    book.set_lies(Lies::None);
    registrations.clear();
    for name in ["a", "b"] {
        registrations.extend(register(name));
    }
    assert!(registry.list().iter().any(|name| name == "b"));
    drop(registrations);
    drop(registry);
}

#[test]
fn a_registry_ends_and_drops_all_once_whatever_its_hasher_says() {
    every_sequence(&OPS, &[Call::Hash], run);
}
