//! Every short sequence of operations, with every call of `Eq`, `Hash` and the values' `PartialEq` a lie, or several on end.

use crate::book::{Book, Call, Key, Lies, Name, Value};
use std::hash::RandomState;
use sync_map::SyncMap;
use test_support::hang::{self, Watch};
use test_support::{Constant, FourBits, TestHasher};

/// What a test does to a map: `A` and `B` are keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Load(u32),
    Swap(u32),
    LoadOrStore(u32),
    Delete(u32),
    CompareAndDelete(u32),
    CompareAndSwap(u32),
    Update(u32),
    Range,
    Retain,
    Clear,
    /// Each key of the map becomes its neighbour.
    Rename,
}

/// What is in a map at the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Empty,
    /// Key 0 in both tables, keys 2 and 3 in dirty: more than one miss is missing for a promotion.
    Amended,
    /// The same, but that key 0 was deleted before dirty was made, and is expunged.
    Expunged,
}

use Op::{
    Clear, CompareAndDelete, CompareAndSwap, Delete, Load, LoadOrStore, Range, Rename, Retain, Swap, Update,
};

pub(crate) type Map<S> = SyncMap<Key, Value, S>;

impl Op {
    /// Each returns what it may: the keys and values that it sees are read.
    pub(crate) fn run<S: TestHasher>(self, map: &Map<S>, book: &'static Book) {
        let pinned = map.pin();
        let read = |value: Option<&Value>| value.map(Value::n);
        match self {
            Load(key) => _ = read(pinned.load(&Name(key, book))),
            Swap(key) => _ = read(pinned.swap(book.key(key), book.value(7))),
            LoadOrStore(key) => _ = pinned.load_or_store(book.key(key), book.value(7)).actual().n(),
            Delete(key) => _ = read(pinned.load_and_delete(&book.key(key))),
            CompareAndDelete(key) => _ = pinned.compare_and_delete(&Name(key, book), &book.value(7)),
            CompareAndSwap(key) => {
                drop(pinned.compare_and_swap(&book.key(key), &book.value(7), book.value(7)));
            }
            Update(key) => _ = read(pinned.update(&book.key(key), Value::clone)),
            Range => pinned.range(|key, value| key.n() + value.n() > 0),
            Retain => pinned.retain(|key, value| key.n() + value.n() > 7),
            Clear => pinned.clear(),
            Rename => pinned.keys().for_each(Key::rename),
        }
    }
}

impl Start {
    fn map<S: TestHasher>(self, book: &'static Book) -> Map<S> {
        let map = Map::default();
        let ops: &[Op] = match self {
            Start::Empty => &[],
            Start::Amended => &[Swap(0), Range, Swap(2), Swap(3)],
            Start::Expunged => &[Swap(0), Swap(2), Range, Delete(0), Swap(3), Swap(4)],
        };
        ops.iter().for_each(|op| op.run(&map, book));
        map
    }
}

/// Runs the operations with these lies; then, lawfully, what every map must still do.
pub(crate) fn run<S: TestHasher>(
    start: Start,
    ops: &[Op],
    lies: Lies,
    book: &'static Book,
) -> Result<Calls, String> {
    let mut map = start.map::<S>(book);
    book.set_lies(lies);
    for op in ops {
        op.run(&map, book);
    }
    let calls = Calls([Call::Eq, Call::Hash, Call::ValueEq].map(|call| (call, book.calls(call))));
    book.set_lies(Lies::None);
    // What may be freed is freed now, and what is read after that must be there.
    for _ in 0..3 {
        map.pin().flush();
    }
    Load(0).run(&map, book);
    match map.check_invariants() {
        // A key whose second entry was let in by a lie: nothing else may be broken.
        Err(broken) if !broken.starts_with("INV-5") => return Err(broken),
        _ => {}
    }
    Range.run(&map, book);
    Swap(1).run(&map, book);
    if map.pin().load(&Name(1, book)).map(Value::n) != Some(7) {
        return Err("key 1 was stored, and is not found".into());
    }
    map.clear();
    if !map.is_empty() {
        return Err("cleared, and not empty".into());
    }
    Swap(0).run(&map, book);
    drop(map);
    match book.faults() {
        none if none.is_empty() => Ok(calls),
        faults => Err(faults.join(", ")),
    }
}

