//! The books of the strict epoch: what was allocated, retired and freed, and which guards live.

use super::super::Word;
use super::super::engine::{self, Probe};
use super::super::trace::{self, Action, Value};
use super::early::{self, Uses};
use crate::mode::Occasion;
use crate::{Change, Mode, Site};
use std::cell::{Cell, RefCell};

/// The books' row of one allocation.
pub(super) struct Row {
    pub(super) address: usize,
    /// Its bytes.
    pub(super) size: usize,
    pub(super) kind: &'static str,
    /// Destroys the object in place / gives its memory back.
    destroy: unsafe fn(usize),
    release: unsafe fn(usize),
    pub(super) probe: *const Probe,
    pub(super) retired_at: Option<usize>,
    pub(super) waits_for: Vec<usize>,
    pub(super) freed: bool,
    uses: Uses,
}

pub(super) struct Pinned {
    /// The clock when it was taken: its number, and its age.
    pub(super) number: usize,
    pub(super) thread: usize,
    used: Vec<u32>,
}

/// What the books know of a model thread.
#[derive(Clone, Copy, Default)]
struct Thread {
    /// How many bytes it has retired and not paid for by a flush.
    retired: usize,
    /// How many destructors of retired objects it is inside of.
    destroying: usize,
}

#[derive(Default)]
pub(super) struct Books {
    mode: Mode,
    /// By object number. Numbers are shared with atomics and mutexes, hence the pairs.
    pub(super) rows: Vec<(u32, Row)>,
    pub(super) pinned: Vec<Pinned>,
    threads: Vec<Thread>,
    /// Counts pins and retirements, to tell which came first.
    clock: usize,
    retired_any: bool,
    shared: Option<std::rc::Rc<Word>>,
}

thread_local! {
    pub(super) static BOOKS: RefCell<Books> = RefCell::default();
    static VIOLATION: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The site of the shared atomic of mode visible.
static VISIBLE: Site = Site::new("EPOCH", "epoch.visible", std::sync::atomic::Ordering::SeqCst);

/// The kind of misuse that made the execution panic, if one did.
pub fn violation() -> Option<&'static str> {
    VIOLATION.get()
}

#[track_caller]
fn report(kind: &'static str, detail: String) -> ! {
    VIOLATION.set(Some(kind));
    panic!("{kind}: {detail}");
}

/// Begins an execution. The memory of the one before is given back; it stays, as a leak, where that one did not come to its end.
pub fn begin(mode: Mode) {
    VIOLATION.set(None);
    early::begin();
    let before = BOOKS.replace(Books { mode, ..Books::default() });
    let is_over = before.pinned.is_empty();
    for (_, row) in before.rows.into_iter().filter(|(_, row)| is_over && row.freed) {
        // SAFETY: INV-7: a reference to the object needs a guard, and none of that execution is left; an `Owned` is given up before its row
        // is marked freed. So nothing leads to the memory, which the row owns: it is given back this once, with the row.
        unsafe { (row.release)(row.address) }
    }
    if mode == Mode::Visible {
        let word = std::rc::Rc::new(Word::new(0, |word| Value::Integer(word as i64)));
        BOOKS.with_borrow_mut(|books| books.shared = Some(word));
    }
}

/// Ends an execution: no other thread runs, and everything that used the epoch was dropped.
///
/// # Panics
/// When a guard is alive, or an object that was allocated was neither freed nor retired.
#[track_caller]
pub fn end() {
    if let Some(number) = BOOKS.with_borrow(|books| books.pinned.first().map(|pinned| pinned.number)) {
        report("live guard", format!("guard {number} is alive at the end of the execution"));
    }
    destroy_due(true);
    let leaked = BOOKS
        .with_borrow(|books| books.rows.iter().find(|(_, row)| !row.freed).map(|(n, row)| (*n, row.kind)));
    if let Some((number, kind)) = leaked {
        report("leak", format!("{kind} #{number} was neither freed nor retired"));
    }
    BOOKS.with_borrow_mut(|books| books.shared = None);
    trace::end();
}

/// Whether anything was retired since the execution began.
pub fn retired_any() -> bool {
    BOOKS.with_borrow(|books| books.retired_any)
}

/// The row of the running model thread.
fn with_thread<R>(look: impl FnOnce(&mut Thread) -> R) -> R {
    let thread = engine::thread_index();
    BOOKS.with_borrow_mut(|books| {
        if books.threads.len() <= thread {
            books.threads.resize(thread + 1, Thread::default());
        }
        look(&mut books.threads[thread])
    })
}

/// Looks at the account of the running model thread, or changes it.
pub fn account<R>(change: impl FnOnce(&mut usize) -> R) -> R {
    with_thread(|thread| change(&mut thread.retired))
}

/// Whether the running model thread is inside the destructor of a retired object.
pub fn is_destroying() -> bool {
    with_thread(|thread| thread.destroying > 0)
}

