//! What can go wrong: with a key, and when settings are loaded.
#![forbid(unsafe_code)]

use super::value::Value;
use std::error::Error;
use std::fmt;

/// A key has no value of the type that was asked for.
///
/// ```
/// use sync_map::config::{ConfigStore, GetError};
/// let config = ConfigStore::new();
/// config.set("port", "eighty");
/// assert!(matches!(config.get_int("port"), Err(GetError::WrongType { .. })));
/// assert!(matches!(config.get_int("ports"), Err(GetError::Missing { .. })));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GetError {
    /// The key has no value.
    Missing {
        /// The key.
        key: String,
    },
    /// The key has a value of another type, or out of range.
    WrongType {
        /// The key.
        key: String,
        /// What was asked for.
        expected: &'static str,
        /// What is there.
        found: Value,
    },
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GetError::Missing { key } => write!(f, "configuration key `{key}` has no value: set it"),
            GetError::WrongType { key, expected, found } => {
                write!(
                    f,
                    "configuration key `{key}`: expected {expected}, found the {} {found}",
                    found.kind()
                )
            }
        }
    }
}

impl Error for GetError {}

/// [`ConfigStore::compare_and_set`](super::ConfigStore::compare_and_set) found another value, and changed nothing.
///
/// ```
/// let config = sync_map::config::ConfigStore::new();
/// config.set("leader", "one");
/// let error = config.compare_and_set("leader", None, "two").unwrap_err();
/// assert_eq!(error.current, Some("one".into()));
/// assert_eq!(error.to_string(), "configuration key `leader` was not set to \"two\": it is \"one\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAsExpected {
    /// The key.
    pub key: String,
    /// The value that it has.
    pub current: Option<Value>,
    /// The value that was not set.
    pub rejected: Value,
}

impl fmt::Display for NotAsExpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotAsExpected { key, current, rejected } = self;
        write!(f, "configuration key `{key}` was not set to {rejected}: ")?;
        match current {
            Some(current) => write!(f, "it is {current}"),
            None => f.write_str("it has no value"),
        }
    }
}

impl Error for NotAsExpected {}

/// A subscription will see no more values: its key was removed, or the store is gone.
///
/// ```
/// let config = sync_map::config::ConfigStore::new();
/// config.set("port", 80);
/// let mut changes = config.subscribe("port");
/// config.remove("port");
/// assert_eq!(changes.recv().unwrap_err().key, "port");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The key that was subscribed to.
    pub key: String,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "configuration key `{}` was removed: subscribe again to wait for a new value", self.key)
    }
}

impl Error for Closed {}

/// Settings could not be loaded: from where, which key if it is about one, what is wrong and what to do. Nothing was changed.
///
/// ```
/// let error = sync_map::config::Settings::from_file("no/such.toml").unwrap_err();
/// assert!(error.to_string().starts_with("cannot load the configuration from no/such.toml: "), "{error}");
/// ```
#[derive(Debug)]
pub struct LoadError {
    /// The file, or the environment variable; `text` if it was given as text.
    pub origin: String,
    /// The key, if it is about one.
    pub key: Option<String>,
    /// What is wrong, and what to do.
    pub problem: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl LoadError {
    pub(super) fn new(origin: &str, problem: impl Into<String>) -> Self {
        LoadError { origin: origin.to_owned(), key: None, problem: problem.into(), source: None }
    }

    pub(super) fn at(self, key: &str) -> Self {
        LoadError { key: Some(key.to_owned()), ..self }
    }

    pub(super) fn caused_by(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        LoadError { source: Some(source.into()), ..self }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot load the configuration from {}: ", self.origin)?;
        if let Some(key) = &self.key {
            write!(f, "key `{key}`: ")?;
        }
        f.write_str(self.problem.trim_end())
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
