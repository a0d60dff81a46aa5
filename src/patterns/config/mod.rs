//! A store of configuration values, with subscriptions that always get the newest.
//!
//! The seed of this project kept a value in one `sync.Map`, and the channels of its listeners in another. A value and the news of
//! it were two things, and went different ways: see `docs/patterns/config.md` for the five races. Here there is one thing:
//!
//! ```text
//!   entries: SyncMap                       writer: Mutex
//!   ┌──────────────────────────────┐       ┌──────────────────────────────────┐
//!   │ "port" ─▶ value    5432      │       │ version 7: of the last change    │
//!   │           version  7         │       │ watches: "port" ─▶ event count,  │
//!   │           life     3         │       │                    subscribers 2 │
//!   └──────────────────────────────┘       └──────────────────────────────────┘
//!     readers and subscribers: no lock       writers, one at a time
//! ```
//!
//! An entry has a value and its version in one cell, so that whoever reads one has the other. Versions count the changes of
//! the whole store. A *life* of a key is from the set that gives it a value to its removal; its number is the version of that set. An
//! event (see `watch`) carries nothing: it says "look again".
//!
//! A removal first writes an entry without a value, under the mutex, and deletes that entry after the mutex is free.
//!
//! # User code under the mutex
//! There is none. Dropping old garbage may run any user's `Drop`; the map does that when it pins a thread that was not pinned,
//! and when one guard has retired much. So a writer pins before it takes the mutex, and makes each exchange under it through a
//! guard of its own (`Shared::write`).
//!
//! # Progress
//! Reads are those of the map: no lock for a key that has been there for a while. Writers wait for each other.
#![forbid(unsafe_code)]

mod change;
mod errors;
mod load;
mod settings;
mod subscription;
mod value;
mod watch;

pub use self::errors::{Closed, GetError, NotAsExpected};
pub use self::load::LoadError;
pub use self::settings::Settings;
pub use self::subscription::{Recv, Subscription};
pub use self::value::{FromValue, Value};

use self::watch::Watch;
use crate::map::SyncMap;
use crate::sync::Arc;
use crate::sync::{Locked, Mutex};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// A configuration store: a right form of the seed's `ConfigStore`.
///
/// Keys are text, by habit with dots (`database.url`). Values are [`Value`]s: set them from the types of Rust, get them by the getter of
/// the type that you expect, which tells a missing key from a value of another type.
///
/// **Consistency.** All operations on keys and their subscriptions are linearizable over all keys. [`snapshot`](Self::snapshot) is
/// the store at one moment; [`apply`](Self::apply) and [`replace_all`](Self::replace_all) are one change to it, and several changes
/// to who reads key by key: put what must change together into one [`Value::Table`].
/// **Blocking.** A read takes no lock for a key that has been there for a while. Writers, snapshots, subscribing and
/// unsubscribing wait for each other: short sections in which no user code runs.
/// **Panics.** None of its own: a panic of a closure of [`read`](Self::read) or [`update`](Self::update) surfaces in that call, and changes
/// nothing.
/// **Drop.** Closes all subscriptions.
///
/// ```
/// use sync_map::config::{ConfigStore, GetError};
///
/// let config = ConfigStore::new();
/// config.set("database_url", "localhost:5432");
/// config.set("max_connections", 100);
///
/// let mut changes = config.subscribe("database_url");
/// config.set("database_url", "prod-db:5432");
/// assert_eq!(changes.recv(), Ok("prod-db:5432".into())); // the newest, whatever came before
///
/// assert_eq!(config.get_int("max_connections"), Ok(100));
/// assert!(matches!(config.get_int("timeout"), Err(GetError::Missing { .. })));
/// assert_eq!(
///     config.get_int("database_url").unwrap_err().to_string(),
///     "configuration key `database_url`: expected an integer, found the string \"prod-db:5432\""
/// );
/// ```
pub struct ConfigStore<H: BuildHasher = RandomState> {
    shared: Arc<Shared<H>>,
}

/// What the store and its subscriptions share.
struct Shared<H> {
    entries: SyncMap<String, Entry, H>,
    writer: Mutex<Writer>,
}

/// What a key holds: see the module.
struct Entry {
    /// Nothing: removed, and about to be deleted.
    value: Option<Value>,
    version: u64,
    life: u64,
}

/// What writers guard.
struct Writer {
    /// Of the last change.
    version: u64,
    /// How many subscriptions were ever made.
    subscriptions: u64,
    /// What the subscribers of a key wait on, and how many they are.
    watches: BTreeMap<String, (Arc<Watch>, usize)>,
}

/// What [`ConfigStore::apply`] and [`ConfigStore::replace_all`] have changed. Both empty: nothing.
///
/// ```
/// use sync_map::config::{Changes, ConfigStore, Settings};
/// let config = ConfigStore::new();
/// let settings = Settings::from_iter([("port", 80.into())]);
/// assert_eq!(config.apply(settings.clone()), Changes { set: vec!["port".into()], removed: vec![] });
/// assert_eq!(config.apply(settings), Changes::default());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The keys that have another value now, sorted.
    pub set: Vec<String>,
    /// The keys that were removed, sorted.
    pub removed: Vec<String>,
}

