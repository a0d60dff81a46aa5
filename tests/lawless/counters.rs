//! `CounterMap` under lawless keys.

use crate::book::{Book, Call, Key, Lies, Name};
use crate::patterns::every_sequence;
use std::hash::BuildHasher;
use std::panic::{AssertUnwindSafe, catch_unwind};
use sync_map::CounterMap;
use test_support::{FourBits, hang};

#[derive(Clone, Copy, Debug)]
enum Op {
    Add(u32),
    Get(u32),
    Reset(u32),
    Remove(u32),
    Snapshot,
}

const OPS: [Op; 8] = [
    Op::Add(0),
    Op::Add(1),
    Op::Get(0),
    Op::Reset(0),
    Op::Remove(0),
    Op::Remove(1),
    Op::Snapshot,
    Op::Add(2),
];

/// Adds one, or is told that the key lies: an addition that cannot know whether it counts must not go on for ever.
fn add<S: BuildHasher>(counters: &CounterMap<Key, S>, key: Key) {
    let added = catch_unwind(AssertUnwindSafe(|| counters.add(key, 1)));
    if let Err(panic) = added {
        let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(
            message.contains("lies: it is in a `CounterMap` for one look-up and not for another"),
            "{message}"
        );
    }
}

fn run(ops: &[Op; 3], book: &'static Book) {
    let counters = CounterMap::<Key, FourBits>::default();
    for op in ops {
        match *op {
            Op::Add(key) => add(&counters, book.key(key)),
            Op::Get(key) => _ = counters.get(&Name(key, book)),
            Op::Reset(key) => _ = counters.reset_and_get(&book.key(key)),
            Op::Remove(key) => _ = counters.remove(&Name(key, book)),
            Op::Snapshot => assert!(counters.snapshot().iter().all(|(key, _)| key.n() < 4)),
        }
    }
    book.set_lies(Lies::None);
    for key in 0..3 {
        let before = counters.get(&Name(key, book));
        assert_eq!(counters.add(book.key(key), 5), before + 5, "it counts");
    }
}

#[test]
fn counters_end_and_drop_all_once_whatever_eq_says() {
    every_sequence(&OPS, &[Call::Eq], run);
}

#[test]
fn counters_end_and_drop_all_once_whatever_hash_says() {
    every_sequence(&OPS, &[Call::Hash], run);
}

#[test]
fn counters_end_and_drop_all_once_whatever_clone_makes() {
    every_sequence(&OPS, &[Call::Clone], run);
}

/// A removal that is lied to leaves a retired cell; a clone that is another key finds it, and cannot delete it by the key.
#[test]
fn an_addition_ends_when_a_clone_is_another_key_whose_counter_is_retired() {
    let _watch = hang::watch();
    let book = Book::open();
    let counters = CounterMap::<Key>::new();
    counters.add(book.key(0), 1);
    // The look-up is told the truth, the deletion is lied to.
    book.set_lies(Lies::Some { call: Call::Eq, from: 2, many: 2 });
    counters.remove(&Name(0, book));
    book.set_lies(Lies::Some { call: Call::Clone, from: 1, many: u32::MAX });
    add(&counters, book.key(1));
    drop(counters);
    book.settle().unwrap();
}
