//! Hints of loops that spin.

use crate::engine::{Engine, now};
use crate::spin::wait_for_a_write;

/// As `std::hint::spin_loop`: in a loop that waits for another thread to write. Without it, such a loop is a hang under an engine.
pub fn spin_loop() {
    match now() {
        Engine::Plain => std::hint::spin_loop(),
        Engine::Loom => loom::thread::yield_now(),
        Engine::Shuttle => wait_for_a_write(),
    }
}
