//! Values of a configuration, and the types that they are read as.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

/// A value of a configuration.
///
/// Made from the types of Rust by `into`, and read as them by [`FromValue`].
///
/// **Equality.** Two values are equal if they have the same type and the same content, so that they are printed alike: `1` is not
/// `1.0`, and `0.0` is not `-0.0`. Unlike an `f64`, every value is equal to itself: there is one not-a-number. What is read from
/// a store is therefore what [`compare_and_set`](super::ConfigStore::compare_and_set) expects, and setting it again is not a change.
///
/// **Nesting.** Values are cloned, compared, printed and dropped by recursion, on whatever thread. What is loaded from a file has at most
/// 64 levels. A program that nests lists or tables in one another by tens of thousands overflows a stack.
///
/// ```
/// use sync_map::config::Value;
///
/// let port: Value = 5432.into();
/// assert_eq!(port, Value::Integer(5432));
/// assert_eq!(Value::from(vec!["a", "b"]).to_string(), r#"["a", "b"]"#);
/// ```
#[derive(Clone, Debug)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    String(String),
    /// Values in an order.
    List(Vec<Value>),
    /// Values by name: what must change together can be one value.
    Table(BTreeMap<String, Value>),
}

impl Value {
    /// What kind of value it is, in a word: `bool`, `integer`, `float`, `string`, `list`, `table`.
    ///
    /// ```
    /// use sync_map::config::Value;
    /// assert_eq!((Value::from(80).kind(), Value::from("on").kind()), ("integer", "string"));
    /// ```
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::Integer(_) => "integer",
            Value::Float(_) => "float",
            Value::String(_) => "string",
            Value::List(_) => "list",
            Value::Table(_) => "table",
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (Value::Integer(one), Value::Integer(other)) => one == other,
            // An equivalence, which `==` of floats is not: a loop that waits for an expected value would never end.
            (Value::Float(one), Value::Float(other)) => {
                one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan())
            }
            (Value::String(one), Value::String(other)) => one == other,
            (Value::List(one), Value::List(other)) => one == other,
            (Value::Table(one), Value::Table(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Value {}

macro_rules! values_from {
    ($($from:ty => |$value:ident| $made:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $made
            }
        }
    )*};
}

values_from! {
    bool => |value| Value::Bool(value);
    i8 => |value| Value::Integer(value.into());
    i16 => |value| Value::Integer(value.into());
    i32 => |value| Value::Integer(value.into());
    i64 => |value| Value::Integer(value);
    u8 => |value| Value::Integer(value.into());
    u16 => |value| Value::Integer(value.into());
    u32 => |value| Value::Integer(value.into());
    f32 => |value| Value::Float(value.into());
    f64 => |value| Value::Float(value);
    &str => |value| Value::String(value.to_owned());
    String => |value| Value::String(value);
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[(&str, T); N]> for Value {
    fn from(rows: [(&str, T); N]) -> Self {
        Value::Table(rows.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
    }
}

/// A type that values are read as.
///
/// Implement it for types of your own, such as an enum that is written as a string.
///
/// ```
/// use sync_map::config::{ConfigStore, FromValue, Value};
///
/// #[derive(Debug, PartialEq)]
/// enum Level {
///     Quiet,
///     Loud,
/// }
///
/// impl FromValue for Level {
///     const EXPECTED: &'static str = "`quiet` or `loud`";
///     fn from_value(value: &Value) -> Option<Self> {
///         match value {
///             Value::String(text) if text == "quiet" => Some(Level::Quiet),
///             Value::String(text) if text == "loud" => Some(Level::Loud),
///             _ => None,
///         }
///     }
/// }
///
/// let config = ConfigStore::new();
/// config.set("log.level", "loud");
/// assert_eq!(config.get_as("log.level"), Ok(Level::Loud));
/// ```
pub trait FromValue: Sized {
    /// What is expected, in words that follow "expected".
    const EXPECTED: &'static str;

    /// The value as this type; `None` if it is something else, or out of range.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! read_as {
    ($($to:ty, $expected:literal, |$value:ident| $read:expr;)*) => {$(
        impl FromValue for $to {
            const EXPECTED: &'static str = $expected;
            fn from_value($value: &Value) -> Option<Self> {
                $read
            }
        }
    )*};
}

fn integer<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    if let Value::Integer(value) = value { T::try_from(*value).ok() } else { None }
}

read_as! {
    Value, "any value", |value| Some(value.clone());
    bool, "a bool", |value| if let Value::Bool(value) = value { Some(*value) } else { None };
    i8, "an integer from -128 to 127", |value| integer(value);
    i16, "an integer of 16 bits", |value| integer(value);
    i32, "an integer of 32 bits", |value| integer(value);
    i64, "an integer", |value| integer(value);
    u8, "an integer from 0 to 255", |value| integer(value);
    u16, "an integer from 0 to 65535", |value| integer(value);
    u32, "an integer from 0 to 4294967295", |value| integer(value);
    u64, "an integer that is not negative", |value| integer(value);
    usize, "an integer that is not negative", |value| integer(value);
    f64, "a float", |value| if let Value::Float(value) = value { Some(*value) } else { None };
    String, "a string", |value| if let Value::String(value) = value { Some(value.clone()) } else { None };
}

impl<T: FromValue> FromValue for Vec<T> {
    const EXPECTED: &'static str = "a list with values of one type";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::List(values) = value { values.iter().map(T::from_value).collect() } else { None }
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    const EXPECTED: &'static str = "a table with values of one type";
    fn from_value(value: &Value) -> Option<Self> {
        let Value::Table(rows) = value else { return None };
        rows.iter().map(|(name, value)| Some((name.clone(), T::from_value(value)?))).collect()
    }
}
