//! Who waits for a thread that is inside the mutex, and who does not: what read has is used without it.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use sync_map::{Cache, SyncMap};
use test_support::hang;

/// How long an operation may take that waits for nobody.
const PATIENCE: Duration = Duration::from_secs(20);

/// A key whose `Eq` blocks until the test releases it.
struct Gate {
    arrived: Sender<()>,
    open: Mutex<Receiver<()>>,
}

#[derive(Clone)]
struct Key {
    n: u32,
    hash: u64,
    gate: Option<Arc<Gate>>,
}

fn key(n: u32, hash: u64) -> Key {
    Key { n, hash, gate: None }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        for gate in self.gate.iter().chain(&other.gate) {
            // Once the test knows of the first, it does not listen any more.
            let _ = gate.arrived.send(());
            let _ = gate.open.lock().expect("nobody panics").recv_timeout(2 * PATIENCE);
        }
        self.n == other.n
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// The hash that the key says.
#[derive(Clone, Default)]
struct AsSaid(u64);

impl Hasher for AsSaid {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("a key writes its hash");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl BuildHasher for AsSaid {
    type Hasher = AsSaid;

    fn build_hasher(&self) -> AsSaid {
        AsSaid(0)
    }
}

type Map = SyncMap<Key, u32, AsSaid>;

const SETTLED: u64 = 0x9e37_79b9_7f4a_7c15;
const OTHERS: u64 = 0x2545_f491_4f6c_dd1d;

type Operation = fn(&Map, Key);

/// Operations on a key that is live in read. The last two delete it, and store into what is deleted.
const OPERATIONS: [(&str, Operation); 13] = [
    ("load", |map, key| assert_eq!(map.load(&key), Some(1))),
    ("contains_key", |map, key| assert!(map.contains_key(&key))),
    ("store", |map, key| map.store(key, 2)),
    ("swap", |map, key| assert_eq!(map.swap(key, 3), Some(2))),
    ("load_or_store", |map, key| assert!(map.load_or_store(key, 4).is_loaded())),
    ("load_or_store_with", |map, key| assert!(map.load_or_store_with(key, || 5).is_loaded())),
    ("compare_and_swap", |map, key| assert!(map.compare_and_swap(&key, &3, 6).is_ok())),
    ("compare_and_delete, other value", |map, key| assert!(!map.compare_and_delete(&key, &3))),
    ("update", |map, key| assert_eq!(map.update(&key, |n| n + 1), Some(7))),
    ("delete_if, not so", |map, key| assert_eq!(map.delete_if(&key, |n| *n > 9), None)),
    ("load_and_delete", |map, key| assert_eq!(map.load_and_delete(&key), Some(7))),
    ("store into what is deleted", |map, key| map.store(key, 8)),
    ("delete", |map, key| assert!(map.delete(&key))),
];

/// A thread that stores a new key, and is held inside the mutex: dirty has to compare the key with one of the same hash.
struct Holder {
    open: Sender<()>,
    thread: JoinHandle<()>,
}

impl Holder {
    /// Waits until it is there.
    fn inside(store: impl FnOnce(Key) + Send + 'static) -> Holder {
        let (arrived, arrives) = channel();
        let (open, opens) = channel();
        let gate = Gate { arrived, open: Mutex::new(opens) };
        let held = Key { n: 3, hash: OTHERS, gate: Some(Arc::new(gate)) };
        let thread = thread::spawn(move || store(held));
        arrives.recv_timeout(PATIENCE).expect("the new key is compared");
        Holder { open, thread }
    }

    fn let_go(self) {
        drop(self.open);
        self.thread.join().expect("the holder ends");
    }
}

/// A call on a thread of its own, and what is told when it has ended.
fn begin(call: impl FnOnce() + Send + 'static) -> (JoinHandle<()>, Receiver<()>) {
    let (done, is_done) = channel();
    let thread = thread::spawn(move || {
        call();
        // Whoever only waits for the thread does not listen any more.
        let _ = done.send(());
    });
    (thread, is_done)
}

fn assert_ends(name: &str, call: impl FnOnce() + Send + 'static) {
    let (_thread, is_done) = begin(call);
    is_done.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{name} waits for the mutex, or is wrong"));
}

/// A call that has not ended after a while.
fn assert_waits(name: &str, call: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let (thread, is_done) = begin(call);
    let ended = is_done.recv_timeout(Duration::from_millis(100));
    assert!(ended.is_err(), "{name} does not wait, or nobody holds the mutex");
    thread
}

#[test]
fn what_read_has_is_used_without_the_mutex() {
    let _watch = hang::watch();
    let map: Arc<Map> = Arc::new(SyncMap::with_hasher(AsSaid(0)));
    map.store(key(1, SETTLED), 1);
    map.range(|_, _| true);
    map.store(key(2, OTHERS), 1); // only dirty has it
    let its = Arc::clone(&map);
    let holder = Holder::inside(move |held| its.store(held, 1));

    for (name, operation) in OPERATIONS {
        let map = Arc::clone(&map);
        assert_ends(name, move || operation(&map, key(1, SETTLED)));
    }
    // A look-up of a key that read lacks waits.
    let its = Arc::clone(&map);
    let waits = assert_waits("load", move || assert_eq!(its.load(&key(2, OTHERS)), Some(1)));
    holder.let_go();
    waits.join().expect("the look-up ends");
}

type OfCache = fn(&Cache<Key, u32, AsSaid>);

/// What looks at each entry waits as a walk over the map does; a hit, the counts and the clock wait for nobody.
#[test]
fn of_a_cache_what_looks_at_each_entry_waits_and_its_counts_do_not() {
    let _watch = hang::watch();
    let cache: Arc<Cache<Key, u32, AsSaid>> = Arc::new(Cache::builder().hasher(AsSaid(0)).build());
    cache.insert(key(1, SETTLED), 1);
    assert_eq!(cache.iter().count(), 1);
    cache.insert(key(2, OTHERS), 1); // only dirty has it
    let its = Arc::clone(&cache);
    let holder = Holder::inside(move |held| its.insert(held, 1));

    let free: [(&str, OfCache); 3] = [
        ("get", |cache| assert_eq!(cache.get(&key(1, SETTLED)), Some(1))),
        ("statistics", |cache| assert_eq!(cache.statistics().hits, 1)),
        ("clock", |cache| assert!(cache.clock().now() < Duration::MAX)),
    ];
    for (name, call) in free {
        let its = Arc::clone(&cache);
        assert_ends(name, move || call(&its));
    }
    let walks: [(&str, OfCache); 5] = [
        ("iter", |cache| assert!(cache.iter().count() <= 3)),
        ("len", |cache| assert!(cache.len() <= 3)),
        ("is_empty", |cache| assert!([true, false].contains(&cache.is_empty()))),
        ("cleanup", |cache| assert_eq!(cache.cleanup(), 0)),
        ("clear", Cache::clear),
    ];
    let of_walk = |(name, walk): (&'static str, OfCache)| {
        let its = Arc::clone(&cache);
        assert_waits(name, move || walk(&its))
    };
    let waiting: Vec<_> = walks.into_iter().map(of_walk).collect();
    holder.let_go();
    waiting.into_iter().for_each(|thread| thread.join().expect("the walk ends"));
}
