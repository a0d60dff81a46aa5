//! Runs a failing execution again, and watches it: so its drawing shows what the subject looks like after each step.

use crate::explain::FailureFile;
use crate::plan::Planned;
use crate::pool::{self, News, Settings};
use explore::job::Job;
use linear::{Failure, Verdict};
use std::time::{Duration, Instant};

/// An execution is watched for no longer than this, and so are several: the search under loom must come to each of them again.
const LONGEST: Duration = Duration::from_secs(30);

/// The job that runs the failing execution of a file again, and stops there.
pub fn again(job: &Job, failure: &Failure) -> Job {
    let mut job = job.clone();
    job.stop_at = Some(failure.execution).filter(|execution| *execution > 0);
    if !failure.schedule.is_empty() {
        job.schedule = failure.schedule.clone();
        job.stop_at = Some(1);
    }
    job.watch = true;
    job
}

/// The verdict of the execution, watched; nothing if it does not fail in the same way again, as on real threads.
fn watched(file: &FailureFile, settings: &Settings) -> Option<Verdict> {
    let failure = file.verdict.failure.as_ref().filter(|failure| !failure.steps.is_empty())?;
    let mut job = again(&file.job, failure);
    job.budget = Some(job.budget.map_or(LONGEST, |budget| budget.min(LONGEST)));
    let mut found = None;
    let settings = Settings { workers: 1, ..settings.clone() };
    pool::run(vec![Planned::Job(Box::new(job)).task()], &settings, |news| {
        if let News::Verdict(verdict) = news {
            found = verdict.failure;
        }
    });
    let again = found.filter(|again| again.kind == failure.kind && again.message == failure.message)?;
    let mut verdict = file.verdict.clone();
    verdict.failure = Some(Failure { steps: again.steps, sentence: again.sentence, ..failure.clone() });
    Some(verdict)
}

/// Watches the failures of these files, one after the other, until that has taken too long: those that are left are drawn without.
pub fn watch<'f>(files: impl IntoIterator<Item = &'f mut FailureFile>, settings: &Settings) {
    let started = Instant::now();
    for file in files.into_iter().take_while(|_| started.elapsed() < LONGEST) {
        if let Some(verdict) = watched(file, settings) {
            file.verdict = verdict;
        }
    }
}
