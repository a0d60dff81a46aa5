//! The model epoch: the same interface as the shipped one, and no mercy.
//!
//! crossbeam-epoch itself cannot be explored (one small race did not finish in millions of executions), and it is too
//! lazy to reveal memory that is retired too early. This epoch keeps books instead. At retirement it notes the guards
//! that are alive; when the last of them is gone, the object is destroyed, at once. What a real epoch might do later,
//! this one does as early as is legal. Misuse is reported as what it is: use after free, double retire, double free,
//! a leak, a guard that outlives the execution.
//!
//! | mode | frees | finds best |
//! |---|---|---|
//! | [`Mode::Leak`] | at the end of the execution; no fences | weak orderings, which the fences of the others mask |
//! | [`Mode::Eager`] | when the last guard goes; fences where a real epoch has them | what is retired too early |
//! | [`Mode::Visible`] | as eager; pin and retire also touch one shared atomic, so that the search reorders them | the rest; for two threads |
//!
//! The books are a `std` thread-local: the engines run all threads of a model on one OS thread, so the checker does
//! not see them. What it does see is a probe in each object, read at each dereference and when a guard ends, written when
//! the object is destroyed. Destroyed memory is kept until the execution is over, so that a wrong dereference reads no
//! foreign memory.
//!
//! MODEL-GAP: the order between a pin and a retirement on another thread is the order of execution; in a real epoch it
//! comes from fences. Those fences are here too, as fences, in the modes eager and visible.

use super::Guard;
use crate::sync::engine::{self, Probe};
use crate::sync::record::{self, Action, Value};
use crate::sync::{Change, Site, Word};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

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

/// An allocation: the object, and what the model knows of it.
#[repr(C)]
struct Node<T> {
    number: u32,
    kind: &'static str,
    probe: Probe,
    value: UnsafeCell<ManuallyDrop<T>>,
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

fn kind_of<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

/// A fresh allocation that nobody else has seen.
pub(crate) struct Owned<T> {
    node: *mut Node<T>,
}

impl<T> Owned<T> {
    #[track_caller]
    pub(crate) fn new(value: T) -> Self {
        let number = record::new_object();
        let kind = kind_of::<T>();
        let node = Box::new(Node {
            number,
            kind,
            probe: Probe::new(),
            value: UnsafeCell::new(ManuallyDrop::new(value)),
        });
        let probe: *const Probe = &node.probe;
        let node = Box::into_raw(node);
        let row = Row {
            address: node as usize,
            kind,
            destroy: destroy_in_place::<T>,
            release: release_memory::<T>,
            probe,
            retired_at: None,
            waits_for: Vec::new(),
            freed: false,
        };
        BOOKS.with_borrow_mut(|books| books.rows.push((number, row)));
        record::plain(Action::Allocate, number, kind);
        Owned { node }
    }

    pub(crate) fn into_shared<'g>(self, _: &'g EngineGuard) -> Shared<'g, T> {
        Shared::at(ManuallyDrop::new(self).node as usize)
    }

    /// The object itself, out of the epoch's hands: its node is done with.
    #[track_caller]
    pub(crate) fn into_box(self) -> Box<T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: an `Owned` has its node to itself, and the node's memory stays.
        let node = unsafe { &*this.node };
        mark_freed(node.number, node.kind);
        node.probe.write();
        // SAFETY: the row is marked freed, so the value is taken out once.
        Box::new(unsafe { std::ptr::read(node.value.get().cast::<T>()) })
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        drop(Owned { node: self.node }.into_box());
    }
}

impl<T> std::ops::Deref for Owned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: an `Owned` has its node to itself.
        let node = unsafe { &*self.node };
        // SAFETY: the value is there until the `Owned` is gone.
        unsafe { &*node.value.get() }
    }
}

/// # Safety
/// `address` is that of a live node of a `T` that nobody can reach any more.
unsafe fn destroy_in_place<T>(address: usize) {
    // SAFETY: the caller's promise.
    let node = unsafe { &*(address as *const Node<T>) };
    // SAFETY: the caller's promise: nobody else has a reference.
    let value = unsafe { &mut *node.value.get() };
    // SAFETY: called once for a row, see `free`.
    unsafe { ManuallyDrop::drop(value) }
}

