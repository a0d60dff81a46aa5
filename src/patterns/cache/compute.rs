//! One computation for many callers.
//!
//! The first caller for an absent key puts a *flight* into the map, computes, and exchanges the flight for the value: by
//! identity, so that a value that was stored meanwhile is not overwritten. Who meets the flight waits for it to land.
//!
//! | the flight | then |
//! |---|---|
//! | flies | others wait |
//! | has landed, with an item | they take its value |
//! | has failed (an error, a panic) | the flight is out of the map; one of them computes |
//!
//! **Cut off.** A `remove`, an `insert` or a `clear` takes the flight out of the map. It still lands, for those who wait for it,
//! but its value is not kept: as if it had been stored just before it was removed or replaced. So a value that was
//! computed from old data does not outlive a `remove` that was called after the data changed.
//!
//! **Progress.** A caller waits for one computation of its key that another thread runs, and for nothing else; no lock is held
//! while it runs.
#![forbid(unsafe_code)]

use super::inner::Inner;
use super::item::{Item, Slot};
use crate::LoadOrStore;
use crate::patterns::monitor::Monitor;
use crate::sync::Arc;
use crate::sync::stripe_index;
use std::hash::{BuildHasher, Hash};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// See the module.
pub(super) struct Flight<K, V> {
    progress: Monitor<Progress<K, V>>,
    /// The thread that computes.
    pilot: usize,
}

enum Progress<K, V> {
    Flies,
    Landed(Arc<Item<K, V>>),
    Failed,
}

impl<K, V> Flight<K, V> {
    fn begin() -> Arc<Self> {
        Arc::new(Flight { progress: Monitor::new(Progress::Flies), pilot: stripe_index() })
    }

    /// What it lands with; nothing when it fails.
    fn wait(&self) -> Option<Arc<Item<K, V>>> {
        assert!(
            self.pilot != stripe_index(),
            "sync-map: the closure of `get_or_insert_with` asked the cache to compute the very key that it computes: \
             it would wait for itself. Compute the value without asking for it."
        );
        let mut progress = self.progress.lock();
        loop {
            match &*progress {
                Progress::Flies => progress = self.progress.wait(progress),
                Progress::Landed(item) => return Some(Arc::clone(item)),
                Progress::Failed => return None,
            }
        }
    }

    fn end(&self, how: Progress<K, V>) {
        *self.progress.lock() = how;
        self.progress.notify_all();
    }
}

/// What a caller finds.
enum Found<K, V> {
    Item(Arc<Item<K, V>>),
    Another(Arc<Flight<K, V>>),
    Nothing(Arc<Flight<K, V>>),
}

impl<K, V, S> Inner<K, V, S>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    /// The value of the key, or what `make` returns for it, for as long as that is good for.
    pub(super) fn get_or_compute<E>(
        &self,
        key: K,
        make: impl FnOnce() -> Result<(V, Duration), E>,
    ) -> Result<V, E> {
        loop {
            let found = self.find_or_begin(&key);
            self.count_lookup(matches!(found, Found::Item(_)));
            match found {
                Found::Item(item) => return Ok(item.value.clone()),
                Found::Nothing(flight) => return self.fly(key, flight, make),
                Found::Another(flight) => {
                    if let Some(item) = flight.wait() {
                        return Ok(item.value.clone());
                    }
                }
            }
        }
    }

    fn find_or_begin(&self, key: &K) -> Found<K, V> {
        let slots = self.slots.pin();
        loop {
            if let Some(item) = self.find(&slots, key) {
                return Found::Item(Arc::clone(item));
            }
            let mine = Flight::begin();
            match slots.load_or_store(key.clone(), Slot::Computing(Arc::clone(&mine))) {
                LoadOrStore::Stored(_) => return Found::Nothing(mine),
                LoadOrStore::Loaded { actual: Slot::Computing(flight), .. } => {
                    return Found::Another(Arc::clone(flight));
                }
                LoadOrStore::Loaded { actual: Slot::Value(_), .. } => {}
            }
        }
    }

    /// Computes, and lands.
    fn fly<E>(
        &self,
        key: K,
        flight: Arc<Flight<K, V>>,
        make: impl FnOnce() -> Result<(V, Duration), E>,
    ) -> Result<V, E> {
        // The flight fails here and not in a destructor: with the panic caught, this is a call like any other.
        let (value, time_to_live) = match catch_unwind(AssertUnwindSafe(make)) {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => {
                self.fail(&key, &flight);
                return Err(error);
            }
            Err(panic) => {
                self.fail(&key, &flight);
                resume_unwind(panic)
            }
        };
        let item = self.item(key.clone(), value, time_to_live);
        let slots = self.slots.pin();
        // LP(get_or_insert_with): by identity. A flight that was cut off is not there any more.
        let kept = slots.compare_and_swap(
            &key,
            &Slot::Computing(Arc::clone(&flight)),
            Slot::Value(Arc::clone(&item)),
        );
        flight.end(Progress::Landed(Arc::clone(&item)));
        if kept.is_ok() {
            let mut gone = Vec::new();
            self.enter(&slots, &item, &mut gone);
            self.tell(gone);
        }
        Ok(item.value.clone())
    }

    fn fail(&self, key: &K, flight: &Arc<Flight<K, V>>) {
        // First out of the map, so that those who are woken find nothing there.
        self.slots.pin().compare_and_delete(key, &Slot::Computing(Arc::clone(flight)));
        flight.end(Progress::Failed);
    }
}