impl<H: BuildHasher> Shared<H> {
    /// What `look` makes of the value of a key, if it has one.
    fn read<R>(&self, key: &str, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.entries.pin().load(key)?.value.as_ref().map(look) // LP(get)
    }

    /// The life of a key that has a value.
    fn life(&self, key: &str) -> Option<u64> {
        let pinned = self.entries.pin();
        let entry = pinned.load(key)?;
        entry.value.as_ref().and(Some(entry.life))
    }

    /// Gives a key this value, or none, and returns the one that it had. The caller has pinned this thread before it took the
    /// mutex: then these two pins collect nothing, and the exchange of a fresh guard flushes nothing.
    fn write(&self, writer: &mut Locked<'_, Writer>, key: &str, value: Option<Value>) -> Option<Value> {
        writer.version += 1;
        let version = writer.version;
        let life = self.life(key).unwrap_or(version);
        let pinned = self.entries.pin();
        let previous = pinned.swap(key.to_owned(), Entry { value, version, life }); // LP(set), LP(remove)
        previous.and_then(|entry| entry.value.clone())
    }

    /// Deletes what removals have left of these keys. Not under the mutex.
    fn clean(&self, keys: &[String]) {
        let pinned = self.entries.pin();
        for key in keys {
            pinned.delete_if(&**key, |entry| entry.value.is_none());
        }
    }

    fn unsubscribe(&self, key: &str) {
        let mut writer = self.writer.lock();
        if let Some((_, subscribers)) = writer.watches.get_mut(key) {
            *subscribers -= 1;
            if *subscribers == 0 {
                writer.watches.remove(key);
            }
        }
    }
}

impl Writer {
    fn watch(&self, key: &str) -> Option<Arc<Watch>> {
        self.watches.get(key).map(|(watch, _)| Arc::clone(watch))
    }
}

impl ConfigStore {
    /// An empty store.
    ///
    /// ```
    /// assert!(sync_map::config::ConfigStore::new().keys().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }
}

impl<H: BuildHasher> ConfigStore<H> {
    /// An empty store, with this hasher for the keys.
    ///
    /// ```
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    /// use sync_map::config::ConfigStore;
    /// let config = ConfigStore::with_hasher(BuildHasherDefault::<DefaultHasher>::new());
    /// config.set("port", 80);
    /// ```
    pub fn with_hasher(hasher: H) -> Self {
        let writer = Writer { version: 0, subscriptions: 0, watches: BTreeMap::new() };
        ConfigStore {
            shared: Arc::new(Shared { entries: SyncMap::with_hasher(hasher), writer: Mutex::new(writer) }),
        }
    }

    /// Makes one change under the mutex, and wakes the subscribers of `key` after it.
    fn change<R>(&self, key: &str, change: impl FnOnce(&mut Locked<'_, Writer>) -> (R, bool)) -> R {
        let _pinned_before_locking = self.shared.entries.pin();
        let (result, watch) = {
            let mut writer = self.shared.writer.lock();
            let (result, changed) = change(&mut writer);
            (result, if changed { writer.watch(key) } else { None })
        };
        if let Some(watch) = watch {
            watch.notify();
        }
        result
    }

    /// The value of a key, cloned.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("port", 80);
    /// assert_eq!(config.get("port"), Some(80.into()));
    /// assert_eq!(config.get("host"), None);
    /// ```
    pub fn get(&self, key: &str) -> Option<Value> {
        self.shared.read(key, Value::clone)
    }

    /// What `look` makes of the value of a key: clones nothing. `look` runs under no lock, and holds up the freeing of memory while
    /// it runs.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("motd", "hello");
    /// assert_eq!(config.read("motd", |value| value.kind()), Some("string"));
    /// ```
    pub fn read<R>(&self, key: &str, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.shared.read(key, look)
    }

    /// Whether a key has a value.
    ///
    /// ```
    /// assert!(!sync_map::config::ConfigStore::new().contains_key("port"));
    /// ```
    pub fn contains_key(&self, key: &str) -> bool {
        self.shared.read(key, |_| ()).is_some()
    }

    /// The value of a key as the type that is asked for.
    ///
    /// # Errors
    /// [`GetError`], which tells a missing key from a value of another type. An integer that does not fit is of another type; an
    /// integer is no float, and a float no integer.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("ports", vec![80, 443]);
    /// assert_eq!(config.get_as::<Vec<u16>>("ports"), Ok(vec![80, 443]));
    /// assert!(config.get_as::<u16>("ports").is_err());
    /// ```
    pub fn get_as<T: FromValue>(&self, key: &str) -> Result<T, GetError> {
        let read = self.shared.read(key, |value| {
            T::from_value(value).ok_or_else(|| GetError::WrongType {
                key: key.to_owned(),
                expected: T::EXPECTED,
                found: value.clone(),
            })
        });
        read.unwrap_or_else(|| Err(GetError::Missing { key: key.to_owned() }))
    }

    /// The value of a key as the type that is asked for, or `default` when the key has none.
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

impl Default for ConfigStore {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Settings> for ConfigStore {
    fn from(settings: Settings) -> Self {
        let config = Self::new();
        config.apply(settings);
        config
    }
}

impl<H: BuildHasher> fmt::Debug for ConfigStore<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.snapshot()).finish()
    }
}
