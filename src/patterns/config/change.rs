//! What changes a store, and what looks at the whole of it.
#![forbid(unsafe_code)]

use super::errors::NotAsExpected;
use super::name::Name;
use super::settings::Settings;
use super::shared::{Entry, announce, take, write};
use super::store::ConfigStore;
use super::subscription::Subscription;
use super::value::Value;
use super::watch::{Wakers, Watch};
use crate::map::{Drawn, Shape};
use crate::patterns::panics::Panics;
use crate::sync::Arc;
use std::hash::BuildHasher;

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

impl<H: BuildHasher> ConfigStore<H> {
    /// Gives a key this value, and returns the one that it had.
    ///
    /// Each set is a change and reaches the subscribers, even if the value is the same: see
    /// [`set_if_changed`](Self::set_if_changed).
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// assert_eq!(config.set("port", 80), None);
    /// assert_eq!(config.set("port", 81), Some(80.into()));
    /// ```
    pub fn set(&self, key: &str, value: impl Into<Value>) -> Option<Value> {
        let (value, name) = (value.into(), self.shared.name(key.to_owned()));
        self.change(&name, |entries, writer| (write(entries, writer, name.clone(), value).cloned(), true))
    }

    /// Gives a key this value, unless it has it already. Returns whether it was changed.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// assert!(config.set_if_changed("port", 80));
    /// assert!(!config.set_if_changed("port", 80));
    /// ```
    pub fn set_if_changed(&self, key: &str, value: impl Into<Value>) -> bool {
        let (value, name) = (value.into(), self.shared.name(key.to_owned()));
        self.change(&name, |entries, writer| {
            let changed = entries.load(&name).is_none_or(|entry| entry.value != value); // LP(set_if_changed, same)
            if changed {
                write(entries, writer, name.clone(), value);
            }
            (changed, changed)
        })
    }

