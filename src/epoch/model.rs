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
use super::books;
use crate::sync::engine::Probe;
use crate::sync::record::{self, Action, Value};
use crate::sync::{Change, Site, Word};
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

pub use super::books::{Mode, begin, end, violation};

/// An allocation: the object, and what the model knows of it.
#[repr(C)]
struct Node<T> {
    number: u32,
    kind: &'static str,
    probe: Probe,
    value: UnsafeCell<ManuallyDrop<T>>,
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
        let (destroy, release) = (destroy_in_place::<T>, release_memory::<T>);
        books::allocate(number, kind, node as usize, probe, destroy, release);
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
        books::mark_freed(node.number, node.kind);
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
        books::check_use(node.number, node.kind);
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

/// The object behind a plain pointer, got by `Shared::as_raw`.
///
/// # Safety
/// Not null, and protected for `'g` (INV-7).
#[track_caller]
pub(crate) unsafe fn deref_raw<'g, T>(raw: *const T) -> &'g T {
    // SAFETY: the caller's promise.
    unsafe { Shared::from(raw).deref() }
}

/// A pinned model thread.
pub(crate) struct EngineGuard {
    number: usize,
}

#[track_caller]
pub(super) fn pin_engine() -> EngineGuard {
    EngineGuard { number: books::enter() }
}

impl EngineGuard {
    pub(crate) fn flush(&self) {}

    #[track_caller]
    pub(crate) fn repin(&mut self) {
        books::leave(self.number);
        self.number = books::enter();
    }
}

impl Drop for EngineGuard {
    #[track_caller]
    fn drop(&mut self) {
        books::leave(self.number);
    }
}

/// # Safety
/// INV-6; the model checks what it can of it.
#[track_caller]
pub(super) unsafe fn destroy_later<T>(_: &EngineGuard, object: Shared<'_, T>) {
    let node = object.node();
    books::retire(node.number, node.kind);
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
    Value::Pointer(books::object_at(word & !TAG).unwrap_or(0), word & TAG)
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
            books::check_use(node.number, node.kind);
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
