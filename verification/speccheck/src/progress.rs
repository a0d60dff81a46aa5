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
    /// Of each task: its name, and how many states it has, where that is known.
    tasks: Vec<(String, Option<usize>)>,
    over: Vec<bool>,
    /// States of the tasks that are over, and the seconds that they took.
    found: (usize, f64),
    bar: ProgressBar,
    /// In a pipe: when a line was last written.
    plain: Option<Instant>,
}

impl Progress {
    /// Nothing is over yet.
    pub(crate) fn new(tasks: impl Iterator<Item = (String, Option<usize>)>, jobs: usize) -> Progress {
        let tasks: Vec<_> = tasks.collect();
        let bar = ProgressBar::with_draw_target(Some(tasks.len() as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:12.green} {pos}/{len}  {wide_msg}");
        bar.set_style(style.expect("a template that parses"));
        let plain = (!std::io::stderr().is_terminal()).then(Instant::now);
        let over = vec![false; tasks.len()];
        Progress { started: Instant::now(), jobs, tasks, over, found: (0, 0.0), bar, plain }
    }

    /// A task is over.
    pub(crate) fn over(&mut self, task: usize, finding: &Finding) {
        self.over[task] = true;
        self.found.0 += finding.states;
        self.found.1 += finding.seconds;
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
        let rate = if states > 0 { states as f64 / seconds.max(0.001) } else { 0.0 };
        let left = self.left(rate, running);
        let left = left.map_or_else(String::new, |left| format!(", about {left:.0} s left"));
        let rate = match states {
            0 => String::new(),
            _ => format!(", {:.0} states a second", rate * self.jobs as f64),
        };
        let now = running.iter().map(|(task, time)| format!("{} {} s", self.tasks[*task].0, time.as_secs()));
        let now = now.collect::<Vec<_>>().join(", ");
        format!("{} s{left}{rate}; now {now}", elapsed.as_secs())
    }

    /// The states that are left, at the rate so far. Only of configurations: how far a bug is, is not known.
    fn left(&self, rate: f64, running: &[(usize, Duration)]) -> Option<f64> {
        let left = self.tasks.iter().zip(&self.over).filter(|(_, over)| !**over);
        let left: Option<Vec<usize>> = left.map(|((_, states), _)| *states).collect();
        let left = left?.iter().sum::<usize>() as f64;
        let done = running.iter().map(|(task, time)| {
            let all = self.tasks[*task].1.unwrap_or(0) as f64;
            (time.as_secs_f64() * rate).min(0.95 * all)
        });
        (rate > 0.0).then(|| ((left - done.sum::<f64>()) / rate / self.jobs.max(1) as f64).max(1.0))
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

    #[test]
    fn what_is_left_is_told_by_the_states_that_are_left() {
        let tasks = [("A/a", Some(1000)), ("A/b", Some(500)), ("B/c", Some(100))];
        let mut progress = Progress::new(tasks.map(|(name, n)| (name.to_owned(), n)).into_iter(), 2);
        let running = [(0, Duration::from_secs(2)), (1, Duration::from_secs(2))];
        let text = progress.text(Duration::from_secs(2), &running);
        assert_eq!(text, "2 s; now A/a 2 s, A/b 2 s", "nothing is known yet");
        // Of two jobs, each finds a hundred states a second: 1500 are left, and 400 of these are done.
        progress.found = (100, 1.0);
        progress.over[2] = true;
        let text = progress.text(Duration::from_secs(3), &running);
        assert_eq!(text, "3 s, about 6 s left, 200 states a second; now A/a 2 s, A/b 2 s");
    }

    #[test]
    fn of_seeded_bugs_no_time_is_guessed() {
        let progress = Progress::new([("A/bug".to_owned(), None)].into_iter(), 1);
        assert_eq!(progress.left(100.0, &[]), None);
    }
}
