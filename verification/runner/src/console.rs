//! What a person sees while a run goes on: bars on a terminal, lines in a pipe. What a tool reads: JSON. The end is in [`summary`].

use crate::output::write_if_read;
use crate::pool::News;
use crate::report::Report;
use crate::run::Line;
use crate::style::{count, short, thousands, time};
use crate::summary::{self, Ending};
use crate::task::Told;
use explore::search_oracle::SelfTestReport;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use linear::{Level, Verdict};
use serde::Serialize;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// In a pipe there is a line of progress so often.
const PLAIN: Duration = Duration::from_secs(10);

/// The console of a run.
pub struct Console {
    format: Format,
    verbose: bool,
    bars: MultiProgress,
    total: ProgressBar,
    workers: Vec<ProgressBar>,
    progress: Progress,
    /// Without a terminal: when a line of progress was last written.
    plain: Option<Instant>,
}

/// How far a run is.
#[derive(Debug)]
struct Progress {
    started: Instant,
    tasks: usize,
    over: usize,
    failed: usize,
    /// Executions of the tasks that are over.
    executions: u64,
    /// What each worker does, and its executions so far.
    now: Vec<Option<(String, u64)>>,
}

impl Progress {
    /// Counts what is over.
    fn over(&mut self, executions: u64) {
        self.executions += executions;
        self.over += 1;
    }

    /// Counts what has failed. What failed as it was meant to is a self-check that passes.
    fn hear(&mut self, line: &Line) {
        let failed = match line {
            Line::Verdict(verdict) => verdict.verdict == Level::Failed,
            Line::SelfTest(report) => !report.passes(),
            Line::SelfCheck(check) => !check.passes,
            Line::KnownSelfTests(_) => false,
        };
        self.failed += usize::from(failed);
    }

    /// Guessed by the tasks that are over, when there are enough of them to guess.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        let enough = elapsed > Duration::from_secs(3) && self.over >= 12 && self.over * 50 >= self.tasks;
        let left = self.tasks.saturating_sub(self.over) as f64 / self.over.max(1) as f64;
        (enough && self.over < self.tasks).then(|| elapsed.mul_f64(left))
    }

    /// `12 s, about 50 s left, 81k executions a second, 2 FAILED`
    fn text(&self, elapsed: Duration) -> String {
        let running: u64 = self.now.iter().flatten().map(|(_, executions)| executions).sum();
        let rate = (self.executions + running) as f64 / elapsed.as_secs_f64().max(0.001);
        let left = self.left(elapsed).map_or_else(String::new, |left| format!(", about {} left", time(left)));
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} FAILED"),
        };
        format!("{}{left}, {} executions a second{failed}", time(elapsed), short(rate as u64))
    }

    /// The same for a pipe, with what is running.
    fn plain(&self, elapsed: Duration) -> String {
        let now = self.now.iter().flatten().map(|(title, _)| title.as_str()).collect::<Vec<_>>().join(", ");
        let now = if now.is_empty() { now } else { format!("; now {now}") };
        format!(
            "{} of {}: {}{now}",
            thousands(self.over as u64),
            thousands(self.tasks as u64),
            self.text(elapsed)
        )
    }
}

impl Console {
    /// A console for so many tasks and workers. Bars are drawn on a terminal only.
    pub fn new(format: Format, tasks: usize, workers: usize) -> Console {
        let terminal = std::io::stderr().is_terminal();
        let target =
            if terminal { ProgressDrawTarget::stderr_with_hz(8) } else { ProgressDrawTarget::hidden() };
        let bars = MultiProgress::with_draw_target(target);
        let style = |template: &str| ProgressStyle::with_template(template).expect("a template of this file");
        let total = bars.add(ProgressBar::new(tasks as u64));
        total.set_style(style("{bar:16.green} {pos}/{len}  {wide_msg}"));
        total.enable_steady_tick(Duration::from_millis(250));
        let worker = || {
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(style("  {pos:>9} executions  {wide_msg}"));
            bar
        };
        let progress = Progress {
            started: Instant::now(),
            tasks,
            over: 0,
            failed: 0,
            executions: 0,
            now: vec![None; workers],
        };
        let workers = (0..workers).map(|_| worker()).collect();
        let plain = (!terminal).then(Instant::now);
        Console { format, verbose: false, bars, total, workers, progress, plain }
    }

    /// The same, which tells each verdict as it comes.
    pub fn verbose(self, verbose: bool) -> Console {
        Console { verbose, ..self }
    }

    /// Shows how far the run is.
    pub fn progress(&mut self, news: &News) {
        match news {
            News::Begun(worker, title) => {
                self.progress.now[*worker] = Some((title.clone(), 0));
                let bar = &self.workers[*worker];
                bar.reset();
                bar.set_message(title.clone());
            }
            News::Beat(worker, executions) => {
                if let Some((_, so_far)) = &mut self.progress.now[*worker] {
                    // Some tasks count anew for each of their parts.
                    *so_far = (*so_far).max(*executions);
                }
                self.workers[*worker].set_position(*executions);
            }
            News::Verdict(verdict) => self.over(verdict.executions),
            News::Told(told) => {
                self.progress.failed += usize::from(matches!(told, Told::SelfTestLost(..)));
                self.over(told.executions());
            }
        }
        let elapsed = self.progress.started.elapsed();
        if self.plain.is_some_and(|last| last.elapsed() > PLAIN) {
            self.plain = Some(Instant::now());
            crate::complain!("{}", self.progress.plain(elapsed));
        }
        self.total.set_message(self.progress.text(elapsed));
    }

