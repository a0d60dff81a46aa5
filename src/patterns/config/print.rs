//! Values and settings as TOML 1.0: what is printed parses back to the same.
//!
//! | what | is printed |
//! |---|---|
//! | text | as a basic string, with the escapes that TOML has |
//! | a float | `nan`, `inf`, `-inf`, or with a point or an exponent: never as an integer |
//! | a name | bare where TOML allows it, otherwise as a basic string |
//! | a table in a value | on one line |
//! | a key of settings | as one name, so that `a` and `a.b` can stand beside each other |
//!
//! Written here and not by the toml crate, which is optional; the tests have it parse what is written.
#![forbid(unsafe_code)]

use super::settings::Settings;
use super::value::Value;
use std::fmt::{self, Write};

/// As in a TOML file, on one line: what is printed parses back to an equal value.
///
/// ```
/// use sync_map::config::Value;
/// assert_eq!(Value::from(vec![1.0, f64::NAN]).to_string(), "[1.0, nan]");
/// assert_eq!(Value::from([("a b", "line\n")]).to_string(), r#"{"a b" = "line\n"}"#);
/// ```
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Float(value) if value.is_nan() => f.write_str("nan"),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::String(value) => string(f, value),
            Value::List(values) => {
                f.write_str("[")?;
                for (nth, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if nth == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Value::Table(rows) => {
                f.write_str("{")?;
                for (nth, (name, value)) in rows.iter().enumerate() {
                    f.write_str(if nth == 0 { "" } else { ", " })?;
                    row(f, name, value)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// As a TOML file, a line for each key. Loaded again, it gives the same settings; but the rows of a value that is a table become
/// keys of their own, as the rows of all tables in a file do.
///
/// ```
/// use sync_map::config::Settings;
/// let settings = Settings::from_iter([("port", 80.into()), ("database.url", "localhost".into())]);
/// assert_eq!(settings.to_string(), "\"database.url\" = \"localhost\"\nport = 80\n");
/// ```
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in self {
            row(f, key, value)?;
            f.write_str("\n")?;
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, value: &Value) -> fmt::Result {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !name.is_empty() && name.bytes().all(is_bare) {
        f.write_str(name)?;
    } else {
        string(f, name)?;
    }
    write!(f, " = {value}")
}

/// A basic string of TOML. Rust has other escapes: `\u{7f}`, `\0`, `\'`.
fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\""),
            '\\' => f.write_str("\\\\"),
            '\u{8}' => f.write_str("\\b"),
            '\t' => f.write_str("\\t"),
            '\n' => f.write_str("\\n"),
            '\u{c}' => f.write_str("\\f"),
            '\r' => f.write_str("\\r"),
            _ if character.is_control() => write!(f, "\\u{:04X}", u32::from(character)),
            _ => f.write_char(character),
        }?;
    }
    f.write_str("\"")
}
