//! What is retired goes by which table has an entry, and never by what users' code says.
//!
//! The keys `a` to `d` are there, `a` in the read table and in dirty, the others in dirty only. A deletion of `a` asks users' code
//! whether `read` has `a`, is told no, asks whether dirty has it, and is told yes. Whoever believes that takes the entry out of
//! dirty and frees it, while `read` still has it.

use crate::book::{Book, Call, Key, Lies, Name, Value};
use equivalent::Equivalent;
use std::borrow::Borrow;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use sync_map::SyncMap;
use test_support::{TestHasher, hang, under_three_hashers};

const A: u32 = 0;
const B: u32 = 1;
const C: u32 = 2;
const D: u32 = 3;

/// How many answers of a look-up are lies: each number leads the operation another way.
const MANY: std::ops::RangeInclusive<u32> = 1..=16;

/// Each number of lies with each that may come after.
fn many_and_after() -> impl Iterator<Item = (u32, After)> {
    MANY.flat_map(|many| AFTER.map(|after| (many, after)))
}

under_three_hashers! {
    a_key_whose_eq_lies_frees_nothing_that_is_in_use,
    a_key_whose_hash_lies_frees_nothing_that_is_in_use,
    a_look_up_whose_equivalent_lies_frees_nothing_that_is_in_use,
    a_borrowed_form_whose_eq_lies_frees_nothing_that_is_in_use,
    a_key_that_changes_while_it_is_asked_frees_nothing_that_is_in_use,
    a_key_that_changes_in_the_map_frees_nothing_that_is_in_use,
}

/// The keys in a map: `a` in both tables, the others in dirty. So a single miss is not yet a promotion.
fn stored<K, S>(key: impl Fn(u32) -> K, book: &'static Book) -> SyncMap<K, Value, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    S: TestHasher,
{
    let map = SyncMap::<K, Value, S>::default();
    map.store(key(A), book.value(1));
    map.range(|_, _| true); // promotes
    for other in [B, C, D] {
        map.store(key(other), book.value(2)); // the first copies
    }
    map
}

/// What comes when the lie is over.
#[derive(Clone, Copy)]
enum After {
    LookUp,
    Walk,
    Drop,
}

const AFTER: [After; 3] = [After::LookUp, After::Walk, After::Drop];

impl After {
    /// Frees what may be freed; then looks `a` up, or walks over all keys, or neither; then drops the map.
    #[track_caller]
    fn assert_whole<K, Q, S>(
        self,
        map: SyncMap<K, Value, S>,
        a: Q,
        n: impl Fn(&K) -> u32,
        book: &'static Book,
    ) where
        K: Hash + Eq + Send + Sync + 'static,
        Q: Hash + Equivalent<K>,
        S: TestHasher,
    {
        book.set_lies(Lies::None);
        for _ in 0..16 {
            map.pin().flush();
        }
        match self {
            After::LookUp => assert!(map.pin().load(&a).is_none_or(|value| value.n() <= 2)),
            After::Walk => assert!(map.pin().iter().all(|(key, value)| n(key) <= D && value.n() <= 2)),
            After::Drop => {}
        }
        drop((map, a));
        book.settle().unwrap();
    }
}

/// Has so many calls lie while a deletion runs.
fn lies_in_a_deletion<S: TestHasher>(call: Call) {
    let _watch = hang::watch();
    for (many, after) in many_and_after() {
        for by_name in [false, true] {
            let book = Book::open();
            let map = stored::<_, S>(|n| book.key(n), book);
            let key = book.key(A);
            book.set_lies(Lies::Some { call, from: 1, many });
            if by_name {
                map.delete(&Name(A, book));
            } else {
                map.delete(&key);
            }
            drop(key);
            after.assert_whole(map, Name(A, book), Key::n, book);
        }
    }
}

fn a_key_whose_eq_lies_frees_nothing_that_is_in_use<S: TestHasher>() {
    lies_in_a_deletion::<S>(Call::Eq);
}

fn a_key_whose_hash_lies_frees_nothing_that_is_in_use<S: TestHasher>() {
    lies_in_a_deletion::<S>(Call::Hash);
}

fn a_look_up_whose_equivalent_lies_frees_nothing_that_is_in_use<S: TestHasher>() {
    let _watch = hang::watch();
    /// Says no so many times, and is right after that.
    struct Denier {
        n: u32,
        left: Cell<u32>,
    }
    impl Hash for Denier {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.n.hash(state);
        }
    }
    impl Equivalent<Key> for Denier {
        fn equivalent(&self, key: &Key) -> bool {
            match self.left.get() {
                0 => key.n() == self.n,
                left => {
                    self.left.set(left - 1);
                    false
                }
            }
        }
    }
    for (many, after) in many_and_after() {
        let book = Book::open();
        let map = stored::<_, S>(|n| book.key(n), book);
        map.delete(&Denier { n: A, left: Cell::new(many) });
        after.assert_whole(map, Name(A, book), Key::n, book);
    }
}

