//! How far a run is: a bar on a terminal, a line every ten seconds in a pipe; states a second, and about how long it still takes.

use crate::run::Finding;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// In a pipe there is a line so often.
const EVERY: Duration = Duration::from_secs(10);

/// How far a run is.
pub(crate) struct Progress {
    started: Instant,
    jobs: usize,
    /// Of each task: its name, and how many seconds it takes where that was measured.
    tasks: Vec<(String, Option<f64>)>,
    over: Vec<bool>,
    /// States of the tasks that are over, and the seconds that they took.
    found: (usize, f64),
    /// The seconds that the tasks that are over were to take.
    expected: f64,
    bar: ProgressBar,
    /// In a pipe: when a line was last written.
    plain: Option<Instant>,
}

impl Progress {
    /// Nothing is over yet.
    pub(crate) fn new(tasks: impl Iterator<Item = (String, Option<f64>)>, jobs: usize) -> Progress {
        let tasks: Vec<_> = tasks.collect();
        let bar = ProgressBar::with_draw_target(Some(tasks.len() as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:12.green} {pos}/{len}  {wide_msg}");
        bar.set_style(style.expect("a template that parses"));
        let plain = (!std::io::stderr().is_terminal()).then(Instant::now);
        let over = vec![false; tasks.len()];
        Progress { started: Instant::now(), jobs, tasks, over, found: (0, 0.0), expected: 0.0, bar, plain }
    }

    /// A task is over.
    pub(crate) fn over(&mut self, task: usize, finding: &Finding) {
        self.over[task] = true;
        self.found.0 += finding.states;
        self.found.1 += finding.seconds;
        self.expected += self.tasks[task].1.unwrap_or(0.0);
        self.bar.inc(1);
    }

    /// Writes something above the bar.
    pub(crate) fn above(&self, tell: impl FnOnce()) {
        self.bar.suspend(tell);
    }

    /// Shows how far it is, and what is running.
    pub(crate) fn show(&mut self, running: &BTreeMap<usize, Instant>) {
        let now = running.iter().map(|(task, since)| (*task, since.elapsed())).collect::<Vec<_>>();
        let text = self.text(self.started.elapsed(), &now);
        if self.plain.is_some_and(|last| last.elapsed() > EVERY) {
            self.plain = Some(Instant::now());
            let over = self.over.iter().filter(|over| **over).count();
            // When it cannot be written, nobody reads it.
            let _ = writeln!(std::io::stderr(), "{over} of {}: {text}", self.tasks.len());
        }
        self.bar.set_message(text);
        self.bar.tick();
    }

    /// `12 s, about 40 s left, 1900 states a second; now SyncMap/one_key 12 s`
    fn text(&self, elapsed: Duration, running: &[(usize, Duration)]) -> String {
        let (states, seconds) = self.found;
        let rate = states as f64 / seconds.max(0.001);
        let left = self.left(running);
        let left = left.map_or_else(String::new, |left| format!(", about {left:.0} s left"));
        let rate = match states {
            0 => String::new(),
            _ => format!(", {:.0} states a second", rate * self.jobs as f64),
        };
        let now = running.iter().map(|(task, time)| format!("{} {} s", self.tasks[*task].0, time.as_secs()));
        let now = now.collect::<Vec<_>>().join(", ");
        format!("{} s{left}{rate}; now {now}", elapsed.as_secs())
    }

    /// The seconds that are left: each configuration takes as long as where it was measured, times how much slower this machine was so
    /// far; a thread that is free takes the next one. How long a bug takes was not measured.
    fn left(&self, running: &[(usize, Duration)]) -> Option<f64> {
        let slower = if self.expected > 0.0 { self.found.1 / self.expected } else { 1.0 };
        let all: Option<Vec<f64>> =
            self.tasks.iter().map(|(_, seconds)| Some((*seconds)? * slower)).collect();
        let all = all?;
        let mut threads = vec![0.0; self.jobs.max(running.len()).max(1)];
        for (thread, (task, time)) in threads.iter_mut().zip(running) {
            // One that takes longer than it should is not over for that.
            *thread = (all[*task] - time.as_secs_f64()).max(0.05 * all[*task]);
        }
        let waits = |task: &usize| !self.over[*task] && running.iter().all(|(other, _)| other != task);
        for task in (0..self.tasks.len()).filter(waits) {
            let free = threads.iter_mut().min_by(|a, b| a.total_cmp(b))?;
            *free += all[task];
        }
        threads.into_iter().reduce(f64::max).map(|left| left.max(1.0))
    }

    /// How long it has taken.
    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Takes the bar away.
    pub(crate) fn close(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(progress: &Progress, running: &[(usize, u64)]) -> String {
        let running: Vec<_> =
            running.iter().map(|(task, time)| (*task, Duration::from_secs(*time))).collect();
        progress.text(Duration::from_secs(running.iter().map(|(_, time)| time.as_secs()).sum()), &running)
    }

    #[test]
    fn what_is_left_is_told_by_what_each_took_where_it_was_measured() {
        let tasks = [("A/a", Some(50.0)), ("A/b", Some(10.0)), ("B/c", Some(5.0)), ("B/d", Some(5.0))];
        let tasks = tasks.map(|(name, seconds)| (name.to_owned(), seconds));
        let mut progress = Progress::new(tasks.into_iter(), 2);
        // The longest decides, however many threads there are.
        assert_eq!(text(&progress, &[(0, 2), (1, 2)]), "4 s, about 48 s left; now A/a 2 s, A/b 2 s");
        // The second took twice as long as it was to take: so will the others.
        (progress.over[1], progress.found, progress.expected) = (true, (1000, 20.0), 10.0);
        let told = "22 s, about 80 s left, 100 states a second; now A/a 20 s, B/c 2 s";
        assert_eq!(text(&progress, &[(0, 20), (2, 2)]), told);
        // What takes longer than that is not over for it.
        assert_eq!(progress.left(&[(0, Duration::from_secs(400))]), Some(15.0));
    }

    #[test]
    fn many_short_ones_are_shared_by_the_threads() {
        let tasks = (0..8).map(|number| (format!("A/{number}"), Some(10.0)));
        let progress = Progress::new(tasks, 2);
        assert_eq!(progress.left(&[]), Some(40.0));
    }

    #[test]
    fn of_seeded_bugs_no_time_is_guessed() {
        let progress = Progress::new([("A/bug".to_owned(), None)].into_iter(), 1);
        assert_eq!(progress.left(&[]), None);
    }
}
