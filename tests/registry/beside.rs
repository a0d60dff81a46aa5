//! Operations on all services beside each other: one at a time, and never a deadlock on one thread.

use crate::support::{Log, Probe, taken};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use sync_map::registry::{LifecycleError, Phase, Registry, StartAllError, State, StopAllError};
use test_support::hang;

/// How long a call is given that must not return yet.
const A_WHILE: Duration = Duration::from_millis(100);

/// A registry of `db`, and of `held`: its `start` says that it has begun, and goes on when it is told to.
struct Held {
    registry: Registry<Probe>,
    log: Log,
    begun: Receiver<()>,
    go_on: Sender<()>,
}

fn held() -> Held {
    let (registry, log) = (Registry::new(), Log::default());
    let (begin, begun) = channel();
    let (go_on, wait) = channel();
    let wait = Mutex::new(wait);
    registry.register(Arc::new(Probe::new("db", &log))).unwrap().keep();
    let hook = move || {
        begin.send(()).unwrap();
        wait.lock().unwrap().recv().unwrap();
    };
    registry.register(Arc::new(Probe::new("held", &log).while_starting(hook))).unwrap().keep();
    Held { registry, log, begun, go_on }
}

impl Held {
    /// Calls `start_all`, and `other` while it is in the start of `held`; the results. `other` must not return before.
    fn beside<T: Send>(&self, other: impl FnOnce() -> T + Send) -> (Result<Vec<String>, StartAllError>, T) {
        let registry = &self.registry;
        thread::scope(|scope| {
            let first = scope.spawn(|| registry.start_all());
            self.begun.recv().unwrap();
            let (returned, early) = channel();
            let second = scope.spawn(move || {
                let result = other();
                let _ = returned.send(());
                result
            });
            let early = early.recv_timeout(A_WHILE).is_ok();
            // For each start of `held` that there may be.
            self.go_on.send(()).unwrap();
            self.go_on.send(()).unwrap();
            let results = (first.join().unwrap(), second.join().unwrap());
            assert!(!early, "it did not wait for the first");
            results
        })
    }
}

#[test]
fn a_start_of_all_waits_for_another_and_finds_what_that_left() {
    let _watch = hang::watch();
    let test = held();
    let (first, second) = test.beside(|| test.registry.start_all());
    assert_eq!((first.unwrap(), second.unwrap()), (vec!["db".to_owned(), "held".to_owned()], vec![]));
    assert_eq!(taken(&test.log), ["start db", "start held"]);
}

/// The second must not find `db` running, leave it to the first, and return when the first has stopped it again.
#[test]
fn a_start_of_all_beside_one_that_rolls_back_starts_everything_itself() {
    let _watch = hang::watch();
    let test = held();
    let held = test.registry.get("held").unwrap();
    held.fails_to_start.store(true, SeqCst);
    let again = || test.registry.start_all();
    let (first, second) = test.beside(again);
    assert_eq!(first.unwrap_err().rolled_back, ["db"]);
    assert_eq!(second.unwrap_err().rolled_back, ["db"]);
    let once = ["start db", "start held", "stop db"];
    assert_eq!(taken(&test.log), [once, once].concat(), "one after the other");
}

#[test]
fn a_stop_of_all_waits_for_a_start_of_all_and_stops_what_that_started() {
    let _watch = hang::watch();
    let test = held();
    let (first, second) = test.beside(|| test.registry.stop_all());
    assert_eq!(first.unwrap(), ["db", "held"]);
    assert_eq!(second.unwrap(), ["held", "db"]);
    assert!(test.registry.statuses().iter().all(|status| status.state == State::Stopped));
}

/// It would wait for itself.
#[test]
fn an_operation_on_all_from_within_another_on_the_same_thread_is_refused() {
    let _watch = hang::watch();
    let log = Log::default();
    let registry: Arc<Registry<Probe>> = Arc::new(Registry::new());
    let weak = Arc::downgrade(&registry);
    type Refused = (Option<StartAllError>, Option<StopAllError>);
    let refused: Arc<Mutex<Refused>> = Arc::default();
    let notes = Arc::clone(&refused);
    let hook = move || {
        let registry = weak.upgrade().unwrap();
        *notes.lock().unwrap() = (registry.start_all().err(), registry.stop_all().err());
    };
    registry.register(Arc::new(Probe::new("db", &log))).unwrap().keep();
    registry.register(Arc::new(Probe::new("web", &log).while_starting(hook))).unwrap().keep();
    assert_eq!(registry.start_all().unwrap(), ["db", "web"]);

    let (start, stop) = std::mem::take(&mut *refused.lock().unwrap());
    let start = start.expect("refused").error;
    assert!(matches!(start, LifecycleError::Nested { phase: Phase::Start }), "{start}");
    assert_eq!(
        start.to_string(),
        "cannot start all services from inside a `start` or `stop` that was called to start or stop them all: \
         wait until that call has returned"
    );
    let stop = stop.expect("refused");
    assert!(matches!(stop.errors[..], [LifecycleError::Nested { phase: Phase::Stop }]), "{stop}");
    assert!(stop.stopped.is_empty() && stop.to_string().starts_with("cannot stop all services from inside"));

    assert_eq!(registry.stop_all().unwrap(), ["web", "db"], "usable afterwards");
    assert_eq!(taken(&log), ["start db", "start web", "stop web", "stop db"]);
}

/// Only the same registry is refused.
#[test]
fn a_service_may_start_all_of_another_registry() {
    let _watch = hang::watch();
    let (outer, log) = (Registry::new(), Log::default());
    let inner: Arc<Registry<Probe>> = Arc::new(Registry::new());
    inner.register(Arc::new(Probe::new("inner", &log))).unwrap().keep();
    let used = Arc::clone(&inner);
    let hook = move || drop(used.start_all().unwrap());
    outer.register(Arc::new(Probe::new("outer", &log).while_starting(hook))).unwrap().keep();
    assert_eq!(outer.start_all().unwrap(), ["outer"]);
    assert_eq!(inner.state("inner"), Some(State::Running));
}

/// A service that is unregistered is dropped when the call returns, if nobody else is using a map at that moment.
#[test]
fn a_service_is_dropped_soon_after_it_was_unregistered() {
    let _watch = hang::watch();
    let (registry, log) = (Registry::new(), Log::default());
    let probe = Arc::new(Probe::new("db", &log));
    let weak = Arc::downgrade(&probe);
    registry.register(probe).unwrap().unregister().unwrap();
    // Other tests of this binary pin as well: some more calls of any thread may be needed, but not of this one.
    for _ in 0..1000 {
        if weak.strong_count() == 0 {
            return;
        }
        thread::scope(|scope| drop(scope.spawn(|| drop(registry.register(Arc::new(Probe::new("x", &log)))))));
    }
    panic!("the service is still alive");
}