    fn over(&mut self, executions: u64) {
        self.progress.over(executions);
        self.total.inc(1);
    }

    fn print(&self, line: &str) {
        self.bars.suspend(|| write_if_read(format_args!("{line}\n")));
    }

    fn json<T: Serialize>(&self, value: &T) {
        self.print(&serde_json::to_string(value).unwrap_or_default());
    }

    /// Tells a result. In text there is the end, which sums up: before it results are told only when each is asked for.
    pub fn tell(&mut self, line: &Line) {
        self.progress.hear(line);
        if self.format == Format::Json {
            match line {
                Line::Verdict(verdict) => self.json(verdict),
                Line::SelfTest(report) => self.json(&self_test_json(report, false)),
                Line::KnownSelfTests(reports) => {
                    reports.iter().for_each(|report| self.json(&self_test_json(report, true)));
                }
                Line::SelfCheck(check) => self.json(check),
            }
            return;
        }
        if !self.verbose {
            return;
        }
        match line {
            Line::Verdict(verdict) => self.print(&verdict_line(verdict)),
            Line::SelfTest(report) => {
                let what = if report.passes() { "ok" } else { "FAILED" };
                self.print(&format!(
                    "self-test  {:<12} {} programs (seed {}), {} executions: {} missed, {} extra: {what}  {:.1}s",
                    format!("{:?}", report.test.search), report.test.programs, report.test.seed, report.executions,
                    report.missed, report.extra, report.seconds,
                ));
            }
            Line::KnownSelfTests(reports) => self.print(&format!(
                "self-tests {}, passed: known from an earlier run of this executable",
                reports.len()
            )),
            Line::SelfCheck(check) => {
                let what = if check.passes { "ok" } else { "FAILED" };
                self.print(&format!("self-check {}: {} ({what})", check.name, check.found));
            }
        }
    }

    /// Takes the bars away.
    pub fn close(&self) {
        for bar in &self.workers {
            bar.finish_and_clear();
        }
        self.total.finish_and_clear();
    }

    /// Tells the end of the run. `more` is told before the totals; of JSON it is the last.
    pub fn finish(&self, report: &Report, ending: &Ending<'_>, more: impl FnOnce()) {
        self.close();
        if self.format == Format::Json {
            for family in &report.families {
                self.json(family);
            }
            for problem in &report.problems {
                self.json(&serde_json::json!({ "kind": "problem", "message": problem }));
            }
            self.json(&report.summary);
            more();
            return;
        }
        let ending = Ending { verbose: self.verbose, ..*ending };
        summary::lines(report, &ending).iter().for_each(|line| self.print(line));
        more();
        self.print("");
        summary::end(report, &ending).iter().for_each(|line| self.print(line));
    }
}

/// A self-test for tools; `known` from an earlier run of the same executable, or run now.
fn self_test_json(report: &SelfTestReport, known: bool) -> serde_json::Value {
    serde_json::json!({
        "kind": "self-test", "search": report.test.search, "seed": report.test.seed,
        "programs": report.test.programs, "executions": report.executions, "outcomes": report.outcomes,
        "missed": report.missed, "extra": report.extra, "passes": report.passes(), "first": report.first,
        "seconds": report.seconds, "known": known,
    })
}

/// A verdict on one line.
pub fn verdict_line(verdict: &Verdict) -> String {
    let engine = format!("{}/{}", verdict.engine, verdict.mode);
    let what = match &verdict.name {
        Some(name) => format!("{name}: {}", verdict.program),
        None => verdict.program.clone(),
    };
    let seed = verdict.seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
    format!(
        "{:<15} {engine:<14} {what}  ({} executions, {}, {:.2}s{seed})",
        verdict.verdict,
        verdict.executions,
        count(verdict.outcomes, "outcome"),
        verdict.seconds
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliberate_failures::SelfCheck;

    #[test]
    fn the_time_that_is_left_is_guessed_when_there_is_something_to_guess_by() {
        let now = vec![Some(("loom/leak x".to_owned(), 4_000)), None];
        let (started, executions) = (Instant::now(), 96_000);
        let progress = Progress { started, tasks: 100, over: 20, failed: 0, executions, now };
        let ten = Duration::from_secs(10);
        assert_eq!(progress.text(ten), "10 s, about 40 s left, 10k executions a second");
        assert!(progress.plain(ten).starts_with("20 of 100: 10 s, "), "{}", progress.plain(ten));
        assert!(progress.plain(ten).ends_with("; now loom/leak x"));
        assert!(!Progress { over: 1, ..progress }.text(ten).contains("left"), "one task says nothing");
    }

    #[test]
    fn what_fails_as_it_is_meant_to_does_not_count_as_failed() {
        let check = |passes| {
            let (name, engine, found) = ("panic".into(), "loom/leak".into(), "panic".into());
            SelfCheck { kind: "self-check".into(), name, engine, expected: Vec::new(), found, passes }
        };
        let mut console = Console::new(Format::Text, 2, 1);
        console.tell(&Line::SelfCheck(check(true)));
        assert_eq!(console.progress.failed, 0);
        console.tell(&Line::SelfCheck(check(false)));
        assert_eq!(console.progress.failed, 1);
    }

    #[test]
    fn what_failed_is_told_while_the_run_goes_on() {
        let now = Vec::new();
        let progress = Progress { started: Instant::now(), tasks: 9, over: 9, failed: 2, executions: 0, now };
        assert_eq!(progress.text(Duration::from_secs(70)), "1 min 10 s, 0 executions a second, 2 FAILED");
    }
}
