//! Each benchmark of Go's `sync/map_bench_test.go`, by name: what it does, not its code. Keys and values are the numbers `i`.
//!
//! As in Go, each thread counts its own `i` up from a start of its own, and every window has a new map.

use super::{Script, fresh};
use crate::adapters::{Can, Key, Session, Tagged};
use crate::bench::Bench;
use crate::results::{Row, Section};
use std::hint::black_box;
use sync_map_benches::Fast;

/// Where a thread is.
pub(crate) struct State {
    i: u64,
    /// Of `AdversarialAlloc`.
    stores: u64,
    loads_since_store: u64,
}

impl State {
    fn of(thread: usize) -> Self {
        State { i: (thread as u64) << 40, stores: 0, loads_since_store: 0 }
    }
}

/// The ids and titles of the rows begin with this and the name of the benchmark.
pub(crate) const ID: &str = "go";

/// A benchmark: its name, what it needs, how many operations make a batch, what is in the map, and one operation.
macro_rules! benchmarks {
    ($($name:ident $needs:ident $batch:literal, |$filled:ident| $fill:expr, |$session:ident, $state:ident, $i:ident| $step:expr;)*) => {
        $(
            struct $name;

            impl Script<u64> for $name {
                const NEEDS: Can = Can::$needs;
                type State = State;

                fn state(&self, thread: usize) -> State {
                    State::of(thread)
                }
                fn fill(&self, $filled: &mut impl Session<u64>) {
                    $fill
                }
                #[inline(always)]
                fn batch(&self, $session: &impl Session<u64>, $state: &mut State) -> u64 {
                    for _ in 0..$batch {
                        let $i = $state.i;
                        $step;
                        $state.i += 1;
                    }
                    $batch
                }
            }
        )*

        /// The benchmarks, by name.
        pub(crate) const NAMES: [&str; 24] = [$(stringify!($name)),*];

        /// All rows, for so many threads.
        pub(crate) fn run(bench: &mut Bench, threads: usize) {
            $(measure(bench, stringify!($name), threads, &$name);)*
        }
    };
}

fn measure(bench: &mut Bench, name: &str, threads: usize, script: &impl Script<u64>) {
    let row = row(name, threads);
    if bench.wants(&row) {
        let contenders = fresh::<u64, Tagged<Fast, 5>, _>(bench.plan.timing(), threads, script);
        bench.run(row, contenders);
    }
}

/// The row of the benchmark with this name.
pub(crate) fn row(name: &str, threads: usize) -> Row {
    Row::threads(Section::Go, format_args!("{ID}/{name}"), name, threads)
}

/// Of 1,024 keys; the one that is not there, or is the only one there.
const MANY: u64 = 1023;
const ALL: u64 = 1024;
const HALF: u64 = 128;

/// The key of the collisions, of which the optimizer must not know that it is always the same.
#[inline]
fn key() -> u64 {
    black_box(0)
}

/// The keys from 0, loaded until they stay where they are.
fn prime(session: &mut impl Session<u64>, keys: u64) {
    super::fill(session, &(0..keys).map(u64::number).collect::<Vec<_>>());
}

/// The first key of the map, by a range that ends there.
fn any_key(session: &impl Session<u64>) -> Option<u64> {
    let mut first = None;
    session.range(|key, _| {
        first = Some(*key);
        false
    });
    first
}

/// The key of a benchmark with so many keys that are there: one of them, or `i`, which is not.
fn mostly(hits: u64, i: u64) -> u64 {
    if i % ALL < hits { i % ALL } else { i }
}

fn swap(session: &impl Session<u64>, hits: u64, i: u64) {
    let key = mostly(hits, i);
    black_box(session.swap(&key, key));
    if i % ALL >= hits {
        black_box(session.load_and_delete(&key));
    }
}

fn compare_and_delete(session: &impl Session<u64>, hits: u64, i: u64) {
    let key = mostly(hits, i);
    if session.compare_and_delete(&key, key) {
        session.store(&key, key);
    }
}

fn adversarial_alloc(session: &impl Session<u64>, state: &mut State) {
    black_box(session.load(&state.i));
    state.loads_since_store += 1;
    if state.loads_since_store > state.stores {
        black_box(session.load_or_store(&state.i, state.stores));
        state.loads_since_store = 0;
        state.stores += 1;
    }
}

