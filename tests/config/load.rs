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

#[test]
fn a_text_that_does_not_print_back_as_it_was_is_a_text() {
    let texts = [
        "1.10",
        "1e5",
        "+1",
        ".5",
        "1.",
        "-0",
        "-.5",
        "00.5",
        "0.50",
        "1.0e5",
        "--1",
        "1_000",
        "0x10",
        "1.5.2",
        "99999999999999999999",
        "100000000000000000000.0",
        "0.1000000000000000055",
        "inf",
        "NaN",
        "True",
        " 1",
    ];
    for text in texts {
        let mut settings = Settings::new();
        variables(&mut settings, &[("APP_API_VERSION", text)]).unwrap();
        assert_eq!(settings.get("api_version"), Some(&text.into()));
    }
    let numbers = [
        ("1.1", Value::from(1.1)),
        ("-0.5", (-0.5).into()),
        ("1.0", 1.0.into()),
        ("-12", (-12).into()),
        ("-0.0", (-0.0).into()),
    ];
    for (text, value) in numbers {
        let mut settings = Settings::new();
        variables(&mut settings, &[("APP_API_VERSION", text)]).unwrap();
        assert_eq!(settings.get("api_version"), Some(&value));
    }
}

/// A file of a test, removed at the end.
#[cfg(any(feature = "toml", feature = "json"))]
struct File(std::path::PathBuf);

#[cfg(any(feature = "toml", feature = "json"))]
impl File {
    fn new(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sync-map-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        File(path)
    }
}

#[cfg(any(feature = "toml", feature = "json"))]
impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

#[cfg(feature = "json")]
#[test]
fn json_may_begin_with_a_byte_order_mark_and_its_ending_may_be_in_capitals() {
    let expected = Settings::from_iter([("port", 80.into())]);
    assert_eq!(Settings::from_json("\u{feff}{\"port\": 80}").unwrap(), expected);
    for name in ["App.JSON", "app.Json", "app.json"] {
        let file = File::new(name, "\u{feff}{\"port\": 80}");
        assert_eq!(Settings::from_file(&file.0).unwrap(), expected, "{name}");
    }
    assert!(Settings::from_json("\u{feff}\u{feff}{}").is_err(), "one mark, at the beginning");
}

#[cfg(feature = "toml")]
#[test]
fn toml_may_begin_with_a_byte_order_mark_and_its_ending_may_be_in_capitals() {
    let expected = Settings::from_iter([("port", 80.into())]);
    assert_eq!(Settings::from_toml("\u{feff}port = 80").unwrap(), expected);
    for name in ["App.TOML", "app.Toml", "app.toml"] {
        let file = File::new(name, "\u{feff}port = 80");
        assert_eq!(Settings::from_file(&file.0).unwrap(), expected, "{name}");
    }
}

#[cfg(feature = "json")]
#[test]
fn an_integer_of_json_stays_an_integer() {
    let text = r#"{"a": -0, "b": [-0, -0.0, -0e0, 1e-0, "-0", -1, "\\\"-0", -0], "c":-0}"#;
    let settings = Settings::from_json(text).unwrap();
    assert_eq!(settings.get("a"), Some(&0.into()));
    assert_eq!(settings.get("c"), Some(&0.into()));
    let zero = Value::Float(-0.0);
    let list =
        [0.into(), zero.clone(), zero, 1.0.into(), "-0".into(), (-1).into(), "\\\"-0".into(), Value::from(0)];
    assert_eq!(settings.get("b"), Some(&Value::List(list.into())));
    for text in [r#"{"a": -00}"#, r#"{"a": -}"#, r#"{"a": --0}"#, r#"{"a": 1-0}"#, r#"{"a": - 0}"#] {
        assert!(Settings::from_json(text).is_err(), "{text}");
    }
}

#[cfg(any(feature = "toml", feature = "json"))]
fn with_empty_tables() -> Settings {
    let empty = || Value::Table(Default::default());
    Settings::from_iter([("feature", empty()), ("database.pool", empty())])
}

