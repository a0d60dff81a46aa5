//! Every operation of a registry, on services in all states.

use crate::Services;
use crate::faulty::{Book, Faulty, Hashes, Role};
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_map::registry::{LifecycleError, Registration, Registry};

/// A registry of one service of each role, with their registrations by name.
pub(crate) struct World {
    pub(crate) registry: Option<Arc<Services>>,
    pub(crate) tokens: BTreeMap<&'static str, Registration<Faulty, Hashes>>,
    pub(crate) book: Book,
}

/// What a call of a registration does. Its `Err` is dropped by the test, under no fault of the registry.
type Run = fn(&mut World);

pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

const ROLES: [(&str, Role); 5] = [
    ("fine", Role::Fine),
    ("stuck", Role::Stuck),
    ("falls", Role::Falls),
    ("err", Role::Err),
    ("boom", Role::Boom),
];

impl World {
    pub(crate) fn new(book: &Book) -> World {
        let registry = Arc::new(Registry::with_hasher(Hashes(book.clone())));
        let mut tokens = BTreeMap::new();
        for (name, role) in ROLES {
            let service = Faulty::new(name, book, role);
            let service = if name == "stuck" { service.depending_on("fine") } else { service };
            tokens.insert(name, registry.register(book.note(service)).expect("a new name"));
        }
        World { registry: Some(registry), tokens, book: book.clone() }
    }

    fn registry(&self) -> &Services {
        self.registry.as_ref().expect("not dropped yet")
    }

    fn token(&mut self, name: &str) -> Registration<Faulty, Hashes> {
        self.tokens.remove(name).expect("registered")
    }

    /// Without the two that do not start: all the others do.
    fn without_failures(&mut self) {
        drop((self.tokens.remove("err"), self.tokens.remove("boom")));
    }
}

/// An error that is given back to the caller is dropped by him: not what is tested here.
fn keep(result: Result<(), LifecycleError>) {
    std::mem::drop(result.map_err(|error| error.to_string()));
}

macro_rules! operations {
    ($($name:literal: |$world:ident| $run:expr;)+) => {
        &[$(Operation { name: $name, run: |$world: &mut World| { let _ = $run; } }),+]
    };
}

pub(crate) const OPERATIONS: &[Operation] = operations! {
    "register": |world| {
        let registered = world.registry().register(world.book.note(Faulty::new("new", &world.book, Role::Fine)));
        registered.map(|token| world.tokens.insert("new", token)).is_ok()
    };
    "register a name that is taken": |world| {
        world.registry().register(world.book.note(Faulty::new("fine", &world.book, Role::Fine))).is_err()
    };
    "unregister": |world| keep(world.token("fine").unregister());
    "unregister what runs": |world| { keep(world.registry().start("fine")); keep(world.token("fine").unregister()) };
    "unregister what does not stop": |world| { keep(world.registry().start("stuck")); keep(world.token("stuck").unregister()) };
    "unregister what panics": |world| { keep(world.registry().start("falls")); keep(world.token("falls").unregister()) };
    "drop a registration": |world| { keep(world.registry().start("fine")); drop(world.token("fine")) };
    "drop the registration of what does not stop": |world| { keep(world.registry().start("stuck")); drop(world.token("stuck")) };
    "unregister what has failed": |world| { keep(world.registry().start("err")); keep(world.token("err").unregister()) };
    "start": |world| keep(world.registry().start("fine"));
    "start what fails, twice": |world| { keep(world.registry().start("err")); keep(world.registry().start("err")) };
    "start what panics, twice": |world| { keep(world.registry().start("boom")); keep(world.registry().start("boom")) };
    "start what is not there": |world| keep(world.registry().start("mail"));
    "start by the registration": |world| keep(world.tokens["fine"].start());
    "stop": |world| { keep(world.registry().start("fine")); keep(world.registry().stop("fine")) };
    "stop what fails, and start it": |world| {
        for _ in 0..2 {
            keep(world.registry().start("stuck"));
            keep(world.registry().stop("stuck"));
        }
    };
    "stop what panics": |world| { keep(world.registry().start("falls")); keep(world.registry().stop("falls")) };
    "start all, which fails": |world| world.registry().start_all().is_err();
    "start all, and stop all": |world| {
        world.without_failures();
        let _ = world.registry().start_all().is_ok();
        world.registry().stop_all().is_err()
    };
    "look up": |world| {
        let registry = world.registry();
        let _ = (registry.get("fine").is_some(), registry.state("fine"), registry.status("mail").is_none());
        (registry.statuses().len(), registry.list(), registry.services().len())
    };
    "drop the registry": |world| {
        let registry = Registry::with_hasher(Hashes(world.book.clone()));
        for (name, role) in ROLES {
            if let Ok(token) = registry.register(world.book.note(Faulty::new(name, &world.book, role))) {
                keep(token.start());
                token.keep();
            }
        }
        drop(registry)
    };
    "drop everything": |world| {
        world.without_failures();
        let _ = world.registry().start_all().is_ok();
        world.tokens.clear();
        drop(world.registry.take())
    };
};
