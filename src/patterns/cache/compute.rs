//! One computation for many callers.
//!
//! The first caller for an absent key puts a *flight* into the map, computes, and exchanges the flight for the value: by
//! identity, so that a value that was stored meanwhile is not overwritten. Callers that meet the flight wait for it to land.
//!
//! **Panics.** Whatever panics, a flight that was begun lands or fails: [`Begun`] is its guard, from before it is in the map. If it fails,
//! it leaves the map. If the key's `Hash` or `Eq` panics then, it stays there, but it is over: a caller that meets it takes its place, by identity.
//! If they lie, so that the caller cannot, it computes for itself and does not keep the value.
//!
//! **Cut off.** A `remove`, an `insert` or a `clear` takes the flight out of the map. It still lands for those that wait for it,
//! but its value is not kept: as if it had been stored just before it was removed or replaced. So a value that was
//! computed from old data does not outlive a `remove` that was called after the data changed.
//!
//! **Progress.** A caller waits for one computation of its key that another thread runs, and for nothing else; no lock is held
//! while it runs.
#![forbid(unsafe_code)]

use super::flight::Flight;
use super::follow_up::FollowUp;
use super::inner::Inner;
use super::item::{Item, Slot};
use crate::map::LoadOrStore;
use crate::sync::Arc;
use std::hash::{BuildHasher, Hash};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// A computation that this thread has begun. If it is dropped before it has landed, it has failed: it leaves the map, whatever panics,
/// and those that wait for it try again.
struct Begun<'c, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    cache: &'c Inner<K, V, S>,
    key: &'c K,
    flight: Arc<Flight<Item<K, V>>>,
    has_ended: bool,
}

impl<'c, K, V, S> Begun<'c, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    /// Before the flight is in the map.
    fn new(cache: &'c Inner<K, V, S>, key: &'c K) -> Self {
        Begun { cache, key, flight: Flight::begin(), has_ended: false }
    }

    /// The slot of the flight, to be told from others by its identity.
    fn slot(&self) -> Slot<K, V> {
        Slot::Computing(Arc::clone(&self.flight))
    }

    fn land(mut self, item: &Arc<Item<K, V>>) {
        self.has_ended = true;
        self.flight.end(Some(item));
    }

    /// It never was in the map, and nobody has met it.
    fn forget(mut self) {
        self.has_ended = true;
    }

    /// A panic of the key's `Hash` waits in what is returned.
    fn fail(&mut self) -> FollowUp<K, V> {
        self.has_ended = true;
        let mut after = FollowUp::new();
        // Out of the map first, so that the callers that are woken find nothing there. If the `Hash` panics, it stays, and the next caller
        // that meets it takes its place.
        // identity: cache-fail
        after.attempt(|| self.cache.slots.pin().compare_and_delete(self.key, &self.slot()));
        self.flight.end(None);
        after
    }
}

impl<K, V, S> Drop for Begun<'_, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    fn drop(&mut self) {
        if !self.has_ended {
            self.fail().discard(); // a panic is under way
        }
    }
}

/// What a caller finds.
enum Found<'c, K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher,
{
    Item(Arc<Item<K, V>>),
    Another(Arc<Flight<Item<K, V>>>),
    Nothing(Begun<'c, K, V, S>),
    /// The key lies: it is in the map for one look-up and not for another.
    Contradiction,
}

/// What a call of `get_or_compute` has met so far.
struct Met<K, V> {
    /// Whether its look-up was counted.
    is_counted: bool,
    /// Slots that are out of the map, as far as this call can know. If one is still there, the key's `Hash` or `Eq` panicked when it was
    /// to be taken out, or lies.
    gone: Vec<Slot<K, V>>,
    /// Whether this call has tried to take the place of one since it noted the last.
    has_tried: bool,
}

impl<K, V> Met<K, V> {
    fn is_gone(&self, slot: &Slot<K, V>) -> bool {
        // identity: cache-gone
        self.gone.contains(slot)
    }

