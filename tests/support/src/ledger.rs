//! Keys and values that are accounted for: each one made must be dropped exactly once. Each call of user code that the
//! map makes through them can be made to panic, or to use the map again.

use crate::Constant;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use sync_map::SyncMap;

/// The user code that a map can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// `Hash` of a key.
    Hash,
    /// `Eq` of a key.
    KeyEq,
    /// `Clone` of a key.
    KeyClone,
    /// `Drop` of a key.
    KeyDrop,
    /// `PartialEq` of a value.
    ValueEq,
    /// `Clone` of a value.
    ValueClone,
    /// `Drop` of a value.
    ValueDrop,
    /// A predicate or a closure.
    Callback,
}

/// The payload of an injected panic.
pub struct Fault;

/// Runs `body`; whether it panicked as it was told to. Any other panic goes on.
pub fn faults(body: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => false,
        Err(payload) if payload.is::<Fault>() => true,
        Err(payload) => resume_unwind(payload),
    }
}

type Hook = Arc<dyn Fn(Call) + Send + Sync>;

#[derive(Default)]
struct Book {
    made: u64,
    live: BTreeSet<u64>,
    dropped_twice: Vec<u64>,
    /// Panic at this call, after so many more.
    armed: Option<(Call, u32)>,
    hook: Option<Hook>,
}

/// The account of one test.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Book>>);

impl Ledger {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key that is equal to those of the same number.
    pub fn key(&self, n: u32) -> Key {
        Key { n, token: self.token() }
    }

    /// A value that is equal to those of the same number.
    pub fn value(&self, n: u32) -> Value {
        Value { n, token: self.token() }
    }

    fn token(&self) -> Token {
        let mut book = self.book();
        book.made += 1;
        let id = book.made;
        book.live.insert(id);
        Token { id, ledger: self.clone() }
    }

    /// How many keys and values exist now.
    pub fn live(&self) -> usize {
        self.book().live.len()
    }

    /// The `nth` call of this kind from now panics (the first is 1).
    pub fn arm(&self, call: Call, nth: u32) {
        self.book().armed = Some((call, nth));
    }

    /// No call panics from now; returns whether one did.
    pub fn disarm(&self) -> bool {
        self.book().armed.take().is_none()
    }

    /// Runs `hook` at each call. Not at those that `hook` itself leads to.
    pub fn set_hook(&self, hook: impl Fn(Call) + Send + Sync + 'static) {
        self.book().hook = Some(Arc::new(hook));
    }

    /// User code runs here: the closures of the tests say so themselves.
    pub fn call(&self, call: Call) {
        thread_local!(static IN_HOOK: Cell<bool> = const { Cell::new(false) });
        let mut book = self.book();
        let hook = book.hook.clone();
        let now = match &mut book.armed {
            Some((armed, left)) if *armed == call => {
                *left -= 1;
                *left == 0
            }
            _ => false,
        };
        if now {
            book.armed = None;
            drop(book);
            // As `panic!`, without a message on the screen.
            std::panic::resume_unwind(Box::new(Fault));
        }
        drop(book);
        if let Some(hook) = hook.filter(|_| !IN_HOOK.replace(true)) {
            hook(call);
            IN_HOOK.set(false);
        }
    }

    /// Flushes the collector until everything made is dropped, and checks that it was dropped once.
    #[track_caller]
    pub fn assert_settled(&self, what: &str) {
        flush_until(|| self.live() == 0);
        let book = self.book();
        assert!(book.made > 0, "{what}: nothing was made");
        assert!(book.live.is_empty(), "{what}: {} of {} keys and values leaked", book.live.len(), book.made);
        assert!(book.dropped_twice.is_empty(), "{what}: {} dropped twice", book.dropped_twice.len());
    }
}

/// Flushes the collector until `done`, for ten seconds at most. (Other tests of the same binary pin as well, and hold the
/// epoch back while they do.)
pub fn flush_until(mut done: impl FnMut() -> bool) -> bool {
    let any = SyncMap::<u8, u8, Constant>::default();
    let start = Instant::now();
    for round in 0.. {
        if done() || start.elapsed() > Duration::from_secs(10) {
            break;
        }
        any.pin().flush();
        if round > 100 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    done()
}

struct Token {
    id: u64,
    ledger: Ledger,
}

impl Token {
    fn another(&self) -> Token {
        self.ledger.token()
    }

    fn strike(&self) {
        let mut book = self.ledger.book();
        if !book.live.remove(&self.id) {
            book.dropped_twice.push(self.id);
        }
    }
}

/// A key that is accounted for.
pub struct Key {
    /// What it is compared by.
    pub n: u32,
    token: Token,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.token.ledger.call(Call::Hash);
        self.n.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.token.ledger.call(Call::KeyEq);
        self.n == other.n
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        self.token.ledger.call(Call::KeyClone);
        Key { n: self.n, token: self.token.another() }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.token.strike();
        self.token.ledger.call(Call::KeyDrop);
    }
}

/// A value that is accounted for.
pub struct Value {
    /// What it is compared by.
    pub n: u32,
    token: Token,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.token.ledger.call(Call::ValueEq);
        self.n == other.n
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        self.token.ledger.call(Call::ValueClone);
        Value { n: self.n, token: self.token.another() }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.token.strike();
        self.token.ledger.call(Call::ValueDrop);
    }
}
