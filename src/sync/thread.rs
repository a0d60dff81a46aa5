//! A thread that this crate starts: for a pattern that works in the background.

use super::engine::thread as engine;

/// A thread, told from all others.
pub(crate) type Id = engine::ThreadId;

/// The running thread; a model's, in a model.
pub(crate) fn current() -> Id {
    engine::current().id()
}

/// A running thread.
pub(crate) struct Thread(engine::JoinHandle<()>);

impl Thread {
    /// Waits until it has ended, unless the running thread is one of ours too: the two could wait for each other, and it ends by
    /// itself. The panic hook has reported a panic in it.
    pub(crate) fn join(self) {
        if !super::is_ours() {
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
    let work = || {
        super::now_ours();
        work();
    };
    Thread(builder.spawn(work).unwrap_or_else(|error| panic!("sync-map: no thread for the {name}: {error}")))
}