/// Whether the running model thread has a guard.
pub fn is_pinned() -> bool {
    if super::look::is_looking() {
        return true;
    }
    let thread = engine::thread_index();
    BOOKS.with_borrow(|books| books.pinned.iter().any(|pinned| pinned.thread == thread))
}

/// Destroys what was retired and that no guard can see any more, if the mode has that done now.
///
/// A flush inside the destructor of a retired object is a collection in a collection: its depth has no bound. (What is due when such a
/// destructor gives up a guard is left to the collection that runs the destructor, as a real epoch does it.)
#[track_caller]
pub(super) fn collect(occasion: Occasion) {
    trace::touch_destructors();
    if is_destroying() {
        if occasion == Occasion::Flush {
            report("nested collection", "a flush inside the destructor of a retired object".to_owned());
        }
        return;
    }
    if BOOKS.with_borrow(|books| books.mode.collects_at(occasion)) {
        destroy_due(false);
    }
}

#[track_caller]
fn destroy_due(at_end: bool) {
    loop {
        let due = BOOKS.with_borrow_mut(|books| {
            let due = books.rows.iter_mut().find(|(_, row)| {
                !row.freed && row.retired_at.is_some() && (at_end || row.waits_for.is_empty())
            });
            due.map(|(number, row)| {
                row.freed = true;
                let (address, destroy, retired_at, uses) =
                    (row.address, row.destroy, row.retired_at, row.uses);
                // SAFETY: INV-6: it was retired, so no thread that pins later reaches it, and no guard that lived then is left (or the execution
                // is over). Its row is marked freed, so this is the only time.
                let destructor = move || unsafe { destroy(address) };
                (*number, row.kind, row.probe, move || early::destroy(retired_at, uses, destructor))
            })
        });
        let Some((number, kind, probe, destroy)) = due else {
            return;
        };
        free(number, kind, probe, destroy);
    }
}

/// Destroys one object; its row is marked freed already, and its memory stays.
#[track_caller]
fn free(number: u32, kind: &'static str, probe: *const Probe, destroy: impl FnOnce()) {
    trace::plain(Action::Free, number, kind);
    // SAFETY: the probe is in the node of a row of these books, and the memory of a node stays as long as the books have its row.
    let probe = unsafe { &*probe };
    if trace::one_step().is_none() {
        probe.write();
    }
    struct Inside;
    impl Drop for Inside {
        fn drop(&mut self) {
            with_thread(|thread| thread.destroying -= 1);
        }
    }
    with_thread(|thread| thread.destroying += 1);
    let _inside = Inside;
    destroy();
}

/// An `Owned` is given up: its object is destroyed by whoever has it.
#[track_caller]
pub(super) fn mark_freed(number: u32, kind: &'static str) {
    let (twice, retired) = BOOKS.with_borrow_mut(|books| {
        let Some((_, row)) = books.rows.iter_mut().rev().find(|(n, _)| *n == number) else {
            return (false, false);
        };
        row.uses.end();
        (std::mem::replace(&mut row.freed, true), row.retired_at.is_some())
    });
    if twice {
        report("double free", format!("{kind} #{number} is freed again"));
    }
    if retired {
        report("double free", format!("{kind} #{number} is freed, and was retired before"));
    }
    trace::plain(Action::Free, number, kind);
}

/// Notes that the running thread uses an object.
#[track_caller]
pub(super) fn check_use(number: u32, kind: &'static str) {
    let thread = engine::thread_index();
    let problem = BOOKS.with_borrow_mut(|books| {
        let (_, row) = books.rows.iter_mut().rev().find(|(n, _)| *n == number)?;
        if row.freed {
            return Some("it was freed");
        }
        // Guards nest: the oldest of the thread protects it.
        let guard = books.pinned.iter_mut().find(|pinned| pinned.thread == thread);
        row.uses.note(guard.as_ref().map(|guard| guard.number));
        let guard = guard?;
        if books.mode != Mode::Leak && row.retired_at.is_some_and(|at| at < guard.number) {
            return Some("it was retired before this guard was taken");
        }
        if !guard.used.contains(&number) {
            guard.used.push(number);
        }
        None
    });
    if let Some(problem) = problem {
        report("use after free", format!("{kind} #{number} is used by thread {thread}: {problem}"));
    }
}

/// [`check_use`] of the object at this address, if there is one: nothing is dereferenced that is not in the books.
#[track_caller]
pub(super) fn check_use_at(address: usize) {
    let row = BOOKS.with_borrow(|books| {
        let row = books.rows.iter().rev().find(|(_, row)| row.address == address);
        row.map(|(number, row)| (*number, row.kind))
    });
    if let Some((number, kind)) = row {
        check_use(number, kind);
    }
}