#[cfg(feature = "toml")]
#[test]
fn an_empty_table_of_toml_is_a_value() {
    assert_eq!(Settings::from_toml("[feature]\n[database.pool]").unwrap(), with_empty_tables());
    assert!(Settings::from_toml("").unwrap().is_empty());
}

#[cfg(feature = "json")]
#[test]
fn an_empty_object_of_json_is_a_value() {
    let text = r#"{"feature": {}, "database": {"pool": {}}}"#;
    assert_eq!(Settings::from_json(text).unwrap(), with_empty_tables());
    assert!(Settings::from_json("{}").unwrap().is_empty());
}

/// How deep a file may nest.
#[cfg(any(feature = "toml", feature = "json"))]
const DEEPEST: usize = 64;

/// Loads, and can be cloned, compared, printed and dropped.
#[cfg(any(feature = "toml", feature = "json"))]
fn assert_loads(loaded: Result<Settings, LoadError>, what: &str) {
    let settings = loaded.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (_, value) = settings.iter().next().unwrap();
    assert_eq!((value.clone(), value.to_string()), (value.clone(), format!("{value}")));
}

#[cfg(any(feature = "toml", feature = "json"))]
fn assert_too_deep(loaded: Result<Settings, LoadError>, what: &str) {
    let error = loaded.map(drop).expect_err(what).to_string();
    assert!(error.contains("64 levels"), "{what}: {error}");
    assert!(error.contains("line 1") || error.contains("key `a"), "{what}: the place is named: {error}");
}

#[cfg(feature = "json")]
#[test]
fn json_that_nests_too_deep_is_refused_by_name_of_the_limit() {
    let nested = |open: &str, close: &str, depth: usize| {
        let (open, close) = (open.repeat(depth - 1), close.repeat(depth - 1));
        format!("{{\"a\":{open}1{close}}}")
    };
    for (open, close) in [("[", "]"), ("{\"b\":", "}")] {
        assert_loads(Settings::from_json(&nested(open, close, DEEPEST)), open);
        for depth in [DEEPEST + 1, 126, 127, 128, 129, 200_000] {
            assert_too_deep(Settings::from_json(&nested(open, close, depth)), &format!("{open} {depth}"));
        }
    }
    let flat = format!("{{\"a\":[{}1]}}", "[1],".repeat(1000));
    assert_loads(Settings::from_json(&flat), "wide is not deep");
    assert_loads(Settings::from_json(&format!("{{\"a\":\"{}\"}}", "[".repeat(1000))), "text is not deep");
}

#[cfg(feature = "toml")]
#[test]
fn toml_that_nests_too_deep_is_refused_by_name_of_the_limit() {
    let lists = |depth: usize| format!("a = {}1{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let tables = |depth: usize| format!("a = {}1{}", "{b = ".repeat(depth - 1), "}".repeat(depth - 1));
    let dots = |depth: usize| format!("{}a = 1", "a.".repeat(depth - 1));
    let header = |depth: usize| format!("[{}a]\na = 1", "a.".repeat(depth - 2));
    let array = |depth: usize| format!("[[{}a]]\na = 1", "a.".repeat(depth - 3));
    type Nested<'a> = (&'a str, &'a dyn Fn(usize) -> String);
    let forms: [Nested<'_>; 5] =
        [("[", &lists), ("{", &tables), ("a.", &dots), ("[a.a]", &header), ("[[a.a]]", &array)];
    for (name, form) in forms {
        assert_loads(Settings::from_toml(&form(DEEPEST)), name);
        for depth in [DEEPEST + 1, 79, 80, 81, 82, 83, 84, 128, 20_000] {
            assert_too_deep(Settings::from_toml(&form(depth)), &format!("{name} {depth}"));
        }
    }
    let flat = format!("a = [{}1]", "[1],".repeat(1000));
    assert_loads(Settings::from_toml(&flat), "wide is not deep");
    let brackets = "[".repeat(1000);
    assert_loads(Settings::from_toml(&format!("a = '{brackets}' # {brackets}")), "text is not deep");
}
