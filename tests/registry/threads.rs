//! Many threads on one registry.

use crate::support::{Log, Probe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::registry::{LifecycleError, Registry, State};
use test_support::{THREADS, hang, race};

#[test]
fn of_many_with_one_name_one_is_registered() {
    let _watch = hang::watch();
    for _ in 0..200 {
        let (registry, log, won) = (Registry::new(), Log::default(), AtomicUsize::new(0));
        race(|_| {
            if let Ok(registration) = registry.register(Arc::new(Probe::new("db", &log))) {
                won.fetch_add(1, SeqCst);
                registration.keep();
            }
        });
        assert_eq!(won.load(SeqCst), 1);
    }
}

#[test]
fn of_many_that_start_one_does() {
    let _watch = hang::watch();
    for _ in 0..200 {
        let (registry, log, won) = (Registry::new(), Log::default(), AtomicUsize::new(0));
        registry.register(Arc::new(Probe::new("db", &log))).unwrap().keep();
        race(|_| match registry.start("db") {
            Ok(()) => drop(won.fetch_add(1, SeqCst)),
            Err(LifecycleError::WrongState { state: State::Starting | State::Running, .. }) => {}
            Err(error) => panic!("{error}"),
        });
        assert_eq!((won.load(SeqCst), registry.state("db")), (1, Some(State::Running)));
        assert_eq!(log.lock().unwrap().len(), 1);
    }
}

/// Each thread registers, starts and unregisters services of its own and of shared names, while all start and stop all. In
/// the end nothing is registered, and nothing runs: a [`Probe`] panics when it is started while it runs.
#[test]
fn nothing_runs_on_that_nobody_can_find() {
    let _watch = hang::watch();
    let (registry, log) = (Registry::new(), Log::default());
    let probes = std::sync::Mutex::new(Vec::new());
    race(|thread| {
        for round in 0..300 {
            let name = if round % 3 == 0 { "shared".to_owned() } else { format!("own-{thread}") };
            let probe = Arc::new(Probe::new(&name, &log));
            let Ok(registration) = registry.register(Arc::clone(&probe)) else { continue };
            probes.lock().unwrap().push(probe);
            match (round + thread) % THREADS {
                0 => drop(registry.start_all()),
                1 => drop(registry.start(&name)),
                2 => drop(registry.stop_all()),
                _ => drop(registration.start()),
            }
            registration.unregister().unwrap();
        }
    });
    assert!(registry.list().is_empty());
    let probes = probes.into_inner().unwrap();
    assert!(probes.len() > THREADS * 100 && probes.iter().all(|probe| !probe.up.load(SeqCst)));
    assert!(log.lock().unwrap().len() > 100, "some were started");
}
