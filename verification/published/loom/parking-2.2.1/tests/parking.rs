//! parking 2.2.1: a control, without a known fault.

#[cfg(not(loom))]
compile_error!("run this in its own folder, where cargo finds `--cfg loom`, and without RUSTFLAGS");

use checker::{Wait, subject};
use loom::sync::Mutex;
use parking::{Parker, Unparker};
use row::nothing;

/// A thread's parker, which one thread at a time uses, and what wakes it.
struct Parking {
    parker: Mutex<Parker>,
    unparker: Unparker,
}

#[subject(spec = bool, loom)]
impl Parking {
    #[init]
    fn new() -> Self {
        let (parker, unparker) = parking::pair();
        Parking { parker: Mutex::new(parker), unparker }
    }
    #[op(waits)]
    fn park(&self) {
        self.parker.lock().expect("nobody panics").park();
    }
    #[op]
    fn unpark(&self) -> bool {
        self.unparker.unpark()
    }
}

/// Whether it is notified.
impl ParkingSpec for bool {
    fn park(&mut self) -> Wait<()> {
        if std::mem::take(self) { Wait::Ready(()) } else { Wait::Blocked }
    }
    fn unpark(&mut self) -> bool {
        !std::mem::replace(self, true)
    }
}

#[test]
fn a_parker() {
    nothing("parking 2.2.1", checker::family::<Parking>("2x2").run());
}

#[test]
fn a_parker_and_three_threads() {
    nothing("parking 2.2.1", checker::family::<Parking>("3x1").run());
}
