//! What is done to a map.
//!
//! A [`Script`] is what each thread does; a row is a script and a number of threads. The maps of a row are either kept
//! for the whole row ([`kept`]), or made anew for each window ([`fresh`]): for scripts that change what the map has. What is no map
//! goes by a tape, which was chosen before ([`by_tape`]).

pub(crate) mod caches;
pub(crate) mod cold;
pub(crate) mod copy;
pub(crate) mod counters;
pub(crate) mod go;
pub(crate) mod growth;
pub(crate) mod loads;
pub(crate) mod memory;
pub(crate) mod mixes;
pub(crate) mod settings;

use crate::adapters::{self, BATCH, Can, Hasher, Key, Kind, Peer, Session, Visitor};
use crate::rounds::Contender;
use std::hint::black_box;
use std::sync::Arc;
use sync_map_measure::{Timing, Worker, window};

/// What each thread does.
pub(crate) trait Script<K: Key>: Sync {
    /// What the map must have.
    const NEEDS: Can = Can::NOTHING_MORE;
    /// Whether the map is changed.
    const WRITES: bool = true;
    /// How many batches go between two looks at the clock.
    const BATCHES: usize = 4;

    /// Where a thread is.
    type State;

    fn state(&self, thread: usize) -> Self::State;

    /// What is in the map before the first window. Only for [`fresh`] maps.
    fn fill(&self, _session: &mut impl Session<K>) {}

    /// Does some operations, usually [`BATCH`], and returns how many.
    fn batch(&self, session: &impl Session<K>, state: &mut Self::State) -> u64;
}

/// Whether a map can do what a script does, with so many threads.
fn is_able<K: Key, S: Hasher, P: Peer<K, S>, W: Script<K>>(threads: usize) -> bool {
    let shared = W::WRITES && threads > 1;
    P::CAN.includes(W::NEEDS) && (!shared || P::CAN.includes(Can::SHARED_WRITES))
}

/// A thread with a script.
struct Player<'w, W: Script<K>, K: Key, Z: Session<K>> {
    script: &'w W,
    session: Z,
    state: W::State,
}

impl<W: Script<K>, K: Key, Z: Session<K>> Worker for Player<'_, W, K, Z> {
    #[inline(always)]
    fn chunk(&mut self) -> u64 {
        let mut operations = 0;
        for _ in 0..W::BATCHES {
            operations += self.script.batch(&self.session, &mut self.state);
            self.session.rest();
        }
        operations
    }

    fn finish(&mut self) {
        self.session.finish();
    }
}

fn play<K: Key, S: Hasher, P: Peer<K, S>, W: Script<K>>(
    map: &P,
    script: &W,
    threads: usize,
    timing: Timing,
) -> sync_map_measure::Window {
    window(threads, timing, |thread| Player { script, session: map.session(), state: script.state(thread) })
}

/// Brings each map into the state in which it stays: stores the keys, begins a range, and has each key loaded (by `load_or_store`: a
/// look-up must be called in no second place, see [`sync_map_benches::Tagged`]).
///
/// The range promotes this map's new keys, as loads would. For papaya it completes the move to a larger table, which after the last store
/// of a new key may stay half done for ever, and makes misses ten times as slow.
pub(crate) fn fill<K: Key>(session: &mut impl Session<K>, keys: &[K]) {
    for (key, number) in keys.iter().zip(0_u64..) {
        session.store(key, number);
        if number.is_multiple_of(BATCH as u64) {
            session.rest();
        }
    }
    session.range(|_, _| false);
    for batch in keys.chunks(BATCH) {
        for key in batch {
            black_box(session.load_or_store(key, 0));
        }
        session.rest();
    }
}

/// For each of the rows (a number of threads, and a script), all maps that are able; the rows share the maps.
pub(crate) fn kept<'c, K: Key, S: Hasher, W: Script<K>>(
    timing: Timing,
    keys: &[K],
    rows: &'c [(usize, W)],
) -> Vec<Vec<Contender<'c>>> {
    struct Kept<'k, 'c, K, W> {
        timing: Timing,
        keys: &'k [K],
        rows: &'c [(usize, W)],
        contenders: Vec<Vec<Contender<'c>>>,
    }
    impl<K: Key, S: Hasher, W: Script<K>> Visitor<K, S> for Kept<'_, '_, K, W> {
        fn visit<P: Peer<K, S>>(&mut self) {
            let able = |(threads, _): &(usize, W)| is_able::<K, S, P, W>(*threads);
            if !self.rows.iter().any(able) {
                return;
            }
            let map = Arc::new(P::with_hasher(S::default()));
            fill(&mut map.session(), self.keys);
            for (row, contenders) in self.rows.iter().zip(&mut self.contenders).filter(|(row, _)| able(row)) {
                let (map, timing, (threads, script)) = (Arc::clone(&map), self.timing, row);
                let measure = move || play(&*map, script, *threads, timing).into();
                contenders.push(Contender::new(P::NAME, P::KIND, measure));
            }
        }
    }
    let contenders = rows.iter().map(|_| Vec::new()).collect();
    let mut kept = Kept { timing, keys, rows, contenders };
    adapters::each::<K, S>(&mut kept);
    kept.contenders
}

/// All maps that are able, each made anew for each window.
pub(crate) fn fresh<'c, K: Key, S: Hasher, W: Script<K>>(
    timing: Timing,
    threads: usize,
    script: &'c W,
) -> Vec<Contender<'c>> {
    struct Fresh<'c, W> {
        timing: Timing,
        threads: usize,
        script: &'c W,
        contenders: Vec<Contender<'c>>,
    }
    impl<K: Key, S: Hasher, W: Script<K>> Visitor<K, S> for Fresh<'_, W> {
        fn visit<P: Peer<K, S>>(&mut self) {
            if !is_able::<K, S, P, W>(self.threads) {
                return;
            }
            let (timing, threads, script) = (self.timing, self.threads, self.script);
            let measure = move || {
                let map = P::with_hasher(S::default());
                script.fill(&mut map.session());
                play(&map, script, threads, timing).into()
            };
            self.contenders.push(Contender::new(P::NAME, P::KIND, measure));
        }
    }
    let mut fresh = Fresh { timing, threads, script, contenders: Vec::new() };
    adapters::each::<K, S>(&mut fresh);
    fresh.contenders
}

/// A thread that goes round a tape.
struct Reel<'t, T, F> {
    tape: &'t [T],
    at: usize,
    play: &'t F,
}

impl<T, F: Fn(&[T])> Worker for Reel<'_, T, F> {
    #[inline(always)]
    fn chunk(&mut self) -> u64 {
        (self.play)(&self.tape[self.at..self.at + 4 * BATCH]);
        self.at = (self.at + 4 * BATCH) % self.tape.len();
        4 * BATCH as u64
    }
}

/// A contender of which `play` does an operation for each entry of a part of a tape; each thread has its own.
pub(crate) fn by_tape<'c, T: Sync>(
    name: &'static str,
    kind: Kind,
    (threads, timing): (usize, Timing),
    tapes: &'c [Vec<T>; 2],
    play: impl Fn(&[T]) + Sync + 'c,
) -> Contender<'c> {
    let measure =
        move || window(threads, timing, |thread| Reel { tape: &tapes[thread], at: 0, play: &play }).into();
    Contender::new(name, kind, measure)
}
