//! Reads of one key.
#![forbid(unsafe_code)]

use super::errors::GetError;
use super::store::ConfigStore;
use super::value::{FromValue, Value};
use std::hash::BuildHasher;

impl<H: BuildHasher> ConfigStore<H> {
    /// The value of a key, cloned.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("port", 80);
    /// assert_eq!(config.get("port"), Some(80.into()));
    /// assert_eq!(config.get("host"), None);
    /// ```
    pub fn get(&self, key: &str) -> Option<Value> {
        self.shared.read(&self.shared.looked(key), Value::clone)
    }

    /// Calls `look` with the value of a key, and returns its result; clones nothing. `look` runs under no lock, but delays the freeing
    /// of memory while it runs.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("motd", "hello");
    /// assert_eq!(config.read("motd", |value| value.kind()), Some("string"));
    /// ```
    pub fn read<R>(&self, key: &str, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.shared.read(&self.shared.looked(key), look)
    }

    /// Whether a key has a value.
    ///
    /// ```
    /// assert!(!sync_map::config::ConfigStore::new().contains_key("port"));
    /// ```
    pub fn contains_key(&self, key: &str) -> bool {
        self.shared.read(&self.shared.looked(key), |_| ()).is_some()
    }

    /// The value of a key as the type that is asked for.
    ///
    /// # Errors
    /// [`GetError`], which tells a missing key from a value of another type. An integer that does not fit is of another type; an
    /// integer is not a float, and a float is not an integer.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("ports", vec![80, 443]);
    /// assert_eq!(config.get_as::<Vec<u16>>("ports"), Ok(vec![80, 443]));
    /// assert!(config.get_as::<u16>("ports").is_err());
    /// ```
    pub fn get_as<T: FromValue>(&self, key: &str) -> Result<T, GetError> {
        let read = self.shared.read(&self.shared.looked(key), |value| {
            T::from_value(value).ok_or_else(|| GetError::WrongType {
                key: key.to_owned(),
                expected: T::EXPECTED,
                found: value.clone(),
            })
        });
        read.unwrap_or_else(|| Err(GetError::Missing { key: key.to_owned() }))
    }

    /// The value of a key as the type that is asked for, or `default` if the key has none.
    ///
    /// # Errors
    /// [`GetError::WrongType`]: a mistake in the configuration is not covered up.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// assert_eq!(config.get_or("port", 80_u16), Ok(80));
    /// config.set("port", "eighty");
    /// assert!(config.get_or("port", 80_u16).is_err());
    /// ```
    pub fn get_or<T: FromValue>(&self, key: &str, default: T) -> Result<T, GetError> {
        match self.get_as(key) {
            Err(GetError::Missing { .. }) => Ok(default),
            other => other,
        }
    }

    /// The string that a key holds. As [`get_as`](Self::get_as).
    ///
    /// # Errors
    /// [`GetError`]
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("database_url", "localhost:5432");
    /// assert_eq!(config.get_string("database_url").as_deref(), Ok("localhost:5432"));
    /// ```
    pub fn get_string(&self, key: &str) -> Result<String, GetError> {
        self.get_as(key)
    }

    /// The integer that a key holds. As [`get_as`](Self::get_as).
    ///
    /// # Errors
    /// [`GetError`]
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("max_connections", 100);
    /// assert_eq!(config.get_int("max_connections"), Ok(100));
    /// ```
    pub fn get_int(&self, key: &str) -> Result<i64, GetError> {
        self.get_as(key)
    }

    /// The float that a key holds. As [`get_as`](Self::get_as).
    ///
    /// # Errors
    /// [`GetError`]
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("rate", 0.5);
    /// assert_eq!(config.get_float("rate"), Ok(0.5));
    /// ```
    pub fn get_float(&self, key: &str) -> Result<f64, GetError> {
        self.get_as(key)
    }

    /// The bool that a key holds. As [`get_as`](Self::get_as).
    ///
    /// # Errors
    /// [`GetError`]
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("debug", true);
    /// assert_eq!(config.get_bool("debug"), Ok(true));
    /// ```
    pub fn get_bool(&self, key: &str) -> Result<bool, GetError> {
        self.get_as(key)
    }
}
