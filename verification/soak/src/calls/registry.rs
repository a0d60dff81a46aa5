//! The registry of services. `start_all` and `stop_all` are not called here: the families of `cargo verify` judge them.

use super::krate::registry::{BoxError, LifecycleError, Registration, Registry, Service, State};
use crate::event::{ABSENT, Op, Ret, WORDS};
use crate::hand::Hand;
use crate::load::Load;
use crate::subject::{Shown, Subject};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A service, which knows whether it runs.
struct Numbered {
    name: String,
    number: i64,
    up: AtomicBool,
}

impl Service for Numbered {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self) -> Result<(), BoxError> {
        assert!(!self.up.swap(true, Ordering::SeqCst), "service {} was started while it ran", self.number);
        Ok(())
    }

    fn stop(&self) -> Result<(), BoxError> {
        assert!(
            self.up.swap(false, Ordering::SeqCst),
            "service {} was stopped while it did not run",
            self.number
        );
        Ok(())
    }
}

type Tokens = HashMap<u32, Registration<Numbered>>;

/// A registry under load.
pub(super) struct Services {
    registry: Registry<Numbered>,
    /// What each thread has registered: only that thread takes its own.
    tokens: Vec<Mutex<Tokens>>,
}

fn name(key: u32) -> String {
    format!("service-{key}")
}

fn key(name: &str) -> usize {
    name.rsplit('-').next().and_then(|key| key.parse().ok()).expect("a name of ours")
}

fn place(word: &str) -> u8 {
    let place = WORDS.iter().position(|other| *other == word);
    place.and_then(|place| u8::try_from(place).ok()).expect("one of the words")
}

fn ended(result: Result<(), LifecycleError>, well: &str) -> Ret {
    match result {
        Ok(()) => Ret::Word(place(well)),
        Err(LifecycleError::NotRegistered { .. }) => Ret::Word(place("not registered")),
        Err(LifecycleError::Unregistered { .. }) => Ret::Word(place("unregistered")),
        Err(LifecycleError::WrongState { state, .. }) => Ret::Is(place(&state.to_string())),
        Err(error) => panic!("a service that never fails: {error}"),
    }
}

impl Services {
    pub(super) fn new() -> Self {
        Services { registry: Registry::new(), tokens: (0..=u8::MAX).map(|_| Mutex::default()).collect() }
    }

    fn register(&self, tokens: &mut Tokens, key: u32, number: i64) -> Ret {
        let service = Arc::new(Numbered { name: name(key), number, up: AtomicBool::new(false) });
        match self.registry.register(service) {
            Ok(token) => {
                tokens.insert(key, token);
                Ret::Stored(number)
            }
            Err(taken) => Ret::Loaded(taken.existing.number),
        }
    }

    fn call(&self, op: Op, key: u32) -> Ret {
        let registry = &self.registry;
        match op {
            Op::Load => Ret::Value(registry.get(&name(key)).map_or(ABSENT, |service| service.number)),
            Op::State => {
                let state = registry.state(&name(key));
                Ret::Word(state.map_or_else(|| place("not registered"), |state| place(&state.to_string())))
            }
            Op::Start => ended(registry.start(&name(key)), "started"),
            Op::Stop => ended(registry.stop(&name(key)), "stopped"),
            _ => unreachable!("the loads of the registry have no {op:?}"),
        }
    }

    fn walk(&self, load: &Load, hand: &mut Hand) {
        let mut seen = vec![false; load.keys as usize];
        let called = hand.now();
        for name in self.registry.list() {
            let place = &mut seen[key(&name)];
            assert!(!*place, "the list has {name} twice");
            *place = true;
        }
        hand.walked(called, Op::Visit, [0; 2], load.whole, seen.into_iter().map(Ret::Bool));
    }
}

impl Subject for Services {
    fn turn(&self, load: &Load, hand: &mut Hand) {
        let op = load.draw(hand.random());
        let key = hand.below(load.keys);
        let mut tokens = self.tokens[usize::from(hand.thread)].lock().unwrap_or_else(PoisonError::into_inner);
        match (op, tokens.remove(&key)) {
            (Op::Visit, token) => {
                tokens.extend(token.map(|token| (key, token)));
                self.walk(load, hand);
            }
            (Op::Register, None) => {
                let number = hand.fresh();
                hand.record(op, key, [number, 0], || self.register(&mut tokens, key, number));
            }
            (Op::Register | Op::Unregister, Some(token)) => {
                let number = token.service().number;
                hand.record(Op::Unregister, key, [number, 0], || {
                    token.unregister().unwrap_or_else(|error| panic!("a service that never fails: {error}"));
                    Ret::Unit
                });
            }
            (Op::Unregister, None) => {}
            (op, token) => {
                tokens.extend(token.map(|token| (key, token)));
                hand.record(op, key, [0; 2], || self.call(op, key));
            }
        }
    }

    fn contents(&self, load: &Load) -> Vec<Shown> {
        let mut shown = vec![[ABSENT; 2]; load.keys as usize];
        for status in self.registry.statuses() {
            let number = self.registry.get(&status.name).map_or(ABSENT, |service| service.number);
            shown[key(&status.name)] = [number, i64::from(place(&status.state.to_string()))];
        }
        shown
    }

    fn quiet(&self) -> Result<(), String> {
        for status in self.registry.statuses() {
            let runs =
                self.registry.get(&status.name).is_some_and(|service| service.up.load(Ordering::SeqCst));
            if runs != (status.state == State::Running) {
                let does = if runs { "runs" } else { "does not run" };
                return Err(format!(
                    "`{}` {does} in a quiet moment, and its state is {}",
                    status.name, status.state
                ));
            }
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), String> {
        // What the threads hold of it keeps it from being looked at: only at the end nobody does.
        if self.tokens.is_empty() { self.registry.check_invariants() } else { Ok(()) }
    }

    fn end(&mut self) {
        self.tokens.clear();
    }
}
