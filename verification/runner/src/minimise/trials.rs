//! Tries: jobs in worker processes, each within a time, and what they say of the failure that is looked for.

use crate::pool::{self, News, Settings};
use crate::task::Task;
use crate::tasks::JobTask;
use explore::job::Job;
use linear::{Failure, Level, Program, Verdict};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// What came of a try.
#[derive(Clone, Debug)]
pub(super) enum Tried {
    /// It fails in the same way.
    Fails(Box<Verdict>),
    /// It does not, or fails in another way.
    Holds,
    /// Nobody knows: it was cut short, or not run.
    Unknown,
}

/// The tries for one failure.
pub(super) struct Trials<'s> {
    settings: &'s Settings,
    wanted: &'s Failure,
    end: Instant,
    each: Duration,
    /// How many were run.
    pub(super) runs: usize,
    /// How many of them did not end.
    pub(super) cut_short: usize,
    /// The time is over, and something was not run.
    pub(super) is_over: bool,
}

/// The text without its numbers: two panics at one place differ in their values.
fn without_numbers(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Whether that is the same failure: one of the same kind. A panic can be anything, so its message must be the same, too.
fn is_same(found: &Failure, wanted: &Failure) -> bool {
    let same_message = || without_numbers(&found.message) == without_numbers(&wanted.message);
    found.kind == wanted.kind && (found.kind != "panic" || same_message())
}

impl<'s> Trials<'s> {
    /// None yet. They end at `end`, and each takes at most `each`.
    pub(super) fn new(settings: &'s Settings, wanted: &'s Failure, end: Instant, each: Duration) -> Self {
        Trials { settings, wanted, end, each, runs: 0, cut_short: 0, is_over: false }
    }

    /// Tries these programs in the place of the job's.
    pub(super) fn programs(&mut self, job: &Job, programs: &[Program]) -> Vec<Tried> {
        // What a scenario says of its outcomes it says of its own program.
        let with = |program: &Program| Job {
            program: program.to_string(),
            expectation: Default::default(),
            ..job.clone()
        };
        self.run(programs.iter().map(with).collect())
    }

    /// Runs these jobs, and returns when all have ended.
    pub(super) fn run(&mut self, jobs: Vec<Job>) -> Vec<Tried> {
        let mut tried = vec![Tried::Unknown; jobs.len()];
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() || self.settings.interrupted.load(Ordering::Relaxed) {
            self.is_over |= !jobs.is_empty();
            return tried;
        }
        self.runs += jobs.len();
        let budget = self.each.min(left);
        let patience = self.settings.patience;
        // For each whether what is called a hang is one, and whether one execution is all that there is of it.
        let mut kinds = Vec::new();
        let mut tasks: Vec<Box<dyn Task>> = Vec::new();
        for (number, mut job) in jobs.into_iter().enumerate() {
            let usual = job.patience.unwrap_or(patience);
            let least = usual.min(budget.max(Duration::from_secs(1)));
            kinds.push((least == usual, !job.schedule.is_empty()));
            job.patience = Some(least);
            job.budget = Some(job.budget.map_or(budget, |own| own.min(budget)));
            (job.name, job.family, job.steps) = (Some(number.to_string()), None, false);
            tasks.push(Box::new(JobTask(Box::new(job))));
        }
        pool::run(tasks, self.settings, |news| {
            let News::Verdict(verdict) = news else { return };
            let number = verdict.name.as_deref().and_then(|name| name.parse::<usize>().ok());
            let Some(number) = number.filter(|number| *number < tried.len()) else { return };
            tried[number] = self.judge(verdict, kinds[number]);
        });
        self.cut_short += tried.iter().filter(|tried| matches!(tried, Tried::Unknown)).count();
        tried
    }

    fn judge(&self, verdict: Box<Verdict>, (is_patient, is_replay): (bool, bool)) -> Tried {
        match (&verdict.failure, verdict.verdict) {
            // It was given less time than what is called a hang.
            (Some(failure), _) if failure.kind == "hang" && failure.execution == 0 && !is_patient => {
                Tried::Unknown
            }
            (Some(failure), _) if is_same(failure, self.wanted) => Tried::Fails(verdict),
            // A replay stops after its execution.
            (None, _) if is_replay && verdict.executions > 0 => Tried::Holds,
            (Some(_), _) | (None, Level::Complete | Level::Bounded(_)) => Tried::Holds,
            (None, _) => Tried::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_kind_is_another_failure_and_so_is_another_panic() {
        let failure = |kind: &str, message: &str| Failure::without_steps(kind, message.to_owned());
        let panic = failure("panic", "index 3 of 2 (map.rs:10)");
        assert!(is_same(&failure("panic", "index 4 of 1 (map.rs:10)"), &panic));
        assert!(!is_same(&failure("panic", "no entry (map.rs:10)"), &panic));
        assert!(!is_same(&failure("leak", "x"), &failure("use after free", "x")));
        assert!(is_same(&failure("leak", "value #4"), &failure("leak", "table #9")));
    }
}
