//! The summary of a run for people: what failed, drawn and told once; what was cut short; a table with the engines as columns; totals.
//!
//! A run that passes takes at most sixty lines. Each verdict is in `--verbose`, in JSON and in the report files.

mod failures;
mod table;
#[cfg(test)]
mod tests;

use crate::families::{FamilyReport, Follows};
use crate::report::Report;
use crate::style::{Colour, Style, count, short, thousands};
use linear::{Level, Verdict};
use std::path::{Path, PathBuf};
use table::{MOST_SCENARIOS, Mark};

/// How a run is summed up.
#[derive(Debug, Default)]
pub struct Ending<'e> {
    /// How text is set.
    pub style: Style,
    /// A line for each scenario, however many there are.
    pub verbose: bool,
    /// The words of the verdicts are explained: in the first run of a report.
    pub legend: bool,
    /// The failure files, in the order of the report's failures.
    pub files: &'e [PathBuf],
    /// Where the report is.
    pub folder: Option<&'e Path>,
}

/// Families are a line each up to this number.
const MOST_FAMILIES: usize = 16;

/// The slowest verdicts are named when they took so many seconds.
const SLOW: f64 = 0.1;

/// The end of it: the totals, and whether that is a pass.
pub fn end(report: &Report, ending: &Ending<'_>) -> Vec<String> {
    totals(report, ending)
}

/// The summary, without its end.
pub fn lines(report: &Report, ending: &Ending<'_>) -> Vec<String> {
    let style = &ending.style;
    let mut lines = failures::failed(report, ending.files, style);
    let cut = failures::cut_short(report, style);
    let mut part = |part: Vec<String>| {
        if !part.is_empty() && !lines.is_empty() && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        lines.extend(part);
    };
    part(cut);
    let scenarios: Vec<&Verdict> =
        report.verdicts.iter().filter(|verdict| verdict.family.is_none()).collect();
    let mut names: Vec<(&str, &str)> =
        scenarios.iter().map(|verdict| (verdict.subject.as_str(), table::title(verdict))).collect();
    names.sort_unstable();
    names.dedup();
    let by_scenario = ending.verbose || names.len() <= MOST_SCENARIOS;
    let mut shown = table::lines(&scenarios, by_scenario, style);
    if !by_scenario {
        shown.push(style.line(Colour::Dim, "  --verbose has a line for each scenario", ""));
    }
    part(shown);
    part(families(report, ending));
    let mut about = suite(report, style);
    about.extend(ending.legend.then(|| legend(report, by_scenario, style)).into_iter().flatten());
    part(about);
    lines
}

/// The places, in the report's failures, of those that the summary draws.
pub fn drawn(report: &Report) -> Vec<usize> {
    failures::drawn(report)
}

/// What failed alone: each failure drawn, and told once with who found it.
pub fn failures(report: &Report, files: &[PathBuf], style: &Style) -> Vec<String> {
    failures::failed(report, files, style)
}

/// A line for each family.
fn families(report: &Report, ending: &Ending<'_>) -> Vec<String> {
    let style = &ending.style;
    if report.families.is_empty() {
        return Vec::new();
    }
    let title = |family: &FamilyReport| {
        let bound = family.bound.map_or_else(String::new, |bound| format!(", bound {bound}"));
        let sample =
            family.sample.map_or_else(String::new, |sample| format!(", drawn by seed {}", sample.seed));
        format!("{}{bound}{sample}", family.family)
    };
    let titles: Vec<String> = report.families.iter().map(title).collect();
    let width = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0).clamp(24, 44);
    let head = format!("  {:width$} {:>8} {:>11} {:>7}", "families", "programs", "executions", "steps");
    let mut lines = vec![style.line(Colour::Dim, &head, "")];
    let shown = if ending.verbose { usize::MAX } else { MOST_FAMILIES };
    // What is not well comes before what is left out.
    let mut order: Vec<usize> = (0..titles.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(Mark::of(report.families[*place].verdict)));
    for place in order.iter().copied().take(shown) {
        let (family, title) = (&report.families[place], &titles[place]);
        let mark = Mark::of(family.verdict);
        let programs = match family.whole == family.programs {
            true => format!("{}{}", table::sign(family.verdict), short(family.programs as u64)),
            false => format!("{}/{}", short(family.whole as u64), short(family.programs as u64)),
        };
        let executions = short(family.executions.iter().map(|(_, sum)| sum).sum());
        let taken = family.steps.len() - family.not_reached().count();
        let steps = match family.steps.len() {
            0 => "-".to_owned(),
            all => format!("{taken}/{all}"),
        };
        let rest = format!(" {title:width$} {programs:>8} {executions:>11} {steps:>7}");
        lines.push(style.line(mark.colour(), mark.sign(), &rest));
        if ending.verbose {
            lines.extend(in_full(family).into_iter().map(|line| style.line(Colour::Dim, &line, "")));
        }
    }
    if let Some(line) = follows(report) {
        lines.push(style.line(Colour::Dim, &line, ""));
    }
    if titles.len() > shown {
        lines.push(format!("  and {} more families; --verbose names each", titles.len() - shown));
    }
    lines
}