fn adversarial_delete(session: &impl Session<u64>, i: u64) {
    black_box(session.load(&i));
    if i.is_multiple_of(ALL) {
        // Go deletes inside the range, which not every map allows.
        if let Some(key) = any_key(session) {
            session.load_and_delete(&key);
        }
        session.store(&i, i);
    }
}

benchmarks! {
    LoadMostlyHits NOTHING_MORE 256, |map| prime(map, MANY),
        |map, state, i| black_box(map.load(&(i % ALL)));
    LoadMostlyMisses NOTHING_MORE 256, |map| prime(map, 1),
        |map, state, i| black_box(map.load(&(i % ALL)));
    LoadOrStoreBalanced NOTHING_MORE 256, |map| prime(map, HALF),
        |map, state, i| black_box(if i % (2 * HALF) < HALF { map.load_or_store(&(i % (2 * HALF)), i) } else { map.load_or_store(&i, i) });
    LoadOrStoreUnique NOTHING_MORE 256, |_map| (),
        |map, state, i| black_box(map.load_or_store(&i, i));
    LoadOrStoreCollision NOTHING_MORE 256, |map| map.store(&0, 0),
        |map, state, _i| black_box(map.load_or_store(&key(), 0));
    LoadAndDeleteBalanced NOTHING_MORE 256, |map| prime(map, HALF),
        |map, state, i| black_box(if i % (2 * HALF) < HALF { map.load_and_delete(&(i % (2 * HALF))) } else { map.load_and_delete(&i) });
    LoadAndDeleteUnique NOTHING_MORE 256, |_map| (),
        |map, state, i| black_box(map.load_and_delete(&i));
    LoadAndDeleteCollision NOTHING_MORE 256, |map| map.store(&0, 0),
        |map, state, _i| if map.load_and_delete(&key()).is_some() { map.store(&key(), 0) };
    Range NOTHING_MORE 4, |map| prime(map, ALL),
        |map, state, _i| map.range(|key, value| { black_box((key, value)); true });
    AdversarialAlloc NOTHING_MORE 256, |_map| (),
        |map, state, _i| adversarial_alloc(map, state);
    AdversarialDelete NOTHING_MORE 256, |map| for key in 0..ALL { map.store(&key, key) },
        |map, state, i| adversarial_delete(map, i);
    DeleteCollision NOTHING_MORE 256, |map| map.store(&0, 0),
        |map, state, _i| black_box(map.load_and_delete(&key()));
    SwapCollision NOTHING_MORE 256, |map| map.store(&0, 0),
        |map, state, _i| black_box(map.swap(&key(), 0));
    SwapMostlyHits NOTHING_MORE 256, |map| prime(map, MANY),
        |map, state, i| swap(map, MANY, i);
    SwapMostlyMisses NOTHING_MORE 256, |map| prime(map, 1),
        |map, state, i| swap(map, 1, i);
    CompareAndSwapCollision COMPARE 256, |map| map.store(&0, 0),
        |map, state, _i| if map.compare_and_swap(&key(), 0, 42) { black_box(map.compare_and_swap(&key(), 42, 0)); };
    CompareAndSwapNoExistingKey COMPARE 256, |_map| (),
        |map, state, i| if map.compare_and_swap(&i, 0, 0) { black_box(map.load_and_delete(&i)); };
    CompareAndSwapValueNotEqual COMPARE 256, |map| map.store(&0, 0),
        |map, state, _i| black_box(map.compare_and_swap(&key(), 1, 2));
    CompareAndSwapMostlyHits COMPARE 256, |map| prime(map, MANY),
        |map, state, i| black_box(map.compare_and_swap(&mostly(MANY, i), mostly(MANY, i), mostly(MANY, i)));
    CompareAndSwapMostlyMisses COMPARE 256, |map| prime(map, 1),
        |map, state, i| black_box(map.compare_and_swap(&mostly(1, i), mostly(1, i), mostly(1, i)));
    CompareAndDeleteCollision COMPARE 256, |map| map.store(&0, 0),
        |map, state, _i| if map.compare_and_delete(&key(), 0) { map.store(&key(), 0) };
    CompareAndDeleteMostlyHits COMPARE 256, |map| prime(map, MANY),
        |map, state, i| compare_and_delete(map, MANY, i);
    CompareAndDeleteMostlyMisses COMPARE 256, |map| prime(map, 1),
        |map, state, i| compare_and_delete(map, 1, i);
    Clear NOTHING_MORE 256, |_map| (),
        |map, state, i| { map.clear(); map.store(&(i % 256), i % 256); };
}
