//! golang/go 70970: a cache whose map holds its values weakly. Whoever finds a value that has died replaces it, or deletes
//! it; both act on one and the same dead value, and of all who do, one wins.

use super::support::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Weak};
use sync_map::{LoadOrStore, SyncMap};
use test_support::Numbers;

under_three_hashers! {
    a_dead_value_is_replaced_or_deleted_once,
}

const FEW: u64 = 3;
const GETS: usize = 1500;

/// What the cache hands out.
struct Thing {
    key: u64,
}

/// What the map holds of it. No two are equal, as no two are made of one thing.
#[derive(Clone)]
struct Held {
    id: u64,
    thing: Weak<Thing>,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

struct Cache<S> {
    map: SyncMap<u64, Held, S>,
    ids: AtomicU64,
    /// How often each held value was taken out of the map.
    taken_out: Mutex<HashMap<u64, u32>>,
}

impl<S: TestHasher> Cache<S> {
    fn get(&self, key: u64) -> Arc<Thing> {
        let thing = Arc::new(Thing { key });
        let mut fresh = Held { id: self.ids.fetch_add(1, SeqCst), thing: Arc::downgrade(&thing) };
        loop {
            let held = match self.map.load_or_store(key, fresh) {
                LoadOrStore::Stored(_) => return thing,
                LoadOrStore::Loaded { actual, rejected } => {
                    fresh = rejected;
                    actual
                }
            };
            if let Some(thing) = held.thing.upgrade() {
                return thing;
            }
            match self.map.compare_and_swap(&key, &held, fresh) {
                Ok(()) => {
                    self.took_out(&held);
                    return thing;
                }
                Err(rejected) => fresh = rejected,
            }
        }
    }

    /// Deletes the value of `key` if it is dead: what a finalizer would do.
    fn clean(&self, key: u64) {
        let Some(held) = self.map.load(&key) else { return };
        if held.thing.strong_count() == 0 && self.map.compare_and_delete(&key, &held) {
            self.took_out(&held);
        }
    }

    fn took_out(&self, held: &Held) {
        *self.taken_out.lock().unwrap().entry(held.id).or_default() += 1;
    }
}

fn a_dead_value_is_replaced_or_deleted_once<S: TestHasher>() {
    let cache: Cache<S> =
        Cache { map: SyncMap::default(), ids: AtomicU64::new(0), taken_out: Mutex::default() };
    race(|thread| {
        let mut numbers = Numbers::new(thread);
        for _ in 0..GETS {
            let key = numbers.below(FEW);
            let first = cache.get(key);
            let second = cache.get(key);
            assert!(Arc::ptr_eq(&first, &second), "two gets in a row agree while the first is held");
            assert_eq!(first.key, key);
            drop((first, second));
            cache.clean(numbers.below(FEW));
        }
    });
    let taken_out = cache.taken_out.into_inner().unwrap();
    assert!(taken_out.len() > GETS / 10, "the values did die: {}", taken_out.len());
    for (id, times) in taken_out {
        assert_eq!(times, 1, "value {id} was taken out of the map {times} times");
    }
}