/// How often each call was made.
pub(crate) struct Calls([(Call, u32); 3]);

impl Calls {
    /// Each single lie; each four on end, which keep a key from being found in one table; `Eq` that only lies.
    fn lies(&self) -> impl Iterator<Item = Lies> {
        self.0.into_iter().flat_map(|(call, calls)| {
            let ways = move |from| match call {
                Call::Eq if from == 1 => vec![1, 4, u32::MAX],
                Call::Eq => vec![1, 4],
                _ => vec![1],
            };
            (1..=calls)
                .flat_map(move |from| ways(from).into_iter().map(move |many| Lies::Some { call, from, many }))
        })
    }
}

/// Every sequence of three from these maps; from the empty one, of a store and three more.
fn every_sequence<S: TestHasher>(ops: &'static [Op], starts: &'static [Start]) {
    let watch = hang::watch();
    let mut all = Sweep { watch: &watch, used: Vec::new(), runs: 0 };
    for &start in starts {
        let first = (start == Start::Empty).then_some(Swap(0));
        for &second in ops {
            for &third in ops {
                for &fourth in ops {
                    let rest = [second, third, fourth];
                    all.with_every_lie::<S>(start, first.into_iter().chain(rest).collect());
                }
            }
        }
    }
    all.settle();
    assert!(all.runs > 10_000, "{} runs", all.runs);
}

type Input = (Start, Vec<Op>, Lies);

struct Sweep<'w> {
    watch: &'w Watch,
    used: Vec<(&'static Book, Input)>,
    runs: usize,
}

impl Sweep<'_> {
    fn with_every_lie<S: TestHasher>(&mut self, start: Start, ops: Vec<Op>) {
        let calls = self.once::<S>((start, ops.clone(), Lies::None));
        for lies in calls.lies() {
            self.once::<S>((start, ops.clone(), lies));
        }
    }

    fn once<S: TestHasher>(&mut self, input: Input) -> Calls {
        self.watch.step(input.clone());
        self.runs += 1;
        let book = Book::open();
        let (start, ops, lies) = &input;
        let calls = match run::<S>(*start, ops, lies.clone(), book) {
            Ok(calls) => calls,
            Err(fault) => panic!("{input:?}: {fault}"),
        };
        self.used.push((book, input));
        if self.used.len() >= 256 {
            self.settle();
        }
        calls
    }

    /// Everything was dropped, and once.
    fn settle(&mut self) {
        for (book, input) in self.used.drain(..) {
            if let Err(fault) = book.settle() {
                panic!("{input:?}: {fault}");
            }
        }
    }
}

/// All on one key, but for the stores of another, which make dirty.
const ONE_KEY: [Op; 11] = [
    Load(0),
    Swap(0),
    LoadOrStore(0),
    Delete(0),
    CompareAndDelete(0),
    Update(0),
    Swap(1),
    Range,
    Retain,
    Clear,
    Rename,
];

const TWO_KEYS: [Op; 10] = [
    Load(1),
    Swap(0),
    Swap(1),
    LoadOrStore(1),
    Delete(0),
    Delete(1),
    CompareAndDelete(1),
    CompareAndSwap(0),
    Range,
    Clear,
];

#[test]
fn after_every_sequence_on_one_key_with_every_lie_all_is_dropped_once_and_the_map_is_whole() {
    every_sequence::<RandomState>(&ONE_KEY, &[Start::Empty, Start::Amended, Start::Expunged]);
}

#[test]
fn after_every_sequence_on_two_keys_with_every_lie_all_is_dropped_once_and_the_map_is_whole() {
    every_sequence::<FourBits>(&TWO_KEYS, &[Start::Amended]);
}

#[test]
fn after_every_sequence_on_keys_that_collide_with_every_lie_all_is_dropped_once_and_the_map_is_whole() {
    every_sequence::<Constant>(&ONE_KEY, &[Start::Amended, Start::Expunged]);
}
