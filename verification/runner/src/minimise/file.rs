//! A failure file, of which the counterexample was made smaller or not: as it was found.

use crate::explain::FailureFile;
use explore::job::Job;
use linear::Verdict;

impl FailureFile {
    /// The job that runs the execution that was found, before it was made smaller.
    pub fn as_found(&self) -> Job {
        let mut job = self.job.clone();
        let failure = self.verdict.failure.as_ref();
        let mut execution = failure.map_or(0, |failure| failure.execution);
        job.schedule = failure.map_or_else(Vec::new, |failure| failure.schedule.clone());
        if let Some(from) = &self.minimised {
            (job.program, job.bound) = (from.from_program.clone(), from.from_bound);
            (job.schedule, execution) = (from.from_schedule.clone(), from.from_execution);
            job.outcomes_only &= !from.is_by_outcomes_alone;
        }
        job.stop_at = Some(if job.schedule.is_empty() { execution } else { 1 }).filter(|last| *last > 0);
        job
    }

    /// Whether this is the failure of that verdict of a run, made smaller or not.
    pub fn is_of(&self, verdict: &Verdict) -> bool {
        let program = self.minimised.as_ref().map_or(&self.verdict.program, |from| &from.from_program);
        let key = |it: &Verdict| (it.subject.clone(), it.name.clone(), it.engine.clone(), it.mode.clone());
        *program == verdict.program && key(&self.verdict) == key(verdict) && verdict.failure.is_some()
    }
}