/// A part that denies, a number of times, that it is any other.
struct Part {
    n: u32,
    denies: AtomicU32,
}

impl Part {
    fn new(n: u32) -> Self {
        Part { n, denies: AtomicU32::new(0) }
    }

    fn denies(&self) -> bool {
        self.denies.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.n.hash(state);
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        !self.denies() && !other.denies() && self.n == other.n
    }
}

impl Eq for Part {}

/// A key that is known by its part, and accounted for.
struct Whole {
    part: Part,
    account: Key,
}

impl Borrow<Part> for Whole {
    fn borrow(&self) -> &Part {
        self.account.n(); // this key is read
        &self.part
    }
}

impl Hash for Whole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.part.hash(state);
    }
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        self.account.n();
        other.account.n();
        self.part == other.part
    }
}

impl Eq for Whole {}

fn whole(n: u32, book: &'static Book) -> Whole {
    Whole { part: Part::new(n), account: book.key(n) }
}

fn a_borrowed_form_whose_eq_lies_frees_nothing_that_is_in_use<S: TestHasher>() {
    let _watch = hang::watch();
    for (many, after) in many_and_after() {
        let book = Book::open();
        let map = stored::<_, S>(|n| whole(n, book), book);
        let a = Part::new(A);
        a.denies.store(many, SeqCst);
        map.delete(&a);
        after.assert_whole(map, Part::new(A), |whole| whole.account.n(), book);
    }
}

fn a_key_that_changes_while_it_is_asked_frees_nothing_that_is_in_use<S: TestHasher>() {
    let _watch = hang::watch();
    for (many, after) in many_and_after() {
        let book = Book::open();
        let map = stored::<_, S>(|n| whole(n, book), book);
        // The key in the map changes: it is itself again after so many questions.
        for (key, _) in &map.pin() {
            key.part.denies.store(many, SeqCst);
        }
        map.store(whole(B, book), book.value(2));
        map.delete(&whole(A, book));
        after.assert_whole(map, Part::new(A), |whole| whole.account.n(), book);
    }
}

fn a_key_that_changes_in_the_map_frees_nothing_that_is_in_use<S: TestHasher>() {
    let _watch = hang::watch();
    // `a` becomes `b`, or `b` becomes `a`, before one of the steps.
    for (renamed, after) in [A, B].into_iter().flat_map(|renamed| AFTER.map(|after| (renamed, after))) {
        for when in 0..6 {
            let book = Book::open();
            let map = stored::<_, S>(|n| book.key(n), book);
            let step = |n| {
                if n == when {
                    map.pin().keys().filter(|key| key.n() == renamed).for_each(Key::rename);
                }
            };
            step(0);
            map.delete(&Name(A, book));
            step(1);
            map.store(book.key(A), book.value(1));
            step(2);
            map.delete(&Name(B, book));
            step(3);
            map.range(|_, _| true);
            step(4);
            map.load_or_store_with(book.key(B), || book.value(2));
            step(5);
            map.delete(&Name(A, book));
            after.assert_whole(map, Name(A, book), Key::n, book);
        }
    }
}
