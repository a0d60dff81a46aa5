//! Random lists of calls on a registry and on a model that is too simple to be wrong.

use crate::support::{Log, Probe, taken};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use sync_map::registry::{LifecycleError, Registration, Registry, State};
use test_support::Trials;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

#[derive(Clone, Debug)]
enum Call {
    Register {
        name: usize,
        fails_to_start: bool,
        fails_to_stop: bool,
    },
    /// The nth registration that was ever got, dropped.
    Unregister(usize),
    Start(usize),
    Stop(usize),
    StartAll,
    StopAll,
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        3 => (0..NAMES.len(), prop::bool::weighted(0.2), prop::bool::weighted(0.2)).prop_map(
            |(name, fails_to_start, fails_to_stop)| Call::Register { name, fails_to_start, fails_to_stop }
        ),
        2 => (0..12_usize).prop_map(Call::Unregister),
        3 => (0..NAMES.len()).prop_map(Call::Start),
        2 => (0..NAMES.len()).prop_map(Call::Stop),
        1 => Just(Call::StartAll),
        1 => Just(Call::StopAll),
    ]
}

/// What the model knows of a service.
#[derive(Clone)]
struct Known {
    order: usize,
    state: State,
    stop_failed: bool,
    fails_to_start: bool,
    fails_to_stop: bool,
}

#[derive(Default)]
struct Model {
    services: BTreeMap<&'static str, Known>,
    offered: usize,
    log: Vec<String>,
}

impl Model {
    /// Whether it worked; nothing when it is not done in that state.
    fn start(&mut self, name: &str) -> Option<bool> {
        let known = self.services.get_mut(name)?;
        if !matches!(known.state, State::Registered | State::Stopped | State::Failed) {
            return None;
        }
        self.log.push(format!("start {name}"));
        known.state = if known.fails_to_start { State::Failed } else { State::Running };
        known.stop_failed = false;
        Some(!known.fails_to_start)
    }

    fn stop(&mut self, name: &str) -> Option<bool> {
        let known = self.services.get_mut(name)?;
        if !matches!(known.state, State::Running | State::Failed) {
            return None;
        }
        self.log.push(format!("stop {name}"));
        known.state = if known.fails_to_stop { State::Failed } else { State::Stopped };
        known.stop_failed = known.fails_to_stop;
        Some(!known.fails_to_stop)
    }

    fn by_order(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.services.keys().copied().collect();
        names.sort_by_key(|name| self.services[name].order);
        names
    }

    fn needs_stop(&self, name: &str) -> bool {
        let known = &self.services[name];
        known.state == State::Running || known.state == State::Failed && known.stop_failed
    }

    fn start_all(&mut self) -> bool {
        let mut started = Vec::new();
        for name in self.by_order() {
            match self.start(name) {
                Some(true) => started.push(name),
                None => {}
                Some(false) => {
                    for name in started.into_iter().rev() {
                        self.stop(name);
                    }
                    return false;
                }
            }
        }
        true
    }

    fn stop_all(&mut self) -> bool {
        let mut names = self.by_order();
        names.reverse();
        names.retain(|name| self.needs_stop(name));
        let asked: Vec<bool> = names.into_iter().map(|name| self.stop(name) == Some(true)).collect();
        asked.into_iter().all(|stopped| stopped)
    }
}

fn outcome(result: Result<(), LifecycleError>) -> Option<bool> {
    match result {
        Ok(()) => Some(true),
        Err(LifecycleError::Failed(_)) => Some(false),
        Err(LifecycleError::NotRegistered { .. } | LifecycleError::WrongState { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

fn run(calls: &[Call]) -> Result<(), TestCaseError> {
    let (registry, log, mut model) = (Registry::new(), Log::default(), Model::default());
    let mut tokens: Vec<Option<(usize, Registration<Probe>)>> = Vec::new();
    for call in calls {
        match call {
            Call::Register { name, fails_to_start, fails_to_stop } => {
                let probe = Probe::new(NAMES[*name], &log);
                probe.fails_to_start.store(*fails_to_start, SeqCst);
                probe.fails_to_stop.store(*fails_to_stop, SeqCst);
                model.offered += 1;
                let free = !model.services.contains_key(NAMES[*name]);
                let registered = registry.register(Arc::new(probe)).ok();
                prop_assert_eq!(registered.is_some(), free);
                if let Some(registration) = registered {
                    let known = Known {
                        order: model.offered,
                        state: State::Registered,
                        stop_failed: false,
                        fails_to_start: *fails_to_start,
                        fails_to_stop: *fails_to_stop,
                    };
                    model.services.insert(NAMES[*name], known);
                    tokens.push(Some((*name, registration)));
                }
            }
            Call::Unregister(nth) => {
                let Some((name, registration)) = tokens.get_mut(*nth).and_then(Option::take) else {
                    continue;
                };
                let runs = model.services[NAMES[name]].state == State::Running;
                let stopped = if runs { model.stop(NAMES[name]) } else { Some(true) };
                model.services.remove(NAMES[name]);
                prop_assert_eq!(outcome(registration.unregister()), stopped);
            }
            Call::Start(name) => {
                prop_assert_eq!(outcome(registry.start(NAMES[*name])), model.start(NAMES[*name]))
            }
            Call::Stop(name) => {
                prop_assert_eq!(outcome(registry.stop(NAMES[*name])), model.stop(NAMES[*name]))
            }
            Call::StartAll => prop_assert_eq!(registry.start_all().is_ok(), model.start_all()),
            Call::StopAll => prop_assert_eq!(registry.stop_all().is_ok(), model.stop_all()),
        }
        prop_assert_eq!(taken(&log), std::mem::take(&mut model.log));
        let states: Vec<_> =
            registry.statuses().into_iter().map(|status| (status.name, status.state)).collect();
        let known: Vec<_> =
            model.services.iter().map(|(name, known)| ((*name).to_owned(), known.state)).collect();
        prop_assert_eq!(states, known);
    }
    Ok(())
}

#[test]
fn a_registry_does_what_the_model_does() {
    let trials = Trials { cases: 512, seeds: "tests/registry.regressions" };
    trials.run(prop::collection::vec(call(), 0..40), |calls| run(&calls));
}
