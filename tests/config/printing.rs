//! What is printed is TOML, and parses back to the same.
#![cfg(feature = "toml")]

use crate::TRIALS;
use proptest::prelude::*;
use sync_map::config::{Settings, Value};

/// Text that is special to TOML, or to this crate, in one way or other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\u{0}-\u{9f}]{0,8}",
        "[a-zA-Z0-9_. \"'\\\\=#\\[\\]{}-]{0,8}",
        Just(String::new()),
        Just("2026-01-02".to_owned()),
        Just("nan".to_owned()),
        Just("1.10".to_owned()),
        Just("\u{feff}\u{fffe}\u{2028}\u{10ffff}".to_owned()),
    ]
}

fn float() -> impl Strategy<Value = f64> {
    use prop::num::f64::{ANY, INFINITE, NEGATIVE, POSITIVE, QUIET_NAN, SIGNALING_NAN, SUBNORMAL, ZERO};
    let special = QUIET_NAN | SIGNALING_NAN | INFINITE | ZERO | SUBNORMAL | POSITIVE | NEGATIVE;
    prop_oneof![ANY, special, any::<i64>().prop_map(|whole| whole as f64), Just(1e16), Just(1e-7), Just(-0.0)]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        float().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(text(), inner, 0..4).prop_map(Value::Table),
        ]
    })
}

fn parsed(value: &Value) -> Value {
    // In a list, so that a table is not taken apart into keys.
    let text = format!("v = [{value}]");
    let settings = Settings::from_toml(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    match settings.get("v") {
        Some(Value::List(values)) if values.len() == 1 => values[0].clone(),
        other => panic!("{text}\n{other:?}"),
    }
}

#[test]
fn the_values_that_are_hard_to_print_parse_back() {
    let names = ["", " ", "a b", "a.b", "é", "\"", "'", "\n", "\u{7f}", "-", "1.5", "true", "a-b_C9"];
    for name in names {
        for value in [Value::from(name), [(name, 1)].into(), [(name, vec![[(name, name)]])].into()] {
            assert_eq!(parsed(&value), value, "{value}");
        }
    }
    for float in
        [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300, 5e-324, 1e16, 123456789.0]
    {
        let value = Value::from(float);
        assert!(
            matches!(parsed(&value), Value::Float(back) if back.to_bits() == float.to_bits() || back.is_nan()),
            "{value}"
        );
    }
    for value in [Value::List(vec![]), Value::Table([].into()), i64::MIN.into(), i64::MAX.into()] {
        assert_eq!(parsed(&value), value, "{value}");
    }
}

#[test]
fn settings_that_are_loaded_and_printed_load_again_as_they_were() {
    let text =
        "a = 1\n'' = 2\n'x.y' = 3\n'..' = 4\n[empty]\n[b.c]\nd = [1, {e = 'f', g = {}}]\n[b.'i.j']\nk = nan";
    let settings = Settings::from_toml(text).unwrap();
    assert_eq!(settings.len(), 7, "{settings}");
    assert_eq!(Settings::from_toml(&settings.to_string()).unwrap(), settings);
    // Keys that cannot stand beside each other as tables.
    let settings = Settings::from_iter([("a", 1.into()), ("a.b", 2.into()), ("a.b.c", 3.into())]);
    assert_eq!(Settings::from_toml(&settings.to_string()).unwrap(), settings);
}

#[test]
fn every_value_prints_as_toml_that_parses_back_to_it() {
    TRIALS.run(value(), |value| {
        prop_assert_eq!(parsed(&value), value);
        Ok(())
    });
}

#[test]
fn settings_print_as_toml_that_loads_again() {
    TRIALS.run(prop::collection::btree_map(text(), value(), 0..6), |rows| {
        // The rows of a table become keys of their own. In a list they do not.
        let in_lists =
            |value| if matches!(value, Value::Table(_)) { Value::List(vec![value]) } else { value };
        let settings: Settings = rows.into_iter().map(|(key, value)| (key, in_lists(value))).collect();
        prop_assert_eq!(Settings::from_toml(&settings.to_string()).unwrap(), settings);
        Ok(())
    });
}
