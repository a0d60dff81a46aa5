//! A slot, and what becomes of objects that were in it.

use crate::answer::{Garbage, NONE, remove, replace};
use crate::{Outcome, judged, passes};
use checker::cell::UnsafeCell;
use checker::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use checker::{explore, family, subject};

/// Objects have numbers below this.
const OBJECTS: usize = 40;

/// For each object, whether it was put into the slot, and whether it was retired.
struct Books {
    retired: [std::sync::atomic::AtomicBool; OBJECTS],
}

impl Garbage for Books {
    fn retire(&self, object: usize) {
        let again = self.retired[object].swap(true, std::sync::atomic::Ordering::SeqCst);
        assert!(!again, "object {object} is retired twice");
    }
}

struct Slot {
    slot: AtomicUsize,
    books: Books,
    put: [std::sync::atomic::AtomicBool; OBJECTS],
    /// So that other threads can come between what an operation does and what follows.
    turn: AtomicBool,
}

#[subject(spec = usize)]
impl Slot {
    #[init]
    fn new() -> Self {
        let none = || std::array::from_fn(|_| std::sync::atomic::AtomicBool::new(false));
        Slot {
            slot: AtomicUsize::new(NONE),
            books: Books { retired: none() },
            put: none(),
            turn: AtomicBool::new(false),
        }
    }
    #[op]
    fn replace(&self, object: usize) {
        self.put[object].store(true, std::sync::atomic::Ordering::SeqCst);
        replace(&self.slot, object, &self.books);
    }
    #[op]
    fn remove(&self) -> bool {
        remove(&self.slot, &self.books)
    }
    #[op]
    fn look(&self) -> usize {
        let object = self.slot.load(SeqCst);
        self.turn.load(SeqCst);
        object
    }
    #[quiet]
    fn left(&mut self) -> usize {
        self.slot.load(SeqCst)
    }
    #[invariant]
    fn each_is_retired_or_there(&mut self) -> Result<(), String> {
        let there = self.slot.load(SeqCst);
        for object in 1..OBJECTS {
            let put = self.put[object].load(std::sync::atomic::Ordering::SeqCst);
            let retired = self.books.retired[object].load(std::sync::atomic::Ordering::SeqCst);
            if put && !retired && object != there {
                return Err(format!("object {object} was taken out, and nobody has retired it"));
            }
            if retired && object == there {
                return Err(format!("object {object} is retired, and still in the slot"));
            }
        }
        Ok(())
    }
}

impl SlotSpec for usize {
    fn replace(&mut self, object: usize) {
        *self = object;
    }
    fn remove(&mut self) -> bool {
        std::mem::take(self) != NONE
    }
    fn look(&mut self) -> usize {
        *self
    }
    fn left(&mut self) -> usize {
        *self
    }
}

/// What is in an object: written before it is put into the slot, and written over when it is retired.
struct Contents {
    of: [UnsafeCell<usize>; 3],
}

// SAFETY: whoever puts an object in, or has taken it out, is the only one who uses its cell. If the student's orderings do not say so, the cell
// reports the race before it happens.
unsafe impl Sync for Contents {}

impl Contents {
    fn write(&self, object: usize, new: usize) {
        // SAFETY: as above.
        self.of[object].with_mut(|contents| unsafe { *contents = new });
    }
}

impl Garbage for Contents {
    fn retire(&self, object: usize) {
        self.write(object, 0);
    }
}

struct Filled {
    slot: AtomicUsize,
    contents: Contents,
}

#[subject(spec = usize)]
impl Filled {
    #[init]
    fn new() -> Self {
        let contents = Contents { of: std::array::from_fn(|_| UnsafeCell::new(0)) };
        Filled { slot: AtomicUsize::new(NONE), contents }
    }
    #[op]
    fn replace(&self, object: usize) {
        self.contents.write(object, 1);
        replace(&self.slot, object, &self.contents);
    }
    #[op]
    fn remove(&self) -> bool {
        remove(&self.slot, &self.contents)
    }
}

impl FilledSpec for usize {
    fn replace(&mut self, object: usize) {
        *self = object;
    }
    fn remove(&mut self) -> bool {
        std::mem::take(self) != NONE
    }
}

fn filled() -> Outcome {
    let programs = ["|| replace 1 || remove", "|| replace 1 || replace 2"];
    programs.iter().try_for_each(|program| judged(explore::<Filled>(program)))
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "small" => passes(family::<Slot>("2x1")),
        "filled" => filled(),
        "three" => judged(explore::<Slot>("replace 1 || remove || replace 2 || remove")),
        _ => return None,
    })
}
