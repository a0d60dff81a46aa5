//! The strict epoch: the same interface as the shipped one, but it frees as early as it may, and reports every misuse.
//!
//! crossbeam-epoch itself cannot be explored (one small race did not finish in millions of executions), and it is too
//! lazy to reveal memory that is retired too early. This epoch keeps books instead. At retirement it notes the guards
//! that are alive; when the last of them is gone, the object is destroyed at once. What a real epoch might do later,
//! this one does as early as is legal. Misuse is reported by its name: use after free, double retire, double free,
//! a leak, a guard that outlives the execution.
//!
//! | mode | frees | finds best |
//! |---|---|---|
//! | [`Mode::Leak`] | at the end of the execution; no fences | weak orderings, which the fences of the others mask |
//! | [`Mode::Eager`] | when the last guard goes; fences where a real epoch has them | what is retired too early |
//! | [`Mode::AtPins`], [`Mode::AtFlushes`] | when the last guard is gone, and then a thread pins or flushes; or flushes only | users' destructors that run where they must not: under a lock, in a collection |
//! | [`Mode::Visible`] | as eager; pin and retire also touch one shared atomic, so that the search reorders them | the rest; for two threads |
//!
//! The books are a `std` thread-local: the engines run all threads of a model on one OS thread, so the checker does
//! not see them. What it does see is a probe in each object, read at each dereference and when a guard ends, written when
//! the object is destroyed. Destroyed memory is kept until the execution is over, so that a wrong dereference reads nothing
//! that belongs to someone else.
//!
//! MODEL-GAP: The epoch. The order between a pin and a retirement on another thread is the order of execution; in a real epoch it
//! comes from fences. Those fences are here too, as fences, in the modes eager and visible.

mod books;
mod early;
mod looks;
mod unguarded;

use super::Word;
use super::engine::Probe;
use super::look;
use super::trace::{self, Action, Value};
use crate::mode::Occasion;
use crate::{Change, Site};
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

pub use crate::Mode;
pub use books::{account, begin, end, is_destroying, is_pinned, retired_any, violation};
pub use early::early_destruction_shows;
pub use looks::{pinned, retired};
pub use unguarded::{check_alive, from_raw, into_raw, number_of, use_of, write_to};

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
pub struct Owned<T> {
    node: *mut Node<T>,
}

impl<T> Owned<T> {
    /// An object of its own.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let number = trace::new_object();
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
        books::allocate(number, kind, (node as usize, size_of::<Node<T>>()), probe, destroy, release);
        Owned { node }
    }

    /// To be published under a guard.
    pub fn into_shared<'g>(self, _: &'g EngineGuard) -> Shared<'g, T> {
        Shared::at(ManuallyDrop::new(self).node as usize)
    }

    /// The object itself, out of the epoch's hands: its node is done with.
    #[track_caller]
    pub fn into_box(self) -> Box<T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: made by `Box::into_raw` in `new`, and the memory of a node stays while the books have its row: until an execution begins
        // after the `Owned` was given up.
        let node = unsafe { &*this.node };
        books::mark_freed(node.number, node.kind);
        if trace::one_step().is_none() {
            node.probe.write();
        }
        // SAFETY: an `Owned` has its node to itself, and this one is consumed. The row was not freed before, or `mark_freed` had
        // panicked: the value is there, and taken out this once.
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
        // SAFETY: made by `Box::into_raw` in `new`, and the memory of a node stays while an `Owned` has it.
        let node = unsafe { &*self.node };
        // SAFETY: an `Owned` has its node to itself, so nobody writes; the value is there until `into_box` consumes the `Owned`.
        unsafe { &*node.value.get() }
    }
}

/// # Safety
/// `address` is that of a live node of a `T` that nobody can reach any more.
unsafe fn destroy_in_place<T>(address: usize) {
    // SAFETY: the caller vouches that this is the address of a node of a `T`. Its memory stays while its row is in the books, whoever
    // destroys the object.
    let node = unsafe { &*(address as *const Node<T>) };
    // SAFETY: INV-6: the caller vouches that no thread can reach the object any more, so there is no other reference.
    let value = unsafe { &mut *node.value.get() };
    // SAFETY: `free` calls this once for a row, right after it has marked the row freed.
    unsafe { ManuallyDrop::drop(value) }
}

