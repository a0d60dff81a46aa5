//! What read has is used without the mutex: no operation on it waits for a thread that is inside.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use sync_map::SyncMap;
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
            gate.arrived.send(()).expect("the test listens");
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

#[test]
fn what_read_has_is_used_without_the_mutex() {
    let _watch = hang::watch();
    let map: Arc<Map> = Arc::new(SyncMap::with_hasher(AsSaid(0)));
    map.store(key(1, SETTLED), 1);
    map.range(|_, _| true);
    map.store(key(2, OTHERS), 1); // only dirty has it

    // A new key that dirty has to compare with that one: its thread is held inside the mutex.
    let (arrived, arrives) = channel();
    let (open, opens) = channel();
    let gate = Gate { arrived, open: Mutex::new(opens) };
    let held = Key { n: 3, hash: OTHERS, gate: Some(Arc::new(gate)) };
    let holder = thread::spawn({
        let map = Arc::clone(&map);
        move || map.store(held, 1)
    });
    arrives.recv_timeout(PATIENCE).expect("the new key is compared");

    for (name, operation) in OPERATIONS {
        let (done, is_done) = channel();
        let map = Arc::clone(&map);
        thread::spawn(move || {
            operation(&map, key(1, SETTLED));
            done.send(()).expect("the test listens");
        });
        is_done.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{name} waits for the mutex, or is wrong"));
    }
    // The mutex is held: a look-up of a key that read lacks waits for it.
    let (done, is_done) = channel();
    let waits = thread::spawn({
        let map = Arc::clone(&map);
        move || {
            map.load(&key(2, OTHERS));
            done.send(()).expect("the test listens");
        }
    });
    assert!(is_done.recv_timeout(Duration::from_millis(100)).is_err(), "nobody holds the mutex");
    drop(open);
    holder.join().expect("the holder ends");
    waits.join().expect("the look-up ends");
}
