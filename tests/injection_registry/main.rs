//! A panic at each call of user code that a registry makes, in each of its operations; alone, and with a second thread that works
//! on the same registry. Afterwards the registry is whole and usable, no service is left Starting or Stopping, what runs is
//! registered, nothing is lost or dropped twice, and nobody waits for ever. And a hasher that lies.

mod faulty;
mod lies;
mod operations;
mod payloads;

use faulty::{Book, Call, Faulty, Hashes, Role};
use operations::{OPERATIONS, Operation, World};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use sync_map::registry::{Registry, State};
use test_support::hang::{self, Watch};
use test_support::{faults, flush_until};

type Services = Registry<Faulty, Hashes>;

#[test]
fn a_panic_at_any_call_of_user_code_leaves_the_registry_whole() {
    let watch = hang::watch();
    let mut seen = BTreeSet::new();
    for operation in OPERATIONS {
        for call in Call::ALL {
            let calls = (1..).take_while(|nth| inject(&watch, operation, *call, *nth, false)).count();
            if calls > 0 {
                seen.insert(*call);
            }
        }
    }
    assert_eq!(seen.len(), Call::ALL.len(), "each call-back was reached: {seen:?}");
}

#[test]
fn a_panic_beside_a_second_thread_strands_nobody() {
    let watch = hang::watch();
    for operation in OPERATIONS {
        for call in Call::ALL {
            // How many calls there are depends on what the second thread does: an end is reached, here or there.
            let _ = (1..40).take_while(|nth| inject(&watch, operation, *call, *nth, true)).count();
        }
    }
}

/// Whether there was an `nth` call to panic at.
fn inject(watch: &Watch, operation: &Operation, call: Call, nth: u32, beside: bool) -> bool {
    let what = format!("{}, panic at {call:?} {nth}", operation.name);
    watch.step(format!("{what}, a second thread: {beside}"));
    let book = Book::default();
    let world = World::new(&book);
    let registry = world.registry.as_ref().map(Arc::clone).expect("new");
    let over = AtomicBool::new(false);
    let start = Barrier::new(2);
    let (panicked, world) = std::thread::scope(|scope| {
        if beside {
            scope.spawn(|| {
                start.wait();
                work(&registry, &book, &over);
            });
            start.wait();
        }
        let mut world = world;
        let panicked = {
            book.arm(call, nth);
            faults(|| (operation.run)(&mut world))
        };
        let fired = book.disarm();
        // In a `start` or `stop`, and in the drop of what these leave, a panic is an error of the call.
        assert!(fired || !panicked, "{what}: an injected panic came from nowhere");
        over.store(true, SeqCst);
        (fired, world)
    });
    assert_whole(&registry, &world, &book, &what);
    drop(registry);
    drop(world);
    assert_none_runs(&book, &what);
    // A panic in the collector costs the rest of its bag, as `SECURITY.md` says.
    let in_a_drop = matches!(call, Call::ServiceDrop | Call::ErrorDrop);
    assert!(in_a_drop || flush_until(|| book.live() == 0), "{what}: {} are lost", book.live());
    assert_eq!(book.dropped_twice(), 0, "{what}");
    panicked
}

/// What the second thread does until the first is through: it waits for its turn with all, and works beside.
fn work(registry: &Services, book: &Book, over: &AtomicBool) {
    loop {
        drop(registry.start_all());
        if let Ok(other) = registry.register(Arc::new(Faulty::new("other", book, Role::Fine))) {
            drop(other.start());
            drop(registry.statuses());
        }
        drop(registry.stop_all());
        if over.load(SeqCst) {
            return;
        }
    }
}

fn assert_whole(registry: &Services, world: &World, book: &Book, what: &str) {
    for status in registry.statuses() {
        let at_work = matches!(status.state, State::Starting | State::Stopping);
        assert!(!at_work, "{what}: `{}` is left {}", status.name, status.state);
        let service = registry.get(&status.name).unwrap_or_else(|| panic!("{what}: `{}`", status.name));
        match status.state {
            State::Running => assert!(service.up(), "{what}: `{}` is called running", status.name),
            // A stop that failed may have left it running.
            State::Failed => {}
            _ => assert!(!service.up(), "{what}: `{}` runs, and is {}", status.name, status.state),
        }
    }
    // What is registered has a registration, and whoever has one has a service that is found.
    let held: Vec<&str> = world.tokens.keys().copied().collect();
    assert!(
        registry.list().iter().all(|name| held.contains(&name.as_str())),
        "{what}: {:?}",
        registry.list()
    );
    for token in world.tokens.values() {
        let found = registry.get(token.name());
        assert!(found.is_some_and(|found| Arc::ptr_eq(&found, token.service())), "{what}: {}", token.name());
    }
    for service in book.services() {
        let found = registry.get(service.name_of()).is_some_and(|found| Arc::ptr_eq(&found, &service));
        assert!(
            found || !service.up() || service.failed_to_stop(),
            "{what}: `{}` runs on",
            service.name_of()
        );
    }
    // Usable: each name that is free can be taken, and all at once waits for nobody.
    let names = registry.list();
    for name in ["fine", "err", "boom", "stuck", "falls", "new", "other"] {
        if names.iter().any(|taken| taken == name) {
            continue;
        }
        let registered = registry.register(Arc::new(Faulty::new(name, book, Role::Fine)));
        let token = registered.unwrap_or_else(|error| panic!("{what}: {error}"));
        token.start().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(registry.state(name), Some(State::Running), "{what}");
        token.unregister().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(registry.get(name).is_none(), "{what}: `{name}` is free again");
    }
    drop(registry.start_all());
    drop(registry.stop_all());
}

/// With the registry everything has come down, but what did not want to.
fn assert_none_runs(book: &Book, what: &str) {
    for service in book.services() {
        assert!(!service.up() || service.failed_to_stop(), "{what}: `{}` runs on", service.name_of());
    }
}
