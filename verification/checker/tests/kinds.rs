//! What can be wrong with a structure, each kind with its name: a structure that does one thing wrong in each of its operations.

use checker::alloc::{Box, at};
use checker::cell::UnsafeCell;
use checker::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::*};
use checker::sync::{Condvar, Mutex};
use checker::{Counterexample, Level, explore, subject};

struct Wrong {
    word: AtomicUsize,
    plain: UnsafeCell<usize>,
    first: Mutex<()>,
    second: Mutex<()>,
    changed: Condvar,
    object: AtomicPtr<usize>,
}

// SAFETY: for the tests: the races on `plain` are what they are about, and under an engine all threads are one.
unsafe impl Sync for Wrong {}

#[subject(spec = usize)]
impl Wrong {
    #[init]
    fn new() -> Self {
        Wrong {
            word: AtomicUsize::new(0),
            plain: UnsafeCell::new(0),
            first: Mutex::new(()),
            second: Mutex::new(()),
            changed: Condvar::new(),
            object: AtomicPtr::new(Box::into_raw(Box::new(7))),
        }
    }
    #[op]
    fn write_plain(&self) {
        // SAFETY: none: that is what the test is about.
        self.plain.with_mut(|place| unsafe { *place = 1 });
    }
    #[op]
    fn lock_both(&self) {
        let _first = self.first.lock();
        let _second = self.second.lock();
    }
    #[op]
    fn lock_both_the_other_way(&self) {
        let _second = self.second.lock();
        let _first = self.first.lock();
    }
    #[op]
    fn wait_for_nobody(&self) {
        let locked = self.first.lock().expect("no panic");
        drop(self.changed.wait(locked));
    }
    #[op]
    fn free(&self) {
        let object = self.object.load(SeqCst);
        // SAFETY: none, if two threads do it.
        drop(unsafe { Box::from_raw(object) });
    }
    #[op]
    fn read_object(&self) -> usize {
        // SAFETY: none, if it was freed.
        *unsafe { at(self.object.load(SeqCst)) }
    }
    #[op]
    fn forget(&self) {
        Box::into_raw(Box::new(8_usize));
    }
    #[op]
    fn panics_if_it_is_late(&self) {
        assert_eq!(self.word.fetch_add(1, SeqCst), 0, "somebody was here");
    }
    #[op]
    fn never_ends(&self) {
        while self.word.load(Relaxed) == 0 {}
    }
    #[op]
    fn aborts(&self) {
        std::process::abort();
    }
    #[op]
    fn lies(&self) -> usize {
        self.word.load(SeqCst)
    }
}

impl WrongSpec for usize {
    fn write_plain(&mut self) {}
    fn lock_both(&mut self) {}
    fn lock_both_the_other_way(&mut self) {}
    fn wait_for_nobody(&mut self) {}
    fn free(&mut self) {}
    fn read_object(&mut self) -> usize {
        7
    }
    fn forget(&mut self) {}
    fn panics_if_it_is_late(&mut self) {}
    fn never_ends(&mut self) {}
    fn aborts(&mut self) {}
    fn lies(&mut self) -> usize {
        3
    }
}

/// The object of `Wrong` is freed by whoever was first. (Programs without `free` leak it, which is found last.)
fn found(program: &str) -> Counterexample {
    let explored = explore::<Wrong>(program);
    assert_eq!(explored.verdict, Level::Failed, "{explored}");
    explored.failure.unwrap_or_else(|| panic!("{:?}", explored.problems))
}

/// The program fails in one of these ways.
fn is(program: &str, kinds: &[&str]) {
    let failure = found(program);
    println!("{}", failure.drawn);
    assert!(kinds.contains(&failure.kind.as_str()), "{}: {}", failure.kind, failure.sentence);
}

#[test]
fn two_writes_of_plain_memory_are_a_data_race() {
    is("|| free; write_plain || write_plain", &["data race"]);
}

#[test]
fn two_locks_in_two_orders_are_a_deadlock() {
    is("|| free; lock_both || lock_both_the_other_way", &["deadlock"]);
}

#[test]
fn a_wait_that_nobody_ends_is_a_deadlock() {
    is("|| free; wait_for_nobody", &["deadlock"]);
}

#[test]
fn an_object_that_is_freed_twice_is_a_double_free() {
    is("|| free || free", &["double free"]);
}

#[test]
fn an_object_that_is_read_after_it_was_freed_is_a_use_after_free() {
    is("|| free || read_object", &["use after free"]);
}

#[test]
fn an_object_that_nobody_frees_is_a_leak() {
    is("|| free; forget", &["leak"]);
}

#[test]
fn a_panic_is_one() {
    is("|| free; panics_if_it_is_late || panics_if_it_is_late", &["panic"]);
}

#[test]
fn a_loop_that_does_not_end_is_a_hang() {
    is("|| free; never_ends", &["hang"]);
    let file = found("|| free; never_ends").file.expect("it is kept");
    assert!(std::fs::metadata(file).unwrap().len() < 4 << 20, "its steps have no end");
}

#[test]
fn an_abort_is_a_crash_of_the_process_that_explores() {
    is("|| free; aborts", &["crash"]);
}

#[test]
fn a_result_that_no_order_explains_is_not_linearizable() {
    is("|| free; lies", &["not linearizable"]);
}
