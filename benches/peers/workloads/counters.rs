//! Counters: a map of them beside maps of atomic integers, and the striped one beside a single atomic integer.

use crate::adapters::{BATCH, Kind};
use crate::bench::Bench;
use crate::results::{Row, Section};
use crate::rounds::Contender;
use crate::workloads::by_tape;
use prometheus_client::metrics::{counter, family::Family};
use std::collections::HashMap;
use std::hash::Hash;
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, RwLock};
use sync_map::{Counter, CounterMap};
use sync_map_benches::{Fast, Random};
use sync_map_measure::{Timing, Worker, window};

/// How many counters.
const KEYS: usize = 1000;

/// The names of the columns.
pub(crate) const ALL: [&str; 10] = [
    "CounterMap",
    "Counter",
    "Mutex<HashMap<_, i64>>",
    "RwLock<HashMap<_, AtomicI64>>",
    "dashmap of i64",
    "papaya of AtomicI64",
    "AtomicI64",
    "prometheus-client Family",
    "prometheus-client Counter",
    "metrics handle",
];

/// Counters by key. An add makes the counter when it is not there.
trait Counters<K>: Send + Sync + 'static {
    fn new() -> Self;
    /// A counter for each of these keys, made as the map likes it best.
    fn make(&self, keys: impl Iterator<Item = K>) {
        for key in keys {
            self.add(key);
        }
    }
    fn add(&self, key: K) -> i64;
    fn get(&self, key: &K) -> i64;
}

/// A key that costs nothing to copy.
trait Cheap: Copy + Hash + Eq + Send + Sync + 'static {}
impl Cheap for usize {}
impl Cheap for &'static str {}

impl<K: Cheap> Counters<K> for CounterMap<K, Fast> {
    fn new() -> Self {
        CounterMap::with_hasher(Fast::default())
    }
    fn add(&self, key: K) -> i64 {
        self.increment(key)
    }
    fn get(&self, key: &K) -> i64 {
        CounterMap::get(self, key)
    }
}

impl<K: Cheap> Counters<K> for Mutex<HashMap<K, i64, Fast>> {
    fn new() -> Self {
        Mutex::new(HashMap::with_hasher(Fast::default()))
    }
    fn add(&self, key: K) -> i64 {
        let mut counters = self.lock().expect("no holder panics");
        let number = counters.entry(key).or_insert(0);
        *number += 1;
        *number
    }
    fn get(&self, key: &K) -> i64 {
        self.lock().expect("no holder panics").get(key).copied().unwrap_or(0)
    }
}

impl<K: Cheap> Counters<K> for RwLock<HashMap<K, AtomicI64, Fast>> {
    fn new() -> Self {
        RwLock::new(HashMap::with_hasher(Fast::default()))
    }
    fn add(&self, key: K) -> i64 {
        if let Some(number) = self.read().expect("no holder panics").get(&key) {
            return number.fetch_add(1, Relaxed) + 1;
        }
        *self.write().expect("no holder panics").entry(key).or_default().get_mut() += 1;
        1
    }
    fn get(&self, key: &K) -> i64 {
        self.read().expect("no holder panics").get(key).map_or(0, |number| number.load(Relaxed))
    }
}

impl<K: Cheap> Counters<K> for dashmap::DashMap<K, i64, Fast> {
    fn new() -> Self {
        dashmap::DashMap::with_hasher(Fast::default())
    }
    fn add(&self, key: K) -> i64 {
        let mut number = self.entry(key).or_insert(0);
        *number += 1;
        *number
    }
    fn get(&self, key: &K) -> i64 {
        dashmap::DashMap::get(self, key).map_or(0, |number| *number)
    }
}

impl<K: Cheap> Counters<K> for papaya::HashMap<K, AtomicI64, Fast> {
    fn new() -> Self {
        papaya::HashMap::with_hasher(Fast::default())
    }
    /// The iterator completes the move to a larger table, which otherwise may stay half done.
    fn make(&self, keys: impl Iterator<Item = K>) {
        for key in keys {
            self.add(key);
        }
        black_box(self.pin().iter().next());
    }
    fn add(&self, key: K) -> i64 {
        let counters = self.pin();
        counters.get_or_insert_with(key, AtomicI64::default).fetch_add(1, Relaxed) + 1
    }
    fn get(&self, key: &K) -> i64 {
        self.pin().get(key).map_or(0, |number| number.load(Relaxed))
    }
}

/// It hashes as it likes: with SipHash. Its counters only grow.
impl<K: Cheap> Counters<K> for Family<K, counter::Counter> {
    fn new() -> Self {
        Family::default()
    }
    fn add(&self, key: K) -> i64 {
        // Returns what was there before.
        self.get_or_create(&key).inc() as i64 + 1
    }
    fn get(&self, key: &K) -> i64 {
        Family::get(self, key).map_or(0, |number| number.get() as i64)
    }
}

/// No map at all: the number is at the place that the key names.
struct Places(Vec<AtomicI64>);

impl Counters<usize> for Places {
    fn new() -> Self {
        Places((0..KEYS).map(|_| AtomicI64::default()).collect())
    }
    fn add(&self, key: usize) -> i64 {
        self.0[key].fetch_add(1, Relaxed) + 1
    }
    fn get(&self, key: &usize) -> i64 {
        self.0[*key].load(Relaxed)
    }
}

