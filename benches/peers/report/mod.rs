//! The report: a page with plots, a table in Markdown, and all figures as CSV.

mod csv;
mod markdown;
mod page;
mod plots;
mod standing;

use crate::adapters::name;
use crate::bench::Bench;
use crate::results::{Measured, Section};
use crate::targets::Verdict;
use crate::workloads::{caches, counters, settings};
use std::collections::BTreeMap;
use std::path::Path;

/// Writes the files into the directory, which is made. Each is complete or not there: it is written beside its place, then renamed.
pub(crate) fn write(directory: &Path, bench: &Bench, verdicts: &[Verdict]) -> Result<(), String> {
    let place = |error: &dyn std::fmt::Display| {
        format!("the report could not be written to {}: {error}", directory.display())
    };
    std::fs::create_dir_all(directory).map_err(|error| place(&error))?;
    let about = About::of(bench);
    let files = [
        ("peers.csv", csv::text(&bench.results)),
        ("table.md", markdown::text(&about, &bench.results)),
        ("report.html", page::text(&about, &bench.results, verdicts)?),
    ];
    for (name, text) in files {
        let part = directory.join(format!(".{name}.part"));
        std::fs::write(&part, text).map_err(|error| place(&error))?;
        std::fs::rename(&part, directory.join(name)).map_err(|error| place(&error))?;
    }
    Ok(())
}

/// Fills the figures in between the marks of the documents of the workspace.
pub(crate) fn fill_in(root: &Path, bench: &Bench, verdicts: &[Verdict]) -> Result<(), String> {
    let about = About::of(bench);
    let full = markdown::text(&about, &bench.results);
    let patterns = markdown::patterns(&about, &bench.results);
    standing::fill_in(root, &about, &bench.results, verdicts, &full)?;
    standing::replace_between_marks(&root.join("docs/patterns/beside-others.md"), "bench", &patterns)
}

/// How the figures came about.
pub(crate) struct About {
    /// The processor, and how many of them.
    pub(crate) machine: String,
    /// The measured crates.
    pub(crate) versions: String,
    /// Windows and rounds.
    pub(crate) measured: String,
    /// What was dropped.
    pub(crate) dropped: String,
}

impl About {
    fn of(bench: &Bench) -> Self {
        let timing = bench.plan.timing();
        let least = if bench.plan.quick {
            "5 (9 where a target depends on it)"
        } else {
            "11 (21 where a target depends on it)"
        };
        let measured = format!(
            "Windows of {} ms after {} ms of warm-up, {least} of them for each cell, in rounds that give each map one; medians, with \
             quartiles where there is room. The same hasher for all (foldhash, fixed seed), the system's allocator, fat LTO. Keys \
             are made and shuffled before. The time includes garbage: a guard is renewed after 256 operations, and flushed at \
             the end of the window.",
            timing.window.as_millis(),
            timing.warm_up.as_millis(),
        );
        About { machine: machine(), versions: versions(), measured, dropped: dropped(&bench.results) }
    }
}

/// How many windows were disturbed.
pub(crate) fn dropped(results: &[Measured]) -> String {
    let cells = || results.iter().flat_map(|measured| &measured.cells);
    let windows: usize = cells().map(|cell| cell.windows).sum();
    let dropped: usize = cells().map(|cell| cell.dropped).sum();
    let noisy = cells().filter(|cell| cell.noisy).count();
    let mut text = format!(
        "{dropped} of {windows} windows were dropped: another thread had the processor for more than 1% of the time, or the threads did not \
         overlap by 90%."
    );
    if noisy > 0 {
        text.push_str(&format!(" In {noisy} cells nearly all were, so that their figures, marked ~, are of disturbed windows too."));
    }
    text
}

fn machine() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {count} of them, {}", std::env::consts::OS)
}

/// The versions of the measured crates, by the lock file.
fn versions() -> String {
    const CRATES: [&str; 15] = [
        "arc-swap",
        "sync-map",
        "crossbeam-epoch",
        "dashmap",
        "papaya",
        "scc",
        "flurry",
        "parking_lot",
        "hashbrown",
        "foldhash",
        "metrics",
        "moka",
        "prometheus-client",
        "quick_cache",
        "tokio",
    ];
    let lock = include_str!("../../../Cargo.lock");
    let packages = lock.split("[[package]]").filter_map(|package| {
        let value = |key: &str| package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
        Some((value("name")?.trim_matches('"'), value("version")?.trim_matches('"')))
    });
    // The last of several versions is the newest, and the one that is measured.
    let versions: BTreeMap<&str, &str> = packages.filter(|(name, _)| CRATES.contains(name)).collect();
    versions.into_iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
}

/// The columns of a section: the maps, the counters, or what settings are kept in.
pub(crate) fn columns(section: Section, results: &[Measured]) -> Vec<&'static str> {
    let all: &[&str] = match section {
        Section::Caches => &caches::ALL,
        Section::Counters => &counters::ALL,
        Section::Settings => &settings::ALL,
        _ => &name::ALL,
    };
    let rows = || results.iter().filter(|measured| measured.row.section == section);
    all.iter().copied().filter(|peer| rows().any(|measured| measured.cell(peer).is_some())).collect()
}

/// The rows of a section.
pub(crate) fn rows(section: Section, results: &[Measured]) -> impl Iterator<Item = &Measured> {
    results.iter().filter(move |measured| measured.row.section == section)
}
