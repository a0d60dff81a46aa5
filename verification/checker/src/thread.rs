//! Threads that a structure starts by itself, as in `std::thread`. Under an engine each is one more thread of the program: loom has room for
//! five in all. A drawing shows what such a thread does in the column of the last one.

use crate::engine::{Engine, now};
use crate::hint::spin_loop;
use std::fmt;
use sync_map_model::{loom as on_loom, shuttle as on_shuttle};

/// As `std::thread::JoinHandle`.
pub struct JoinHandle<T>(Handle<T>);

enum Handle<T> {
    Plain(std::thread::JoinHandle<T>),
    Loom(on_loom::thread::JoinHandle<T>),
    Shuttle(on_shuttle::thread::JoinHandle<T>),
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinHandle")
    }
}

/// Starts a thread.
pub fn spawn<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    JoinHandle(match now() {
        Engine::Plain => Handle::Plain(std::thread::spawn(body)),
        Engine::Loom => Handle::Loom(on_loom::thread::spawn(body)),
        Engine::Shuttle => Handle::Shuttle(on_shuttle::thread::spawn(body)),
    })
}

impl<T> JoinHandle<T> {
    /// Waits for the thread to end.
    ///
    /// # Errors
    /// Outside an engine, when it has panicked. (Under an engine that is a failure of its own.)
    pub fn join(self) -> std::thread::Result<T> {
        match self.0 {
            Handle::Plain(handle) => handle.join(),
            Handle::Loom(handle) => handle.join(),
            Handle::Shuttle(handle) => handle.join(),
        }
    }
}

/// In a loop that waits for another thread to write: [`spin_loop`].
pub fn yield_now() {
    spin_loop();
}