/// Lets the search reorder pins and retirements, in mode visible.
#[track_caller]
fn touch_shared() {
    let shared = BOOKS.with_borrow(|books| books.shared.clone());
    if let Some(word) = shared {
        word.modify(Change::Add(1), &VISIBLE);
    }
}

/// A new allocation, with how to destroy the object and how to give its memory back.
pub(super) fn allocate(
    number: u32,
    kind: &'static str,
    (address, size): (usize, usize),
    probe: *const Probe,
    destroy: unsafe fn(usize),
    release: unsafe fn(usize),
) {
    let (retired_at, waits_for, freed, uses) = (None, Vec::new(), false, Uses::default());
    let row = Row { address, size, kind, destroy, release, probe, retired_at, waits_for, freed, uses };
    super::look::allocated(number, (address, size));
    BOOKS.with_borrow_mut(|books| books.rows.push((number, row)));
    trace::plain(Action::Allocate, number, kind);
}

/// The object that lives, or lived last, at this address.
pub(super) fn object_at(address: usize) -> Option<u32> {
    BOOKS.with_borrow(|books| {
        let row = books.rows.iter().rev().find(|(_, row)| row.address == address);
        row.map(|(number, _)| *number)
    })
}

/// The number of a guard that somebody has who only looks: it is in no book.
const OF_A_LOOK: usize = 0;

/// Takes a guard for the running thread; its number.
#[track_caller]
pub(super) fn enter() -> usize {
    if super::look::is_looking() {
        return OF_A_LOOK;
    }
    touch_shared();
    let thread = engine::thread_index();
    let (number, fence) = BOOKS.with_borrow_mut(|books| {
        books.clock += 1;
        books.pinned.push(Pinned { number: books.clock, thread, used: Vec::new() });
        (books.clock, books.mode != Mode::Leak && books.retired_any)
    });
    if fence {
        engine::fence();
    }
    trace::plain(Action::Pin, number as u32, "guard");
    number
}

/// Ends a guard.
#[track_caller]
pub(super) fn leave(number: usize) {
    if number == OF_A_LOOK || trace::given_up() {
        return;
    }
    if trace::one_step().is_some() {
        // The search does not see what is under a guard, and nothing is freed before the end.
        BOOKS.with_borrow_mut(|books| books.pinned.retain(|pinned| pinned.number != number));
        return trace::plain(Action::Unpin, number as u32, "guard");
    }
    super::look::settled();
    engine::switch_point();
    // What was used under this guard may have been used until now.
    let used = BOOKS.with_borrow(|books| {
        let pinned = books.pinned.iter().find(|pinned| pinned.number == number);
        let used = pinned.map(|pinned| pinned.used.clone()).unwrap_or_default();
        let rows = books.rows.iter().filter(|(object, _)| used.contains(object));
        rows.map(|(object, row)| (*object, row.kind, row.freed, row.probe)).collect::<Vec<_>>()
    });
    for (object, kind, freed, probe) in used {
        trace::plain(Action::Dereference, object, kind);
        if freed {
            report(
                "use after free",
                format!("{kind} #{object} was freed while a guard lived that had used it"),
            );
        }
        // SAFETY: as for the probe in `free`: the row was in the books a moment ago, and rows leave them when the next execution begins.
        unsafe { &*probe }.read();
    }
    trace::plain(Action::Unpin, number as u32, "guard");
    let fence = BOOKS.with_borrow_mut(|books| {
        books.pinned.retain(|pinned| pinned.number != number);
        for (_, row) in &mut books.rows {
            row.waits_for.retain(|guard| *guard != number);
        }
        books.mode != Mode::Leak
    });
    if fence {
        engine::fence();
    }
    collect(Occasion::Unpin);
}

/// Hands an object over, to be freed when the guards that live now are gone.
#[track_caller]
pub(super) fn retire(number: u32, kind: &'static str) {
    touch_shared();
    trace::plain(Action::Retire, number, kind);
    let (problem, fence) = BOOKS.with_borrow_mut(|books| {
        books.clock += 1;
        books.retired_any = true;
        let alive: Vec<usize> = books.pinned.iter().map(|pinned| pinned.number).collect();
        let (clock, fence) = (books.clock, books.mode != Mode::Leak);
        let Some((_, row)) = books.rows.iter_mut().rev().find(|(n, _)| *n == number) else {
            return (Some(("double free", "of an earlier execution")), fence);
        };
        if row.retired_at.is_some() {
            return (Some(("double retire", "it was retired before")), fence);
        }
        if row.freed {
            return (Some(("double free", "it was freed before it was retired")), fence);
        }
        row.retired_at = Some(clock);
        row.waits_for = alive;
        (None, fence)
    });
    if let Some((what, detail)) = problem {
        report(what, format!("{kind} #{number}: {detail}"));
    }
    if fence {
        engine::fence();
    }
}
