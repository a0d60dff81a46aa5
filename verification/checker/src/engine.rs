//! Which engine runs: an atomic or a mutex that is made now belongs to it.

use crate::sites::{is_left_out, site};
use crate::spin;
use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::Ordering;
use sync_map_model::{Change, Site, Value};
use sync_map_model::{loom as on_loom, shuttle as on_shuttle};

/// What runs on this OS thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// None: the primitives are those of `std`.
    Plain,
    /// loom.
    Loom,
    /// shuttle.
    Shuttle,
}

thread_local! {
    static NOW: Cell<Engine> = const { Cell::new(Engine::Plain) };
    /// The number of the execution; 0 without an engine.
    static EXECUTION: Cell<u64> = const { Cell::new(0) };
    static EXECUTIONS: Cell<u64> = const { Cell::new(0) };
}

/// An execution on this engine begins on this OS thread. Both engines run all threads of a model on one.
pub(crate) fn enter(engine: Engine) {
    NOW.set(engine);
    EXECUTIONS.set(EXECUTIONS.get() + 1);
    EXECUTION.set(if engine == Engine::Plain { 0 } else { EXECUTIONS.get() });
    spin::begin();
}

/// What runs.
pub(crate) fn now() -> Engine {
    NOW.get()
}

/// The execution in which something was made.
pub(crate) struct Made(u64);

impl Made {
    pub(crate) fn now() -> Made {
        Made(EXECUTION.get())
    }

    /// Reports a use in another execution: no engine would see it, or one that knows it as something else.
    #[track_caller]
    pub(crate) fn is_used(&self) {
        assert!(
            self.0 == EXECUTION.get() || std::thread::panicking(),
            "this was made in another execution, or outside of any: a `static` or a thread-local keeps it. Make it in `#[init]`, as a part of \
             the structure"
        );
    }
}

/// How a word is shown under each of the engines: a pointer by the number of its object, which each has in books of its own.
#[derive(Clone, Copy)]
pub(crate) struct Show {
    pub(crate) on_loom: fn(usize) -> Value,
    pub(crate) on_shuttle: fn(usize) -> Value,
}

/// An atomic word of the engine that made it.
pub(crate) struct Word(OfEngine, Made);

enum OfEngine {
    Plain(std::sync::atomic::AtomicUsize),
    Loom(on_loom::Word),
    Shuttle(on_shuttle::Word),
}

impl Word {
    #[track_caller]
    pub(crate) fn new(value: usize, show: Show) -> Word {
        let word = match now() {
            Engine::Plain => OfEngine::Plain(std::sync::atomic::AtomicUsize::new(value)),
            Engine::Loom => OfEngine::Loom(on_loom::Word::new(value, show.on_loom)),
            Engine::Shuttle => OfEngine::Shuttle(on_shuttle::Word::new(value, show.on_shuttle)),
        };
        Word(word, Made::now())
    }

    /// Reports the use of a word in an object that was freed, or of one of another execution.
    #[track_caller]
    fn check_alive(&self) {
        self.1.is_used();
        let this = std::ptr::from_ref(self).cast();
        match &self.0 {
            OfEngine::Plain(_) => {}
            OfEngine::Loom(_) => on_loom::strict_epoch::check_alive(this),
            OfEngine::Shuttle(_) => on_shuttle::strict_epoch::check_alive(this),
        }
    }

    /// The value, when no other thread can access it.
    pub(crate) fn peek(&self) -> usize {
        match &self.0 {
            OfEngine::Plain(word) => word.load(Ordering::Relaxed),
            OfEngine::Loom(word) => word.peek(),
            OfEngine::Shuttle(word) => word.peek(),
        }
    }

    #[track_caller]
    pub(crate) fn load(&self, ordering: Ordering) -> usize {
        self.check_alive();
        let place = Location::caller(); // (A closure is not told who calls.)
        let site = || site("load", ordering, place);
        match &self.0 {
            OfEngine::Plain(word) => word.load(ordering),
            OfEngine::Loom(word) => word.load(site()),
            OfEngine::Shuttle(word) => {
                spin::reads();
                word.load(site())
            }
        }
    }

    #[track_caller]
    pub(crate) fn store(&self, value: usize, ordering: Ordering) {
        self.check_alive();
        let place = Location::caller();
        let site = || site("store", ordering, place);
        match &self.0 {
            OfEngine::Plain(word) => word.store(value, ordering),
            OfEngine::Loom(word) => {
                if !is_left_out(site()) {
                    word.store(value, site());
                }
            }
            OfEngine::Shuttle(word) => {
                if !is_left_out(site()) {
                    word.store(value, site());
                }
                spin::wrote();
            }
        }
    }

    /// A read-modify-write of one step; what was there.
    #[track_caller]
    pub(crate) fn modify(&self, change: Change, ordering: Ordering) -> usize {
        self.check_alive();
        let place = Location::caller();
        let site = || site("write", ordering, place);
        match &self.0 {
            OfEngine::Plain(word) => plain(word, change, ordering),
            OfEngine::Loom(word) => word.modify(unless_left_out(site(), change), site()),
            OfEngine::Shuttle(word) => {
                spin::reads();
                let change = unless_left_out(site(), change);
                let seen = word.modify(change, site());
                if change.apply(seen) != seen {
                    spin::wrote();
                }
                seen
            }
        }
    }

    /// A compare-exchange; a failure returns the value seen.
    #[track_caller]
    pub(crate) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        self.check_alive();
        let place = Location::caller();
        let sites = || (site("exchange", success, place), site("exchange-failed", failure, place));
        match &self.0 {
            OfEngine::Plain(word) => word.compare_exchange(current, new, success, failure),
            OfEngine::Loom(word) => {
                let (on_success, on_failure) = sites();
                let new = if is_left_out(on_success) { current } else { new };
                word.compare_exchange(current, new, on_success, on_failure)
            }
            OfEngine::Shuttle(word) => {
                let (on_success, on_failure) = sites();
                let new = if is_left_out(on_success) { current } else { new };
                spin::reads();
                let result = word.compare_exchange(current, new, on_success, on_failure);
                if result.is_ok() && new != current {
                    spin::wrote();
                }
                result
            }
        }
    }
}

/// The change of a read-modify-write; one that changes nothing, if it is left out to see whether a check notices.
fn unless_left_out(site: &'static Site, change: Change) -> Change {
    if is_left_out(site) { Change::Or(0) } else { change }
}

fn plain(word: &std::sync::atomic::AtomicUsize, change: Change, ordering: Ordering) -> usize {
    match change {
        Change::Set(value) => word.swap(value, ordering),
        Change::Add(value) => word.fetch_add(value, ordering),
        Change::Or(value) => word.fetch_or(value, ordering),
        Change::And(value) => word.fetch_and(value, ordering),
        Change::Xor(value) => word.fetch_xor(value, ordering),
        Change::Max(value) => word.fetch_max(value, ordering),
        Change::Min(value) => word.fetch_min(value, ordering),
    }
}
