//! Right structures whose loops spin: they pass, and soon.

use checker::hint::spin_loop;
use checker::sync::Mutex;
use checker::{Wait, check, subject};

/// A place for a number, whose `get` looks again and again until there is one.
struct Place(Mutex<Option<usize>>);

#[subject(spec = Option<usize>)]
impl Place {
    #[init]
    fn new() -> Self {
        Place(Mutex::new(None))
    }
    #[op]
    fn put(&self, number: usize) {
        *self.0.lock().expect("no panic") = Some(number);
    }
    #[op(waits)]
    fn get(&self) -> usize {
        loop {
            if let Some(number) = *self.0.lock().expect("no panic") {
                return number;
            }
            spin_loop();
        }
    }
}

impl PlaceSpec for Option<usize> {
    fn put(&mut self, number: usize) {
        *self = Some(number);
    }
    fn get(&mut self) -> Wait<usize> {
        self.map_or(Wait::Blocked, Wait::Ready)
    }
}

#[test]
fn a_loop_spins_on_what_a_mutex_guards() {
    check::<Place>("|| get || put 1");
}

/// A tally whose mutex is taken by `try_lock`.
struct Tried(Mutex<usize>);

#[subject(spec = usize)]
impl Tried {
    #[init]
    fn new() -> Self {
        Tried(Mutex::new(0))
    }
    #[op]
    fn add(&self) -> usize {
        loop {
            if let Some(mut number) = self.0.try_lock() {
                *number += 1;
                return *number;
            }
            spin_loop();
        }
    }
}

impl TriedSpec for usize {
    fn add(&mut self) -> usize {
        *self += 1;
        *self
    }
}

#[test]
fn a_loop_spins_on_a_mutex_that_is_not_free() {
    check::<Tried>("|| add; add || add; add");
}
