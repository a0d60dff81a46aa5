//! Settings from texts of TOML and JSON.
//!
//! The depth of a text is bounded, because values are cloned, compared, printed and dropped by recursion, on threads that may have a small
//! stack. The parsers have bounds of their own, beyond ours; what they refuse is reported in the same words.
#![forbid(unsafe_code)]

use super::errors::LoadError;
use super::settings::Settings;
use super::value::Value;
use std::collections::BTreeMap;
use std::error::Error;

/// How many levels of lists and tables a text may have, including its outermost table.
const DEEPEST: usize = 64;

fn too_deep() -> String {
    format!("its lists and tables are nested too deep: at most {DEEPEST} levels are read")
}

/// Settings from the outermost table of a document.
fn from_document(document: BTreeMap<String, Value>, origin: &str) -> Result<Settings, LoadError> {
    Settings::from_table(document).map_err(|key| {
        LoadError::new(origin, "it is there twice, once with a dot in its name: remove one").at(&key)
    })
}

/// An error of one of the parsers.
fn not_parsed(origin: &str, error: impl Error + Send + Sync + 'static) -> LoadError {
    let mut problem = error.to_string();
    // Each parser stops at a depth of its own, with these words (a test holds them to it).
    if problem.contains("recursion limit") || problem.contains("max recursion depth") {
        problem = format!("{}: {}", problem.trim_end(), too_deep());
    }
    LoadError::new(origin, problem).caused_by(error)
}

/// The same for TOML, whose parser does not say where a key with too many dots is: most probably on the first line with as many.
#[cfg(feature = "toml")]
fn not_parsed_toml(text: &str, origin: &str, error: toml::de::Error) -> LoadError {
    let has_no_place = error.span().is_none();
    let mut error = not_parsed(origin, error);
    let dots = |line: &str| line.split('=').next().unwrap_or_default().matches('.').count();
    if let Some(line) = text.lines().position(|line| dots(line) >= DEEPEST).filter(|_| has_no_place) {
        error.problem = format!("line {}: {}", line + 1, error.problem);
    }
    error
}

/// Where a value stands: for errors, and for its depth.
#[derive(Clone, Copy)]
struct Place<'p> {
    origin: &'p str,
    key: &'p str,
    /// How many lists and tables it is in.
    depth: usize,
}

impl Place<'_> {
    fn error(&self, problem: impl Into<String>) -> LoadError {
        LoadError::new(self.origin, problem).at(self.key)
    }

    /// The place one level further in.
    fn inside(&self) -> Result<Self, LoadError> {
        if self.depth == DEEPEST {
            return Err(self.error(too_deep()));
        }
        Ok(Place { depth: self.depth + 1, ..*self })
    }

    fn list<V>(
        &self,
        values: impl IntoIterator<Item = V>,
        value_of: impl Fn(V, &Place<'_>) -> Result<Value, LoadError>,
    ) -> Result<Value, LoadError> {
        let inner = self.inside()?;
        Ok(Value::List(values.into_iter().map(|value| value_of(value, &inner)).collect::<Result<_, _>>()?))
    }

    fn table<V>(
        &self,
        rows: impl IntoIterator<Item = (String, V)>,
        value_of: impl Fn(V, &Place<'_>) -> Result<Value, LoadError>,
    ) -> Result<BTreeMap<String, Value>, LoadError> {
        let inner = self.inside()?;
        let row = |(name, value)| {
            let key = if self.depth == 0 { String::clone(&name) } else { format!("{}.{name}", self.key) };
            let value = value_of(value, &Place { key: &key, ..inner })?;
            Ok((name, value))
        };
        rows.into_iter().map(row).collect()
    }
}

#[cfg(feature = "toml")]
pub(super) fn parse_toml(text: &str, origin: &str) -> Result<Settings, LoadError> {
    fn value_of(value: toml::Value, place: &Place<'_>) -> Result<Value, LoadError> {
        Ok(match value {
            toml::Value::Boolean(value) => value.into(),
            toml::Value::Integer(value) => value.into(),
            toml::Value::Float(value) => value.into(),
            toml::Value::String(value) => value.into(),
            toml::Value::Datetime(value) => value.to_string().into(),
            toml::Value::Array(values) => place.list(values, value_of)?,
            toml::Value::Table(rows) => Value::Table(place.table(rows, value_of)?),
        })
    }
    let document: toml::Table = text.parse().map_err(|error| not_parsed_toml(text, origin, error))?;
    from_document(Place { origin, key: "", depth: 0 }.table(document, value_of)?, origin)
}

#[cfg(feature = "json")]
pub(super) fn parse_json(text: &str, origin: &str) -> Result<Settings, LoadError> {
    fn value_of(value: serde_json::Value, place: &Place<'_>) -> Result<Value, LoadError> {
        Ok(match value {
            serde_json::Value::Bool(value) => value.into(),
            serde_json::Value::String(value) => value.into(),
            serde_json::Value::Null => {
                return Err(place.error("it is null: give it a value, or leave it out"));
            }
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => value.into(),
                (None, Some(value)) if number.is_f64() => value.into(),
                _ => return Err(place.error(format!("{number} has no place in 64 bits with a sign"))),
            },
            serde_json::Value::Array(values) => place.list(values, value_of)?,
            serde_json::Value::Object(rows) => Value::Table(place.table(rows, value_of)?),
        })
    }
    // A byte-order mark, which some editors write; the parser of TOML skips one by itself.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = without_the_sign_of_zero(text);
    let document: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| not_parsed(origin, error))?;
    from_document(Place { origin, key: "", depth: 0 }.table(document, value_of)?, origin)
}

/// The text with ` 0` for each integer `-0`, of which serde_json makes a float. As long as before: the places in errors stay.
#[cfg(feature = "json")]
fn without_the_sign_of_zero(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("-0") {
        return text.into();
    }
    let bytes = text.as_bytes();
    let (mut changed, mut copied) = (String::with_capacity(text.len()), 0);
    let (mut in_string, mut at) = (false, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => at += 1, // what is escaped ends no string
            b'-' if !in_string && bytes.get(at + 1) == Some(&b'0') => {
                let is_exponent = at > 0 && matches!(bytes[at - 1], b'e' | b'E');
                let goes_on = matches!(bytes.get(at + 2), Some(b'0'..=b'9' | b'.' | b'e' | b'E'));
                if !is_exponent && !goes_on {
                    changed.push_str(&text[copied..at]);
                    changed.push(' ');
                    copied = at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    changed.push_str(&text[copied..]);
    changed.into()
}
