//! Services, errors, payloads and a hasher that are accounted for, and that panic when they are told to.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::ThreadId;
use sync_map::registry::{BoxError, Service};
use test_support::Fault;

/// The user code that a registry can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    Name,
    DependsOn,
    Start,
    Stop,
    Hasher,
    ServiceDrop,
    ErrorDrop,
    PayloadDrop,
}

impl Call {
    pub(crate) const ALL: &[Call] = &[
        Call::Name,
        Call::DependsOn,
        Call::Start,
        Call::Stop,
        Call::Hasher,
        Call::ServiceDrop,
        Call::ErrorDrop,
        Call::PayloadDrop,
    ];
}

#[derive(Default)]
struct Pages {
    made: u64,
    live: BTreeSet<u64>,
    dropped_twice: usize,
    /// Panic at this call of this thread, after so many more.
    armed: Option<(Call, u32, ThreadId)>,
    services: Vec<Weak<Faulty>>,
}

/// The account of one test.
#[derive(Clone, Default)]
pub(crate) struct Book(Arc<Mutex<Pages>>);

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn token(&self) -> Token {
        let mut pages = self.pages();
        pages.made += 1;
        let id = pages.made;
        pages.live.insert(id);
        Token { id, book: self.clone() }
    }

    pub(crate) fn live(&self) -> usize {
        self.pages().live.len()
    }

    pub(crate) fn dropped_twice(&self) -> usize {
        self.pages().dropped_twice
    }

    /// The services that are alive, of those that were noted.
    pub(crate) fn services(&self) -> Vec<Arc<Faulty>> {
        self.pages().services.iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn note(&self, service: Faulty) -> Arc<Faulty> {
        let service = Arc::new(service);
        self.pages().services.push(Arc::downgrade(&service));
        service
    }

    /// The `nth` call of this kind that this thread makes from now panics (the first is 1).
    pub(crate) fn arm(&self, call: Call, nth: u32) {
        self.pages().armed = Some((call, nth, std::thread::current().id()));
    }

    /// No call panics from now; returns whether one did.
    pub(crate) fn disarm(&self) -> bool {
        self.pages().armed.take().is_none()
    }

    /// User code runs here.
    pub(crate) fn call(&self, call: Call) {
        let now = match &mut self.pages().armed {
            Some((armed, left, thread)) if *armed == call && *thread == std::thread::current().id() => {
                *left -= 1;
                *left == 0
            }
            _ => false,
        };
        if now {
            self.pages().armed = None;
            // As `panic!`, without a message on the screen.
            std::panic::resume_unwind(Box::new(Fault));
        }
    }
}

/// Something that must be dropped once.
pub(crate) struct Token {
    id: u64,
    book: Book,
}

impl Drop for Token {
    fn drop(&mut self) {
        let mut pages = self.book.pages();
        if !pages.live.remove(&self.id) {
            pages.dropped_twice += 1;
        }
    }
}

/// What a service does when it is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Fine,
    /// Its start returns an error.
    Err,
    /// Its start panics.
    Boom,
    /// Its stop returns an error.
    Stuck,
    /// Its stop panics.
    Falls,
}

/// A service that is accounted for.
pub(crate) struct Faulty {
    name: String,
    depends_on: Vec<String>,
    role: Role,
    up: AtomicBool,
    failed_to_stop: AtomicBool,
    book: Book,
    _token: Token,
}

impl Faulty {
    pub(crate) fn new(name: &str, book: &Book, role: Role) -> Self {
        let (up, failed_to_stop) = (AtomicBool::new(false), AtomicBool::new(false));
        let (name, depends_on) = (name.to_owned(), Vec::new());
        Faulty { name, depends_on, role, up, failed_to_stop, book: book.clone(), _token: book.token() }
    }

    pub(crate) fn depending_on(mut self, name: &str) -> Self {
        self.depends_on.push(name.to_owned());
        self
    }

    /// Its name, without a call.
    pub(crate) fn name_of(&self) -> &str {
        &self.name
    }

    pub(crate) fn up(&self) -> bool {
        self.up.load(SeqCst)
    }

    pub(crate) fn failed_to_stop(&self) -> bool {
        self.failed_to_stop.load(SeqCst)
    }

    fn error(&self) -> BoxError {
        Box::new(Error { book: self.book.clone(), _token: self.book.token() })
    }

    fn panic(&self) -> ! {
        std::panic::resume_unwind(Box::new(Payload { book: self.book.clone(), _token: self.book.token() }))
    }
}

impl Service for Faulty {
    fn name(&self) -> &str {
        self.book.call(Call::Name);
        &self.name
    }

    fn depends_on(&self) -> Vec<String> {
        self.book.call(Call::DependsOn);
        self.depends_on.clone()
    }

    fn start(&self) -> Result<(), BoxError> {
        self.book.call(Call::Start);
        match self.role {
            Role::Err => return Err(self.error()),
            Role::Boom => self.panic(),
            _ => {}
        }
        let ran = self.up.swap(true, SeqCst);
        assert!(!ran || self.failed_to_stop(), "`{}` was started while it ran", self.name);
        self.failed_to_stop.store(false, SeqCst);
        Ok(())
    }

    fn stop(&self) -> Result<(), BoxError> {
        self.failed_to_stop.store(true, SeqCst);
        self.book.call(Call::Stop);
        match self.role {
            Role::Stuck => return Err(self.error()),
            Role::Falls => self.panic(),
            _ => {}
        }
        self.failed_to_stop.store(false, SeqCst);
        self.up.store(false, SeqCst);
        Ok(())
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.book.call(Call::ServiceDrop);
    }
}

/// What a service returns, accounted for.
#[derive(Debug)]
struct Error {
    book: Book,
    _token: Token,
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Book")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no port")
    }
}

impl std::error::Error for Error {}

impl Drop for Error {
    fn drop(&mut self) {
        self.book.call(Call::ErrorDrop);
    }
}

/// What a service panics with, accounted for.
struct Payload {
    book: Book,
    _token: Token,
}

impl Drop for Payload {
    fn drop(&mut self) {
        self.book.call(Call::PayloadDrop);
    }
}

/// The hasher of the names.
pub(crate) struct Hashes(pub(crate) Book);

impl BuildHasher for Hashes {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        self.0.call(Call::Hasher);
        DefaultHasher::new()
    }
}

/// A hasher whose answers have nothing to do with the names: one of four, another each time.
pub(crate) struct Lies {
    pub(crate) seed: Mutex<u64>,
}

impl BuildHasher for Lies {
    type Hasher = Lie;

    fn build_hasher(&self) -> Lie {
        let mut seed = self.seed.lock().unwrap();
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Tables look at the first bits and at the last.
        Lie(Cell::new((*seed >> 62).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }
}

pub(crate) struct Lie(Cell<u64>);

impl Hasher for Lie {
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        self.0.get()
    }
}
