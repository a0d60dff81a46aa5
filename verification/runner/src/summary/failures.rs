//! What failed, each told once with who saw it; and what was cut short.

use super::table::{column, title};
use crate::explain;
use crate::report::Report;
use crate::style::{Colour, Style, thousands};
use linear::{Level, Verdict};
use std::path::PathBuf;

/// So many failures are drawn; the others are a line each.
const DRAWN: usize = 3;

/// A drawing of more lines than this is left to `explain`.
const MOST_LINES: usize = 60;

/// More than this is left to `--verbose` and to the report.
const SHOWN: usize = 10;

/// The same failure of the same program, on one engine or on several.
struct Told<'r> {
    verdicts: Vec<&'r Verdict>,
}

impl<'r> Told<'r> {
    fn is_same(&self, verdict: &Verdict) -> bool {
        let of = |verdict: &'r Verdict| verdict.failure.as_ref().map(|failure| failure.kind.as_str());
        let first = self.verdicts[0];
        let kind = verdict.failure.as_ref().map(|failure| failure.kind.as_str());
        first.subject == verdict.subject
            && first.program == verdict.program
            && first.name == verdict.name
            && of(first) == kind
    }

    /// The one that is drawn: the one of the fewest steps, of those that have steps.
    fn drawn(&self) -> &'r Verdict {
        let steps = |verdict: &Verdict| verdict.failure.as_ref().map_or(0, |failure| failure.steps.len());
        let shortest = self.verdicts.iter().filter(|verdict| steps(verdict) > 0).min_by_key(|v| steps(v));
        shortest.unwrap_or(&self.verdicts[0])
    }

    fn who(&self) -> String {
        engines(&self.verdicts)
    }
}

pub(super) fn engines(verdicts: &[&Verdict]) -> String {
    let names: Vec<String> =
        verdicts.iter().map(|verdict| format!("{}/{}", verdict.engine, verdict.mode)).collect();
    names.join(", ")
}

/// The failures of a report, each told once, in the order in which they are told.
fn told(report: &Report) -> Vec<Told<'_>> {
    let mut told: Vec<Told<'_>> = Vec::new();
    for verdict in report.verdicts.iter().filter(|verdict| verdict.failure.is_some()) {
        match told.iter_mut().find(|told| told.is_same(verdict)) {
            Some(told) => told.verdicts.push(verdict),
            None => told.push(Told { verdicts: vec![verdict] }),
        }
    }
    // Which engine and which program ended first says nothing: two runs are told alike, and the smallest program first.
    told.sort_by_key(|told| (told.verdicts[0].program.len(), title(told.verdicts[0])));
    told.iter_mut().for_each(|told| told.verdicts.sort_by_key(|verdict| column(verdict)));
    told
}

/// The places, in the report's failures, of those that will be drawn.
pub(super) fn drawn(report: &Report) -> Vec<usize> {
    let place = |told: &Told<'_>| report.failures.iter().position(|file| file.is_of(told.drawn()));
    told(report).iter().take(DRAWN).filter_map(place).collect()
}

/// The failures of a report, and the problems that are no verdicts. `files` are its failure files, if they were written.
pub(super) fn failed(report: &Report, files: &[PathBuf], style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, told) in told(report).iter().enumerate() {
        if number >= DRAWN {
            let drawn = told.drawn();
            let kind = drawn.failure.as_ref().map_or("", |failure| &failure.kind);
            lines.push(style.line(Colour::Red, "FAILED", &format!("  {kind}  {}", title(drawn))));
            lines.extend(style.words(Colour::None, "  found by  ", &told.who()));
        } else {
            lines.extend(draw(told, report, files, style));
            lines.push(String::new());
        }
    }
    let problems = report.problems.iter().flat_map(|problem| {
        let mut lines = problem.trim_end().lines();
        let first = format!("  {}", lines.next().unwrap_or_default());
        let rest = lines.map(|line| style.line(Colour::None, "        ", line));
        std::iter::once(style.line(Colour::Red, "FAILED", &first)).chain(rest).collect::<Vec<_>>()
    });
    lines.extend(problems);
    lines
}

/// One failure in full: what `explain` shows, who found it, and the command that shows it again.
fn draw(told: &Told<'_>, report: &Report, files: &[PathBuf], style: &Style) -> Vec<String> {
    let drawn = told.drawn();
    let place = report.failures.iter().position(|file| file.is_of(drawn));
    let mut lines = Vec::new();
    let text = place
        .map(|place| explain::text(&report.failures[place], style.width.unwrap_or(80), false))
        .unwrap_or_else(|| {
            let failure = drawn.failure.as_ref();
            let (kind, message) =
                failure.map_or(("", ""), |failure| (failure.kind.as_str(), failure.message.as_str()));
            format!("FAILED  {kind}\n  program   {}\n  what      {message}", drawn.program)
        });
    let all = text.trim_end().lines().count();
    for line in text.trim_end().lines().take(MOST_LINES) {
        lines.push(match line.strip_prefix("FAILED") {
            Some(rest) => style.line(Colour::Red, "FAILED", rest),
            None => style.line(Colour::None, line, ""),
        });
    }
    if all > MOST_LINES {
        lines.push(format!("  … and {} more lines", all - MOST_LINES));
    }
    lines.push(String::new());
    lines.extend(style.words(Colour::None, "  found by  ", &told.who()));
    let explain = match place.and_then(|place| files.get(place)) {
        Some(file) => format!("cargo verify explain {}", file.display()),
        None => "add --report DIR: it keeps a file for `cargo verify explain`".to_owned(),
    };
    lines.push(format!("  explain   {explain}"));
    lines
}

/// What was cut short, and is no pass.
pub(super) fn cut_short(report: &Report, style: &Style) -> Vec<String> {
    let mut told: Vec<Vec<&Verdict>> = Vec::new();
    for verdict in report.verdicts.iter().filter(|verdict| verdict.verdict == Level::Truncated) {
        let same = |first: &Verdict| {
            (&first.subject, &first.name, &first.program)
                == (&verdict.subject, &verdict.name, &verdict.program)
        };
        match told.iter_mut().find(|told| same(told[0])) {
            Some(told) => told.push(verdict),
            None => told.push(vec![verdict]),
        }
    }
    told.iter_mut().for_each(|verdicts| verdicts.sort_by_key(|verdict| column(verdict)));
    let line = |text: String| style.line(Colour::Yellow, "CUT SHORT", &format!("  {text}"));
    let mut lines: Vec<String> = told
        .iter()
        .take(SHOWN)
        .map(|verdicts| {
            let executions: u64 = verdicts.iter().map(|verdict| verdict.executions).sum();
            let (title, engines) = (title(verdicts[0]), engines(verdicts));
            line(format!("{title} on {engines}, after {} executions", thousands(executions)))
        })
        .collect();
    if told.len() > SHOWN {
        lines.push(line(format!("and {} more; --verbose names each", told.len() - SHOWN)));
    }
    for family in &report.families {
        let missing = family.programs - family.whole.min(family.programs);
        let failed = family.unfinished.iter().filter(|program| program.failure.is_some()).count();
        if missing > failed {
            let (missing, all) = (thousands((missing - failed) as u64), thousands(family.programs as u64));
            lines.push(line(format!("{missing} of {all} programs of {}", family.family)));
        } else if missing == 0 && family.verdict == Level::Truncated {
            let why = "the self-tests of its engines have not passed";
            lines.push(line(format!("{} proves nothing: {why}", family.family)));
        }
    }
    if report.interrupted {
        lines.push(line("the run was stopped: what is not named here was not run".to_owned()));
    }
    lines
}
