//! Loops that spin until another thread has written something.
//!
//! Under shuttle such a loop would go round for ever, in as many executions. So a thread that spins waits, in the model, until some other thread
//! has written anything else than what was there since the loop last began to read: that leaves nothing out, for a loop that reads the same
//! values again does the same again. What the thread itself writes does not count: `while lock.swap(true) {}` writes each time. A loop that
//! nobody ends is a deadlock. loom gives the other threads a turn, by a rule of its own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use sync_map_model::shuttle::thread::{ThreadId, current};
use sync_map_model::shuttle::trace::{SPINS, touch};
use sync_map_model::shuttle::{Condvar, Mutex};

/// Where threads wait.
#[derive(Clone)]
struct Place {
    mutex: Rc<Mutex<()>>,
    written: Rc<Condvar>,
}

/// What is noted of a thread.
#[derive(Clone, Copy, Default)]
struct Noted {
    /// How often it has written.
    wrote: u64,
    /// The writes of all others before its first read since its loop last went round.
    read_at: Option<u64>,
}

thread_local! {
    /// How often anything was written in this execution.
    static WRITES: Cell<u64> = const { Cell::new(0) };
    /// How many threads are about to wait, or do.
    static SPINNING: Cell<usize> = const { Cell::new(0) };
    static THREADS: RefCell<Vec<(ThreadId, Noted)>> = const { RefCell::new(Vec::new()) };
    static PLACE: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// An execution begins.
pub(crate) fn begin() {
    WRITES.set(0);
    SPINNING.set(0);
    THREADS.with_borrow_mut(Vec::clear);
    PLACE.set(None);
}

/// What is noted of the running thread.
fn noted<R>(look: impl FnOnce(&mut Noted) -> R) -> R {
    let me = current().id();
    THREADS.with_borrow_mut(|all| {
        let known = all.iter().position(|(thread, _)| *thread == me);
        let place = known.unwrap_or_else(|| {
            all.push((me, Noted::default()));
            all.len() - 1
        });
        look(&mut all[place].1)
    })
}

/// How often the other threads have written.
fn writes_of_others() -> u64 {
    WRITES.get() - noted(|thread| thread.wrote)
}

/// The running thread is about to read something.
pub(crate) fn reads() {
    let now = writes_of_others();
    noted(|thread| thread.read_at = thread.read_at.or(Some(now)));
}

/// The running thread has written something else than what was there.
pub(crate) fn wrote() {
    WRITES.set(WRITES.get() + 1);
    noted(|thread| thread.wrote += 1);
    touch(SPINS, false);
    if SPINNING.get() > 0 {
        let place = place();
        // Whoever spins holds the mutex from its last look until it waits.
        let _locked = place.mutex.lock();
        place.written.notify_all();
    }
}

fn place() -> Place {
    let known = PLACE.with_borrow(Clone::clone);
    known.unwrap_or_else(|| {
        let place = Place { mutex: Rc::new(Mutex::new(())), written: Rc::new(Condvar::new()) };
        PLACE.set(Some(place.clone()));
        place
    })
}

/// Waits, under shuttle, until something was written since the loop last began to read.
pub(crate) fn wait_for_a_write() {
    // Whoever writes asks whether somebody spins: that, too, is in the footprint.
    touch(SPINS, true);
    SPINNING.set(SPINNING.get() + 1);
    let place = place();
    let mut locked = place.mutex.lock();
    touch(SPINS, true);
    let read_at = noted(|thread| thread.read_at.take()).unwrap_or(0);
    while writes_of_others() == read_at {
        locked = place.written.wait(locked);
        touch(SPINS, true);
    }
    drop(locked);
    touch(SPINS, true);
    SPINNING.set(SPINNING.get() - 1);
}
