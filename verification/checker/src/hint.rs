//! Hints of loops that spin.

use crate::engine::{Engine, now};
use crate::spin::wait_for_a_write;

/// As `std::hint::spin_loop`: in a loop that waits for another thread to write. Without it, such a loop is a hang under an engine.
///
/// Not in a loop that gives up after some rounds: under shuttle the thread waits here until another one has written, so that nobody would
/// see it give up, and where nobody writes it is a deadlock. (Leave the hint out there, and make the rounds few.) And not in a loop that writes
/// in each round, such as `while lock.swap(true, Acquire)`: loom lets it read what it has written itself for ever, which is reported as a
/// hang. Take `compare_exchange` there, which writes when it succeeds.
pub fn spin_loop() {
    match now() {
        Engine::Plain => std::hint::spin_loop(),
        Engine::Loom => loom::thread::yield_now(),
        Engine::Shuttle => wait_for_a_write(),
    }
}
