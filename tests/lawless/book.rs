//! Canaries that may lie, and the book that knows which of them were dropped.

use crate::quarantine;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use test_support::flush_until;

/// The calls of user code that can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// `Eq` of keys, and `Equivalent` of what is looked up: the opposite.
    Eq,
    /// `Hash`: that of another key.
    Hash,
    /// `Clone` of keys: another key.
    Clone,
    /// `PartialEq` of values: the opposite.
    ValueEq,
}

/// Which calls lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lies {
    None,
    /// Of this call, as many from the `from`th on (the first is 1).
    Some {
        call: Call,
        from: u32,
        many: u32,
    },
    /// All calls by turns, as it is written here; then none.
    Script(Vec<bool>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Alive,
    Dropped,
}

struct Pages {
    lives: Vec<Life>,
    faults: Vec<String>,
    lies: Lies,
    /// Of each kind since the lies were set, and of all kinds.
    calls: [u32; 4],
    all_calls: usize,
    /// The calls until the lies were last set.
    calls_before: [u32; 4],
}

/// The account of one run. It is never freed, so that a canary that is read after its drop still finds it.
pub(crate) struct Book(Mutex<Pages>);

/// All books that there are (so that they are reachable), and those that can be used again.
static BOOKS: Mutex<(Vec<&'static Book>, Vec<&'static Book>)> = Mutex::new((Vec::new(), Vec::new()));

impl Book {
    /// An empty book.
    pub(crate) fn open() -> &'static Book {
        let mut books = BOOKS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(book) = books.1.pop() {
            return book;
        }
        let pages = Pages {
            lives: Vec::new(),
            faults: Vec::new(),
            lies: Lies::None,
            calls: [0; 4],
            all_calls: 0,
            calls_before: [0; 4],
        };
        let book = &*Box::leak(Box::new(Book(Mutex::new(pages))));
        books.0.push(book);
        book
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on these calls lie. The calls are counted from here.
    pub(crate) fn set_lies(&self, lies: Lies) {
        let mut pages = self.pages();
        pages.lies = lies;
        pages.calls_before = std::mem::take(&mut pages.calls);
        pages.all_calls = 0;
    }

    /// How often it was called since the lies were set.
    pub(crate) fn calls(&self, call: Call) -> u32 {
        self.pages().calls[call as usize]
    }

    /// How often it was called until the lies were last set.
    pub(crate) fn calls_before_lawful(&self, call: Call) -> u32 {
        self.pages().calls_before[call as usize]
    }

    /// This call is made now: whether it is to lie.
    pub(crate) fn lies(&self, call: Call) -> bool {
        let mut pages = self.pages();
        pages.calls[call as usize] += 1;
        pages.all_calls += 1;
        let nth = pages.calls[call as usize];
        match &pages.lies {
            Lies::None => false,
            Lies::Some { call: liar, from, many } => *liar == call && nth >= *from && nth - from < *many,
            Lies::Script(script) => script.get(pages.all_calls - 1).copied().unwrap_or(false),
        }
    }

    pub(crate) fn key(&'static self, n: u32) -> Key {
        Key { n: AtomicU32::new(n), canary: self.canary() }
    }

    pub(crate) fn value(&'static self, n: u32) -> Value {
        Value { n, canary: self.canary() }
    }

    fn canary(&'static self) -> Canary {
        let mut pages = self.pages();
        pages.lives.push(Life::Alive);
        Canary { number: pages.lives.len() - 1, book: self }
    }

    fn fault(pages: &mut Pages, what: &str) {
        quarantine::keep_all();
        pages.faults.push(what.to_owned());
    }

    /// How many canaries are alive.
    pub(crate) fn live(&self) -> usize {
        self.pages().lives.iter().filter(|life| **life == Life::Alive).count()
    }

    /// What was read after its drop, or dropped twice, until now.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.pages().faults.clone()
    }

    /// Flushes until all is dropped; `Err` when something is left, or when there was a fault. Otherwise the book is used again.
    pub(crate) fn settle(&'static self) -> Result<(), String> {
        flush_until(|| self.live() == 0);
        let mut pages = self.pages();
        let left = pages.lives.iter().filter(|life| **life == Life::Alive).count();
        if left > 0 {
            let made = pages.lives.len();
            pages.faults.push(format!("{left} of {made} leaked"));
        }
        if !pages.faults.is_empty() {
            return Err(pages.faults.join(", "));
        }
        pages.lives.clear();
        pages.lies = Lies::None;
        pages.calls = [0; 4];
        drop(pages);
        BOOKS.lock().unwrap_or_else(PoisonError::into_inner).1.push(self);
        Ok(())
    }
}

struct Canary {
    number: usize,
    book: &'static Book,
}

impl Canary {
    /// It is read now.
    fn look(&self, what: &str) {
        let mut pages = self.book.pages();
        if pages.lives.get(self.number) != Some(&Life::Alive) {
            Book::fault(&mut pages, &format!("a {what} was read after its drop"));
        }
    }

    fn strike(&self, what: &str) {
        let mut pages = self.book.pages();
        match pages.lives.get_mut(self.number) {
            Some(life @ Life::Alive) => *life = Life::Dropped,
            _ => Book::fault(&mut pages, &format!("a {what} was dropped twice")),
        }
    }
}

/// A key that may lie, and that may change.
pub(crate) struct Key {
    n: AtomicU32,
    canary: Canary,
}

impl Key {
    pub(crate) fn n(&self) -> u32 {
        self.canary.look("key");
        self.n.load(SeqCst)
    }

    /// Becomes another key, wherever it is.
    pub(crate) fn rename(&self) {
        self.n.fetch_xor(1, SeqCst);
    }

    fn is(&self, n: u32) -> bool {
        let same = self.n() == n;
        same != self.canary.book.lies(Call::Eq)
    }
}

/// The hash of a key: of its neighbour, if it is to lie.
fn hash<H: Hasher>(n: u32, book: &Book, state: &mut H) {
    let n = if book.lies(Call::Hash) { n ^ 1 } else { n };
    n.hash(state);
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.n(), self.canary.book, state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.n())
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        let book = self.canary.book;
        let n = self.n();
        book.key(if book.lies(Call::Clone) { n ^ 1 } else { n })
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.canary.strike("key");
    }
}

/// What a key is looked up by: it may lie too.
pub(crate) struct Name(pub(crate) u32, pub(crate) &'static Book);

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.0, self.1, state);
    }
}

impl equivalent::Equivalent<Key> for Name {
    fn equivalent(&self, key: &Key) -> bool {
        key.is(self.0)
    }
}

/// A value whose `PartialEq` may lie.
pub(crate) struct Value {
    n: u32,
    canary: Canary,
}

impl Value {
    pub(crate) fn n(&self) -> u32 {
        self.canary.look("value");
        self.n
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        let same = self.n() == other.n();
        same != self.canary.book.lies(Call::ValueEq)
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        self.canary.book.value(self.n())
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.canary.strike("value");
    }
}

/// A hasher that lies by [`Call::Hash`] of its book.
#[derive(Clone)]
pub(crate) struct LyingHasher(pub(crate) &'static Book);

impl BuildHasher for LyingHasher {
    type Hasher = LyingHash;

    fn build_hasher(&self) -> LyingHash {
        LyingHash(DefaultHasher::new(), self.0)
    }
}

pub(crate) struct LyingHash(DefaultHasher, &'static Book);

impl Hasher for LyingHash {
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn finish(&self) -> u64 {
        let hash = self.0.finish();
        if self.1.lies(Call::Hash) { !hash } else { hash }
    }
}
