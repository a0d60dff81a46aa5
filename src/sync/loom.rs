//! loom's primitives, with the hole in loom's search closed.
//!
//! loom (0.7.2) reduces its search by remembering, for each object, only the *last* access: a thread's own later
//! load hides an earlier load by another thread from a write that follows, and the interleaving in which the write
//! comes first is never tried (tokio-rs/loom issues 166 and 392). The remedy needs no change in loom. For each
//! atomic and each thread that loads it there is a *reader cell*: a condition variable that nobody waits on. Its
//! owner touches it right after each load; a writer touches those of all other threads right after each write. A
//! touch (`notify_one`) is a bare scheduling event: it carries no value and orders no memory, but loom sees that two
//! touches of one cell conflict, and tries both orders. The touches run with exploring switched off, so that they add no
//! points of preemption of their own: a conflict found at a touch is charged to the real access just before it.
//!
//! This rests on loom's internals: the version is pinned, and `verify selftest` compares the repaired search with a
//! brute-force enumeration of random programs, and the unrepaired one too, which must lose outcomes.

use super::model::Change;
use loom::thread::ThreadId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::Ordering;

pub(crate) use loom::sync::{Condvar as RawCondvar, Mutex as RawMutex, MutexGuard as RawMutexGuard};

/// When a guard of the mutex is dropped, the mutex is free before any other thread runs.
pub(crate) const UNLOCK_SWITCHES_FIRST: bool = false;

thread_local! {
    static REPAIRED: Cell<bool> = const { Cell::new(true) };
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Whether the running thread is the only one of its model: see [`Readers`].
pub(crate) fn alone(is: bool) {
    ALONE.set(is);
}

/// Switches the repair off (for the self-test, which must see stock loom miss outcomes) or on again.
pub fn repair_search(on: bool) {
    REPAIRED.set(on);
}

/// A model thread that was numbered.
struct Numbered {
    id: ThreadId,
    number: usize,
    /// Where on its stack it was then.
    place: usize,
}

thread_local! {
    static THREADS: RefCell<Vec<Numbered>> = const { RefCell::new(Vec::new()) };
}

/// Where on the stack the running thread is.
fn place() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}

/// Whether two places, of which a thread was at the first when it was numbered, are on one stack. Each model thread has a stack of
/// its own of 32 KiB and a guard page of 4: places of two stacks are further apart, and a thread is numbered near the top of its own.
fn on_one_stack(numbered: usize, here: usize) -> bool {
    (numbered + 0xc00).wrapping_sub(here) < 0x8000
}

/// The running model thread, and its number if it has one. To ask loom costs a fifth of an exploration, so its stack tells
/// which numbered thread it is; `check_thread` compares.
fn running() -> (ThreadId, Option<usize>) {
    let here = place();
    let numbered = THREADS.with_borrow(|threads| {
        let thread = threads.iter().find(|thread| on_one_stack(thread.place, here));
        thread.map(|thread| (thread.id, Some(thread.number)))
    });
    numbered.unwrap_or_else(|| {
        let id = loom::thread::current().id();
        let number =
            |threads: &Vec<Numbered>| threads.iter().find(|thread| thread.id == id).map(|t| t.number);
        (id, THREADS.with_borrow(number))
    })
}

/// Numbers the running model thread; thread 0 comes first and begins the execution.
pub(crate) fn enter_thread(number: usize) {
    THREADS.with_borrow_mut(|threads| {
        if number == 0 {
            threads.clear();
        }
        threads.push(Numbered { id: loom::thread::current().id(), number, place: place() });
    });
}

/// Ends the execution: its threads have no numbers any more.
pub(crate) fn forget_threads() {
    THREADS.with_borrow_mut(Vec::clear);
}

/// That the running thread is taken for the one that loom says it is.
pub(crate) fn check_thread() {
    assert_eq!(running().0, loom::thread::current().id(), "a model thread is taken for another one");
}

/// The number of the running model thread, as the harness gave it.
pub(crate) fn thread_index() -> usize {
    running().1.unwrap_or(0)
}

/// The number of the running task, for what only shuttle's scheduler asks.
pub(crate) fn task_index() -> usize {
    0
}

/// A point where another thread may run, beside the atomic accesses: not needed under loom, whose tracked cells
/// find a use that is not ordered before a free wherever the two happen to be.
pub(crate) fn switch_point() {}

/// A sequentially consistent fence.
pub(crate) fn fence() {
    loom::sync::atomic::fence(Ordering::SeqCst);
}

