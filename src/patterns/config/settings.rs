//! Keys and values outside a store: what is read from files and the environment, merged, and applied.
#![forbid(unsafe_code)]

use super::value::Value;
use std::collections::{BTreeMap, btree_map};

/// Keys and their values, sorted by key; what a [`ConfigStore`](super::ConfigStore) loads and what its snapshots are.
///
/// Later layers go over earlier ones by [`merge`](Self::merge): defaults, then a file, then the environment.
///
/// ```
/// use sync_map::config::{ConfigStore, Settings};
///
/// let mut settings = Settings::from_iter([("port", 80.into()), ("host", "localhost".into())]);
/// settings.merge(Settings::from_iter([("port", 8080.into())]));
/// let config = ConfigStore::from(settings);
/// assert_eq!(config.get_int("port"), Ok(8080));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    rows: BTreeMap<String, Value>,
}

impl Settings {
    /// No keys.
    ///
    /// ```
    /// assert!(sync_map::config::Settings::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key; `None` if it has none.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let settings = Settings::from_iter([("port", 80.into())]);
    /// assert_eq!((settings.get("port"), settings.get("host")), (Some(&80.into()), None));
    /// ```
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.rows.get(key)
    }

    /// Gives a key this value, and returns the one that it had.
    ///
    /// ```
    /// let mut settings = sync_map::config::Settings::new();
    /// settings.set("port", 80);
    /// assert_eq!(settings.get("port"), Some(&80.into()));
    /// ```
    pub fn set(&mut self, key: &str, value: impl Into<Value>) -> Option<Value> {
        self.rows.insert(key.to_owned(), value.into())
    }

    /// Adds the settings of `over`, which replace those of the same key. A list or a table is one value, and is replaced as a whole.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let mut settings = Settings::from_iter([("port", 80.into()), ("host", "localhost".into())]);
    /// settings.merge(Settings::from_iter([("port", 8080.into())]));
    /// assert_eq!((settings.get("port"), settings.len()), (Some(&8080.into()), 2));
    /// ```
    pub fn merge(&mut self, over: Settings) {
        self.rows.extend(over.rows);
    }

    /// How many keys there are.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// assert_eq!(Settings::from_iter([("port", 80.into())]).len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// assert!(!Settings::from_iter([("port", 80.into())]).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The keys and values, sorted by key.
    ///
    /// ```
    /// use sync_map::config::Settings;
    /// let settings = Settings::from_iter([("port", 80.into()), ("host", "localhost".into())]);
    /// let keys: Vec<_> = settings.iter().map(|(key, _)| key.as_str()).collect();
    /// assert_eq!(keys, ["host", "port"]);
    /// ```
    pub fn iter(&self) -> btree_map::Iter<'_, String, Value> {
        self.rows.iter()
    }

    /// A table as keys: the tables in it become keys with dots, except for those without rows. The error is a key that came twice (`a.b`
    /// written as one name and as a table `a`).
    #[cfg(any(feature = "toml", feature = "json"))]
    pub(super) fn from_table(table: BTreeMap<String, Value>) -> Result<Self, String> {
        let mut settings = Settings::new();
        let mut waiting: Vec<(String, Value)> = table.into_iter().collect();
        while let Some((key, value)) = waiting.pop() {
            match value {
                Value::Table(rows) if !rows.is_empty() => {
                    waiting.extend(rows.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
                }
                value => {
                    if settings.rows.insert(key.clone(), value).is_some() {
                        return Err(key);
                    }
                }
            }
        }
        Ok(settings)
    }
}

impl<K: Into<String>> FromIterator<(K, Value)> for Settings {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(rows: I) -> Self {
        Settings { rows: rows.into_iter().map(|(key, value)| (key.into(), value)).collect() }
    }
}

impl IntoIterator for Settings {
    type Item = (String, Value);
    type IntoIter = btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<'s> IntoIterator for &'s Settings {
    type Item = (&'s String, &'s Value);
    type IntoIter = btree_map::Iter<'s, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
