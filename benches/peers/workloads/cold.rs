//! Cold start: a map that was just filled, and is read for the first time. Here this map pays for its promotion.

use crate::adapters::{self, BATCH, Hasher, Key, Peer, Session, Tagged, Visitor};
use crate::bench::Bench;
use crate::results::{Row, Section};
use crate::rounds::Contender;
use crate::workloads::loads::SMALL;
use std::hint::black_box;
use std::time::{Duration, Instant};
use sync_map_benches::{Fast, Random};
use sync_map_measure::sections;

/// How often each key is read.
const PASSES: usize = 4;

struct Cold<'k> {
    window: Duration,
    keys: &'k [u64],
    order: &'k [u64],
    contenders: Vec<Contender<'k>>,
}

impl<S: Hasher> Visitor<u64, S> for Cold<'_> {
    fn visit<P: Peer<u64, S>>(&mut self) {
        let (window, keys, order) = (self.window, self.keys, self.order);
        let measure = move || sections(window, || section::<_, S, P>(keys, order)).into();
        self.contenders.push(Contender::new(P::NAME, P::KIND, measure));
    }
}

/// A new map, filled; the time of the first loads.
fn section<K: Key, S: Hasher, P: Peer<K, S>>(keys: &[K], order: &[K]) -> sync_map_measure::Section {
    let map = P::with_hasher(S::default());
    let mut session = map.session();
    for (key, value) in keys.iter().zip(0..) {
        session.store(key, value);
    }
    session.rest();
    let start = Instant::now();
    let mut sum = 0_u64;
    for _ in 0..PASSES {
        for batch in order.chunks(BATCH) {
            for key in batch {
                sum = sum.wrapping_add(session.load(key).unwrap_or(1));
            }
            session.rest();
        }
    }
    black_box(sum);
    let time = start.elapsed();
    sync_map_measure::Section { operations: (PASSES * order.len()) as u64, time }
}

/// The row.
pub(crate) fn run(bench: &mut Bench) {
    let title = "cold start: the first 4 loads of each of 1,024 keys";
    let row = Row::threads(Section::Loads, format_args!("cold/u64/{SMALL}"), title, 1);
    if !bench.wants(&row) {
        return;
    }
    let keys: Vec<u64> = (0..SMALL).collect();
    let order = Random::new(1).shuffled(keys.clone());
    let window = bench.plan.timing().window / 3;
    let mut cold = Cold { window, keys: &keys, order: &order, contenders: Vec::new() };
    adapters::each::<u64, Tagged<Fast, 3>>(&mut cold);
    bench.run(row, cold.contenders);
}
