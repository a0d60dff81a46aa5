//! Chase and Lev's deque (2005): its owner pushes and pops at one end, thieves steal at the other.
//!
//! For the last element owner and thief must not both win. The owner lowers the bottom, and then reads the top; a thief reads the top, and
//! then the bottom. On weak memory each may miss what the other has written, unless a sequentially consistent fence stands between the two
//! accesses of both (Lê and others, 2013). Without it the last element is taken twice.
//!
//! The array does not grow. RUSTSEC-2021-0093, of crossbeam-deque, is about an array that does: not made again here.

use checker::subject;
use checker::sync::Mutex;
use checker::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::*, fence};
use std::collections::VecDeque;

/// So many places.
const PLACES: usize = 8;

/// The deque. `FENCED`: a fence stands where it must.
#[derive(Debug)]
pub struct Deque<const FENCED: bool> {
    top: AtomicIsize,
    bottom: AtomicIsize,
    places: [AtomicUsize; PLACES],
    /// Only one thread is the owner. In a program any may be, one at a time.
    owner: Mutex<()>,
}

#[subject(spec = VecDeque<usize>)]
impl<const FENCED: bool> Deque<FENCED> {
    #[init]
    fn new() -> Self {
        Deque {
            top: AtomicIsize::new(0),
            bottom: AtomicIsize::new(0),
            places: std::array::from_fn(|_| AtomicUsize::new(0)),
            owner: Mutex::new(()),
        }
    }

    fn place(&self, index: isize) -> &AtomicUsize {
        &self.places[index as usize % PLACES]
    }

    fn fence(&self) {
        if FENCED {
            fence(SeqCst);
        }
    }

    #[op]
    fn push(&self, value: usize) {
        let _owner = self.owner.lock().expect("no panic");
        let bottom = self.bottom.load(Relaxed);
        self.place(bottom).store(value, Relaxed);
        self.bottom.store(bottom + 1, Release);
    }

    #[op]
    fn pop(&self) -> Option<usize> {
        let _owner = self.owner.lock().expect("no panic");
        let bottom = self.bottom.load(Relaxed) - 1;
        self.bottom.store(bottom, Relaxed);
        self.fence();
        let top = self.top.load(Relaxed);
        if top > bottom {
            self.bottom.store(bottom + 1, Relaxed);
            return None;
        }
        let value = self.place(bottom).load(Relaxed);
        if top < bottom {
            return Some(value);
        }
        // The last one: whoever raises the top has it.
        let won = self.top.compare_exchange(top, top + 1, SeqCst, Relaxed).is_ok();
        self.bottom.store(bottom + 1, Relaxed);
        won.then_some(value)
    }

    #[op(may_fail)]
    fn steal(&self) -> Option<usize> {
        let top = self.top.load(Acquire);
        self.fence();
        let bottom = self.bottom.load(Acquire);
        if top >= bottom {
            return None;
        }
        let value = self.place(top).load(Relaxed);
        self.top.compare_exchange(top, top + 1, SeqCst, Relaxed).is_ok().then_some(value)
    }

    /// What is left, from the top.
    #[quiet]
    fn left(&mut self) -> Vec<usize> {
        let (top, bottom) = (self.top.load(Relaxed), self.bottom.load(Relaxed));
        (top..bottom).map(|index| self.place(index).load(Relaxed)).collect()
    }
}

impl DequeSpec for VecDeque<usize> {
    fn push(&mut self, value: usize) {
        self.push_back(value);
    }
    fn pop(&mut self) -> Option<usize> {
        self.pop_back()
    }
    fn steal(&mut self) -> Option<usize> {
        self.pop_front()
    }
    fn left(&mut self) -> Vec<usize> {
        self.iter().copied().collect()
    }
}
