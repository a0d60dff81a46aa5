//! What changes a store, and what looks at the whole of it.
#![forbid(unsafe_code)]

use super::errors::NotAsExpected;
use super::settings::Settings;
use super::subscription::Subscription;
use super::value::Value;
use super::watch::Watch;
use super::{Changes, ConfigStore};
use crate::sync::Arc;
use crate::sync::Locked;
use std::hash::BuildHasher;

impl<H: BuildHasher> ConfigStore<H> {
    /// Gives a key this value, and returns the one that it had.
    ///
    /// Each set is a change, and gets to the subscribers, also when the value is the same: see
    /// [`set_if_changed`](Self::set_if_changed).
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// assert_eq!(config.set("port", 80), None);
    /// assert_eq!(config.set("port", 81), Some(80.into()));
    /// ```
    pub fn set(&self, key: &str, value: impl Into<Value>) -> Option<Value> {
        let value = value.into();
        self.change(key, |writer| (self.shared.write(writer, key, Some(value)), true))
    }

    /// Gives a key this value, unless it has it already. Returns whether it was changed.
    ///
    /// ```
    /// let config = sync_map::config::ConfigStore::new();
    /// assert!(config.set_if_changed("port", 80));
    /// assert!(!config.set_if_changed("port", 80));
    /// ```
    pub fn set_if_changed(&self, key: &str, value: impl Into<Value>) -> bool {
        let value = value.into();
        self.change(key, |writer| {
            let changed = self.shared.read(key, |current| *current == value) != Some(true); // LP(set_if_changed, same)
            if changed {
                self.shared.write(writer, key, Some(value));
            }
            (changed, changed)
        })
    }

    /// Gives a key this value if it has the one that is expected; `None` expects that it has none.
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
        let new = new.into();
        self.change(key, |writer| {
            let current = self.shared.read(key, Value::clone); // LP(compare_and_set, not as expected)
            if current.as_ref() != expected {
                return (Err(NotAsExpected { key: key.to_owned(), current, rejected: new }), false);
            }
            self.shared.write(writer, key, Some(new));
            (Ok(()), true)
        })
    }

    /// Gives a key the value that `make` makes of the one that it has, and returns the new one.
    ///
    /// `make` runs under no lock, again when another thread has set the key meanwhile to something else.
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
        let mut current = self.get(key);
        loop {
            let new = make(current.as_ref()).into();
            match self.compare_and_set(key, current.as_ref(), new.clone()) {
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
        let removed = self.change(key, |writer| {
            if self.shared.life(key).is_none() {
                return (None, false); // LP(remove, absent)
            }
            (self.shared.write(writer, key, None), true)
        });
        if removed.is_some() {
            self.shared.clean(&[key.to_owned()]);
        }
        removed
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
        let _pinned_before_locking = self.shared.entries.pin();
        let (watch, number, life) = {
            let mut writer = self.shared.writer.lock();
            writer.subscriptions += 1;
            let number = writer.subscriptions;
            let life = self.shared.life(key); // LP(subscribe)
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
        Subscription::new(Arc::clone(&self.shared), watch, key.to_owned(), number, life)
    }

    /// How many subscriptions to a key there are, closed ones that are not dropped yet included.
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
        let pinned = self.shared.entries.pin();
        let _no_writer = self.shared.writer.lock(); // LP(snapshot)
        let rows = pinned.iter().filter_map(|(key, entry)| Some((key.clone(), entry.value.clone()?)));
        rows.collect()
    }

    /// Gives each of these keys its value, those that have it already left out. Other keys stay as they are.
    ///
    /// **Consistency.** A snapshot sees all of it or nothing. Who reads key by key may see the new value of one and the old value of
    /// another.
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

    /// Makes these the keys and values of the store: as [`apply`](Self::apply), and all other keys are removed.
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
        let pinned = self.shared.entries.pin();
        let mut changes = Changes::default();
        let watches = {
            let mut writer = self.shared.writer.lock();
            if remove_others {
                let keys = pinned.iter().filter(|(_, entry)| entry.value.is_some()).map(|(key, _)| key);
                changes.removed = keys.filter(|key| settings.get(key).is_none()).cloned().collect();
                changes.removed.sort();
            }
            for key in &changes.removed {
                self.shared.write(&mut writer, key, None);
            }
            for (key, value) in settings {
                if self.shared.read(&key, |current| *current == value) != Some(true) {
                    self.shared.write(&mut writer, &key, Some(value));
                    changes.set.push(key);
                }
            }
            watches_of(&writer, changes.set.iter().chain(&changes.removed))
        };
        watches.iter().for_each(|watch| watch.notify());
        self.shared.clean(&changes.removed);
        changes
    }
}

impl<H: BuildHasher> ConfigStore<H> {
    /// Whether a quiet store without subscriptions is whole: the map is, no removal has left anything, nobody is waited for.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String> {
        let shared = Arc::get_mut(&mut self.shared).ok_or("a subscription still has the store")?;
        if let Some((key, _)) = shared.entries.pin().iter().find(|(_, entry)| entry.value.is_none()) {
            return Err(format!("the removal of `{key}` has left its entry"));
        }
        if let Some(key) = shared.writer.get_mut().watches.keys().next() {
            return Err(format!("`{key}` has subscribers, and there are no subscriptions"));
        }
        shared.entries.check_invariants()
    }

    /// The structure of a quiet store's map; as [`check_invariants`](Self::check_invariants). For tests and tools.
    #[doc(hidden)]
    pub fn shape(&mut self) -> crate::Shape<'_, String, impl Sized> {
        Arc::get_mut(&mut self.shared).expect("no subscription has the store").entries.shape()
    }
}

fn watches_of<'k>(
    writer: &Locked<'_, super::Writer>,
    keys: impl Iterator<Item = &'k String>,
) -> Vec<Arc<Watch>> {
    keys.filter_map(|key| writer.watch(key)).collect()
}

impl<H: BuildHasher> Drop for ConfigStore<H> {
    fn drop(&mut self) {
        self.shared.entries.clear();
        let watches = std::mem::take(&mut self.shared.writer.lock().watches);
        watches.values().for_each(|(watch, _)| watch.end());
    }
}
