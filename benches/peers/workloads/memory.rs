//! Memory for one entry: what the allocator has handed out for a map of a million, by `malloc_usable_size`.

use super::fill;
use crate::adapters::{self, Hasher, Peer, Session, Tagged, Visitor};
use crate::allocator;
use crate::bench::Bench;
use crate::results::{Row, Section, Unit};
use crate::rounds::{Contender, Sample};
use crate::workloads::loads::LARGE;
use sync_map_benches::Fast;
use sync_map_measure::Fate;

struct Memory<'k> {
    keys: &'k [u64],
    contenders: Vec<Contender<'k>>,
}

impl<S: Hasher> Visitor<u64, S> for Memory<'_> {
    fn visit<P: Peer<u64, S>>(&mut self) {
        let keys = self.keys;
        let measure = move || {
            let mut map = None;
            let bytes = allocator::counted(|| {
                let map = map.insert(P::with_hasher(S::default()));
                settle::<S, P>(map, keys);
            });
            drop(map); // not counted
            Sample { values: vec![bytes as f64 / keys.len() as f64], fate: Fate::Kept }
        };
        self.contenders.push(Contender::new(P::NAME, P::KIND, measure));
    }
}

/// How many sessions come and go, for garbage that other sessions left to be freed.
const SESSIONS: usize = 1024;

/// Fills the map and loads each key twice, so that promotions and moves to a larger table are over, and garbage is freed.
fn settle<S: Hasher, P: Peer<u64, S>>(map: &P, keys: &[u64]) {
    fill(&mut map.session(), keys);
    for _ in 0..SESSIONS {
        map.session().finish();
    }
}

/// The row.
pub(crate) fn run(bench: &mut Bench) {
    let title = "memory for one entry, u64 → u64, 1,000,000 entries, settled";
    let row = Row::new(Section::Memory, Unit::Bytes, format!("memory/u64/{LARGE}"), title);
    if !bench.wants(&row) {
        return;
    }
    let keys: Vec<u64> = (0..LARGE).collect();
    let mut memory = Memory { keys: &keys, contenders: Vec::new() };
    adapters::each::<u64, Tagged<Fast, 5>>(&mut memory);
    bench.run_all(&[row], memory.contenders, 1);
}
