//! Caches: hits, beside the caches that people use. All are bounded far above what they hold, so that nothing is evicted.

use crate::adapters::{BATCH, Kind};
use crate::bench::Bench;
use crate::results::{Row, Section};
use crate::rounds::Contender;
use crate::workloads::by_tape;
use quick_cache::UnitWeighter;
use quick_cache::sync::DefaultLifecycle;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;
use sync_map::Cache;
use sync_map_benches::{Fast, Random};
use sync_map_measure::Timing;

/// How many entries.
const KEYS: u64 = 1000;

/// The bound.
const MOST: u16 = 10_000;

/// Nothing expires in a window; but each look-up must ask whether it has.
const LIFE: Duration = Duration::from_secs(3600);

/// The names of the columns.
pub(crate) const ALL: [&str; 4] = ["Cache", "Cache, no statistics", "moka sync", "quick_cache"];

/// Numbers by number, for a while.
trait Caching: Send + Sync + 'static {
    fn get(&self, key: u64) -> Option<u64>;
    fn get_or_insert_with(&self, key: u64, make: impl FnOnce() -> u64) -> u64;
}

type Quick = quick_cache::sync::Cache<u64, u64, UnitWeighter, Fast>;

fn ours(life: Option<Duration>, statistics: bool) -> Cache<u64, u64, Fast> {
    let builder = Cache::builder().max_entries(MOST.into()).statistics(statistics).hasher(Fast::default());
    builder.time_to_live(life.unwrap_or(Duration::MAX)).build()
}

fn moka(life: Option<Duration>) -> moka::sync::Cache<u64, u64, Fast> {
    let builder = moka::sync::Cache::builder().max_capacity(MOST.into());
    match life {
        Some(life) => builder.time_to_live(life).build_with_hasher(Fast::default()),
        None => builder.build_with_hasher(Fast::default()),
    }
}

fn quick() -> Quick {
    Quick::with(MOST.into(), MOST.into(), UnitWeighter, Fast::default(), DefaultLifecycle::default())
}

impl Caching for Cache<u64, u64, Fast> {
    fn get(&self, key: u64) -> Option<u64> {
        Cache::get(self, &key)
    }
    fn get_or_insert_with(&self, key: u64, make: impl FnOnce() -> u64) -> u64 {
        Cache::get_or_insert_with(self, key, make)
    }
}

impl Caching for moka::sync::Cache<u64, u64, Fast> {
    fn get(&self, key: u64) -> Option<u64> {
        moka::sync::Cache::get(self, &key)
    }
    fn get_or_insert_with(&self, key: u64, make: impl FnOnce() -> u64) -> u64 {
        self.get_with(key, make)
    }
}

impl Caching for Quick {
    fn get(&self, key: u64) -> Option<u64> {
        Quick::get(self, &key)
    }
    fn get_or_insert_with(&self, key: u64, make: impl FnOnce() -> u64) -> u64 {
        let Ok(value) = Quick::get_or_insert_with(self, &key, || Ok::<_, Infallible>(make()));
        value
    }
}

/// What is called.
#[derive(Clone, Copy)]
enum Call {
    Get,
    GetOrInsertWith,
}

/// A contender whose entries are all there, and have been looked up until they stay where they are.
fn contender<'c, C: Caching>(
    name: &'static str,
    kind: Kind,
    cache: C,
    (call, how): (Call, (usize, Timing)),
    keys: &'c [Vec<u64>; 2],
) -> Contender<'c> {
    for _ in 0..3 {
        (0..KEYS).for_each(|key| assert_eq!(cache.get_or_insert_with(key, || key), key));
    }
    let play = move |keys: &[u64]| {
        let sum: u64 = match call {
            Call::Get => keys.iter().map(|key| cache.get(*key).expect("a hit")).sum(),
            Call::GetOrInsertWith => {
                keys.iter().map(|key| cache.get_or_insert_with(*key, || unreachable!("a hit"))).sum()
            }
        };
        black_box(sum);
    };
    by_tape(name, kind, how, keys, play)
}

/// All rows.
pub(crate) fn run(bench: &mut Bench) {
    let keys = [1, 2].map(|seed| {
        let mut random = Random::new(seed);
        (0..16 * BATCH).map(|_| random.below(KEYS)).collect()
    });
    for (id, title, call, life) in [
        ("caches/get", "get, a hit, 1,000 u64 keys", Call::Get, None),
        ("caches/get_ttl", "the same, with a time to live", Call::Get, Some(LIFE)),
        (
            "caches/get_or_insert_with",
            "get_or_insert_with, a hit, 1,000 u64 keys",
            Call::GetOrInsertWith,
            None,
        ),
    ] {
        for threads in [1, 2] {
            let row = Row::threads(Section::Caches, id, title, threads);
            if bench.wants(&row) {
                let how = (call, (threads, bench.plan.timing()));
                let mut contenders = vec![
                    contender(ALL[0], Kind::Ours, ours(life, true), how, &keys),
                    contender(ALL[1], Kind::Ours, ours(life, false), how, &keys),
                    contender(ALL[2], Kind::Concurrent, moka(life), how, &keys),
                ];
                if life.is_none() {
                    contenders.push(contender(ALL[3], Kind::Concurrent, quick(), how, &keys));
                }
                bench.run(row, contenders);
            }
        }
    }
}
