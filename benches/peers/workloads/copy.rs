//! The dirty copy: the first store of a new key after a promotion copies the table. Only this map has such a thing.

use crate::adapters::{Kind, name};
use crate::bench::Bench;
use crate::results::{Row, Section, Unit};
use crate::rounds::{Contender, Sample};
use crate::workloads::loads::LARGE;
use std::hint::black_box;
use std::time::{Duration, Instant};
use sync_map::SyncMap;
use sync_map_benches::Fast;
use sync_map_measure::{Section as Timed, sections};

type Map = SyncMap<u64, u64, Fast>;

/// More than enough to have everything freed that no guard can see.
const FLUSHES: usize = 64;

/// Publishes dirty: a range does.
fn promote(map: &Map) {
    black_box(map.pin().iter().next());
    for _ in 0..FLUSHES {
        map.pin().flush();
    }
}

/// The row.
pub(crate) fn run(bench: &mut Bench) {
    let title = "first store of a new key after a promotion of 1,000,000 entries";
    let row = Row::new(Section::Memory, Unit::Millis, format!("copy/{LARGE}"), title);
    if !bench.wants(&row) {
        return;
    }
    let map = Map::with_hasher(Fast::default());
    for key in 0..LARGE {
        map.store(key, key);
    }
    let mut next = LARGE;
    let mut section = || {
        promote(&map);
        next += 1;
        let start = Instant::now();
        map.store(next, next);
        Timed { operations: 1, time: start.elapsed() }
    };
    for _ in 0..3 {
        section(); // warm: the allocator has the memory of the table before
    }
    let measure = || {
        let window = sections(Duration::ZERO, &mut section);
        Sample { values: vec![window.nanos / 1e6], fate: window.fate }
    };
    bench.run(row, vec![Contender::new(name::PER_CALL, Kind::Ours, measure)]);
}