/// # Safety
/// `address` is that of a node of a `T` that no execution can reach any more.
unsafe fn release_memory<T>(address: usize) {
    let node = address as *mut Node<T>;
    // The probe belongs to an engine whose execution is over: it must not be dropped, only its memory given back.
    // SAFETY: made by `Box::into_raw`, and the caller vouches that no execution reaches it any more. `MaybeUninit` has the same layout and
    // drops nothing.
    drop(unsafe { Box::from_raw(node.cast::<std::mem::MaybeUninit<Node<T>>>()) });
}

/// A pointer valid for as long as the guard, or null; and the tag.
pub struct Shared<'g, T> {
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
    /// No object.
    pub fn null() -> Self {
        Shared::at(0)
    }
    /// Whether there is no object, whatever the tag.
    pub fn is_null(&self) -> bool {
        self.word & !TAG == 0
    }
    /// The tag: 0 or 1.
    pub fn tag(&self) -> usize {
        self.word & TAG
    }
    /// The same object with this tag.
    pub fn with_tag(&self, tag: usize) -> Self {
        Shared::at(self.word & !TAG | tag & TAG)
    }
    /// A token to make a `Shared` from again: in this build it points to the node, not to the object.
    pub fn as_raw(&self) -> *const T {
        (self.word & !TAG) as *const T
    }
    /// # Safety
    /// Not null, and a node of this execution.
    unsafe fn node(&self) -> &'g Node<T> {
        // SAFETY: not null and a node of this execution, as the caller vouches. Nodes stay in memory until the execution is over, whichever
        // thread destroys the object in them.
        unsafe { &*((self.word & !TAG) as *const Node<T>) }
    }

    /// The object. A use that is too late is reported, and does no harm: destroyed memory stays while the execution lasts.
    ///
    /// # Safety
    /// Not null, an object of this execution, and protected by the guard (INV-7); the model checks the last.
    #[track_caller]
    pub unsafe fn deref(&self) -> &'g T {
        // SAFETY: the caller vouches that this is an object of this execution: its node stays in memory, even if it was destroyed too early.
        let node = unsafe { self.node() };
        if look::is_looking() {
            looks::check_look(node.number, node.kind);
            // SAFETY: INV-7: the object was not destroyed, and no thread of the model runs while somebody looks.
            return unsafe { &*node.value.get().cast::<T>() };
        }
        books::check_use(node.number, node.kind);
        trace::plain(Action::Dereference, node.number, node.kind);
        if trace::one_step().is_none() {
            node.probe.read();
        }
        // SAFETY: INV-7: nobody destroys the object while the guard lives, which `check_use` has just found to hold. Objects are shared
        // until they are destroyed, so there is no `&mut`.
        unsafe { &*node.value.get().cast::<T>() }
    }

    /// The object, back in the hands of one owner.
    ///
    /// # Safety
    /// Not null, an object of this execution, and nobody else can reach it.
    pub unsafe fn into_owned(self) -> Owned<T> {
        Owned { node: (self.word & !TAG) as *mut Node<T> }
    }
}

/// The object behind a plain pointer, got by `Shared::as_raw`.
///
/// # Safety
/// Not null, an object of this execution, and protected for `'g` (INV-7).
#[track_caller]
pub unsafe fn deref_raw<'g, T>(raw: *const T) -> &'g T {
    // SAFETY: INV-7: not null, of this execution and protected for 'g, as the caller vouches; `deref` checks the last.
    unsafe { Shared::from(raw).deref() }
}

/// A pinned model thread. It stays on its thread, as crossbeam's does.
pub struct EngineGuard {
    number: usize,
    _of_this_thread: PhantomData<*const ()>,
}

impl AsRef<EngineGuard> for EngineGuard {
    fn as_ref(&self) -> &EngineGuard {
        self
    }
}

impl std::fmt::Debug for EngineGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "guard {}", self.number)
    }
}

/// Pins the running model thread: a collection may run, if it was not pinned.
#[track_caller]
pub fn pin_engine() -> EngineGuard {
    let outermost = !books::is_pinned();
    let guard = EngineGuard { number: books::enter(), _of_this_thread: PhantomData };
    if outermost {
        books::collect(Occasion::Pin);
    }
    guard
}

