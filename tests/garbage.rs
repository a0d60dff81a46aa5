//! A batch writer keeps up with its own garbage. This test is alone in its process: the collector is shared, and other
//! threads that pin would collect as well, or hold the epoch back.

mod common;

use common::{Constant, Key, Ledger, Value};
use sync_map::{Pinned, SyncMap};

/// Far more than one collection frees (8 bags of 64), and far less than what is retired in all.
const BOUND: usize = 4096;

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

    // With one pin for a batch, what pins collect by themselves, now and then, is far from enough: the operations do it.
    // (Where the key is in read. A store to a key that only dirty has does not.)
    map.range(|_, _| true); // promotes
    let keys: Vec<Key> = (0..8).map(|n| ledger.key(n)).collect();
    let batches = |write: &Write<'_>| {
        let mut most = 0;
        for _ in 0..100 {
            let pinned = map.pin();
            (0..2_048).for_each(|n| write(&pinned, n % 8));
            drop(pinned);
            most = most.max(ledger.live());
        }
        most
    };
    let stores = batches(&|pinned, n| pinned.store(ledger.key(n), ledger.value(n)));
    let deletes = batches(&|pinned, n| {
        pinned.delete(&keys[n as usize]);
        pinned.load_or_store(ledger.key(n), ledger.value(n));
    });
    // Each retires 204,800 values; without a flush of their own nearly all of them would be there.
    assert!(stores < 16 * BOUND && deletes < 16 * BOUND, "{stores} after stores, {deletes} after deletions");
    drop(keys);

    for _ in 0..200 {
        map.pin().flush();
    }
    assert_eq!(ledger.live(), 16, "8 keys and their values");
    drop(map);
    ledger.assert_settled("replacing");
}