/// Chosen before: a key each, and whether it is an add.
type Tape<K> = Vec<(K, bool)>;

/// A contender whose counters all exist, and have been read until they stay where they are.
fn contender<'c, K: Cheap, C: Counters<K>>(
    name: &'static str,
    kind: Kind,
    how: (usize, Timing),
    tapes: &'c [Tape<K>; 2],
) -> Contender<'c> {
    let counters = C::new();
    let keys = || tapes.iter().flatten().map(|(key, _)| *key);
    counters.make(keys());
    for key in keys().chain(keys()) {
        black_box(counters.add(key));
    }
    let play = move |tape: &[(K, bool)]| {
        let mut sum = 0_i64;
        for (key, add) in tape {
            sum = sum.wrapping_add(if *add { counters.add(*key) } else { counters.get(key) });
        }
        black_box(sum);
    };
    by_tape(name, kind, how, tapes, play)
}

/// Tapes over these keys, with so many adds in a hundred.
fn tapes<K: Cheap>(keys: &[K], adds: u64) -> [Tape<K>; 2] {
    [1, 2].map(|seed| {
        let mut random = Random::new(seed);
        let mut operation = || (keys[random.below(keys.len() as u64) as usize], random.below(100) < adds);
        (0..16 * BATCH).map(|_| operation()).collect()
    })
}

fn maps<'c, K: Cheap>(how: (usize, Timing), tapes: &'c [Tape<K>; 2]) -> Vec<Contender<'c>> {
    vec![
        contender::<K, CounterMap<K, Fast>>(ALL[0], Kind::Ours, how, tapes),
        contender::<K, Mutex<HashMap<K, i64, Fast>>>(ALL[2], Kind::Locked, how, tapes),
        contender::<K, RwLock<HashMap<K, AtomicI64, Fast>>>(ALL[3], Kind::Locked, how, tapes),
        contender::<K, dashmap::DashMap<K, i64, Fast>>(ALL[4], Kind::Concurrent, how, tapes),
        contender::<K, papaya::HashMap<K, AtomicI64, Fast>>(ALL[5], Kind::Concurrent, how, tapes),
        contender::<K, Family<K, counter::Counter>>(ALL[7], Kind::Locked, how, tapes),
    ]
}

/// All rows.
pub(crate) fn run(bench: &mut Bench) {
    for threads in [1, 2] {
        let how = (threads, bench.plan.timing());
        let row = Row::threads(Section::Counters, "counters/add", "add one, 1,000 u64 keys", threads);
        if bench.wants(&row) {
            let tapes = tapes(&(0..KEYS).collect::<Vec<usize>>(), 100);
            let mut contenders = maps(how, &tapes);
            contenders.push(contender::<usize, Places>(ALL[6], Kind::Limit, how, &tapes));
            bench.run(row, contenders);
        }
        let title = "90% get, 10% add one, 1,000 &str keys";
        let row = Row::threads(Section::Counters, "counters/90-10", title, threads);
        if bench.wants(&row) {
            // Lives as long as the program, as the keys of counters in a program do.
            let keys: Vec<&'static str> = (0..KEYS).map(|key| &*format!("key_{key}").leak()).collect();
            let tapes = tapes(&keys, 10);
            bench.run(row, maps(how, &tapes));
        }
        let row = Row::threads(Section::Counters, "counters/one", "add one to a single counter", threads);
        if bench.wants(&row) {
            bench.run(row, single(how));
        }
    }
}

struct Adding<A: Fn()>(A);

impl<A: Fn()> Worker for Adding<A> {
    fn chunk(&mut self) -> u64 {
        for _ in 0..4 * BATCH {
            (self.0)();
        }
        4 * BATCH as u64
    }
}

/// The striped counter, a plain atomic integer, and the counters of crates for metrics, which hold one.
fn single((threads, timing): (usize, Timing)) -> Vec<Contender<'static>> {
    let (striped, plain) = (Arc::new(Counter::new()), Arc::new(AtomicI64::new(0)));
    let prometheus = counter::Counter::<u64>::default();
    // What a recorder that keeps its counters in atomic integers hands out.
    let handle = metrics::Counter::from_arc(Arc::new(AtomicU64::new(0)));
    let striped = move || window(threads, timing, |_| Adding(|| striped.increment())).into();
    let plain = move || {
        let add = || {
            black_box(&plain).fetch_add(1, Relaxed);
        };
        window(threads, timing, |_| Adding(add)).into()
    };
    let prometheus = move || {
        let add = || {
            black_box(prometheus.inc());
        };
        window(threads, timing, |_| Adding(add)).into()
    };
    let handle = move || window(threads, timing, |_| Adding(|| handle.increment(1))).into();
    vec![
        Contender::new(ALL[1], Kind::Ours, striped),
        Contender::new(ALL[6], Kind::Limit, plain),
        Contender::new(ALL[8], Kind::Concurrent, prometheus),
        Contender::new(ALL[9], Kind::Concurrent, handle),
    ]
}
