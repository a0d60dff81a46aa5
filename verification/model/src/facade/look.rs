//! Looking at a structure in the middle of an execution.
//!
//! MODEL-GAP: Looks. The host may look at the structure between two steps, to draw it. A look runs the structure's own code, but an atomic tells
//! its latest value, a pin takes no guard, and a mutex is read whoever holds it. Nothing of it is an event, and no other thread runs
//! meanwhile: the search does not know that anybody looked. Looks are taken when one execution is run again, never in a search.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static LOOKING: Cell<bool> = const { Cell::new(false) };
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static LOOK: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
    /// The allocations of a watched execution: where each is, and how large.
    static ALLOCATIONS: RefCell<Vec<(u32, usize, usize)>> = const { RefCell::new(Vec::new()) };
}

/// Has the host look from now on, or no more: after each event, and before the engine may let another thread run, when all is done that the
/// thread does after its event.
pub fn between_steps(look: Option<Rc<dyn Fn()>>) {
    WATCHED.set(look.is_some());
    ALLOCATIONS.with_borrow_mut(Vec::clear);
    LOOK.set(look);
}

/// Whether somebody looks: what runs now is no part of the execution.
pub fn is_looking() -> bool {
    LOOKING.get()
}

/// An object was allocated.
pub(super) fn allocated(object: u32, (address, size): (usize, usize)) {
    if WATCHED.get() {
        ALLOCATIONS.with_borrow_mut(|allocations| allocations.push((object, address, size)));
    }
}

/// The object of a watched execution that this is a part of, if it is one of the epoch's.
pub fn object_around(part: *const u8) -> Option<u32> {
    let part = part as usize;
    ALLOCATIONS.with_borrow(|allocations| {
        let around =
            allocations.iter().rev().find(|(_, address, size)| (*address..address + size).contains(&part));
        around.map(|(object, ..)| *object)
    })
}

/// An event was noted, or another thread may run next.
pub(super) fn settled() {
    if WATCHED.get() && !LOOKING.get() {
        look();
    }
}

fn look() {
    struct Looking;
    impl Drop for Looking {
        fn drop(&mut self) {
            LOOKING.set(false);
        }
    }
    let Some(look) = LOOK.with_borrow(Clone::clone) else { return };
    if std::thread::panicking() {
        return; // nothing is whole while a panic unwinds
    }
    LOOKING.set(true);
    let _looking = Looking;
    look();
}
