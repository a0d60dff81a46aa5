//! The configuration store with users' code that panics, at each call of each call-back in turn, or lies.
//!
//! For every operation of a store and of a subscription, every call-back and every n: the nth call panics, alone and while threads wait in
//! `recv`. Afterwards the change was made or it was not; whoever is to be told of it was; what has not been received is
//! received; the store is whole and goes on.

mod inject;
mod operations;

use inject::{ALL_CALLS, Call, Garbage, arm, disarm, in_each_hash, lie};
use operations::{KEYS, OPERATIONS, Operation, World};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::SyncMap;
use sync_map::config::{Settings, Value};
use test_support::{faults, hang};

/// Whether threads wait for the keys meanwhile.
#[derive(Clone, Copy, Debug)]
enum Others {
    Alone,
    Waiting,
}

/// Runs an operation whose `nth` call of this kind panics, and checks what must hold afterwards. Whether there was such a call.
fn panic_once(operation: &Operation, call: Call, nth: u32, n: usize, others: Others) -> bool {
    let what = format!("{} of key {}, panic at {call:?} {nth}, {others:?}", operation.name, KEYS[n]);
    let after = World::new().after(operation, n);
    let mut world = World::new();
    let before = world.contents();
    if matches!(others, Others::Waiting) {
        world.spawn_waiting_threads();
    }
    arm(call, nth);
    let panicked = faults(|| (operation.run)(&mut world, n));
    assert_eq!(disarm(), panicked, "{what}");
    if panicked {
        world.assert_done_or_not(&before, &after, &what);
    } else {
        assert_eq!(world.contents(), after, "{what}");
    }
    world.assert_told(&before, &what);
    world.assert_usable(&what);
    panicked
}

fn every_call_panics_in_turn(others: Others) {
    let watch = hang::watch();
    for operation in OPERATIONS {
        let mut called = BTreeSet::new();
        for call in ALL_CALLS {
            for (n, key) in KEYS.iter().enumerate() {
                watch.step(format!("{} of key {}, panic at {call:?}", operation.name, key));
                if (1..).take_while(|nth| panic_once(operation, call, *nth, n, others)).count() > 0 {
                    called.insert(call);
                }
            }
        }
        let expected: BTreeSet<Call> = operation.calls.iter().copied().collect();
        assert_eq!(called, expected, "the user code that {} runs", operation.name);
    }
}

#[test]
fn a_panic_at_any_call_of_user_code_leaves_the_store_whole() {
    every_call_panics_in_turn(Others::Alone);
}

#[test]
fn a_panic_at_any_call_of_user_code_strands_no_thread_that_waits() {
    every_call_panics_in_turn(Others::Waiting);
}

/// The `Drop` of garbage comes wherever the store pins or flushes.
#[test]
fn a_panic_in_the_drop_of_garbage_leaves_the_store_whole() {
    let watch = hang::watch();
    let map = SyncMap::new();
    let mut panics = 0;
    for operation in OPERATIONS {
        for (n, key) in KEYS.iter().enumerate() {
            for round in 0..24 {
                let what = format!("{} of key {}, garbage, round {round}", operation.name, key);
                watch.step(what.clone());
                let after = World::new().after(operation, n);
                let mut world = World::new();
                let before = world.contents();
                world.spawn_waiting_threads();
                let garbage = Arc::new(AtomicUsize::new(0));
                map.pin().store(0, Garbage(Arc::clone(&garbage)));
                map.pin().delete(&0);
                // In some rounds the garbage is ready when the operation begins or ends.
                (0..round % 4).for_each(|_| map.pin().flush());
                (0..round * 11 % 128).for_each(|_| drop(map.pin()));
                arm(Call::GarbageDrop, 1);
                let panicked = faults(|| (operation.run)(&mut world, n));
                assert_eq!(disarm(), panicked, "{what}");
                panics += usize::from(panicked);
                world.assert_done_or_not(&before, &after, &what);
                world.assert_told(&before, &what);
                world.assert_usable(&what);
            }
        }
    }
    assert!(panics > 10, "garbage was dropped in operations of the store only {panics} times");
}

/// A hasher that gives another hash once: keys may be lost or there twice, but every call ends, and a `replace_all` puts all right.
#[test]
fn a_hasher_that_lies_hangs_nothing_and_is_put_right_by_a_replacement() {
    let watch = hang::watch();
    for operation in OPERATIONS {
        for (n, key) in KEYS.iter().enumerate() {
            for nth in 1..=3 {
                let what = format!("{} of key {}, a lie at hash {nth}", operation.name, key);
                watch.step(what.clone());
                let mut world = World::new();
                lie(nth, 1);
                (operation.run)(&mut world, n);
                lie(0, 0);
                let right = Settings::from_iter([("a", Value::from(500)), ("f", 501.into())]);
                world.replace_all(right.clone());
                assert_eq!(world.snapshot(), right, "{what}");
                world.assert_whole(&what);
            }
        }
    }
}

#[test]
fn a_hasher_that_always_lies_hangs_no_call() {
    let watch = hang::watch();
    for operation in OPERATIONS {
        for (n, key) in KEYS.iter().enumerate() {
            watch.step(format!("{} of key {}, all hashes are lies", operation.name, key));
            let mut world = World::new();
            lie(1, u32::MAX);
            for _ in 0..3 {
                faults(|| (operation.run)(&mut world, n));
            }
            lie(0, 0);
            let right = Settings::from_iter([("a", Value::from(500))]);
            world.replace_all(right.clone());
            assert_eq!(world.snapshot(), right);
        }
    }
}

/// The hasher is user code: it runs under no lock.
#[test]
fn a_hasher_may_use_the_store() {
    let watch = hang::watch();
    for operation in OPERATIONS {
        let mut uses = 0;
        for (n, key) in KEYS.iter().enumerate() {
            let what = format!("{} of key {}, and the hasher uses the store", operation.name, key);
            watch.step(what.clone());
            let after = World::new().after(operation, n);
            let mut world = World::new();
            let used = world.let_the_hasher_use_the_store();
            (operation.run)(&mut world, n);
            in_each_hash(|| ());
            uses += used.load(SeqCst);
            assert_eq!(world.contents(), after, "{what}");
            world.assert_usable(&what);
        }
        assert_eq!(uses > 0, operation.calls.contains(&Call::Hash), "{}", operation.name);
    }
}
