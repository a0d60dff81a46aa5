//! A thread of our own: of a pattern that works in the background.

#[cfg(feature = "loom")]
use loom::thread as engine;
#[cfg(feature = "shuttle")]
use shuttle::thread as engine;
#[cfg(not(any(feature = "loom", feature = "shuttle")))]
use std::thread as engine;

/// A running thread.
pub(crate) struct Thread(engine::JoinHandle<()>);

impl Thread {
    /// Waits until it has ended; not when it is the running one. A panic in it was reported by the panic hook.
    pub(crate) fn join(self) {
        if engine::current().id() != self.0.thread().id() {
            let _ = self.0.join();
        }
    }
}

/// Starts a thread of this name.
///
/// # Panics
/// When the system has no thread left.
pub(crate) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Thread {
    let builder = engine::Builder::new().name(name.to_owned());
    Thread(builder.spawn(work).unwrap_or_else(|error| panic!("sync-map: no thread for the {name}: {error}")))
}