/// Of how many programs a verdict follows from another one, and was not explored.
fn follows(report: &Report) -> Option<String> {
    let all: Vec<&Follows> = report.families.iter().filter_map(|family| family.follows.as_ref()).collect();
    let Follows { engine, from, .. } = all.first()?;
    let programs = count(all.iter().map(|follows| follows.programs).sum(), "program");
    Some(format!("  {engine} is not run for {programs}: its verdict follows from {from}"))
}

/// What `--verbose` adds on a family.
fn in_full(family: &FamilyReport) -> Vec<String> {
    let mut lines = vec![format!(
        "      {}; {} start states, {} outcomes; executions: {}",
        family.verdict,
        family.starts,
        family.outcomes,
        family.engines(|name, sum| format!("{name} {sum}"))
    )];
    if family.variants > 0 {
        lines.push(format!("      {} variants of what users do wrong", family.variants));
    }
    let unfinished = family.unfinished.iter();
    lines.extend(unfinished.map(|p| format!("      {} on {}: {}", p.verdict, p.engine, p.program)));
    let missed: Vec<String> =
        family.not_reached().map(|step| format!("{} ({})", step.name, step.place)).collect();
    if !missed.is_empty() {
        lines.push(format!("      steps of the algorithm that no program takes: {}", missed.join(", ")));
    }
    lines
}

/// What was done to trust the searches and the suite.
fn suite(report: &Report, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    // Where they are all that was asked for, each is told.
    if report.verdicts.is_empty() && report.families.is_empty() {
        lines.extend(report.self_tests.iter().map(|test| {
            let (mark, what) = if test.passes() { (Mark::Passes, "ok") } else { (Mark::Failed, "FAILED") };
            let rest = format!(
                " {:<21} {} programs (seed {}), {} executions: {} missed, {} extra: {what}",
                format!("{:?}", test.test.search),
                test.test.programs,
                test.test.seed,
                short(test.executions),
                test.missed,
                test.extra
            );
            style.line(mark.colour(), mark.sign(), &rest)
        }));
    }
    let all = report.self_tests.len();
    if all > 0 {
        let well = report.self_tests.iter().filter(|test| test.passes()).count();
        let mark = if well == all { Mark::Passes } else { Mark::Failed };
        let why = match report.known_self_tests.len() {
            _ if well < all => " passed".to_owned(),
            0 => ": no search misses an outcome, each crippled one does".to_owned(),
            known if known == all => ", known from an earlier run of this executable".to_owned(),
            known => format!(", {known} of them known from an earlier run of this executable"),
        };
        let text = format!(" self-tests   {well} of {all}{why}");
        lines.push(style.line(mark.colour(), mark.sign(), &text));
    }
    let all = report.self_checks.len();
    if all > 0 {
        let well = report.self_checks.iter().filter(|check| check.passes).count();
        let mark = if well == all { Mark::Passes } else { Mark::Failed };
        let text = format!(" self-checks  {well} of {all} deliberate failures are reported as what they are");
        lines.push(style.line(mark.colour(), mark.sign(), &text));
    }
    lines
}