/// # Safety
/// `address` is that of a node of a `T` that no execution can reach any more.
unsafe fn release_memory<T>(address: usize) {
    let node = address as *mut Node<T>;
    // The probe belongs to an engine whose execution is over: it must not be dropped, only its memory given back.
    // SAFETY: made by `Box::into_raw`; `MaybeUninit` drops nothing.
    drop(unsafe { Box::from_raw(node.cast::<std::mem::MaybeUninit<Node<T>>>()) });
}

#[track_caller]
fn mark_freed(number: u32, kind: &'static str) {
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

/// A pointer valid for as long as the guard, or null; and the tag.
pub(crate) struct Shared<'g, T> {
    word: usize,
    _guard: PhantomData<(&'g (), *const T)>,
}

const TAG: usize = 1;

impl<T> Clone for Shared<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Shared<'_, T> {}

impl<T> PartialEq for Shared<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}
impl<T> Eq for Shared<'_, T> {}

impl<T> From<*const T> for Shared<'_, T> {
    fn from(pointer: *const T) -> Self {
        Shared::at(pointer as usize)
    }
}

impl<'g, T> Shared<'g, T> {
    fn at(word: usize) -> Self {
        Shared { word, _guard: PhantomData }
    }
    pub(crate) fn null() -> Self {
        Shared::at(0)
    }
    pub(crate) fn is_null(&self) -> bool {
        self.word & !TAG == 0
    }
    pub(crate) fn tag(&self) -> usize {
        self.word & TAG
    }
    pub(crate) fn with_tag(&self, tag: usize) -> Self {
        Shared::at(self.word & !TAG | tag & TAG)
    }
    /// A token to make a `Shared` from again: in this build it points to the node, not to the object.
    pub(crate) fn as_raw(&self) -> *const T {
        (self.word & !TAG) as *const T
    }
    fn node(&self) -> &'g Node<T> {
        // SAFETY: nodes stay in memory until the execution is over, whatever was freed.
        unsafe { &*((self.word & !TAG) as *const Node<T>) }
    }

    /// # Safety
    /// Not null, and protected by the guard (INV-7); the model checks it.
    #[track_caller]
    pub(crate) unsafe fn deref(&self) -> &'g T {
        let node = self.node();
        check_use(node.number, node.kind);
        record::plain(Action::Dereference, node.number, node.kind);
        node.probe.read();
        // SAFETY: INV-7.
        unsafe { &*node.value.get().cast::<T>() }
    }

    /// # Safety
    /// Not null, and nobody else can reach it.
    pub(crate) unsafe fn into_owned(self) -> Owned<T> {
        Owned { node: (self.word & !TAG) as *mut Node<T> }
    }
}

