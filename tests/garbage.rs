//! A batch writer keeps up with its own garbage. This test is alone in its process: the collector is shared, and other
//! threads that pin would collect as well, or hold the epoch back.

mod common;

use common::{Constant, Key, Ledger, Value};
use sync_map::{Pinned, SyncMap};

/// Far more than one collection frees (8 bags of 64), and far less than what is retired in all.
const BOUND: usize = 4096;

/// Writes for each size of a batch: without a flush by the operations nearly all of what they retire would be there.
const WRITES: u32 = 100_000;

/// One write under a guard.
type Write<'w> = dyn Fn(&Pinned<'_, Key, Value, Constant>, u32) + 'w;

#[test]
fn a_batch_writer_that_repins_keeps_up_with_its_garbage() {
    let ledger = Ledger::default();
    let map = SyncMap::<Key, Value, Constant>::default();
    let mut pinned = map.pin();
    let mut most = 0;
    for round in 0..20_000 {
        pinned.store(ledger.key(round % 8), ledger.value(round));
        pinned.repin();
        most = most.max(ledger.live());
    }
    assert!(most < BOUND, "while one guard was repinned: {most}");
    drop(pinned);

    for round in 0..20_000 {
        map.store(ledger.key(round % 8), ledger.value(round));
        most = most.max(ledger.live());
    }
    assert!(most < BOUND, "while each store pinned by itself: {most}");

    // With one pin for a batch, what pins collect by themselves, now and then, is far from enough: the operations do it, whatever
    // the size of a batch.
    let keys: Vec<Key> = (0..8).map(|n| ledger.key(n)).collect();
    let batches = |size: u32, write: &Write<'_>| {
        let mut most = 0;
        for _ in 0..WRITES / size {
            let pinned = map.pin();
            (0..size).for_each(|n| write(&pinned, n % 8));
            drop(pinned);
            most = most.max(ledger.live());
        }
        most
    };
    let mut failures = Vec::new();
    for size in [2, 8, 100, 500, 2_048] {
        let most = 3 * size as usize + BOUND;
        let mut check = |what: &str, live: usize| {
            if live > most {
                failures.push(format!("{live} after batches of {size} {what}"));
            }
        };
        map.clear();
        check("stores by dirty", batches(size, &|pinned, n| pinned.store(ledger.key(n), ledger.value(n))));
        map.range(|_, _| true); // promotes
        check("stores by read", batches(size, &|pinned, n| pinned.store(ledger.key(n), ledger.value(n))));
        let delete_and_store = |pinned: &Pinned<'_, Key, Value, Constant>, n: u32| {
            pinned.delete(&keys[n as usize]);
            pinned.load_or_store(ledger.key(n), ledger.value(n));
        };
        check("deletions", batches(size, &delete_and_store));
    }
    assert!(failures.is_empty(), "{failures:#?}");
    drop(keys);

    for _ in 0..200 {
        map.pin().flush();
    }
    assert_eq!(ledger.live(), 16, "8 keys and their values");
    drop(map);
    ledger.assert_settled("replacing");
}
