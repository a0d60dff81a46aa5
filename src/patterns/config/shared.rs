//! What a store and its subscriptions share: the entries, and what writers guard.
#![forbid(unsafe_code)]

use super::name::{Looked, Name, Ready};
use super::value::Value;
use super::watch::{Wakers, Watch};
use crate::map::{Pinned, SyncMap};
use crate::patterns::panics::Panics;
use crate::sync::{Arc, Mutex};
use equivalent::Equivalent;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};

/// What the store and its subscriptions share.
pub(super) struct Shared<H> {
    pub(super) hasher: H,
    pub(super) entries: SyncMap<Name, Entry, Ready>,
    pub(super) writer: Mutex<Writer>,
}

/// The entries, with this thread pinned.
pub(super) type Entries<'s> = Pinned<'s, Name, Entry, Ready>;

/// What a key holds: see the drawing in `mod.rs`.
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) version: u64,
    pub(super) life: u64,
}

/// What writers guard.
pub(super) struct Writer {
    /// Of the last change.
    pub(super) version: u64,
    /// How many subscriptions were ever made.
    pub(super) subscriptions: u64,
    /// What the subscribers of a key wait on, and how many they are.
    pub(super) watches: BTreeMap<String, (Arc<Watch>, usize)>,
}

impl<H: BuildHasher> Shared<H> {
    /// The key with its hash, to be stored. Runs the hasher, so it is called under no lock.
    pub(super) fn name(&self, key: String) -> Name {
        Name::new(&self.hasher, key)
    }

    /// The key with its hash, to look up with. Runs the hasher, so it is called under no lock.
    pub(super) fn looked<'k>(&self, key: &'k str) -> Looked<'k> {
        Looked::new(&self.hasher, key)
    }

    /// What `look` makes of the value of a key, if it has one.
    pub(super) fn read<R>(
        &self,
        key: &(impl Hash + Equivalent<Name>),
        look: impl FnOnce(&Value) -> R,
    ) -> Option<R> {
        self.entries.pin().load(key).map(|entry| look(&entry.value)) // LP(get)
    }

    pub(super) fn unsubscribe(&self, key: &str) {
        let mut writer = self.writer.lock();
        if let Some((_, subscribers)) = writer.watches.get_mut(key) {
            *subscribers -= 1;
            if *subscribers == 0 {
                writer.watches.remove(key);
            }
        }
    }
}

/// Gives a key this value, and returns the one that it had.
pub(super) fn write<'e>(
    entries: &'e Entries<'_>,
    writer: &mut Writer,
    name: Name,
    value: Value,
) -> Option<&'e Value> {
    writer.version += 1;
    let version = writer.version;
    let life = entries.load(&name).map_or(version, |entry| entry.life);
    let previous = entries.swap(name, Entry { value, version, life }); // LP(set)
    previous.map(|entry| &entry.value)
}

/// Takes the value of a key away, and returns it.
pub(super) fn take<'e>(entries: &'e Entries<'_>, writer: &mut Writer, name: &Name) -> Option<&'e Value> {
    let removed = entries.load_and_delete(name)?; // LP(remove)
    writer.version += 1;
    Some(&removed.value)
}

/// Does everything that must follow a change, once the mutex is free again. See `mod.rs` for the order.
pub(super) fn announce(entries: &Entries<'_>, wakers: Vec<Wakers>) {
    let mut panics = Panics::default();
    wakers.into_iter().for_each(|wakers| wakers.wake(&mut panics));
    panics.catch(|| entries.flush_all());
    panics.go_on();
}

impl Writer {
    pub(super) fn watch(&self, key: &str) -> Option<Arc<Watch>> {
        self.watches.get(key).map(|(watch, _)| Arc::clone(watch))
    }
}