    fn note_gone(&mut self, slot: Slot<K, V>) {
        self.gone.push(slot);
        self.has_tried = false;
    }
}

impl<K, V, S> Inner<K, V, S>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher,
{
    /// The value of the key, or what `make` returns for it, with the time for which that is kept.
    pub(super) fn get_or_compute<E>(
        &self,
        key: K,
        make: impl FnOnce() -> Result<(V, Duration), E>,
    ) -> Result<V, E> {
        let mut met = Met { is_counted: false, gone: Vec::new(), has_tried: false };
        loop {
            match self.find_or_begin(&key, &mut met) {
                Found::Item(item) => return Ok(item.value.clone()),
                // Our flight is in the map: we are the one caller that computes.
                Found::Nothing(begun) => return self.fly(&key, begun, make),
                // Another thread computes: wait for its value. If it fails, look again; the next one to look computes.
                Found::Another(flight) => match flight.wait() {
                    Some(item) => return Ok(item.value.clone()),
                    None => met.note_gone(Slot::Computing(flight)),
                },
                // The map cannot keep a value for such a key, but the caller gets one.
                Found::Contradiction => return make().map(|(value, _)| value),
            }
        }
    }

    fn find_or_begin<'c>(&'c self, key: &'c K, met: &mut Met<K, V>) -> Found<'c, K, V, S> {
        let slots = self.slots.pin();
        loop {
            let mut after = FollowUp::new();
            let item = self.find(&slots, key, &mut after);
            if !std::mem::replace(&mut met.is_counted, true) {
                self.count_lookup(item.is_some());
            }
            self.finish(after); // before anything has begun: the listener may panic, or ask for this very key
            if let Some(item) = item {
                return Found::Item(Arc::clone(item));
            }
            let begun = Begun::new(self, key);
            match slots.load_or_store(key.clone(), begun.slot()) {
                LoadOrStore::Stored(_) => return Found::Nothing(begun),
                // A flight that is over, or a value that is gone, and still in the map. Take the place of a flight once; anything else can
                // only mean that the key lies.
                LoadOrStore::Loaded { actual, .. } if met.is_gone(actual) => {
                    let is_flight = matches!(actual, Slot::Computing(_));
                    if is_flight && !std::mem::replace(&mut met.has_tried, true) {
                        // identity: cache-take-over
                        if slots.compare_and_swap(key, actual, begun.slot()).is_ok() {
                            return Found::Nothing(begun);
                        }
                        begun.forget();
                    } else {
                        begun.forget();
                        return Found::Contradiction;
                    }
                }
                LoadOrStore::Loaded { actual, .. } => {
                    begun.forget();
                    match actual {
                        Slot::Computing(flight) => {
                            return Found::Another(Arc::clone(flight));
                        }
                        Slot::Value(_) => met.note_gone(actual.clone()), // the next look finds it, or what is there by then
                    }
                }
            }
        }
    }

    /// Computes, and lands.
    fn fly<E>(
        &self,
        key: &K,
        mut begun: Begun<'_, K, V, S>,
        make: impl FnOnce() -> Result<(V, Duration), E>,
    ) -> Result<V, E> {
        // If `make` panics, the flight fails here, where the panic is caught and user code may run as in any call. If something else panics,
        // the drop of `begun` lets it fail.
        let make_item = || make().map(|(value, time_to_live)| self.item(key.clone(), value, time_to_live));
        let item = match catch_unwind(AssertUnwindSafe(make_item)) {
            Ok(Ok(item)) => item,
            Ok(Err(error)) => {
                begun.fail().end();
                return Err(error);
            }
            Err(panic) => {
                begun.fail().discard();
                resume_unwind(panic)
            }
        };
        let slots = self.slots.pin();
        let mut after = FollowUp::new();
        // LP(get_or_insert_with): by identity. A flight that was cut off is not there any more.
        // identity: cache-land
        let exchange = || slots.compare_and_swap(key, &begun.slot(), Slot::Value(Arc::clone(&item))).is_ok();
        match after.attempt(exchange) {
            None if self.is_mine_alone(&item) => begun.fail().discard(), // the first panic continues
            // Cut off: those that wait get the value, and the map does not.
            Some(false) => begun.land(&item),
            // Stored. If user code panicked (`None`), it did so after the exchange.
            None | Some(true) => {
                begun.land(&item);
                self.enter(&slots, &item, &mut after);
            }
        }
        self.finish(after);
        Ok(item.value.clone())
    }
}
