//! Every value is equal to itself: what compares values comes to an end, and a value that is set again is no change.

use std::cell::Cell;
use sync_map::config::{ConfigStore, Settings, Value};
use test_support::hang;

/// Values that hold a not-a-number, alone and within.
fn not_numbers() -> [Value; 4] {
    let payload = f64::from_bits(f64::NAN.to_bits() ^ 1);
    [f64::NAN.into(), payload.into(), vec![0.5, f64::NAN].into(), [("rate", f64::NAN)].into()]
}

#[test]
fn every_value_is_equal_to_itself() {
    for value in not_numbers() {
        assert_eq!(value, value.clone());
    }
    assert_eq!(Value::from(f64::NAN), Value::from(-f64::NAN), "there is one not-a-number");
    assert_ne!(Value::from(0.0), Value::from(-0.0), "they are printed differently");
    assert_ne!(Value::from(f64::NAN), Value::from(f64::INFINITY));
    assert_ne!(Value::from(1), Value::from(1.0), "another type");
}

#[test]
fn an_update_of_a_not_a_number_calls_its_closure_once() {
    let _watch = hang::watch();
    for value in not_numbers() {
        let config = ConfigStore::new();
        config.set("a", value.clone());
        let calls = Cell::new(0);
        let new = config.update("a", |_| {
            calls.set(calls.get() + 1);
            assert!(calls.get() < 10, "an update of {value} does not end");
            1
        });
        assert_eq!((new, calls.get()), (1.into(), 1));
    }
}

#[test]
fn the_value_just_read_is_the_one_that_is_expected() {
    for value in not_numbers() {
        let config = ConfigStore::new();
        config.set("a", value);
        let current = config.get("a");
        assert_eq!(config.compare_and_set("a", current.as_ref(), 1), Ok(()));
    }
}

#[test]
fn what_is_set_again_is_no_change() {
    for value in not_numbers() {
        let config = ConfigStore::new();
        config.set("a", value.clone());
        let mut changes = config.subscribe("a");
        changes.skip_current();
        assert!(!config.set_if_changed("a", value.clone()), "{value}");
        assert_eq!(config.apply(config.snapshot()), Default::default(), "{value}");
        assert_eq!(config.replace_all(config.snapshot()), Default::default(), "{value}");
        assert_eq!(config.snapshot(), Settings::from_iter([("a", value)]));
        assert_eq!(changes.try_recv(), Ok(None));
    }
}
