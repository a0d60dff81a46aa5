//! Calls, and what the map looks like after them.

use std::collections::BTreeMap;
use sync_map::{KeyState, LoadOrStore, SyncMap};

pub(crate) type Map = SyncMap<&'static str, i64>;

/// A call of the map.
#[derive(Clone, Copy)]
pub(crate) enum Call {
    Store(&'static str, i64),
    Load(&'static str),
    LoadOrStore(&'static str, i64),
    Delete(&'static str),
    Range,
    Clear,
}

impl Call {
    /// Makes it; the call as text, with what it returned.
    pub(crate) fn perform(self, map: &Map) -> String {
        match self {
            Call::Store(key, value) => {
                map.store(key, value);
                format!("store({key}, {value})")
            }
            Call::Load(key) => match map.load(key) {
                Some(value) => format!("load({key}) → {value}"),
                None => format!("load({key}) → none"),
            },
            Call::LoadOrStore(key, value) => match map.load_or_store(key, value) {
                LoadOrStore::Stored(value) => format!("load_or_store({key}, {value}) → stored"),
                LoadOrStore::Loaded { actual, .. } => format!("load_or_store({key}, {value}) → {actual}"),
            },
            Call::Delete(key) => format!("delete({key}) → {}", map.delete(key)),
            Call::Range => {
                let mut visited = Vec::new();
                map.range(|key, _| {
                    visited.push(*key);
                    true
                });
                visited.sort_unstable();
                format!("range → {}", visited.join(", "))
            }
            Call::Clear => {
                map.clear();
                "clear".to_owned()
            }
        }
    }
}

/// What an entry's slot holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Live(i64),
    Deleted,
    Expunged,
}

impl Slot {
    /// As a word: the name that the book has for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Slot::Live(_) => "live",
            Slot::Deleted => "deleted",
            Slot::Expunged => "expunged",
        }
    }
}

/// An entry, and which tables have it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) slot: Slot,
    pub(crate) in_read: bool,
    pub(crate) in_dirty: bool,
}

/// What is behind the mutex, while there is a dirty table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dirty {
    pub(crate) misses: usize,
    pub(crate) len: usize,
}

/// A map that nobody is changing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) amended: bool,
    pub(crate) dirty: Option<Dirty>,
    pub(crate) entries: BTreeMap<&'static str, Entry>,
}

impl State {
    /// The state of this map.
    pub(crate) fn of(map: &Map) -> State {
        let pinned = map.pin();
        let glance = pinned.glance();
        let guarded = glance.guarded.expect("nobody holds the mutex");
        let slot = |state: &KeyState<'_, i64>| match state {
            KeyState::Live(value) => Slot::Live(**value),
            KeyState::Deleted => Slot::Deleted,
            KeyState::Expunged => Slot::Expunged,
        };
        let mut entries = BTreeMap::new();
        for (key, state) in &glance.in_read {
            let slot = slot(state);
            // INV-3; the number of dirty's entries, below, would show it if it were not so.
            let in_dirty = guarded.dirty && slot != Slot::Expunged;
            entries.insert(**key, Entry { slot, in_read: true, in_dirty });
        }
        for (key, state) in &guarded.dirty_only {
            entries.insert(**key, Entry { slot: slot(state), in_read: false, in_dirty: true });
        }
        let len = entries.values().filter(|entry| entry.in_dirty).count();
        assert_eq!(len, guarded.dirty_len, "dirty has every entry that is not expunged");
        let dirty = guarded.dirty.then_some(Dirty { misses: guarded.misses, len });
        State { amended: glance.amended, dirty, entries }
    }

    /// What the entry of a key holds.
    pub(crate) fn word(&self, key: &str) -> Option<&'static str> {
        self.entries.get(key).map(|entry| entry.slot.word())
    }
}
