//! The registry of services.

use super::super::specification::STATES;
use super::build::{Memory, NameHasher, Slot, krate, no_slot, structure_by, tables, taken, unknown};
use crate::builds::{NUMBERS, by_key, place};
use explore::calls::Calls;
use explore::lawless::ask;
use krate::registry::{BoxError, LifecycleError, Registration, Registry, Service, State};
use linear::{Answer, Call, Callback, Snapshot, Structure, letter, or_absent, word};
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
    /// It panicked: nobody knows whether it runs.
    in_doubt: AtomicBool,
}

impl Numbered {
    /// Where it may panic. Whether the last call of it did.
    fn ask(&self) -> bool {
        let doubt = self.in_doubt.swap(true, SeqCst);
        ask(Callback::Service);
        self.in_doubt.store(false, SeqCst);
        doubt
    }
}

impl Service for Numbered {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self) -> Result<(), BoxError> {
        let doubt = self.ask();
        self.memory.write();
        self.wrong.fetch_or(self.up.swap(true, SeqCst) && !doubt, SeqCst);
        Ok(())
    }

    fn stop(&self) -> Result<(), BoxError> {
        let doubt = self.ask();
        self.memory.write();
        self.wrong.fetch_or(!self.up.swap(false, SeqCst) && !doubt, SeqCst);
        Ok(())
    }
}

type Token = Registration<Numbered, NameHasher>;

/// `Registry`, and the registrations of its services, by name and number.
#[derive(Debug)]
struct Services {
    registry: Registry<Numbered, NameHasher>,
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
    STATES.iter().position(|other| *other == state).map_or(9, |place| place as i64)
}

/// How a start or a stop ended.
fn ended(result: Result<(), LifecycleError>, well: &str) -> Answer {
    match result {
        Ok(()) => word(well),
        Err(LifecycleError::NotRegistered { .. }) => word("not registered"),
        Err(LifecycleError::WrongState { state, .. }) => word(&format!("is {state}")),
        Err(LifecycleError::Unregistered { .. }) => word("unregistered"),
        Err(LifecycleError::Failed(_)) => word("failed"),
        Err(error) => Answer::Broken(error.to_string()),
    }
}

/// The name that is in other hands.
fn busy(error: &LifecycleError) -> Result<(i64, i64), String> {
    match error {
        LifecycleError::WrongState { service, .. } => Ok((key(service), 3)),
        other => Err(other.to_string()),
    }
}

fn rows(done: Vec<String>, code: i64, errors: &[LifecycleError]) -> Answer {
    let done = done.iter().map(|name| Ok((key(name), code)));
    match done.chain(errors.iter().map(busy)).collect() {
        Ok(rows) => Answer::Pairs(by_key(rows)),
        Err(error) => Answer::Broken(error),
    }
}

impl Services {
    fn new() -> Self {
        Services {
            registry: Registry::with_hasher(NameHasher::default()),
            registrations: std::array::from_fn(|_| std::array::from_fn(|_| Slot::empty())),
            offered: std::sync::Mutex::default(),
        }
    }

    fn slot(&self, key: i64, number: i64) -> Option<&Slot<Token>> {
        self.registrations.get(usize::try_from(key).ok()?)?.get(place(number)?)
    }

    fn register(&self, key: i64, number: i64) -> Answer {
        let Some(slot) = self.slot(key, number) else { return no_slot() };
        let [up, wrong, in_doubt] = [false; 3].map(AtomicBool::new);
        let service =
            Arc::new(Numbered { name: name(key), number, memory: Memory::new(), up, wrong, in_doubt });
        // Held while the service is registered, so that the two are one step.
        let mut registration = slot.0.lock();
        if registration.is_some() {
            return taken();
        }
        match self.registry.register(Arc::clone(&service)) {
            Ok(token) => {
                *registration = Some(token);
                self.offered.lock().expect("no panic").push(service);
                Answer::Stored(number)
            }
            Err(error) => Answer::Loaded(error.existing.number),
        }
    }

    fn unregister(&self, key: i64, number: i64) -> Answer {
        let Some(slot) = self.slot(key, number) else { return no_slot() };
        let mut registration = slot.0.lock();
        match registration.take().map(Registration::unregister) {
            None => Answer::Bool(false),
            Some(Ok(())) => Answer::Bool(true),
            Some(Err(error)) => Answer::Broken(error.to_string()),
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
    fn call(&self, call: &Call) -> Answer {
        let first = call.args.first().copied().unwrap_or(0);
        let registry = &self.registry;
        match call.name() {
            "register" => self.register(first, call.args[1]),
            "unregister" => self.unregister(first, call.args[1]),
            "get" => or_absent(registry.get(&name(first)).map(|service| service.number)),
            "state" => registry.state(&name(first)).map_or(Answer::Absent, |state| word(&state.to_string())),
            "list" => Answer::Pairs(registry.list().iter().map(|name| (key(name), 1)).collect()),
            "start" => ended(registry.start(&name(first)), "started"),
            "stop" => ended(registry.stop(&name(first)), "stopped"),
            "start_all" => match registry.start_all() {
                Ok(started) => rows(started, 1, &[]),
                Err(error) if error.rollback_errors.is_empty() => rows(error.rolled_back, 2, &[error.error]),
                Err(error) => Answer::Broken(error.to_string()),
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
            if let Some(state @ (State::Starting | State::Stopping)) = state {
                return Err(format!("service {number} is {state} for ever: nobody is at it"));
            }
            if !service.in_doubt.load(SeqCst) && service.up.load(SeqCst) != (state == Some(State::Running)) {
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

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        let text = |service: &Numbered| format!("service {}", service.number);
        self.registry.draw(text, |drawn| snapshot = tables(drawn, |name| name.to_string()));
        snapshot
    }

    fn structure(&mut self) -> Structure {
        self.keep_all();
        let states: Vec<(i64, State)> =
            self.registry.statuses().iter().map(|s| (key(&s.name), s.state)).collect();
        let mut structure = structure_by(&self.registry.shape(), |name| key(name));
        for (key, state) in states {
            if let Some((word, _)) = structure.keys.get_mut(&key) {
                *word = STATES[ordinal(state) as usize];
            }
        }
        structure
    }
}

/// A fresh one.
pub(in super::super) fn make() -> Box<dyn Calls> {
    Box::new(Services::new())
}