/// A cell that holds nothing and is accessed like the memory it stands for: loom reports a race on it.
pub(crate) struct Probe(loom::cell::UnsafeCell<()>);

impl Probe {
    #[track_caller]
    pub(crate) fn new() -> Self {
        Probe(loom::cell::UnsafeCell::new(()))
    }
    #[track_caller]
    pub(crate) fn read(&self) {
        self.0.with(|_| ());
    }
    #[track_caller]
    pub(crate) fn write(&self) {
        self.0.with_mut(|_| ());
    }
}

/// The reader cells of one atomic. What a thread does while it is alone comes before or after all that others do: no order of the
/// two is left to try, and the cells are not touched.
#[derive(Default)]
struct Readers(RefCell<Vec<(ThreadId, Rc<loom::sync::Condvar>)>>);

impl Readers {
    fn loaded(&self) {
        if std::thread::panicking() || ALONE.get() {
            return;
        }
        let me = running().0;
        let mine = self.0.borrow().iter().find(|(thread, _)| *thread == me).map(|(_, cell)| Rc::clone(cell));
        let mine = mine.unwrap_or_else(|| {
            let cell = Rc::new(loom::sync::Condvar::new());
            self.0.borrow_mut().push((me, Rc::clone(&cell)));
            cell
        });
        Self::touch(&[mine]);
    }

    fn written(&self) {
        if std::thread::panicking() || ALONE.get() {
            return;
        }
        let me = running().0;
        let others: Vec<_> = self
            .0
            .borrow()
            .iter()
            .filter(|(thread, _)| *thread != me)
            .map(|(_, cell)| Rc::clone(cell))
            .collect();
        Self::touch(&others);
    }

    /// No borrow may be held here: a touch switches threads.
    fn touch(cells: &[Rc<loom::sync::Condvar>]) {
        if cells.is_empty() || !REPAIRED.get() {
            return;
        }
        loom::stop_exploring();
        for cell in cells {
            cell.notify_one();
        }
        loom::explore();
    }
}

/// loom's atomic with its reader cells. Constructed by a `SeqCst` store: loom honours `SeqCst` for a location only
/// if every store to it is `SeqCst`, the first included, and `new` is not one.
pub(crate) struct RawAtomic {
    atomic: loom::sync::atomic::AtomicUsize,
    readers: Readers,
}

// SAFETY: loom runs all threads of a model as coroutines of one OS thread and switches only inside its own calls;
// no borrow of `readers` is held across one (see `touch`).
unsafe impl Send for RawAtomic {}
// SAFETY: as above.
unsafe impl Sync for RawAtomic {}

impl RawAtomic {
    #[track_caller]
    pub(crate) fn new(value: usize) -> Self {
        let atomic = loom::sync::atomic::AtomicUsize::new(value);
        loom::stop_exploring();
        atomic.store(value, Ordering::SeqCst);
        loom::explore();
        RawAtomic { atomic, readers: Readers::default() }
    }

    /// The value, when no other thread can access it: no point of preemption.
    pub(crate) fn peek(&self) -> usize {
        // SAFETY: the caller has exclusive access, and loom checks that it does.
        unsafe { self.atomic.unsync_load() }
    }

    #[track_caller]
    pub(crate) fn load(&self, ordering: Ordering) -> usize {
        self.atomic.load(ordering)
    }

    #[track_caller]
    pub(crate) fn store(&self, value: usize, ordering: Ordering) {
        self.atomic.store(value, ordering);
    }

    /// A read-modify-write of one step.
    #[track_caller]
    pub(crate) fn modify(&self, change: Change, ordering: Ordering) -> usize {
        match change {
            Change::Set(value) => self.atomic.swap(value, ordering),
            Change::Add(value) => self.atomic.fetch_add(value, ordering),
            Change::Or(value) => self.atomic.fetch_or(value, ordering),
            Change::And(value) => self.atomic.fetch_and(value, ordering),
        }
    }

    #[track_caller]
    pub(crate) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        self.atomic.compare_exchange(current, new, success, failure)
    }

    /// To be called right after each load: tells loom's search that a later write conflicts with it.
    pub(crate) fn loaded(&self) {
        self.readers.loaded();
    }

    /// To be called right after each write, and each compare-exchange that failed: tells loom's search that
    /// earlier loads conflict with it.
    pub(crate) fn written(&self) {
        self.readers.written();
    }
}