    /// Gives a key this value if it has the one that is expected; `None` expects that it has none.
    ///
    /// Values are compared as [`Value`] says: each is equal to itself, so what was just read is what is expected.
    ///
    /// # Errors
    /// [`NotAsExpected`], with what it has, and the value that was not set.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.compare_and_set("leader", None, "node-1").unwrap();
    /// config.compare_and_set("leader", Some(&"node-1".into()), "node-2").unwrap();
    /// let error = config.compare_and_set("leader", None, "node-3").unwrap_err();
    /// assert_eq!(error.current, Some("node-2".into()));
    /// ```
    pub fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&Value>,
        new: impl Into<Value>,
    ) -> Result<(), NotAsExpected> {
        let (new, name) = (new.into(), self.shared.name(key.to_owned()));
        self.exchange(&name, expected, new)
    }

    fn exchange(&self, name: &Name, expected: Option<&Value>, new: Value) -> Result<(), NotAsExpected> {
        self.change(name, |entries, writer| {
            let current = entries.load(name).map(|entry| &entry.value); // LP(compare_and_set, not as expected)
            if current != expected {
                let (key, current) = (name.key().clone(), current.cloned());
                return (Err(NotAsExpected { key, current, rejected: new }), false);
            }
            write(entries, writer, name.clone(), new);
            (Ok(()), true)
        })
    }

    /// Gives a key the value that `make` makes of the one that it has, and returns the new one.
    ///
    /// `make` runs under no lock, and again if the key has another value by then. So it runs once if nobody else changes the key; each
    /// further run is due to a change by another thread, or by `make` itself.
    ///
    /// **Panics.** If `make` does; it has changed nothing then.
    ///
    /// ```
    /// use sync_map::config::{ConfigStore, Value};
    /// let config = ConfigStore::new();
    /// let more = |now: Option<&Value>| match now {
    ///     Some(Value::Integer(n)) => n + 10,
    ///     _ => 100,
    /// };
    /// assert_eq!(config.update("max_connections", more), Value::Integer(100));
    /// assert_eq!(config.update("max_connections", more), Value::Integer(110));
    /// ```
    pub fn update<V: Into<Value>>(&self, key: &str, mut make: impl FnMut(Option<&Value>) -> V) -> Value {
        let name = self.shared.name(key.to_owned());
        let mut current = self.shared.read(&name, Value::clone);
        // The loop ends: equality of values is total, and each round looks for the same name, whatever the hasher does.
        loop {
            let new = make(current.as_ref()).into();
            match self.exchange(&name, current.as_ref(), new.clone()) {
                Ok(()) => return new,
                Err(error) => current = error.current,
            }
        }
    }

    /// Takes the value of a key away, and returns it. Closes the subscriptions that belong to it.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("port", 80);
    /// let mut changes = config.subscribe("port");
    /// assert_eq!(config.remove("port"), Some(80.into()));
    /// assert_eq!(config.remove("port"), None);
    /// assert!(changes.recv().is_err());
    /// ```
    pub fn remove(&self, key: &str) -> Option<Value> {
        let name = self.shared.name(key.to_owned());
        self.change(&name, |entries, writer| {
            let removed = take(entries, writer, &name).cloned(); // LP(remove, absent)
            let changed = removed.is_some();
            (removed, changed)
        })
    }

    /// Subscribes to a key, which may have no value yet. See [`Subscription`].
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("port", 80);
    /// let mut changes = config.subscribe("port");
    /// assert_eq!(changes.recv(), Ok(80.into()));
    /// ```
    pub fn subscribe(&self, key: &str) -> Subscription<H> {
        let name = self.shared.name(key.to_owned());
        let entries = self.shared.entries.pin(); // before the mutex is taken
        let (watch, number, life) = {
            let mut writer = self.shared.writer.lock();
            writer.subscriptions += 1;
            let number = writer.subscriptions;
            let life = entries.load(&name).map(|entry| entry.life); // LP(subscribe)
            let watch = match writer.watches.get_mut(key) {
                Some((watch, subscribers)) => {
                    *subscribers += 1;
                    Arc::clone(watch)
                }
                None => {
                    let watch = Arc::new(Watch::new());
                    writer.watches.insert(key.to_owned(), (Arc::clone(&watch), 1));
                    watch
                }
            };
            (watch, number, life)
        };
        // Made before user code may run, so that if it panics, the drop of the subscription unsubscribes.
        let subscription = Subscription::new(Arc::clone(&self.shared), watch, name, number, life);
        entries.flush_if_full();
        subscription
    }

    /// How many subscriptions to a key there are, including closed ones that are not dropped yet.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// let changes = config.subscribe("port");
    /// assert_eq!(config.subscriber_count("port"), 1);
    /// drop(changes);
    /// assert_eq!(config.subscriber_count("port"), 0);
    /// ```
    pub fn subscriber_count(&self, key: &str) -> usize {
        self.shared.writer.lock().watches.get(key).map_or(0, |(_, subscribers)| *subscribers)
    }

    /// The keys that have a value, sorted, at one moment.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("port", 80);
    /// assert_eq!(config.keys(), ["port"]);
    /// ```
    pub fn keys(&self) -> Vec<String> {
        self.snapshot().into_iter().map(|(key, _)| key).collect()
    }

    /// All keys and values, at one moment.
    ///
    /// **Blocking.** Writers wait meanwhile; time in proportion to the number of keys.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// config.set("port", 80);
    /// let saved = config.snapshot();
    /// config.set("port", 81);
    /// config.replace_all(saved);
    /// assert_eq!(config.get_int("port"), Ok(80));
    /// ```
    pub fn snapshot(&self) -> Settings {
        let entries = self.shared.entries.pin(); // before the mutex is taken
        let snapshot = {
            let _no_writer = self.shared.writer.lock(); // LP(snapshot)
            entries.iter().map(|(name, entry)| (name.key().clone(), entry.value.clone())).collect()
        };
        entries.flush_if_full();
        snapshot
    }

    /// Gives each of these keys its value, except for those that have it already. Other keys stay as they are.
    ///
    /// **Consistency.** A snapshot sees all of it or nothing. A thread that reads key by key may see the new value of one and the old
    /// value of another.
    /// **Panics.** If the hasher does, which comes first: nothing is changed then. If a waker does: everything has been done by then.
    ///
    /// ```
    /// use sync_map::config::{ConfigStore, Settings};
    /// let config = ConfigStore::new();
    /// config.set("port", 80);
    /// let settings = Settings::from_iter([("host", "example.org".into()), ("port", 80.into())]);
    /// assert_eq!(config.apply(settings).set, ["host"]);
    /// ```
    pub fn apply(&self, settings: Settings) -> Changes {
        self.change_all(settings, false)
    }

    /// Makes these the keys and values of the store: like [`apply`](Self::apply), but all other keys are removed.
    ///
    /// ```
    /// use sync_map::config::{ConfigStore, Settings};
    /// let config = ConfigStore::new();
    /// config.set("port", 80);
    /// let changes = config.replace_all(Settings::from_iter([("host", "example.org".into())]));
    /// assert_eq!((changes.set, changes.removed), (vec!["host".into()], vec!["port".into()]));
    /// ```
    pub fn replace_all(&self, settings: Settings) -> Changes {
        self.change_all(settings, true)
    }

    fn change_all(&self, settings: Settings, remove_others: bool) -> Changes {
        let named = |(key, value)| (self.shared.name(key), value);
        let rows: Vec<(Name, Value)> = settings.into_iter().map(named).collect();
        let entries = self.shared.entries.pin(); // before the mutex is taken
        let mut changes = Changes::default();
        let watches: Vec<_> = {
            let mut writer = self.shared.writer.lock();
            if remove_others {
                // Settings are sorted by key. If a hasher lied, a key may be in the map under another hash: that one goes, too.
                let row = |name: &Name| rows.binary_search_by(|(row, _)| row.key().cmp(name.key()));
                let stays = |name: &Name| row(name).is_ok_and(|at| rows[at].0 == *name);
                let others: Vec<_> = entries.keys().filter(|name| !stays(name)).cloned().collect();
                let removed = others.into_iter().filter(|name| take(&entries, &mut writer, name).is_some());
                changes.removed = removed.map(Name::into_key).collect();
                changes.removed.sort();
            }
            for (name, value) in rows {
                if entries.load(&name).is_none_or(|entry| entry.value != value) {
                    changes.set.push(name.key().clone());
                    write(&entries, &mut writer, name, value);
                }
            }
            changes.set.iter().chain(&changes.removed).filter_map(|key| writer.watch(key)).collect()
        };
        if changes != Changes::default() {
            announce(&entries, watches.iter().map(|watch| watch.notify()).collect());
        } else {
            entries.flush_if_full();
        }
        changes
    }
}

