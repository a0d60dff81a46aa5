//! The registry of services.

use super::{
    Call, Calls, FixedHasher, Memory, NUMBERS, Ret, Slot, Structure, by_key, krate, map, no_slot, or_absent,
    place, taken, unknown,
};
use crate::program::letter;
use crate::subject::{REGISTRY_STATES, word};
use krate::registry::{BoxError, LifecycleError, Registration, Registry, Service, State};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// A service. That no two threads are in its `start` or `stop` at a time is seen by the race detector.
#[derive(Debug)]
struct Numbered {
    name: String,
    number: i64,
    memory: Memory,
    /// Outside the checker's sight.
    up: AtomicBool,
    wrong: AtomicBool,
}

impl Service for Numbered {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self) -> Result<(), BoxError> {
        self.memory.write();
        self.wrong.fetch_or(self.up.swap(true, SeqCst), SeqCst);
        Ok(())
    }

    fn stop(&self) -> Result<(), BoxError> {
        self.memory.write();
        self.wrong.fetch_or(!self.up.swap(false, SeqCst), SeqCst);
        Ok(())
    }
}

type Token = Registration<Numbered, FixedHasher>;

/// `Registry`, and the registrations of its services, by name and number.
#[derive(Debug)]
pub(super) struct Services {
    registry: Registry<Numbered, FixedHasher>,
    registrations: [[Slot<Token>; NUMBERS]; 2],
    /// All that were ever registered. Outside the checker's sight.
    offered: std::sync::Mutex<Vec<Arc<Numbered>>>,
}

fn name(key: i64) -> String {
    letter(key).to_string()
}

fn key(name: &str) -> i64 {
    i64::from(name.as_bytes()[0] - b'a')
}

fn ordinal(state: State) -> i64 {
    let state = state.to_string();
    REGISTRY_STATES.iter().position(|other| *other == state).map_or(9, |place| place as i64)
}

/// How a start or a stop ended.
fn ended(result: Result<(), LifecycleError>, well: &str) -> Ret {
    match result {
        Ok(()) => word(well),
        Err(LifecycleError::NotRegistered { .. }) => word("not registered"),
        Err(LifecycleError::WrongState { state, .. }) => word(&format!("is {state}")),
        Err(LifecycleError::Unregistered { .. }) => word("unregistered"),
        Err(error) => Ret::Broken(error.to_string()),
    }
}

/// The name that is in other hands.
fn busy(error: &LifecycleError) -> Result<(i64, i64), String> {
    match error {
        LifecycleError::WrongState { service, .. } => Ok((key(service), 3)),
        other => Err(other.to_string()),
    }
}

fn rows(done: Vec<String>, code: i64, errors: &[LifecycleError]) -> Ret {
    let done = done.iter().map(|name| Ok((key(name), code)));
    match done.chain(errors.iter().map(busy)).collect() {
        Ok(rows) => Ret::Pairs(by_key(rows)),
        Err(error) => Ret::Broken(error),
    }
}

impl Services {
    pub(super) fn new() -> Self {
        Services {
            registry: Registry::with_hasher(FixedHasher::default()),
            registrations: std::array::from_fn(|_| std::array::from_fn(|_| Slot::empty())),
            offered: std::sync::Mutex::default(),
        }
    }

    fn slot(&self, key: i64, number: i64) -> Option<&Slot<Token>> {
        self.registrations.get(usize::try_from(key).ok()?)?.get(place(number)?)
    }

    fn register(&self, key: i64, number: i64) -> Ret {
        let Some(slot) = self.slot(key, number) else { return no_slot() };
        let (up, wrong) = (AtomicBool::new(false), AtomicBool::new(false));
        let service = Arc::new(Numbered { name: name(key), number, memory: Memory::new(), up, wrong });
        // Held while the service is registered, so that the two are one step.
        let mut registration = slot.0.lock();
        if registration.is_some() {
            return taken();
        }
        match self.registry.register(Arc::clone(&service)) {
            Ok(token) => {
                *registration = Some(token);
                self.offered.lock().expect("no panic").push(service);
                Ret::Stored(number)
            }
            Err(error) => Ret::Loaded(error.existing.number),
        }
    }

    fn unregister(&self, key: i64, number: i64) -> Ret {
        let Some(slot) = self.slot(key, number) else { return no_slot() };
        let mut registration = slot.0.lock();
        match registration.take().map(Registration::unregister) {
            None => Ret::Bool(false),
            Some(Ok(())) => Ret::Bool(true),
            Some(Err(error)) => Ret::Broken(error.to_string()),
        }
    }

    /// Lets the registrations go, and the services stay: nobody else has the registry then.
    fn keep_all(&mut self) {
        for slot in self.registrations.iter().flatten() {
            if let Some(registration) = slot.0.lock().take() {
                registration.keep();
            }
        }
    }
}

impl Calls for Services {
    fn call(&self, call: &Call) -> Ret {
        let first = call.args.first().copied().unwrap_or(0);
        let registry = &self.registry;
        match call.name() {
            "register" => self.register(first, call.args[1]),
            "unregister" => self.unregister(first, call.args[1]),
            "get" => or_absent(registry.get(&name(first)).map(|service| service.number)),
            "state" => registry.state(&name(first)).map_or(Ret::Absent, |state| word(&state.to_string())),
            "list" => Ret::Pairs(registry.list().iter().map(|name| (key(name), 1)).collect()),
            "start" => ended(registry.start(&name(first)), "started"),
            "stop" => ended(registry.stop(&name(first)), "stopped"),
            "start_all" => match registry.start_all() {
                Ok(started) => rows(started, 1, &[]),
                Err(error) if error.rollback_errors.is_empty() => rows(error.rolled_back, 2, &[error.error]),
                Err(error) => Ret::Broken(error.to_string()),
            },
            "stop_all" => match registry.stop_all() {
                Ok(stopped) => rows(stopped, 1, &[]),
                Err(error) => rows(error.stopped, 1, &error.errors),
            },
            _ => unknown(call),
        }
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        let statuses = self.registry.statuses();
        let number = |name: &str| self.registry.get(name).map_or(0, |service| service.number);
        statuses.iter().map(|s| (key(&s.name), 10 * number(&s.name) + ordinal(s.state))).collect()
    }

    fn check_invariants(&mut self) -> Result<(), String> {
        for service in self.offered.lock().expect("no panic").iter() {
            let (name, number) = (&service.name, service.number);
            let registered = self.registry.get(name).is_some_and(|other| Arc::ptr_eq(&other, service));
            let state = if registered { self.registry.state(name) } else { None };
            if service.up.load(SeqCst) != (state == Some(State::Running)) {
                let runs = if service.up.load(SeqCst) { "runs" } else { "does not run" };
                return Err(format!("service {number} {runs}, and its state is {state:?}"));
            }
            if service.wrong.load(SeqCst) {
                return Err(format!(
                    "service {number} was started while it ran, or stopped while it did not"
                ));
            }
        }
        self.keep_all();
        self.registry.check_invariants()
    }

    fn structure(&mut self) -> Structure {
        self.keep_all();
        let states: Vec<(i64, State)> =
            self.registry.statuses().iter().map(|s| (key(&s.name), s.state)).collect();
        let mut structure = map::structure_by(&self.registry.shape(), |name| key(name));
        for (key, state) in states {
            if let Some((word, _)) = structure.keys.get_mut(&key) {
                *word = REGISTRY_STATES[ordinal(state) as usize];
            }
        }
        structure
    }
}
