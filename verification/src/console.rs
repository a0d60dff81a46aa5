//! What a person sees: verdict lines, progress bars on a terminal, JSON for tools.

use crate::certificate::FamilyReport;
use crate::pool::News;
use crate::report::Report;
use crate::suite::Line;
use crate::verdict::Verdict;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The console of a run.
pub struct Console {
    format: Format,
    bars: MultiProgress,
    total: ProgressBar,
    workers: Vec<ProgressBar>,
    /// Executions of the tasks that are over.
    executions: u64,
    /// Without a terminal: when a line of progress was last written.
    plain: Option<Instant>,
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
        total.set_style(style("{bar:32} {pos}/{len} tasks  {elapsed_precise}  {msg}"));
        total.enable_steady_tick(Duration::from_millis(250));
        let worker = || {
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(style("  {pos:>9} executions, {per_sec:>12}  {wide_msg}"));
            bar
        };
        let workers = (0..workers).map(|_| worker()).collect();
        Console { format, bars, total, workers, executions: 0, plain: (!terminal).then(Instant::now) }
    }

    /// Shows how far the run is.
    pub fn progress(&mut self, news: &News) {
        match news {
            News::Begun(worker, title) => {
                let bar = &self.workers[*worker];
                bar.reset();
                bar.set_message(title.clone());
            }
            News::Beat(worker, executions) => self.workers[*worker].set_position(*executions),
            News::Verdict(verdict) => self.over(verdict.executions),
            News::SelfTest(report) => self.over(report.executions),
            News::SelfTestLost(..) => self.over(0),
            News::Program(result) => self.over(result.executions.iter().sum()),
            News::Passed(passed) => self.over(passed.executions),
        }
    }

    fn over(&mut self, executions: u64) {
        self.executions += executions;
        self.total.inc(1);
        if self.plain.is_some_and(|last| last.elapsed() > Duration::from_secs(10)) {
            self.plain = Some(Instant::now());
            let (done, all) = (self.total.position(), self.total.length().unwrap_or(0));
            eprintln!(
                "{done} of {all} tasks, {} executions, {:.0}s",
                self.executions,
                self.total.elapsed().as_secs_f64()
            );
        }
        let rate = self.executions as f64 / self.total.elapsed().as_secs_f64().max(0.001);
        self.total.set_message(format!("{} executions, {rate:.0} a second", self.executions));
    }

    fn print(&self, line: &str) {
        // A closed pipe has no reader to tell.
        self.bars.suspend(|| drop(writeln!(std::io::stdout(), "{line}")));
    }

    fn json<T: Serialize>(&self, value: &T) {
        self.print(&serde_json::to_string(value).unwrap_or_default());
    }

    /// Tells a result.
    pub fn tell(&self, line: &Line) {
        if self.format == Format::Json {
            match line {
                Line::Verdict(verdict) => self.json(verdict),
                Line::SelfTest(report) => self.json(&serde_json::json!({
                    "kind": "self-test", "search": report.test.search, "seed": report.test.seed,
                    "programs": report.test.programs, "executions": report.executions, "outcomes": report.outcomes,
                    "missed": report.missed, "extra": report.extra, "passes": report.passes(), "first": report.first,
                    "seconds": report.seconds,
                })),
                Line::SelfCheck(check) => self.json(check),
            }
            return;
        }
        match line {
            Line::Verdict(verdict) => {
                self.print(&verdict_line(verdict));
                if let Some(failure) = &verdict.failure {
                    self.print(&format!(
                        "           {}: {}",
                        failure.kind,
                        failure.message.trim_end().replace('\n', "\n           ")
                    ));
                }
            }
            Line::SelfTest(report) => {
                let what = if report.passes() { "ok" } else { "FAILED" };
                self.print(&format!(
                    "self-test  {:<12} {} programs (seed {}), {} executions: {} missed, {} extra: {what}  {:.1}s",
                    format!("{:?}", report.test.search), report.test.programs, report.test.seed, report.executions,
                    report.missed, report.extra, report.seconds,
                ));
            }
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

    /// Tells the end of the run.
    pub fn finish(&self, report: &Report) {
        self.close();
        if self.format == Format::Json {
            for family in &report.families {
                self.json(family);
            }
            for problem in &report.problems {
                self.json(&serde_json::json!({ "kind": "problem", "message": problem }));
            }
            self.json(&report.summary);
            return;
        }
        for problem in &report.problems {
            self.print(&format!("FAILED     {problem}"));
        }
        for line in report.families.iter().flat_map(FamilyReport::lines) {
            self.print(&line);
        }
        let s = &report.summary;
        if report.interrupted {
            self.print("TRUNCATED  the run was interrupted");
        }
        self.print(&format!(
            "{} complete, {} bounded, {} sampled, {} truncated, {} failed; {} executions in {:.1}s",
            s.complete, s.bounded, s.sampled, s.truncated, s.failed, s.executions, s.seconds
        ));
    }
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
        "{:<15} {engine:<14} {what}  ({} executions, {} outcomes, {:.2}s{seed})",
        verdict.verdict, verdict.executions, verdict.outcomes, verdict.seconds
    )
}
