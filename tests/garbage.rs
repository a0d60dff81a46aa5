//! A batch writer keeps up with its own garbage. This test is alone in its process: the collector is shared, and other
//! threads that pin would collect as well, or hold the epoch back.

mod common;

use common::{Constant, Key, Ledger, Value};
use sync_map::SyncMap;

/// Far more than one collection frees (8 bags of 64), and far less than what is retired in all.
const BOUND: usize = 4096;

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

    for _ in 0..20 {
        map.pin().flush();
    }
    assert_eq!(ledger.live(), 16, "8 keys and their values");
    drop(map);
    ledger.assert_settled("replacing");
}