#[track_caller]
fn check_use(number: u32, kind: &'static str) {
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

/// A pinned model thread.
pub(crate) struct EngineGuard {
    number: Cell<usize>,
}

#[track_caller]
pub(super) fn pin_engine() -> EngineGuard {
    let guard = EngineGuard { number: Cell::new(0) };
    guard.enter();
    guard
}

/// Lets the search reorder pins and retirements, in mode visible.
#[track_caller]
fn touch_shared() {
    let shared = BOOKS.with_borrow(|books| books.shared.clone());
    if let Some(word) = shared {
        word.modify(Change::Add(1), &VISIBLE);
    }
}

impl EngineGuard {
    #[track_caller]
    fn enter(&self) {
        touch_shared();
        let thread = engine::thread_index();
        let fence = BOOKS.with_borrow_mut(|books| {
            books.clock += 1;
            self.number.set(books.clock);
            books.pinned.push(Pinned { number: books.clock, thread, used: Vec::new() });
            books.mode != Mode::Leak && books.retired_any
        });
        if fence {
            engine::fence();
        }
        record::plain(Action::Pin, self.number.get() as u32, "guard");
    }

    #[track_caller]
    fn leave(&self) {
        if std::thread::panicking() {
            return;
        }
        engine::switch_point();
        // What was used under this guard may have been used until now.
        let used = BOOKS.with_borrow(|books| {
            let pinned = books.pinned.iter().find(|pinned| pinned.number == self.number.get());
            let used = pinned.map(|pinned| pinned.used.clone()).unwrap_or_default();
            let rows = books.rows.iter().filter(|(number, _)| used.contains(number));
            rows.map(|(number, row)| (*number, row.kind, row.freed, row.probe)).collect::<Vec<_>>()
        });
        for (number, kind, freed, probe) in used {
            record::plain(Action::Dereference, number, kind);
            // An `Owned` that was dereferenced under the guard and freed by its owner is nobody's business.
            if !freed {
                // SAFETY: the probe lives in the node, whose memory stays until the next execution.
                unsafe { &*probe }.read();
            }
        }
        record::plain(Action::Unpin, self.number.get() as u32, "guard");
        let fence = BOOKS.with_borrow_mut(|books| {
            books.pinned.retain(|pinned| pinned.number != self.number.get());
            for (_, row) in &mut books.rows {
                row.waits_for.retain(|guard| *guard != self.number.get());
            }
            books.mode != Mode::Leak
        });
        if fence {
            engine::fence();
        }
        collect(false);
    }

    pub(crate) fn flush(&self) {}

    #[track_caller]
    pub(crate) fn repin(&mut self) {
        self.leave();
        self.enter();
    }
}

impl Drop for EngineGuard {
    #[track_caller]
    fn drop(&mut self) {
        self.leave();
    }
}

/// # Safety
/// INV-6; the model checks what it can of it.
#[track_caller]
pub(super) unsafe fn destroy_later<T>(_: &EngineGuard, object: Shared<'_, T>) {
    touch_shared();
    let node = object.node();
    let (number, kind) = (node.number, node.kind);
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

/// # Safety
/// INV-6, for each.
#[track_caller]
pub(super) unsafe fn destroy_all_later<T>(guard: &EngineGuard, objects: Vec<Shared<'_, T>>) {
    for object in objects {
        // SAFETY: the caller's promise.
        unsafe { destroy_later(guard, object) }
    }
}

/// An atomic pointer with one tag bit.
pub(crate) struct Atomic<T> {
    word: Word,
    _type: PhantomData<*mut T>,
}

// SAFETY: as crossbeam's: it hands out references to `T` on any thread, and may drop it on any.
unsafe impl<T: Send + Sync> Send for Atomic<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Atomic<T> {}

/// How a person reads a pointer: the number of the object that lives there.
fn show(word: usize) -> Value {
    let number = BOOKS.with_borrow(|books| {
        let row = books.rows.iter().rev().find(|(_, row)| row.address == word & !TAG);
        row.map_or(0, |(number, _)| *number)
    });
    Value::Pointer(number, word & TAG)
}

impl<T> Atomic<T> {
    #[track_caller]
    pub(crate) fn null() -> Self {
        Self::from_shared(Shared::null())
    }

    #[track_caller]
    pub(crate) fn from_shared(pointer: Shared<'_, T>) -> Self {
        Atomic { word: Word::new(pointer.word, show), _type: PhantomData }
    }

    #[track_caller]
    pub(crate) fn load<'g>(&self, site: &'static Site, _: &'g Guard) -> Shared<'g, T> {
        Shared::at(self.word.load(site))
    }

    #[track_caller]
    pub(crate) fn swap<'g>(&self, new: Shared<'g, T>, site: &'static Site, _: &'g Guard) -> Shared<'g, T> {
        Shared::at(self.word.modify(Change::Set(new.word), site))
    }

    #[track_caller]
    pub(crate) fn compare_exchange<'g>(
        &self,
        current: Shared<'g, T>,
        new: Shared<'g, T>,
        success: &'static Site,
        failure: &'static Site,
        _: &'g Guard,
    ) -> Result<Shared<'g, T>, Shared<'g, T>> {
        if !current.is_null() {
            // Memory that was freed may have been used again: the comparison would mean nothing (ABA).
            let node = current.node();
            check_use(node.number, node.kind);
        }
        self.word
            .compare_exchange(current.word, new.word, success, failure)
            .map(Shared::at)
            .map_err(Shared::at)
    }

    #[track_caller]
    pub(crate) fn fetch_or<'g>(&self, tag: usize, site: &'static Site, _: &'g Guard) -> Shared<'g, T> {
        Shared::at(self.word.modify(Change::Or(tag), site))
    }

    pub(crate) fn peek(&self) -> Shared<'_, T> {
        Shared::at(self.word.peek())
    }
}
