//! Settings from files and the environment, and errors that name the place.

use std::ffi::OsString;
use sync_map::config::{LoadError, Settings, Value};

fn variables(settings: &mut Settings, rows: &[(&str, &str)]) -> Result<(), LoadError> {
    let rows: Vec<(OsString, OsString)> =
        rows.iter().map(|(name, text)| (name.into(), text.into())).collect();
    settings.merge_variables("APP", rows)
}

#[test]
fn variables_become_keys_and_values() {
    let mut settings = Settings::new();
    let rows = [
        ("APP_PORT", "80"),
        ("APP_DATABASE__URL", "localhost"),
        ("APP_DEBUG", "true"),
        ("APP_RATE", "0.5"),
        ("APP_ZIP", "01234"),
        ("APP_HASH", "1e5"),
        ("APP_EMPTY", ""),
        ("APP_NAN", "nan"),
        ("APP_VERSION", "1.2.3"),
        ("APPLICATION", "no"),
        ("OTHER_PORT", "81"),
    ];
    variables(&mut settings, &rows).unwrap();
    let expected: [(&str, Value); 9] = [
        ("port", 80.into()),
        ("database.url", "localhost".into()),
        ("debug", true.into()),
        ("rate", 0.5.into()),
        ("zip", "01234".into()),
        ("hash", "1e5".into()),
        ("empty", "".into()),
        ("nan", "nan".into()),
        ("version", "1.2.3".into()),
    ];
    assert_eq!(settings, Settings::from_iter(expected));
}

#[test]
fn variables_keep_the_type_of_what_they_override() {
    let rows = [
        ("s", Value::from("x")),
        ("i", 1.into()),
        ("f", 1.0.into()),
        ("b", true.into()),
        ("l", vec![1].into()),
    ];
    let mut settings = Settings::from_iter(rows.clone());
    variables(&mut settings, &[("APP_S", "12345"), ("APP_I", "2"), ("APP_F", "2"), ("APP_B", "false")])
        .unwrap();
    assert_eq!(settings.get("s"), Some(&"12345".into()));
    assert_eq!((settings.get("f"), settings.get("b")), (Some(&2.0.into()), Some(&false.into())));
    for (name, problem) in [
        ("APP_I", "key `i`: expected an integer, found `?`"),
        ("APP_F", "expected a float"),
        ("APP_B", "expected `true` or `false`"),
        ("APP_L", "a list or a table"),
    ] {
        let before = settings.clone();
        let error = variables(&mut settings, &[("APP_S", "new"), (name, "?")]).unwrap_err().to_string();
        assert!(error.contains(problem) && error.contains(&format!("the variable {name}")), "{error}");
        assert_eq!(settings, before, "nothing is merged by half");
    }
}

#[test]
fn a_file_that_cannot_be_loaded_is_named() {
    let error = Settings::from_file("no/such/file.ini").unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot load the configuration from no/such/file.ini: the format is not known: name the file `.toml` or `.json`"
    );
    let error = Settings::from_file("no/such/file.toml").unwrap_err().to_string();
    let expected = if cfg!(feature = "toml") { "cannot read the file" } else { "turn on the feature `toml`" };
    assert!(error.contains("no/such/file.toml") && error.contains(expected), "{error}");
}

#[cfg(feature = "toml")]
#[test]
fn toml_becomes_keys_and_values() {
    let text = "
        name = 'app'
        when = 2026-01-02
        [database]
        url = 'localhost'
        ports = [1, 2]
        [database.pool]
        size = 10
        rate = 0.5
        lazy = true
        [[rules]]
        allow = 'all'
    ";
    let settings = Settings::from_toml(text).unwrap();
    let rows: [(&str, Value); 8] = [
        ("name", "app".into()),
        ("when", "2026-01-02".into()),
        ("database.url", "localhost".into()),
        ("database.ports", vec![1, 2].into()),
        ("database.pool.size", 10.into()),
        ("database.pool.rate", 0.5.into()),
        ("database.pool.lazy", true.into()),
        ("rules", vec![[("allow", "all")]].into()),
    ];
    assert_eq!(settings, Settings::from_iter(rows));
    let error = Settings::from_toml("a = 1\nb = = 2").unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
    let error = Settings::from_toml("'a.b' = 1\na.b = 2").unwrap_err().to_string();
    assert!(error.contains("key `a.b`: it is there twice"), "{error}");
}

#[cfg(feature = "json")]
#[test]
fn json_becomes_keys_and_values() {
    let settings = Settings::from_json(r#"{"a": {"b": [1, 2.5, "x"], "c": true}, "d": -7}"#).unwrap();
    let list = Value::from(vec![Value::from(1), 2.5.into(), "x".into()]);
    assert_eq!(settings, Settings::from_iter([("a.b", list), ("a.c", true.into()), ("d", (-7).into())]));
    for (text, problem) in [
        (r#"{"a": {"b": null}}"#, "key `a.b`: it is null"),
        (r#"{"big": 18446744073709551615}"#, "key `big`: 18446744073709551615 has no place"),
        ("[1]", "expected a map"),
        ("{\n\"a\": }", "line 2"),
    ] {
        let error = Settings::from_json(text).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}
