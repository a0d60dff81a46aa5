//! All services at once: their order, the way back, and every error.

use crate::support::{Log, Probe, taken};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use sync_map::registry::{LifecycleError, Registry, State};
use test_support::hang;

/// Registers and keeps a service for each `name` or `name: dependency dependency`.
fn registry(log: &Log, services: &[&str]) -> Registry<Probe> {
    let registry = Registry::new();
    for service in services {
        let (name, depends_on) = service.split_once(':').unwrap_or((service, ""));
        let depends_on: Vec<&str> = depends_on.split_whitespace().collect();
        let probe = Probe::new(name, log).depending_on(&depends_on);
        registry.register(Arc::new(probe)).unwrap().keep();
    }
    registry
}

#[test]
fn all_start_in_the_order_of_registration_and_stop_in_reverse() {
    let log = Log::default();
    let registry = registry(&log, &["z", "a", "m"]);
    assert_eq!(registry.start_all().unwrap(), ["z", "a", "m"]);
    assert_eq!(registry.start_all().unwrap(), Vec::<String>::new(), "they run");
    assert_eq!(registry.stop_all().unwrap(), ["m", "a", "z"]);
    assert_eq!(registry.stop_all().unwrap(), Vec::<String>::new());
    assert_eq!(taken(&log), ["start z", "start a", "start m", "stop m", "stop a", "stop z"]);
}

#[test]
fn dependencies_come_first_and_the_rest_keeps_its_order() {
    let log = Log::default();
    let registry = registry(&log, &["web: db cache", "log", "cache: db", "db", "mail"]);
    assert_eq!(registry.start_all().unwrap(), ["log", "db", "cache", "web", "mail"]);
    assert_eq!(registry.stop_all().unwrap(), ["mail", "web", "cache", "db", "log"]);
}

#[test]
fn a_failure_rolls_back_what_this_call_has_started() {
    let log = Log::default();
    let registry = registry(&log, &["before", "a", "b", "bad", "never"]);
    registry.start("before").unwrap();
    registry.get("bad").unwrap().fails_to_start.store(true, SeqCst);
    registry.get("a").unwrap().fails_to_stop.store(true, SeqCst);
    taken(&log);
    let error = registry.start_all().unwrap_err();
    assert_eq!(taken(&log), ["start a", "start b", "start bad", "stop b", "stop a"]);
    assert_eq!(error.rolled_back, ["b"]);
    assert_eq!(
        error.to_string(),
        "service `bad` did not start: the port is taken; stopped again: b; \
         while stopping again: service `a` did not stop: a client hangs on"
    );
    let states: Vec<State> = registry.statuses().into_iter().map(|status| status.state).collect();
    // a, b, bad, before, never
    assert_eq!(states, [State::Failed, State::Stopped, State::Failed, State::Running, State::Registered]);
}

#[test]
fn a_panic_rolls_back_as_well() {
    let _watch = hang::watch();
    let log = Log::default();
    let registry = registry(&log, &["a", "bad"]);
    registry.get("bad").unwrap().panics.store(true, SeqCst);
    let error = registry.start_all().unwrap_err();
    assert!(error.to_string().starts_with("service `bad` panicked in its start: bad fell over"), "{error}");
    assert_eq!(taken(&log), ["start a", "start bad", "stop a"]);
}

#[test]
fn all_are_asked_to_stop_and_all_errors_are_told() {
    let log = Log::default();
    let registry = registry(&log, &["a", "b", "c", "d"]);
    registry.start_all().unwrap();
    for name in ["b", "d"] {
        registry.get(name).unwrap().fails_to_stop.store(true, SeqCst);
    }
    taken(&log);
    let error = registry.stop_all().unwrap_err();
    assert_eq!(taken(&log), ["stop d", "stop c", "stop b", "stop a"]);
    assert_eq!((error.errors.len(), error.stopped.clone()), (2, vec!["c".to_owned(), "a".to_owned()]));
    assert!(error.to_string().contains("`d` did not stop") && error.to_string().contains("`b` did not stop"));

    // What did not stop is asked again.
    registry.get("d").unwrap().fails_to_stop.store(false, SeqCst);
    let error = registry.stop_all().unwrap_err();
    assert_eq!((error.errors.len(), error.stopped), (1, vec!["d".to_owned()]));
    registry.get("b").unwrap().fails_to_stop.store(false, SeqCst);
    assert_eq!(registry.stop_all().unwrap(), ["b"]);
}

#[test]
fn a_missing_dependency_starts_nothing() {
    let log = Log::default();
    let registry = registry(&log, &["a", "web: db"]);
    let error = registry.start_all().unwrap_err();
    assert_eq!(error.to_string(), "cannot start service `web`: it depends on `db`, which is not registered");
    assert!(taken(&log).is_empty());
    assert!(registry.stop_all().unwrap().is_empty());
}

#[test]
fn a_circle_starts_nothing_and_is_shown() {
    let _watch = hang::watch();
    let log = Log::default();
    let circle = registry(&log, &["a", "outside: b", "b: c", "c: d", "d: b"]);
    let error = circle.start_all().unwrap_err();
    assert_eq!(
        error.to_string(),
        "services depend on each other in a circle: `b` -> `c` -> `d` -> `b`; remove one dependency"
    );
    assert!(taken(&log).is_empty());
    let alone = registry(&log, &["a: a"]);
    assert!(matches!(alone.start_all().unwrap_err().error, LifecycleError::Cycle(names) if names == ["a"]));
    // They can be started one by one, and are stopped in reverse of their registration.
    for name in ["b", "c", "d"] {
        circle.start(name).unwrap();
    }
    assert_eq!(circle.stop_all().unwrap(), ["d", "c", "b"]);
}

#[test]
fn a_long_chain_of_dependencies_is_no_deep_recursion() {
    let log = Log::default();
    let names: Vec<String> = (0..20_000).map(|n| format!("s{n}: s{}", n + 1)).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.push("s20000");
    let registry = registry(&log, &names);
    let started = registry.start_all().unwrap();
    assert_eq!((started.len(), started[0].as_str()), (20_001, "s20000"));
}

/// Three services: while the first starts, the second is unregistered.
fn registry_that_loses(second: &str, third: Probe, log: &Log) -> Registry<Probe> {
    let registry = Registry::new();
    let token = Arc::new(std::sync::Mutex::new(None));
    let slot = Arc::clone(&token);
    let first = Probe::new("first", log).while_starting(move || drop(slot.lock().unwrap().take()));
    registry.register(Arc::new(first)).unwrap().keep();
    *token.lock().unwrap() = Some(registry.register(Arc::new(Probe::new(second, log))).unwrap());
    registry.register(Arc::new(third)).unwrap().keep();
    registry
}

#[test]
fn a_service_unregistered_meanwhile_is_left_out() {
    let _watch = hang::watch();
    let log = Log::default();
    let registry = registry_that_loses("second", Probe::new("third", &log), &log);
    assert_eq!(registry.start_all().unwrap(), ["first", "third"]);
    assert_eq!(taken(&log), ["start first", "start third"]);
}

/// The same, but something depends on it.
#[test]
fn what_depends_on_a_service_that_has_gone_does_not_start() {
    let _watch = hang::watch();
    let log = Log::default();
    let registry = registry_that_loses("db", Probe::new("web", &log).depending_on(&["db"]), &log);
    let error = registry.start_all().unwrap_err();
    let problem = "cannot start service `web`: it depends on `db`, which is not registered";
    assert_eq!(error.to_string(), format!("{problem}; stopped again: first"));
}
