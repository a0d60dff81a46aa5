//! The store itself: how it is made, and how one key is changed.
#![forbid(unsafe_code)]

use super::name::{Name, Ready};
use super::settings::Settings;
use super::shared::{Entries, Shared, Writer, announce};
use crate::map::SyncMap;
use crate::sync::{Arc, Locked, Mutex};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// A configuration store: values by key, and subscriptions that always get the newest one.
///
/// Keys are text, usually with dots (`database.url`). Values are [`Value`](super::Value)s: set them from the types of Rust, get them by
/// the getter of the type that you expect, which tells a missing key from a value of another type.
///
/// **Consistency.** All operations on keys and their subscriptions are linearizable over all keys. [`snapshot`](Self::snapshot) is
/// the store at one moment; [`apply`](Self::apply) and [`replace_all`](Self::replace_all) are one change to it, but several to a
/// thread that reads key by key: put what must change together into one [`Value::Table`](super::Value::Table).
/// **Blocking.** A read takes no lock for a key that has been there for a while. Writers, snapshots, subscribing and
/// unsubscribing wait for each other: short sections in which no user code runs.
/// **Panics.** None of its own. A panic of the hasher, of a conversion, or of a closure of [`read`](Self::read) or
/// [`update`](Self::update) surfaces in that call, which changes nothing. A waker that panics does not keep others from being woken; its panic
/// surfaces in the call that made the change, which has taken effect.
/// **Drop.** Closes all subscriptions. A value that was replaced or removed is dropped later, by whatever thread pins a map or flushes. A
/// change hands what it has retired over to them, so that nothing waits for the thread that made it.
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
    pub(super) shared: Arc<Shared<H>>,
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
            shared: Arc::new(Shared {
                hasher,
                entries: SyncMap::with_hasher(Ready::default()),
                writer: Mutex::named("the mutex of a configuration store's writers", writer),
            }),
        }
    }

    /// Makes one change to a key under the mutex, and tells of it if it was one.
    pub(super) fn change<R>(
        &self,
        name: &Name,
        change: impl FnOnce(&Entries<'_>, &mut Locked<'_, Writer>) -> (R, bool),
    ) -> R {
        let entries = self.shared.entries.pin(); // before the mutex is taken
        let (result, watch, changed) = {
            let mut writer = self.shared.writer.lock();
            let (result, changed) = change(&entries, &mut writer);
            (result, if changed { writer.watch(name.key()) } else { None }, changed)
        };
        if changed {
            announce(&entries, watch.iter().map(|watch| watch.notify()).collect());
        } else {
            entries.flush_if_full();
        }
        result
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
