//! The books of the model epoch: what was allocated, retired and freed, and which guards live.

use crate::sync::engine::{self, Probe};
use crate::sync::record::{self, Action, Value};
use crate::sync::{Change, Site, Word};
use std::cell::{Cell, RefCell};

/// When retired objects are destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// At the end of the execution.
    #[default]
    Leak,
    /// As soon as no guard that lived at the retirement lives.
    Eager,
    /// As eager, with pins and retirements visible to the search.
    Visible,
}

/// The books' row of one allocation.
struct Row {
    address: usize,
    kind: &'static str,
    /// Destroys the object in place / gives its memory back.
    destroy: unsafe fn(usize),
    release: unsafe fn(usize),
    probe: *const Probe,
    retired_at: Option<usize>,
    waits_for: Vec<usize>,
    freed: bool,
}

struct Pinned {
    /// The clock when it was taken: its number, and its age.
    number: usize,
    thread: usize,
    used: Vec<u32>,
}

#[derive(Default)]
struct Books {
    mode: Mode,
    /// By object number. Numbers are shared with atomics and mutexes, hence the pairs.
    rows: Vec<(u32, Row)>,
    pinned: Vec<Pinned>,
    /// Counts pins and retirements, to tell which came first.
    clock: usize,
    retired_any: bool,
    shared: Option<std::rc::Rc<Word>>,
}

thread_local! {
    static BOOKS: RefCell<Books> = RefCell::default();
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

/// Begins an execution. The memory of the one before is given back.
pub fn begin(mode: Mode) {
    VIOLATION.set(None);
    let rows = BOOKS.with_borrow_mut(|books| {
        let rows = std::mem::take(&mut books.rows);
        *books = Books { mode, ..Books::default() };
        rows
    });
    for (_, row) in rows {
        // SAFETY: the row owns the memory, and the execution that could reach it is over.
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
    collect(true);
    let leaked = BOOKS
        .with_borrow(|books| books.rows.iter().find(|(_, row)| !row.freed).map(|(n, row)| (*n, row.kind)));
    if let Some((number, kind)) = leaked {
        report("leak", format!("{kind} #{number} was neither freed nor retired"));
    }
    BOOKS.with_borrow_mut(|books| books.shared = None);
    record::end();
}

/// Destroys what was retired and that no guard can see any more.
#[track_caller]
fn collect(at_end: bool) {
    loop {
        let due = BOOKS.with_borrow_mut(|books| {
            let now = at_end || books.mode != Mode::Leak;
            let due = books.rows.iter_mut().find(|(_, row)| {
                now && !row.freed && row.retired_at.is_some() && (at_end || row.waits_for.is_empty())
            });
            due.map(|(number, row)| {
                row.freed = true;
                (*number, row.kind, row.address, row.destroy, row.probe)
            })
        });
        let Some((number, kind, address, destroy, probe)) = due else {
            return;
        };
        free(number, kind, address, destroy, probe);
    }
}

/// Destroys one object; its row is marked freed already, and its memory stays.
#[track_caller]
fn free(number: u32, kind: &'static str, address: usize, destroy: unsafe fn(usize), probe: *const Probe) {
    record::plain(Action::Free, number, kind);
    // SAFETY: the probe lives in the node, whose memory stays until the next execution.
    let probe = unsafe { &*probe };
    probe.write();
    // SAFETY: the row was not freed before, and nobody can reach the object any more.
    unsafe { destroy(address) }
}

#[track_caller]
pub(super) fn mark_freed(number: u32, kind: &'static str) {
    let (twice, retired) = BOOKS.with_borrow_mut(|books| {
        let Some((_, row)) = books.rows.iter_mut().rev().find(|(n, _)| *n == number) else {
            return (false, false);
        };
        (std::mem::replace(&mut row.freed, true), row.retired_at.is_some())
    });
    if twice {
        report("double free", format!("{kind} #{number} is freed again"));
    }
    if retired {
        report("double free", format!("{kind} #{number} is freed, and was retired before"));
    }
    record::plain(Action::Free, number, kind);
}

#[track_caller]
pub(super) fn check_use(number: u32, kind: &'static str) {
    let thread = engine::thread_index();
    let problem = BOOKS.with_borrow_mut(|books| {
        let (_, row) = books.rows.iter().rev().find(|(n, _)| *n == number)?;
        if row.freed {
            return Some("it was freed");
        }
        // Guards nest: the oldest of the thread protects it.
        let guard = books.pinned.iter_mut().find(|pinned| pinned.thread == thread)?;
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
    address: usize,
    probe: *const Probe,
    destroy: unsafe fn(usize),
    release: unsafe fn(usize),
) {
    let row =
        Row { address, kind, destroy, release, probe, retired_at: None, waits_for: Vec::new(), freed: false };
    BOOKS.with_borrow_mut(|books| books.rows.push((number, row)));
    record::plain(Action::Allocate, number, kind);
}

/// The object that lives, or lived last, at this address.
pub(super) fn object_at(address: usize) -> Option<u32> {
    BOOKS.with_borrow(|books| {
        let row = books.rows.iter().rev().find(|(_, row)| row.address == address);
        row.map(|(number, _)| *number)
    })
}

/// Takes a guard for the running thread; its number.
#[track_caller]
pub(super) fn enter() -> usize {
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
    record::plain(Action::Pin, number as u32, "guard");
    number
}

/// Ends a guard.
#[track_caller]
pub(super) fn leave(number: usize) {
    if std::thread::panicking() {
        return;
    }
    engine::switch_point();
    // What was used under this guard may have been used until now.
    let used = BOOKS.with_borrow(|books| {
        let pinned = books.pinned.iter().find(|pinned| pinned.number == number);
        let used = pinned.map(|pinned| pinned.used.clone()).unwrap_or_default();
        let rows = books.rows.iter().filter(|(object, _)| used.contains(object));
        rows.map(|(object, row)| (*object, row.kind, row.freed, row.probe)).collect::<Vec<_>>()
    });
    for (object, kind, freed, probe) in used {
        record::plain(Action::Dereference, object, kind);
        if freed {
            report(
                "use after free",
                format!("{kind} #{object} was freed while a guard lived that had used it"),
            );
        }
        // SAFETY: the probe lives in the node, whose memory stays until the next execution.
        unsafe { &*probe }.read();
    }
    record::plain(Action::Unpin, number as u32, "guard");
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
    collect(false);
}

/// Hands an object over, to be freed when the guards that live now are gone.
#[track_caller]
pub(super) fn retire(number: u32, kind: &'static str) {
    touch_shared();
    record::plain(Action::Retire, number, kind);
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
