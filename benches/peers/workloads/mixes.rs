//! Loads and updates of keys that stay: mixes, overwriting, disjoint sets, and the comparison of the article that the project started from.

use super::{Script, kept};
use crate::adapters::{BATCH, Key, Session, Tagged};
use crate::bench::Bench;
use crate::results::{Row, Section};
use crate::workloads::loads::SMALL;
use std::hint::black_box;
use sync_map_benches::{Fast, Random};

/// Operations that were chosen before: a key each, and whether it is an update.
struct Tape<K> {
    keys: Vec<K>,
    updates: Vec<bool>,
}

/// How many operations a tape has before it begins again.
const TAPE: usize = 16 * BATCH;

impl<K: Key> Tape<K> {
    /// Keys chosen from these numbers, updates so many in a hundred.
    fn new(numbers: std::ops::Range<u64>, updates: u64, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let count = numbers.end - numbers.start;
        let keys = (0..TAPE).map(|_| K::number(numbers.start + random.below(count))).collect();
        let updates = (0..TAPE).map(|_| random.below(100) < updates).collect();
        Tape { keys, updates }
    }
}

/// A tape for each thread. `INCREMENT`: an update adds one to the value, as one atomic step; else it stores a new value.
pub(crate) struct Mix<K, const INCREMENT: bool> {
    tapes: [Tape<K>; 2],
}

impl<K: Key, const INCREMENT: bool> Mix<K, INCREMENT> {
    /// All threads on the same keys.
    fn shared(numbers: u64, updates: u64) -> Self {
        Mix { tapes: [1, 2].map(|seed| Tape::new(0..numbers, updates, seed)) }
    }

    /// Each thread on a half of its own.
    fn disjoint(numbers: u64, updates: u64) -> Self {
        let half = numbers / 2;
        Mix { tapes: [Tape::new(0..half, updates, 1), Tape::new(half..numbers, updates, 2)] }
    }
}

/// Where a thread is on its tape, and the value that it stores next.
pub(crate) struct State {
    thread: usize,
    at: usize,
    value: u64,
}

impl<K: Key, const INCREMENT: bool> Script<K> for Mix<K, INCREMENT> {
    type State = State;

    fn state(&self, thread: usize) -> State {
        State { thread, at: 0, value: 0 }
    }

    #[inline(always)]
    fn batch(&self, session: &impl Session<K>, state: &mut State) -> u64 {
        let tape = &self.tapes[state.thread];
        let part = state.at..state.at + BATCH;
        let mut sum = 0_u64;
        for (key, update) in tape.keys[part.clone()].iter().zip(&tape.updates[part]) {
            if !update {
                sum = sum.wrapping_add(session.load(key).unwrap_or(1));
            } else if INCREMENT {
                session.increment(key);
            } else {
                state.value += 1;
                session.store(key, state.value);
            }
        }
        black_box(sum);
        state.at = (state.at + BATCH) % TAPE;
        BATCH as u64
    }
}

/// All rows.
pub(crate) fn run(bench: &mut Bench) {
    let mut threads = vec![2];
    if !bench.plan.quick {
        threads.push(1);
    }
    for &threads in &threads {
        mixes(bench, threads);
    }
    for threads in [1, 2] {
        seed_mix(bench, threads);
    }
}

fn mixes(bench: &mut Bench, threads: usize) {
    type Make = fn() -> Mix<u64, false>;
    let all: [(&str, &str, Make); 5] = [
        ("mix/99-1", "99% load, 1% update", || Mix::shared(SMALL, 1)),
        ("mix/90-10", "90% load, 10% update", || Mix::shared(SMALL, 10)),
        ("mix/50-50", "50% load, 50% update", || Mix::shared(SMALL, 50)),
        ("mix/overwrite", "overwrite", || Mix::shared(SMALL, 100)),
        ("mix/disjoint", "disjoint keys, 50% load, 50% update", || Mix::disjoint(SMALL, 50)),
    ];
    let row =
        |(id, title, make): (&str, &str, Make)| (Row::threads(Section::Mixes, id, title, threads), make);
    let wanted: Vec<(Row, Make)> = all.into_iter().map(row).filter(|(row, _)| bench.wants(row)).collect();
    if wanted.is_empty() {
        return;
    }
    let scripts: Vec<(usize, Mix<u64, false>)> = wanted.iter().map(|(_, make)| (threads, make())).collect();
    let keys: Vec<u64> = (0..SMALL).collect();
    let contenders = kept::<u64, Tagged<Fast, 4>, _>(bench.plan.timing(), &keys, &scripts);
    for ((row, _), contenders) in wanted.into_iter().zip(contenders) {
        bench.run(row, contenders);
    }
}

/// The comparison at the end of the article that this project started from: 1,000 string keys, 90% reads, 10% increments. Its two flaws are
/// mended: keys are formatted and chosen before, and an increment is one atomic step in every map.
fn seed_mix(bench: &mut Bench, threads: usize) {
    const KEYS: u64 = 1000;
    let title = "the article's mix: 1,000 String keys, 90% load, 10% increment";
    let row = Row::threads(Section::Mixes, "seed_mix", title, threads);
    if !bench.wants(&row) {
        return;
    }
    let scripts = [(threads, Mix::<String, true>::shared(KEYS, 10))];
    let keys: Vec<String> = (0..KEYS).map(String::number).collect();
    let contenders = kept::<String, Tagged<Fast, 4>, _>(bench.plan.timing(), &keys, &scripts);
    for contenders in contenders {
        bench.run(row.clone(), contenders);
    }
}
