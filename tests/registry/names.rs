//! A name belongs to one service; a registration to one service, whatever its name stands for later.

use crate::support::{Log, Probe};
use std::sync::Arc;
use sync_map::registry::{BoxError, GetError, LifecycleError, Registry, Service, State};
use test_support::hang;

#[test]
fn a_name_is_taken_once_and_free_again_after() {
    let (registry, log) = (Registry::new(), Log::default());
    let first = Arc::new(Probe::new("db", &log));
    let second = Arc::new(Probe::new("db", &log));
    let registration = registry.register(Arc::clone(&first)).unwrap();
    registration.start().unwrap();

    let error = registry.register(Arc::clone(&second)).unwrap_err();
    assert!(Arc::ptr_eq(&error.existing, &first) && Arc::ptr_eq(&error.rejected, &second));
    assert_eq!((error.name.as_str(), error.state), ("db", State::Running));
    assert!(error.to_string().contains("a second service `db`: one is running"), "{error}");

    registration.unregister().unwrap();
    assert!(registry.get("db").is_none());
    let again = registry.register(second).unwrap();
    assert_eq!(again.name(), "db");
}

/// The article's `Unregister(name)` removes whatever has the name.
#[test]
fn an_old_registration_does_not_remove_a_newer_service() {
    let (registry, log) = (Registry::new(), Log::default());
    let old = registry.register(Arc::new(Probe::new("db", &log))).unwrap();
    old.unregister().unwrap();
    let new = Arc::new(Probe::new("db", &log));
    let registration = registry.register(Arc::clone(&new)).unwrap();
    assert!(Arc::ptr_eq(&registry.get("db").unwrap(), &new));
    assert!(Arc::ptr_eq(registration.service(), &new));
    drop(registration);
    assert!(registry.get("db").is_none());
}

#[test]
fn names_are_listed_sorted_and_services_in_their_order() {
    let (registry, log) = (Registry::new(), Log::default());
    for name in ["m", "z", "a"] {
        registry.register(Arc::new(Probe::new(name, &log))).unwrap().keep();
    }
    assert_eq!(registry.list(), ["a", "m", "z"]);
    let names: Vec<String> = registry.services().iter().map(|service| service.name().to_owned()).collect();
    assert_eq!(names, ["m", "z", "a"]);
    let statuses: Vec<String> = registry.statuses().into_iter().map(|status| status.name).collect();
    assert_eq!(statuses, ["a", "m", "z"]);
    assert_eq!(format!("{registry:?}"), r#"{"a": Registered, "m": Registered, "z": Registered}"#);
}

#[test]
fn the_name_is_asked_once() {
    struct Fickle(std::sync::atomic::AtomicUsize);
    impl Service for Fickle {
        fn name(&self) -> &str {
            if self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 { "first" } else { "other" }
        }
        fn start(&self) -> Result<(), BoxError> {
            Ok(())
        }
        fn stop(&self) -> Result<(), BoxError> {
            Ok(())
        }
    }
    let registry = Registry::new();
    let registration = registry.register(Arc::new(Fickle(0.into()))).unwrap();
    assert_eq!((registration.name(), registry.list()), ("first", vec!["first".to_owned()]));
    registration.unregister().unwrap();
    assert!(registry.list().is_empty());
}

#[test]
fn a_typed_look_up_tells_missing_from_another_type() {
    let log = Log::default();
    let registry: Registry = Registry::new();
    struct Web;
    impl Service for Web {
        fn name(&self) -> &str {
            "web"
        }
        fn start(&self) -> Result<(), BoxError> {
            Ok(())
        }
        fn stop(&self) -> Result<(), BoxError> {
            Ok(())
        }
    }
    registry.register(Arc::new(Web)).unwrap().keep();
    registry.register(Arc::new(Probe::new("db", &log))).unwrap().keep();
    assert!(registry.get_as::<Web>("web").is_ok());
    let error = registry.get_as::<Web>("db").map(|_| ()).unwrap_err();
    assert!(matches!(&error, GetError::WrongType { service, .. } if service == "db"), "{error}");
    let error = registry.get_as::<Web>("mail").map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "no service `mail` is registered");
}

/// A panic in `name` or `depends_on` is the caller's, and leaves nothing behind.
#[test]
fn a_panic_while_registering_changes_nothing() {
    let _watch = hang::watch();
    struct Bad(&'static str);
    impl Service for Bad {
        fn name(&self) -> &str {
            assert_ne!(self.0, "name", "no name");
            "bad"
        }
        fn depends_on(&self) -> Vec<String> {
            panic!("no dependencies")
        }
        fn start(&self) -> Result<(), BoxError> {
            Ok(())
        }
        fn stop(&self) -> Result<(), BoxError> {
            Ok(())
        }
    }
    let registry: Registry = Registry::new();
    for which in ["name", "depends_on"] {
        let registering =
            std::panic::AssertUnwindSafe(|| registry.register(Arc::new(Bad(which))).map(|_| ()));
        assert!(std::panic::catch_unwind(registering).is_err());
        assert!(registry.list().is_empty());
    }
    registry.start_all().unwrap();
}

#[test]
fn what_is_not_registered_is_said_to_be_so() {
    let registry: Registry = Registry::new();
    for error in [registry.start("db").unwrap_err(), registry.stop("db").unwrap_err()] {
        assert!(matches!(&error, LifecycleError::NotRegistered { service } if service == "db"), "{error}");
    }
    assert_eq!(registry.state("db"), None);
    assert!(registry.status("db").is_none());
}