/// In a model each retirement counts as a lot: whatever may be flushed is flushed.
pub const FLUSH_BYTES: usize = 1;

impl EngineGuard {
    /// Destroys what no guard can see any more, if the mode does so at flushes.
    ///
    /// MODEL-GAP: Flushes. In mode leak, and in an abstract execution, it does nothing; in the others it has no bound of 512 objects.
    #[track_caller]
    pub fn flush(&self) {
        books::collect(Occasion::Flush);
    }

    /// Gives the guard up, and takes another one.
    #[track_caller]
    pub fn repin(&mut self) {
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

/// Has the object destroyed when all guards that now live are gone.
///
/// # Safety
/// INV-6: it is not null, an object of this execution, no thread that pins later can reach it, and it is retired once. The model checks
/// what it can of it.
#[track_caller]
pub unsafe fn destroy_later<T: Send + 'static>(_: &EngineGuard, object: Shared<'_, T>) {
    // SAFETY: not null and an object of this execution, as the caller vouches: its node stays in memory.
    let node = unsafe { object.node() };
    books::retire(node.number, node.kind);
}

/// An atomic pointer with one tag bit.
pub struct Atomic<T> {
    word: Word,
    _type: PhantomData<*mut T>,
}

// SAFETY: the pointer is a word; what it leads to is handed out by reference on any thread (`T: Sync`), and may be destroyed on any
// (`T: Send`). The word itself may be used on any thread of its model: see `Word`.
unsafe impl<T: Send + Sync> Send for Atomic<T> {}
// SAFETY: a shared `Atomic` gives no more than one that was sent: references to a `T` that is `Sync`, and the right to retire one that is
// `Send`. `Word` is `Sync`.
unsafe impl<T: Send + Sync> Sync for Atomic<T> {}

/// How a person reads a pointer: the number of the object that lives there.
fn show(word: usize) -> Value {
    Value::Pointer(books::object_at(word & !TAG).unwrap_or(0), word & TAG)
}

impl<T> Atomic<T> {
    /// Null.
    #[track_caller]
    pub fn null() -> Self {
        Self::from_shared(Shared::null())
    }

    /// This pointer.
    #[track_caller]
    pub fn from_shared(pointer: Shared<'_, T>) -> Self {
        Atomic { word: Word::new(pointer.word, show), _type: PhantomData }
    }

    /// An atomic load.
    #[track_caller]
    pub fn load<'g>(&self, site: &'static Site, _: &'g impl AsRef<EngineGuard>) -> Shared<'g, T> {
        Shared::at(self.word.load(site))
    }

    /// Writes `new`; what was there.
    #[track_caller]
    pub fn swap<'g>(
        &self,
        new: Shared<'g, T>,
        site: &'static Site,
        _: &'g impl AsRef<EngineGuard>,
    ) -> Shared<'g, T> {
        Shared::at(self.word.modify(Change::Set(new.word), site))
    }

    /// Writes `new` over `current`; what was there.
    ///
    /// # Errors
    /// What is there, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange<'g>(
        &self,
        current: Shared<'g, T>,
        new: Shared<'g, T>,
        success: &'static Site,
        failure: &'static Site,
        _: &'g impl AsRef<EngineGuard>,
    ) -> Result<Shared<'g, T>, Shared<'g, T>> {
        if !current.is_null() {
            // Memory that was freed may have been used again: the comparison would mean nothing (ABA).
            books::check_use_at(current.word & !TAG);
        }
        self.word
            .compare_exchange(current.word, new.word, success, failure)
            .map(Shared::at)
            .map_err(Shared::at)
    }

    /// Sets the bits of `tag`; what was there.
    #[track_caller]
    pub fn fetch_or<'g>(
        &self,
        tag: usize,
        site: &'static Site,
        _: &'g impl AsRef<EngineGuard>,
    ) -> Shared<'g, T> {
        Shared::at(self.word.modify(Change::Or(tag), site))
    }

    /// What is there, when no other thread can access it.
    pub fn peek(&self) -> Shared<'_, T> {
        Shared::at(self.word.peek())
    }
}
