//! The states of one service.

use crate::support::{Log, Probe, taken};
use std::error::Error;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, OnceLock};
use sync_map::registry::{Cause, LifecycleError, Phase, Registration, Registry, State};
use test_support::hang;

fn one() -> (Registry<Probe>, Arc<Probe>, Registration<Probe>, Log) {
    let (registry, log) = (Registry::new(), Log::default());
    let probe = Arc::new(Probe::new("db", &log));
    let registration = registry.register(Arc::clone(&probe)).unwrap();
    (registry, probe, registration, log)
}

#[test]
fn up_and_down_and_up_again() {
    let (registry, _probe, _registration, log) = one();
    let state = || registry.state("db").unwrap();
    assert_eq!(state(), State::Registered);
    registry.start("db").unwrap();
    assert_eq!(state(), State::Running);
    registry.stop("db").unwrap();
    assert_eq!(state(), State::Stopped);
    registry.start("db").unwrap();
    assert_eq!(state(), State::Running);
    assert_eq!(taken(&log), ["start db", "stop db", "start db"]);
}

#[test]
fn what_does_not_fit_the_state_is_an_error_and_calls_nothing() {
    let (registry, _probe, _registration, log) = one();
    let wrong = |error: LifecycleError| match error {
        LifecycleError::WrongState { phase, state, .. } => (phase, state),
        other => panic!("{other}"),
    };
    assert_eq!(wrong(registry.stop("db").unwrap_err()), (Phase::Stop, State::Registered));
    registry.start("db").unwrap();
    let error = registry.start("db").unwrap_err();
    assert_eq!(error.to_string(), "cannot start service `db`: it is running");
    assert_eq!(wrong(error), (Phase::Start, State::Running));
    registry.stop("db").unwrap();
    assert_eq!(wrong(registry.stop("db").unwrap_err()), (Phase::Stop, State::Stopped));
    assert_eq!(taken(&log), ["start db", "stop db"]);
}

#[test]
fn a_failure_is_kept_until_the_next_try() {
    let (registry, probe, _registration, _log) = one();
    probe.fails_to_start.store(true, SeqCst);
    let error = registry.start("db").unwrap_err();
    assert_eq!(error.to_string(), "service `db` did not start: the port is taken");
    assert_eq!(error.source().unwrap().source().unwrap().to_string(), "the port is taken");
    let status = registry.status("db").unwrap();
    assert_eq!(status.state, State::Failed);
    assert_eq!(status.failure.unwrap().to_string(), error.to_string());

    probe.fails_to_start.store(false, SeqCst);
    registry.start("db").unwrap();
    assert!(registry.status("db").unwrap().failure.is_none());
    probe.fails_to_stop.store(true, SeqCst);
    let error = registry.stop("db").unwrap_err();
    assert_eq!(error.to_string(), "service `db` did not stop: a client hangs on");
    assert_eq!(registry.state("db"), Some(State::Failed));
    probe.fails_to_stop.store(false, SeqCst);
    registry.stop("db").unwrap();
    assert_eq!(registry.state("db"), Some(State::Stopped));
}

#[test]
fn a_panic_is_a_failure_that_says_so() {
    let _watch = hang::watch();
    let (registry, probe, _registration, _log) = one();
    probe.panics.store(true, SeqCst);
    let Err(LifecycleError::Failed(error)) = registry.start("db") else { panic!("it panicked") };
    assert!(matches!(&error.cause, Cause::Panicked(message) if message == "db fell over"));
    assert_eq!(error.to_string(), "service `db` panicked in its start: db fell over");
    assert_eq!(registry.state("db"), Some(State::Failed));
    probe.panics.store(false, SeqCst);
    registry.start("db").unwrap();
}

#[test]
fn unregistering_brings_down_what_runs_and_nothing_else() {
    let _watch = hang::watch();
    let (registry, probe, registration, log) = one();
    registration.unregister().unwrap();
    assert!(taken(&log).is_empty(), "it did not run");

    let registration = registry.register(Arc::clone(&probe)).unwrap();
    registration.start().unwrap();
    drop(registration);
    assert_eq!(taken(&log), ["start db", "stop db"]);

    let registration = registry.register(Arc::clone(&probe)).unwrap();
    registration.start().unwrap();
    probe.fails_to_stop.store(true, SeqCst);
    let error = registration.unregister().unwrap_err();
    assert!(matches!(error, LifecycleError::Failed(_)));
    assert!(registry.get("db").is_none(), "gone all the same");
}

/// The article's `Start` runs on a service that was unregistered meanwhile. The service runs on, and nobody can find it.
#[test]
fn a_service_unregistered_while_it_starts_is_stopped_again() {
    let _watch = hang::watch();
    let (registry, log) = (Registry::new(), Log::default());
    let token: Arc<OnceLock<std::sync::Mutex<Option<Registration<Probe>>>>> = Arc::default();
    let slot = Arc::clone(&token);
    let unregister = move || drop(slot.get().unwrap().lock().unwrap().take());
    let probe = Arc::new(Probe::new("db", &log).while_starting(unregister));
    let registration = registry.register(Arc::clone(&probe)).unwrap();
    token.set(std::sync::Mutex::new(Some(registration))).unwrap();
    let error = registry.start("db").unwrap_err();
    assert!(matches!(error, LifecycleError::Unregistered { .. }), "{error}");
    assert_eq!(taken(&log), ["start db", "stop db"]);
    assert!(!probe.up.load(SeqCst) && registry.list().is_empty());
}

#[test]
fn a_service_may_use_the_registry_while_it_starts() {
    let _watch = hang::watch();
    let log = Log::default();
    let registry: Arc<Registry<Probe>> = Arc::new(Registry::new());
    let weak = Arc::downgrade(&registry);
    let (other_log, seen) = (Arc::clone(&log), Log::default());
    let notes = Arc::clone(&seen);
    let hook = move || {
        let registry = weak.upgrade().unwrap();
        let mut notes = notes.lock().unwrap();
        notes.push(format!("{:?}", registry.state("db")));
        notes.push(registry.start("db").unwrap_err().to_string());
        notes.push(registry.start_all().unwrap_err().to_string());
        registry.register(Arc::new(Probe::new("helper", &other_log))).unwrap().keep();
        registry.start("helper").unwrap();
    };
    let probe = Probe::new("db", &log).while_starting(hook);
    registry.register(Arc::new(probe)).unwrap().keep();
    registry.start("db").unwrap();
    let busy = "cannot start service `db`: it is starting";
    assert_eq!(*seen.lock().unwrap(), ["Some(Starting)", busy, busy]);
    assert_eq!(registry.list(), ["db", "helper"]);
}

#[test]
fn dropping_the_registry_stops_what_was_kept() {
    let _watch = hang::watch();
    let (registry, log) = (Registry::new(), Log::default());
    for name in ["a", "b"] {
        registry.register(Arc::new(Probe::new(name, &log))).unwrap().keep();
    }
    registry.start_all().unwrap();
    drop(registry);
    assert_eq!(taken(&log), ["start a", "start b", "stop b", "stop a"]);
}

/// A registration outlives its registry.
#[test]
fn a_registration_may_come_after_the_registry() {
    let _watch = hang::watch();
    let (registry, _probe, registration, log) = one();
    registration.start().unwrap();
    drop(registry);
    assert_eq!(registration.state(), State::Stopped);
    registration.start().unwrap();
    registration.unregister().unwrap();
    assert_eq!(taken(&log), ["start db", "stop db", "start db", "stop db"]);
}
