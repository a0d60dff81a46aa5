//! Values by key: what is set is got, by the getter of its type.

use std::collections::BTreeMap;
use sync_map::config::{ConfigStore, GetError, NotAsExpected, Settings, Value};
use test_support::hang;

#[test]
fn each_type_is_got_as_itself_and_as_nothing_else() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("bool", true);
    config.set("int", 42);
    config.set("float", 1.5);
    config.set("string", "text");
    config.set("list", vec![1, 2]);
    config.set("table", [("a", 1), ("b", 2)]);
    assert_eq!(config.get_bool("bool"), Ok(true));
    assert_eq!(config.get_int("int"), Ok(42));
    assert_eq!(config.get_float("float"), Ok(1.5));
    assert_eq!(config.get_string("string").as_deref(), Ok("text"));
    assert_eq!(config.get_as("list"), Ok(vec![1_i64, 2]));
    assert_eq!(config.get_as("table"), Ok(BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])));

    let keys = ["bool", "int", "float", "string", "list", "table"];
    assert_eq!(config.keys(), ["bool", "float", "int", "list", "string", "table"]);
    for key in keys {
        let fits = [
            config.get_bool(key).is_ok(),
            config.get_int(key).is_ok(),
            config.get_float(key).is_ok(),
            config.get_string(key).is_ok(),
            config.get_as::<Vec<i64>>(key).is_ok(),
            config.get_as::<BTreeMap<String, i64>>(key).is_ok(),
        ];
        assert_eq!(fits.iter().filter(|fits| **fits).count(), 1, "{key}: {fits:?}");
        assert!(config.get_as::<Value>(key).is_ok());
    }
}

#[test]
fn missing_and_wrong_are_told_apart() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("port", "eighty");
    assert_eq!(config.get_int("host"), Err(GetError::Missing { key: "host".into() }));
    let error = config.get_int("port").unwrap_err();
    assert_eq!(
        error.to_string(),
        "configuration key `port`: expected an integer, found the string \"eighty\""
    );
    assert_eq!(config.get_or("host", "localhost".to_owned()).as_deref(), Ok("localhost"));
    assert!(config.get_or("port", 80).is_err());
    config.set("port", 70_000);
    assert_eq!(
        config.get_as::<u16>("port").unwrap_err().to_string(),
        "configuration key `port`: expected an integer from 0 to 65535, found the integer 70000"
    );
    config.set("ports", vec![80, -1]);
    assert!(config.get_as::<Vec<u32>>("ports").is_err());
}

#[test]
fn changes_tell_what_was_there() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    assert_eq!(config.set("a", 1), None);
    assert_eq!(config.set("a", 2), Some(1.into()));
    assert!(!config.set_if_changed("a", 2) && config.set_if_changed("a", 3) && config.set_if_changed("b", 3));
    let error = config.compare_and_set("a", Some(&2.into()), 4).unwrap_err();
    assert_eq!(error, NotAsExpected { key: "a".into(), current: Some(3.into()), rejected: 4.into() });
    assert_eq!(error.to_string(), "configuration key `a` was not set to 4: it is 3");
    assert_eq!(config.compare_and_set("a", Some(&3.into()), 4), Ok(()));
    assert_eq!(config.compare_and_set("c", None, 1), Ok(()));
    assert!(config.compare_and_set("c", None, 2).unwrap_err().to_string().ends_with("it is 1"));
    assert!(
        config.compare_and_set("d", Some(&1.into()), 2).unwrap_err().to_string().ends_with("it has no value")
    );
    assert_eq!(config.remove("a"), Some(4.into()));
    assert_eq!((config.remove("a"), config.get("a"), config.contains_key("a")), (None, None, false));
    assert_eq!(config.keys(), ["b", "c"]);
}

#[test]
fn a_value_is_changed_only_if_it_is_another() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("one", 1);
    assert!(config.set_if_changed("one", 1.0), "another type");
    config.set("nan", f64::NAN);
    assert!(!config.set_if_changed("nan", f64::NAN), "equal to itself: see equality.rs");
    config.set("zero", 0.0);
    assert!(config.set_if_changed("zero", -0.0), "printed differently");
}

#[test]
fn settings_go_in_and_come_out() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("a", 1);
    config.set("b", 2);
    let saved = config.snapshot();
    assert_eq!(saved, Settings::from_iter([("a", 1.into()), ("b", 2.into())]));
    let changes = config.apply(Settings::from_iter([("b", 3.into()), ("a", 1.into()), ("c", 4.into())]));
    assert_eq!((changes.set, changes.removed), (vec!["b".to_owned(), "c".to_owned()], vec![]));
    let changes = config.replace_all(saved.clone());
    assert_eq!((changes.set, changes.removed), (vec!["b".to_owned()], vec!["c".to_owned()]));
    assert_eq!(config.snapshot(), saved);
    assert_eq!(format!("{config:?}"), r#"{"a": Integer(1), "b": Integer(2)}"#);
    assert_eq!(ConfigStore::from(saved.clone()).snapshot(), saved);
}

/// Beyond what one guard retires before it hands its garbage over: writers make that so that no lock is held.
#[test]
fn many_keys_are_applied_and_removed_at_once() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let many: Settings = (0..2000).map(|n| (format!("key{n}"), Value::from(n))).collect();
    assert_eq!(config.apply(many.clone()).set.len(), 2000);
    assert_eq!(config.apply(many).set.len(), 0);
    assert_eq!(config.replace_all(Settings::new()).removed.len(), 2000);
    assert!(config.keys().is_empty() && config.get("key7").is_none());
}

#[test]
fn values_print_as_toml_on_a_line() {
    let _watch = hang::watch();
    let value: Value = vec![Value::from(1), "a\"b".into(), 2.0.into(), true.into(), [("k", 1)].into()].into();
    assert_eq!(value.to_string(), r#"[1, "a\"b", 2.0, true, {k = 1}]"#);
    assert_eq!(value.kind(), "list");
}
