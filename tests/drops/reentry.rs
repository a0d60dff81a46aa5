//! User code uses the map again: everywhere, but in the key's `Eq`.

use super::operations::{KEYS, Map, OPERATIONS, sample};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use sync_map::SyncMap;
use test_support::{Call, Ledger, flush_until, hang};

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

/// Lets each drop of a value of `ledger` do this to the map, with its number. Returns how many did.
fn let_drops_of_values(
    map: &Arc<Map>,
    ledger: &Ledger,
    act: impl Fn(&Map, &Ledger, u32) + Send + Sync + 'static,
) -> Arc<AtomicU32> {
    let done = Arc::new(AtomicU32::new(0));
    let (weak, in_hook, count) = (Arc::downgrade(map), ledger.clone(), done.clone());
    ledger.set_hook(move |call| {
        if let (Call::ValueDrop, Some(map)) = (call, weak.upgrade()) {
            act(&map, &in_hook, count.fetch_add(1, SeqCst));
        }
    });
    done
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
    let watch = hang::watch();
    for operation in OPERATIONS {
        for n in KEYS {
            watch.step(format!("{} of key {n}", operation.name));
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

/// Only dirty has the keys: whoever looks one up takes the mutex.
#[test]
fn a_closure_may_use_the_map() {
    let _watch = hang::watch();
    let map = || {
        let map = SyncMap::new();
        map.store("a", 1);
        map.store("b", 2);
        map
    };
    let of = map();
    assert_eq!(of.update("a", |value| value + of.load("b").expect("it is there")), Some(3));
    let of = map();
    assert_eq!(of.delete_if("a", |value| of.load("b") == Some(value + 1)), Some(1));
    let of = map();
    assert!(!of.load_or_store_with("c", || of.load("b").expect("it is there")).is_loaded());
    let of = map();
    of.retain(|key, _| of.load(key).is_some());
    assert_eq!(of.iter().count(), 2);
}

#[test]
fn the_drop_of_a_value_may_use_the_map() {
    let _watch = hang::watch();
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
    let watch = hang::watch();
    for operation in OPERATIONS.iter().filter(|operation| operation.name != "clone, and compare") {
        watch.step(operation.name);
        let ledger = Ledger::default();
        let map = Arc::new(Map::default());
        let takes = let_drops_of_values(&map, &ledger, |map, ledger, turn| {
            // Always a new key: that takes the mutex. (Each such drop leaves another value to be dropped. Without an end, they would keep the
            // threads of other tests busy, which share the collector.)
            if turn < 20_000 {
                map.store(ledger.key(100), ledger.value(0));
                map.delete(&ledger.key(100));
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

/// The same, where nearly every collection comes in the slow path of a store: no look-up promotes the key that it stores.
#[test]
fn the_drop_of_a_value_may_take_the_mutex_when_a_store_by_dirty_collects() {
    let _watch = hang::watch();
    let ledger = Ledger::default();
    let map = Arc::new(Map::default());
    (0..300).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
    let takes = let_drops_of_values(&map, &ledger, |map, ledger, turn| {
        if turn < 200 {
            map.contains_key(&ledger.key(1000)); // a miss: it takes the mutex, and 300 of them would promote
        }
    });
    (0..5_000).for_each(|n| map.store(ledger.key(0), ledger.value(n)));
    assert!(flush_until(|| takes.load(SeqCst) > 0));
    let mut map = take_back(map);
    map.check_invariants().unwrap();
    drop(map);
    ledger.assert_settled("stores by dirty");
}

/// A thread that clears a map and then does nothing keeps none of what it has retired.
#[test]
fn what_a_clear_retires_is_dropped_while_its_thread_waits() {
    let _watch = hang::watch();
    let ledger = Ledger::default();
    let map = Map::default();
    (0..300).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
    let (cleared, has_cleared) = std::sync::mpsc::channel();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let map = &map;
        scope.spawn(move || {
            map.clear();
            cleared.send(()).unwrap();
            is_done.recv().unwrap_err(); // ends when the other side is gone
        });
        has_cleared.recv().unwrap();
        let all_are_gone = flush_until(|| ledger.live() == 0);
        drop(done);
        assert!(all_are_gone, "{} keys and values are still there", ledger.live());
    });
}

/// A thread that ends drops its thread-locals in an order of its own: the map may be used, pinned and unpinned there, also
/// when the thread's part in the collector is gone already.
#[test]
fn the_drop_of_a_thread_local_may_use_the_map_while_its_thread_ends() {
    let _watch = hang::watch();
    struct UsesTheMap(Arc<Map>, Ledger);
    impl Drop for UsesTheMap {
        fn drop(&mut self) {
            self.0.store(self.1.key(1), self.1.value(2));
            self.0.delete(&self.1.key(2));
            self.0.pin().flush();
        }
    }
    thread_local!(static LOCAL: std::cell::RefCell<Option<UsesTheMap>> = const { std::cell::RefCell::new(None) });
    for local_is_first in [true, false] {
        let ledger = Ledger::default();
        let map = Arc::new(Map::default());
        (0..3).for_each(|n| map.store(ledger.key(n), ledger.value(n)));
        let (its_map, its_ledger) = (map.clone(), ledger.clone());
        let thread = std::thread::spawn(move || {
            let set = || LOCAL.set(Some(UsesTheMap(its_map.clone(), its_ledger.clone())));
            // What is first used first is dropped last.
            if local_is_first {
                set();
            }
            its_map.pin().flush();
            if !local_is_first {
                set();
            }
        });
        thread.join().unwrap();
        assert!(map.contains_key(&ledger.key(1)) && !map.contains_key(&ledger.key(2)));
        drop(take_back(map));
        ledger.assert_settled("the end of a thread");
    }
}
