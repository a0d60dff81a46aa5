//! User code uses the map again: everywhere, but in the key's `Eq`.

use super::operations::{KEYS, Map, OPERATIONS, sample};
use crate::common::{Call, FourBits, Ledger, flush_until};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, LazyLock};
use sync_map::SyncMap;

/// Lets user code of `ledger`, but for the key's `Eq`, use the map in every way, for a number of times. Returns how
/// often it did.
fn let_user_code_use(map: &Arc<Map>, ledger: &Ledger, times: u32) -> Arc<AtomicU32> {
    let used = Arc::new(AtomicU32::new(0));
    let (weak, in_hook, count) = (Arc::downgrade(map), ledger.clone(), used.clone());
    ledger.set_hook(move |call| {
        if call == Call::KeyEq || count.load(SeqCst) == times {
            return;
        }
        let Some(map) = weak.upgrade() else { return };
        let turn = count.fetch_add(1, SeqCst);
        for operation in OPERATIONS.iter().filter(|operation| operation.name != "clone, and compare") {
            (operation.run)(&map, &in_hook, turn % 8);
        }
    });
    used
}

/// The map, when the user code that uses it at this moment is done: the collector may run it on a thread of another test.
fn take_back(mut map: Arc<Map>) -> Map {
    loop {
        match Arc::try_unwrap(map) {
            Ok(map) => return map,
            Err(in_use) => map = in_use,
        }
        std::thread::yield_now();
    }
}

#[test]
fn user_code_may_use_the_map_wherever_it_is_called() {
    for operation in OPERATIONS {
        for n in KEYS {
            let ledger = Ledger::default();
            let map = Arc::new(sample(&ledger));
            let used = let_user_code_use(&map, &ledger, 20);
            // A clone that changes while it is compared is another one.
            if operation.name != "clone, and compare" {
                (operation.run)(&map, &ledger, n);
            }
            map.store(ledger.key(n), ledger.value(n));
            assert!(used.load(SeqCst) > 0, "{}", operation.name);
            used.store(20, SeqCst);
            let mut map = take_back(map);
            map.check_invariants().unwrap_or_else(|error| panic!("{}: {error}", operation.name));
            drop(map);
            ledger.assert_settled(operation.name);
        }
    }
}

#[test]
fn the_drop_of_a_value_may_use_the_map() {
    let ledger = Ledger::default();
    let map = Arc::new(Map::default());
    for round in 0..50 {
        (0..20).for_each(|n| map.store(ledger.key(n), ledger.value(round)));
        (0..20).for_each(|n| assert!(map.delete(&ledger.key(n))));
    }
    // From here on it is the collector that drops, and each drop uses the map.
    let used = let_user_code_use(&map, &ledger, 200);
    assert!(flush_until(|| used.load(SeqCst) == 200), "values are dropped by flushes: {}", used.load(SeqCst));
    let mut map = take_back(map);
    map.check_invariants().unwrap();
    drop(map);
    ledger.assert_settled("re-entrant drops");
}

/// The collector does not run while an operation holds the mutex: there, a drop that takes it would deadlock (and panic
/// in debug builds).
#[test]
fn the_drop_of_a_value_may_take_the_mutex_in_whatever_operation_it_comes() {
    for operation in OPERATIONS.iter().filter(|operation| operation.name != "clone, and compare") {
        let ledger = Ledger::default();
        let map = Arc::new(Map::default());
        let (weak, in_hook) = (Arc::downgrade(&map), ledger.clone());
        let takes = Arc::new(AtomicU32::new(0));
        let count = takes.clone();
        ledger.set_hook(move |call| {
            if let (Call::ValueDrop, Some(map)) = (call, weak.upgrade()) {
                // Always a new key: that takes the mutex.
                map.store(in_hook.key(100), in_hook.value(0));
                map.delete(&in_hook.key(100));
                count.fetch_add(1, SeqCst);
            }
        });
        for n in 0..600 {
            map.store(ledger.key(n % 9), ledger.value(n));
            (operation.run)(&map, &ledger, n % 7);
        }
        assert!(flush_until(|| takes.load(SeqCst) > 0), "{}", operation.name);
        let mut map = take_back(map);
        map.check_invariants().unwrap_or_else(|error| panic!("{}: {error}", operation.name));
        drop(map);
        ledger.assert_settled(operation.name);
    }
}

/// A key whose `Eq` stores another key, when it is told to.
#[derive(Clone, Debug)]
struct Meddler {
    n: u32,
    meddles: bool,
}

static MEDDLED_WITH: LazyLock<SyncMap<Meddler, u32, FourBits>> = LazyLock::new(SyncMap::default);

impl std::hash::Hash for Meddler {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.n.hash(state);
    }
}

impl PartialEq for Meddler {
    fn eq(&self, other: &Self) -> bool {
        if self.meddles {
            MEDDLED_WITH.store(Meddler { n: 1000, meddles: false }, 0);
        }
        self.n == other.n
    }
}

impl Eq for Meddler {}

/// Release builds would deadlock, as the documentation says.
#[test]
#[cfg(debug_assertions)]
fn a_keys_eq_that_uses_the_map_under_the_mutex_panics_with_a_clear_message() {
    let key = |n, meddles| Meddler { n, meddles };
    for n in 0..4 {
        MEDDLED_WITH.store(key(n, false), n);
    }
    let payload = std::panic::catch_unwind(|| MEDDLED_WITH.load(&key(0, true))).unwrap_err();
    let message = payload.downcast_ref::<&str>().map(ToString::to_string);
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap();
    assert!(message.contains("key's `Eq`") && message.contains("deadlock"), "{message}");

    // The mutex is free again, and the map as it was.
    MEDDLED_WITH.store(key(4, false), 4);
    let mut rows: Vec<(u32, u32)> = MEDDLED_WITH.iter().map(|(key, value)| (key.n, value)).collect();
    rows.sort();
    assert_eq!(rows, [0, 1, 2, 3, 4].map(|n| (n, n)));
}
