//! `ConfigStore` under a hasher that lies: the keys are the store's own.

use crate::book::{Book, Call, Lies, LyingHasher};
use crate::patterns::every_sequence;
use std::cell::Cell;
use std::hash::{BuildHasher, DefaultHasher};
use std::sync::OnceLock;
use sync_map::config::ConfigStore;
use test_support::hang;

#[derive(Clone, Copy, Debug)]
enum Op {
    Set(&'static str),
    Get,
    Remove,
    Update,
    Receive,
    ReplaceAll,
}

const OPS: [Op; 7] =
    [Op::Set("a"), Op::Set("b"), Op::Get, Op::Remove, Op::Update, Op::Receive, Op::ReplaceAll];

fn run(ops: &[Op; 3], book: &'static Book) {
    let store = ConfigStore::with_hasher(LyingHasher(book));
    let mut changes = store.subscribe("a");
    for op in ops {
        match *op {
            Op::Set(key) => _ = store.set(key, 1),
            Op::Get => _ = store.get("a"),
            Op::Remove => _ = store.remove("a"),
            Op::Update => _ = store.update("a", |_| 2),
            Op::Receive => drop(changes.try_recv()),
            Op::ReplaceAll => _ = store.replace_all([("b", 3.into())].into_iter().collect()),
        }
    }
    book.set_lies(Lies::None);
    for key in ["a", "b"] {
        store.set(key, 4);
        assert_eq!(store.get_int(key), Ok(4));
        store.remove(key);
    }
    drop((store, changes));
    drop(book.value(0)); // so that the book is not empty
}

#[test]
fn a_configuration_store_ends_whatever_its_hasher_says() {
    every_sequence(&OPS, &[Call::Hash], run);
}

/// A hasher that writes to the store whose keys it hashes.
struct Writes;

static STORE: OnceLock<ConfigStore<Writes>> = OnceLock::new();

impl BuildHasher for Writes {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        thread_local!(static WRITES: Cell<bool> = const { Cell::new(false) });
        if let Some(store) = STORE.get()
            && !WRITES.replace(true)
        {
            store.set("hashed", true);
            WRITES.set(false);
        }
        DefaultHasher::new()
    }
}

#[test]
fn a_hasher_may_use_the_store_that_it_hashes_for() {
    let _watch = hang::watch();
    STORE.get_or_init(|| ConfigStore::with_hasher(Writes));
    let store = STORE.get().unwrap();
    store.set("a", 1);
    assert_eq!(store.get_int("a"), Ok(1));
    assert_eq!(store.get_bool("hashed"), Ok(true));
}