impl<H: BuildHasher> ConfigStore<H> {
    /// Whether a quiet store without subscriptions is consistent: the map is, and there are no subscribers left.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String> {
        let shared = Arc::get_mut(&mut self.shared).ok_or("a subscription still has the store")?;
        if let Some(key) = shared.writer.get_mut().watches.keys().next() {
            return Err(format!("`{key}` has subscribers, and there are no subscriptions"));
        }
        shared.entries.check_invariants()
    }

    /// Shows the tables of the store's map. For tests and tools.
    #[doc(hidden)]
    pub fn draw(&self, show: impl FnOnce(&Drawn<'_, String>)) {
        let text = |entry: &Entry| format!("{}, version {}", entry.value, entry.version);
        self.shared.entries.draw(text, |drawn| show(&drawn.by(Name::key)));
    }

    /// The structure of a quiet store's map; as [`check_invariants`](Self::check_invariants). For tests and tools.
    #[doc(hidden)]
    pub fn shape(&mut self) -> Shape<'_, String, impl Sized> {
        let shape = Arc::get_mut(&mut self.shared).expect("no subscription has the store").entries.shape();
        fn by_key<S>((name, state): (&Name, S)) -> (&String, S) {
            (name.key(), state)
        }
        Shape {
            amended: shape.amended,
            dirty: shape.dirty,
            misses: shape.misses,
            dirty_len: shape.dirty_len,
            deleted: shape.deleted,
            in_read: shape.in_read.into_iter().map(by_key).collect(),
            dirty_only: shape.dirty_only.into_iter().map(by_key).collect(),
        }
    }
}

impl<H: BuildHasher> Drop for ConfigStore<H> {
    fn drop(&mut self) {
        let mut panics = Panics::default();
        // A pin may collect garbage, which may panic. The next one collects nothing: a thread collects at one pin of many.
        let pinned = panics.catch(|| self.shared.entries.pin());
        let pinned = pinned.or_else(|| panics.catch(|| self.shared.entries.pin()));
        let watches = {
            let mut writer = self.shared.writer.lock();
            if let Some(entries) = &pinned {
                entries.clear(); // flushes nothing: a lock is held
            }
            std::mem::take(&mut writer.watches)
        };
        let wakers: Vec<Wakers> = watches.values().map(|(watch, _)| watch.end()).collect();
        wakers.into_iter().for_each(|wakers| wakers.wake(&mut panics));
        panics.catch(|| pinned.map(|mut entries| entries.let_go(0)));
        panics.go_on_from_drop();
    }
}
