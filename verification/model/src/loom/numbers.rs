//! The numbers of the model threads.

use loom::thread::ThreadId;
use std::cell::{Cell, RefCell};

/// A model thread that was numbered.
struct Numbered {
    id: ThreadId,
    number: usize,
    /// Where on its stack it was then; nowhere, if that may have been deep.
    place: usize,
}

thread_local! {
    static THREADS: RefCell<Vec<Numbered>> = const { RefCell::new(Vec::new()) };
    /// Threads get their numbers by themselves, when they are first asked for.
    static BY_ITSELF: Cell<bool> = const { Cell::new(false) };
}

/// For a thread that was numbered deep on its stack: no place is on the same stack as this one, so loom is asked.
const NOWHERE: usize = 0;

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
pub(super) fn running() -> (ThreadId, Option<usize>) {
    let here = place();
    let numbered = THREADS.with_borrow(|threads| {
        let thread = threads.iter().find(|thread| on_one_stack(thread.place, here));
        thread.map(|thread| (thread.id, Some(thread.number)))
    });
    numbered.unwrap_or_else(|| {
        let id = loom::thread::current().id();
        (id, THREADS.with_borrow_mut(|threads| number_of(threads, id)))
    })
}

/// The number of a thread: what it was given, or gets now.
fn number_of(threads: &mut Vec<Numbered>, id: ThreadId) -> Option<usize> {
    let known = threads.iter().find(|thread| thread.id == id).map(|thread| thread.number);
    if known.is_none() && BY_ITSELF.get() {
        let number = threads.len();
        threads.push(Numbered { id, number, place: NOWHERE });
        return Some(number);
    }
    known
}

/// Numbers the running model thread; thread 0 comes first and begins the execution.
pub(super) fn enter_thread(number: usize) {
    THREADS.with_borrow_mut(|threads| {
        if number == 0 {
            threads.clear();
            BY_ITSELF.set(false);
        }
        threads.push(Numbered { id: loom::thread::current().id(), number, place: place() });
    });
}

/// Begins an execution whose threads get their numbers by themselves, on the thread that becomes 0.
pub(super) fn enter_threads_by_themselves() {
    THREADS.with_borrow_mut(|threads| {
        threads.clear();
        BY_ITSELF.set(true);
        number_of(threads, loom::thread::current().id());
    });
}

/// Ends the execution: its threads have no numbers any more.
pub(super) fn forget_threads() {
    BY_ITSELF.set(false);
    THREADS.with_borrow_mut(Vec::clear);
}

/// That the running thread is taken for the one that loom says it is.
pub(super) fn check_thread() {
    assert_eq!(running().0, loom::thread::current().id(), "a model thread is taken for another one");
}

/// The number of the running model thread, as the harness gave it.
pub(super) fn thread_index() -> usize {
    running().1.unwrap_or(0)
}
