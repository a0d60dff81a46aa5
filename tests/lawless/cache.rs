//! `Cache` under lawless keys: with times, with a bound, with computations.

use crate::book::{Book, Call, Key, Lies, Name, Value};
use crate::patterns::every_sequence;
use std::time::Duration;
use sync_map::{Cache, ManualClock};
use test_support::{FourBits, hang};

#[derive(Clone, Copy, Debug)]
enum Op {
    Get(u32),
    Insert(u32),
    Remove(u32),
    Compute(u32),
    Fail(u32),
    Wait,
    Clear,
}

const OPS: [Op; 8] = [
    Op::Get(0),
    Op::Insert(0),
    Op::Insert(1),
    Op::Remove(0),
    Op::Compute(0),
    Op::Fail(0),
    Op::Wait,
    Op::Clear,
];

fn run(ops: &[Op; 3], bound: usize, book: &'static Book) {
    let time = ManualClock::new();
    let cache: Cache<Key, Value, FourBits> = Cache::builder()
        .time_to_live(Duration::from_secs(5))
        .time_to_idle(Duration::from_secs(3))
        .max_entries(bound)
        .clock(time.clock())
        .hasher(FourBits::default())
        .build();
    for op in ops {
        match *op {
            Op::Get(key) => _ = cache.get(&Name(key, book)).map(|value| value.n()),
            Op::Insert(key) => cache.insert(book.key(key), book.value(1)),
            Op::Remove(key) => _ = cache.remove(&Name(key, book)),
            Op::Compute(key) => _ = cache.get_or_insert_with(book.key(key), || book.value(2)).n(),
            Op::Fail(key) => drop(cache.try_get_or_insert_with(book.key(key), || Err(()))),
            Op::Wait => time.advance(Duration::from_secs(3)),
            Op::Clear => {
                cache.cleanup();
                cache.clear();
            }
        }
    }
    book.set_lies(Lies::None);
    for key in 0..2 {
        assert!(cache.get_or_insert_with(book.key(key), || book.value(3)).n() <= 3, "it computes");
        cache.insert(book.key(key), book.value(4));
        // An item whose key a clone has changed cannot be evicted: with a bound of one, the new one goes in its place.
        let got = cache.get(&Name(key, book)).map(|value| value.n());
        assert!(got == Some(4) || bound == 1 && got.is_none(), "{got:?}");
    }
    time.advance(Duration::from_secs(9));
    cache.get(&Name(0, book));
}

fn with_a_bound_of_one(ops: &[Op; 3], book: &'static Book) {
    run(ops, 1, book);
}

fn with_a_wide_bound(ops: &[Op; 3], book: &'static Book) {
    run(ops, 100, book);
}

#[test]
fn a_cache_ends_and_drops_all_once_whatever_eq_says() {
    every_sequence(&OPS, &[Call::Eq], with_a_wide_bound);
}

#[test]
fn a_cache_ends_and_drops_all_once_whatever_hash_says() {
    every_sequence(&OPS, &[Call::Hash], with_a_bound_of_one);
}

#[test]
fn a_cache_ends_and_drops_all_once_whatever_clone_makes() {
    every_sequence(&OPS, &[Call::Clone], with_a_wide_bound);
    every_sequence(&OPS, &[Call::Clone], with_a_bound_of_one);
}

/// What is not a number is not equal to itself; it is found by its bits.
#[derive(Clone)]
struct Reading(f64);

impl std::hash::Hash for Reading {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl PartialEq for Reading {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Reading {}

#[derive(Hash)]
struct Bits(u64);

impl equivalent::Equivalent<Reading> for Bits {
    fn equivalent(&self, reading: &Reading) -> bool {
        self.0 == reading.0.to_bits()
    }
}

#[test]
fn a_look_up_of_an_expired_item_whose_key_is_not_equal_to_itself_ends() {
    let _watch = hang::watch();
    let time = ManualClock::new();
    let cache = Cache::builder().time_to_live(Duration::from_secs(5)).clock(time.clock()).build();
    cache.insert(Reading(f64::NAN), 1);
    time.advance(Duration::from_secs(5));
    assert_eq!(cache.get(&Bits(f64::NAN.to_bits())), None);
}

#[test]
fn a_key_can_be_computed_after_a_computation_failed_while_its_eq_lied() {
    let _watch = hang::watch();
    let book = Book::open();
    let cache = std::sync::Arc::new(Cache::<Key, Value>::new());
    let failed = cache.try_get_or_insert_with(book.key(0), || {
        book.set_lies(Lies::Some { call: Call::Eq, from: 1, many: 8 });
        Err(())
    });
    assert!(failed.is_err());
    book.set_lies(Lies::None);
    let other = std::sync::Arc::clone(&cache);
    let computed = move || other.get_or_insert_with(book.key(0), || book.value(1)).n();
    assert_eq!(std::thread::spawn(computed).join().unwrap(), 1);
    drop(cache);
    book.settle().unwrap();
}

/// The listener of each of two caches drops the other cache: each janitor waits for the other one to end.
#[test]
fn janitors_that_drop_each_others_caches_end() {
    use std::sync::{Arc, Barrier, Mutex};
    type Slot = Arc<Mutex<Option<Cache<u32, u32>>>>;
    let _watch = hang::watch();
    let (one, other) = (Slot::default(), Slot::default());
    let both = Arc::new(Barrier::new(2));
    let (done, ended) = std::sync::mpsc::channel();
    let that_drops = |slot: &Slot| {
        let (slot, both, done) = (Arc::clone(slot), Arc::clone(&both), done.clone());
        let cache = Cache::builder().janitor(Duration::from_millis(1)).removal_listener(move |_, _, _| {
            both.wait();
            let dropped = slot.lock().unwrap().take();
            drop(dropped);
            done.send(()).unwrap();
        });
        let cache = cache.build();
        cache.insert_for(1, 1, Duration::from_millis(100));
        cache
    };
    let (first, second) = (that_drops(&other), that_drops(&one));
    *one.lock().unwrap() = Some(first);
    *other.lock().unwrap() = Some(second);
    ended.recv().unwrap();
    ended.recv().unwrap();
}
