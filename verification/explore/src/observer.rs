//! The host of an exploration, as the engines see it: they know nothing else of it.

use crate::job::Job;
use crate::passage::Passage;
use linear::Verdict;

/// The host of an exploration.
pub trait Observer: Sync {
    /// The run is alive, after so many executions.
    fn beat(&self, executions: u64);

    /// The end of this process: a counterexample was found, or the budget is used up. A model that is stopped in the middle cannot
    /// always be taken down in good order, so nothing unwinds.
    fn leave(&self, verdict: Verdict) -> !;

    /// Whether it wants to see the calls of each execution of this job.
    fn looks(&self, _job: &Job) -> bool {
        false
    }

    /// The calls of an execution in which nothing was wrong.
    ///
    /// # Errors
    /// What is wrong nevertheless.
    fn look(&self, _calls: Vec<Passage>) -> Result<(), String> {
        Ok(())
    }
}
