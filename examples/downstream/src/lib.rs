//! A queue of jobs in no order: whoever has time claims one, and each job is claimed once.

use std::hash::{BuildHasherDefault, DefaultHasher};
use sync_map::SyncMap;

/// The same hashes in every run. loom runs a test many times, and needs each run to go the same way as far as the schedule is the same.
type Hasher = BuildHasherDefault<DefaultHasher>;

/// The queue.
#[derive(Default)]
pub struct JobQueue<J> {
    jobs: SyncMap<u64, J, Hasher>,
}

impl<J: Clone + Send + Sync + 'static> JobQueue<J> {
    /// An empty queue.
    pub fn new() -> Self {
        JobQueue { jobs: SyncMap::with_hasher(Hasher::default()) }
    }

    /// Adds a job, unless one of this number waits already; whether it was added.
    pub fn submit(&self, number: u64, job: J) -> bool {
        !self.jobs.load_or_store(number, job).is_loaded()
    }

    /// A job, taken out of the queue: nobody else gets it.
    pub fn claim(&self) -> Option<J> {
        self.jobs.keys().find_map(|number| self.take(number))
    }

    /// The job of this number, if it still waits.
    #[cfg(not(feature = "seeded-bug"))]
    fn take(&self, number: u64) -> Option<J> {
        self.jobs.load_and_delete(&number)
    }

    /// The bug: between the two calls another worker may have got the same job.
    #[cfg(feature = "seeded-bug")]
    fn take(&self, number: u64) -> Option<J> {
        let job = self.jobs.load(&number)?;
        self.jobs.delete(&number);
        Some(job)
    }
}
