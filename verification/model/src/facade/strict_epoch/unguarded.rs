//! Memory that a structure allocates and frees by itself, without guards: its uses are checked against the books, and nothing waits.
//!
//! A plain pointer leads to the object itself, not to its node. The memory of a freed object stays until the execution is over, so a use
//! that comes too late is reported, and an address is never used again within an execution.
//!
//! MODEL-GAP: Addresses. What depends on memory being given out again, at the same address, is not shown.

use super::super::engine::{self, Probe};
use super::super::look;
use super::super::trace::{self, Action};
use super::books::{BOOKS, Row};
use super::{Node, Owned, books};
use std::mem::ManuallyDrop;

/// A plain pointer to the object, which somebody has to give back: [`from_raw`].
pub fn into_raw<T>(owned: Owned<T>) -> *mut T {
    let node = ManuallyDrop::new(owned).node;
    // SAFETY: the node of an `Owned` is in memory, and stays while its row is in the books.
    let node = unsafe { &*node };
    node.value.get().cast()
}

/// The owner of an object again.
///
/// # Safety
/// `raw` came from [`into_raw`] in this execution, and nobody else gives it back: the books report it if somebody has.
pub unsafe fn from_raw<T>(raw: *mut T) -> Owned<T> {
    let node = raw.wrapping_byte_sub(std::mem::offset_of!(Node<T>, value));
    Owned { node: node.cast() }
}

/// The running thread is about to use the object that `part` is in, if that is an object of this execution: reported, if it was freed.
///
/// Another thread may run first. A structure without guards gets its pointer by one access and follows it by the next.
#[track_caller]
pub fn use_of(part: *const u8) {
    if look::is_looking() || trace::given_up() {
        return;
    }
    look::settled();
    engine::switch_point();
    let Some((number, kind, probe)) = object_around(part.addr()) else { return };
    books::check_use(number, kind);
    trace::plain(Action::Dereference, number, kind);
    read(probe);
}

/// Reports a use of a part of an object that was freed: of an atomic or a mutex that is in it.
#[track_caller]
pub fn check_alive(part: *const u8) {
    if look::is_looking() || trace::given_up() {
        return;
    }
    if let Some((number, kind, probe)) = object_around(part.addr()) {
        books::check_use(number, kind);
        trace::touch(number, false);
        read(probe);
    }
}

/// Reports a write to a part of an object that was freed, and under loom one that nothing orders with another thread's use.
#[track_caller]
pub fn write_to(part: *const u8) {
    if look::is_looking() || trace::given_up() {
        return;
    }
    if let Some((number, kind, probe)) = object_around(part.addr()) {
        books::check_use(number, kind);
        trace::touch(number, true);
        // SAFETY: the probe is in the node of a row of the books, and the memory of a node stays as long as the books have its row.
        unsafe { &*probe }.write();
    }
}

#[track_caller]
fn read(probe: *const Probe) {
    // SAFETY: the probe is in the node of a row of the books, and the memory of a node stays as long as the books have its row.
    unsafe { &*probe }.read();
}

/// The object that this address is in: its number, its kind and its probe. Of several that lived there one after the other, the last.
fn object_around(address: usize) -> Option<(u32, &'static str, *const Probe)> {
    BOOKS.with_borrow(|books| {
        let is_in = |row: &Row| (row.address..row.address + row.size).contains(&address);
        let row = books.rows.iter().rev().find(|(_, row)| is_in(row));
        row.map(|(number, row)| (*number, row.kind, row.probe))
    })
}

/// The number of the object that an address is in.
pub fn number_of(address: usize) -> Option<u32> {
    object_around(address).map(|(number, ..)| number)
}

impl<T> std::ops::DerefMut for Owned<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: made by `Box::into_raw` in `new`, and the memory of a node stays while an `Owned` has it.
        let node = unsafe { &*self.node };
        // SAFETY: an `Owned` has its node to itself and is borrowed mutably, so this is the only reference to the value.
        unsafe { &mut *node.value.get() }
    }
}
