//! What a service panics with may panic again when it is dropped: the state is written first.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::registry::{BoxError, Cause, LifecycleError, Registry, Service, State};
use test_support::hang;

/// A payload whose `Drop` panics, with a payload of the same kind, so many times.
struct Payload(usize, Arc<AtomicUsize>);

impl Drop for Payload {
    fn drop(&mut self) {
        self.1.fetch_add(1, SeqCst);
        if self.0 > 0 {
            std::panic::resume_unwind(Box::new(Payload(self.0 - 1, Arc::clone(&self.1))));
        }
    }
}

/// An error whose `Drop` panics.
#[derive(Debug)]
struct Error;

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no port")
    }
}

impl std::error::Error for Error {}

impl Drop for Error {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("the drop of an error"));
    }
}

/// Its first start goes wrong.
struct Bad {
    depth: Option<usize>,
    starts: AtomicUsize,
    dropped: Arc<AtomicUsize>,
}

impl Service for Bad {
    fn name(&self) -> &str {
        "bad"
    }
    fn start(&self) -> Result<(), BoxError> {
        match (self.starts.fetch_add(1, SeqCst), self.depth) {
            (0, Some(depth)) => {
                std::panic::resume_unwind(Box::new(Payload(depth, Arc::clone(&self.dropped))))
            }
            (0, None) => Err(Box::new(Error)),
            _ => Ok(()),
        }
    }
    fn stop(&self) -> Result<(), BoxError> {
        Ok(())
    }
}

fn registry(depth: Option<usize>) -> (Registry<Bad>, Arc<AtomicUsize>) {
    let (registry, dropped) = (Registry::new(), Arc::new(AtomicUsize::new(0)));
    let bad = Bad { depth, starts: AtomicUsize::new(0), dropped: Arc::clone(&dropped) };
    registry.register(Arc::new(bad)).unwrap().keep();
    (registry, dropped)
}

#[test]
fn a_payload_whose_drop_panics_leaves_the_service_failed_and_not_starting() {
    let _watch = hang::watch();
    for depth in [0, 1, 3] {
        let (registry, dropped) = registry(Some(depth));
        let Err(LifecycleError::Failed(error)) = registry.start("bad") else { panic!("it panicked") };
        assert!(matches!(error.cause, Cause::Panicked(_)));
        assert_eq!(registry.state("bad"), Some(State::Failed));
        assert_eq!(dropped.load(SeqCst), depth + 1, "each payload is dropped");
        registry.start("bad").unwrap();
        assert_eq!(registry.stop_all().unwrap(), ["bad"]);
    }
}

/// A payload that never ends to panic is given up, not followed for ever.
#[test]
fn a_payload_without_end_is_given_up() {
    let _watch = hang::watch();
    let (registry, _dropped) = registry(Some(usize::MAX));
    registry.start_all().unwrap_err();
    assert_eq!(registry.state("bad"), Some(State::Failed));
    registry.start("bad").unwrap();
}

#[test]
fn the_error_of_an_earlier_try_whose_drop_panics_does_not_hide_that_the_service_started() {
    let _watch = hang::watch();
    let (registry, _dropped) = registry(None);
    assert!(registry.start("bad").is_err_and(|error| error.to_string().ends_with("no port")));
    assert_eq!(registry.state("bad"), Some(State::Failed));
    assert_eq!(registry.start_all().unwrap(), ["bad"], "the old error is dropped here");
    assert_eq!(registry.state("bad"), Some(State::Running));
}

/// A registration that is dropped drops the error of the stop; while a thread unwinds, a second panic would abort.
#[test]
fn a_registration_that_is_dropped_in_a_panic_stops_its_service() {
    let _watch = hang::watch();
    struct Falls;
    impl Service for Falls {
        fn name(&self) -> &str {
            "falls"
        }
        fn start(&self) -> Result<(), BoxError> {
            Ok(())
        }
        fn stop(&self) -> Result<(), BoxError> {
            std::panic::resume_unwind(Box::new(Payload(1, Arc::default())))
        }
    }
    let registry: Registry<Falls> = Registry::new();
    let unwinding = std::panic::AssertUnwindSafe(|| {
        let token = registry.register(Arc::new(Falls)).unwrap();
        token.start().unwrap();
        std::panic::resume_unwind(Box::new("the thread goes down"));
    });
    let payload = std::panic::catch_unwind(unwinding).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"the thread goes down"));
    assert!(registry.list().is_empty());
}