/// What the signs and the words of the verdicts mean: those that are there.
fn legend(report: &Report, by_scenario: bool, style: &Style) -> Vec<String> {
    let levels: Vec<Level> = report
        .verdicts
        .iter()
        .map(|verdict| verdict.verdict)
        .chain(report.families.iter().map(|family| family.verdict))
        .collect();
    let number = match by_scenario {
        true => "executions",
        false => "scenarios",
    };
    type IsIt = fn(&Level) -> bool;
    let words: [(&str, String, IsIt); 5] = [
        (
            " n",
            format!(
                "passes: every execution that the engine tells apart was explored (COMPLETE); n is {number}"
            ),
            |level| *level == Level::Complete,
        ),
        (
            "≤n",
            format!("passes within the bound on preemptions (BOUNDED): no proof; n is {number}"),
            |level| matches!(level, Level::Bounded(_)),
        ),
        ("~n", "passes in a sample (SAMPLED): no proof".into(), |level| matches!(level, Level::Sampled(_))),
        ("…n", "was cut short (TRUNCATED): not a pass".into(), |level| *level == Level::Truncated),
        (" ✗", "has a counterexample, or no answer (FAILED)".into(), |level| *level == Level::Failed),
    ];
    let there = words.iter().filter(|(_, _, is_it)| levels.iter().any(is_it));
    there.flat_map(|(sign, text, _)| style.words(Colour::Dim, &format!("  {sign}  "), text)).collect()
}

/// The totals, the slowest three, where the report is, and whether that is a pass.
fn totals(report: &Report, ending: &Ending<'_>) -> Vec<String> {
    let (style, s) = (&ending.style, &report.summary);
    let mut lines = Vec::new();
    let mut slowest: Vec<&Verdict> =
        report.verdicts.iter().filter(|verdict| verdict.seconds >= SLOW).collect();
    slowest.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    // Of one program the table above has told it.
    if report.verdicts.iter().all(|verdict| verdict.program == report.verdicts[0].program) {
        slowest.clear();
    }
    for (place, verdict) in slowest.iter().take(3).enumerate() {
        let head = if place == 0 { "slowest" } else { "" };
        let engine = format!("{}/{}", verdict.engine, verdict.mode);
        let text = format!("{head:<10}{:>6.1} s  {engine:<14} {}", verdict.seconds, table::title(verdict));
        // Long programs are cut in a pipe too.
        let style = Style { width: Some(style.width.unwrap_or(80)), ..*style };
        lines.push(style.line(Colour::None, &text, ""));
    }
    if let Some(folder) = ending.folder {
        lines.push(format!("report    {}", folder.display()));
    }
    let counts = [
        (s.complete, "complete"),
        (s.bounded, "bounded"),
        (s.sampled, "sampled"),
        (s.truncated, "cut short"),
        (s.failed, "failed"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> =
        counts.map(|(number, word)| format!("{} {word}", thousands(*number as u64))).collect();
    let counts = if counts.is_empty() { String::new() } else { format!("{}; ", counts.join(", ")) };
    let tests: u64 = report.self_tests.iter().map(|test| test.executions).sum();
    let executions = if counts.is_empty() { tests } else { s.executions };
    let executions = count(usize::try_from(executions).unwrap_or(usize::MAX), "execution");
    lines.push(style.line(
        Colour::None,
        "totals    ",
        &format!("{counts}{executions} in {:.1} s", s.seconds),
    ));
    lines.push(last_line(report, style));
    lines
}

/// `PASS`, `FAIL` or `NOT COMPLETE`, as the exit status says.
fn last_line(report: &Report, style: &Style) -> String {
    let s = &report.summary;
    let tests = report.self_tests.iter().filter(|test| test.passes()).count();
    let checks = report.self_checks.iter().filter(|check| check.passes).count();
    let passed = s.complete + s.bounded + s.sampled + tests + checks;
    let (passed, failed) = (count(passed, "check"), thousands(s.failed as u64));
    let cut = match s.truncated {
        0 => String::new(),
        cut => format!("{} cut short, ", thousands(cut as u64)),
    };
    match report.exit_status() {
        0 => style.line(Colour::Green, "PASS", &format!("  {passed}: none failed, none was cut short")),
        3 if s.truncated == 0 => {
            style.line(Colour::Yellow, "NOT COMPLETE", &format!("  the run was stopped after {passed}"))
        }
        3 => style.line(Colour::Yellow, "NOT COMPLETE", &format!("  {cut}none failed, {passed} passed")),
        _ => style.line(Colour::Red, "FAIL", &format!("  {failed} failed, {cut}{passed} passed")),
    }
}
