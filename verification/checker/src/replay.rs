//! Runs a counterexample that was kept once more.

use crate::explored::{Explored, REPLAY};
use crate::failures::counterexample;
use crate::installed::install;
use crate::run::{How, workers_of_this_test};
use crate::subject::Subject;
use linear::{Level, Verdict};
use runner::explain::FailureFile;
use runner::plan::Planned;
use runner::pool::{self, News};
use std::time::Instant;

/// The file that is to be run again, if one is named and it is of `S`.
///
/// # Panics
/// When it cannot be read.
fn asked_for<S: Subject>() -> Option<FailureFile> {
    let path = std::env::var(REPLAY).ok()?;
    install::<S>();
    let wrong = |error: String| -> ! { panic!("{REPLAY}: `{path}`: {error}") };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| wrong(error.to_string()));
    let file = FailureFile::read(&text).unwrap_or_else(|error| wrong(error));
    if file.job.subject != S::name() {
        return None;
    }
    file.check().unwrap_or_else(|error| wrong(error));
    Some(file)
}

/// Runs the execution of the file again that is named, instead of what the test asks for.
pub(crate) fn replay<S: Subject>() -> Option<Explored> {
    let file = asked_for::<S>()?;
    let started = Instant::now();
    let workers = workers_of_this_test::<S>();
    let settings = How { workers: Some(1), ..How::of::<S>() }.settings(&workers);
    let failure = file.verdict.failure.as_ref()?;
    let job = runner::watched::again(&file.job, failure);
    let mut found: Option<Box<Verdict>> = None;
    pool::run(vec![Planned::Job(Box::new(job.clone())).task()], &settings, |news| {
        if let News::Verdict(verdict) = news {
            found = Some(verdict);
        }
    });
    let verdict = *found?;
    let (level, executions) = (verdict.verdict, verdict.executions);
    let failed = level == Level::Failed;
    let failure = failed.then(|| counterexample::<S>(FailureFile::new(String::new(), verdict, job)));
    let (time, asked) = (started.elapsed(), format!("`{}`, replayed", file.verdict.program));
    // One execution that passes proves nothing.
    let verdict = if failed { Level::Failed } else { Level::Truncated };
    let problems = match failed {
        true => Vec::new(),
        false => vec![
            "this execution does not fail any more, which proves nothing of the others: run the test again"
                .to_owned(),
        ],
    };
    Some(Explored {
        subject: S::name().to_owned(),
        asked,
        verdict,
        is_by_looms_own_search: S::IS_LOOMS,
        programs: 1,
        executions,
        time,
        failure,
        problems,
    })
}
