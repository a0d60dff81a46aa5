//! The table of a run: a line a scenario, or a line a subject, with the engines as columns.

use crate::style::{Colour, Style, short};
use explore::engine::ENGINES;
use linear::{Level, Verdict};
use std::collections::BTreeMap;

/// With more scenarios than this there is a line a subject, unless all are asked for.
pub(super) const MOST_SCENARIOS: usize = 24;

/// An engine and its mode, by their place in [`ENGINES`].
type Column = usize;

/// A line of the table before it is laid out.
struct Row {
    /// A heading has nothing but its title.
    is_heading: bool,
    mark: Mark,
    title: String,
    cells: BTreeMap<Column, String>,
    executions: u64,
    seconds: f64,
}

/// What a line amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Nothing is wrong.
    Passes,
    /// Something was cut short.
    Cut,
    /// Something failed.
    Failed,
}

impl Mark {
    pub(super) fn of(level: Level) -> Mark {
        match level {
            Level::Failed => Mark::Failed,
            Level::Truncated => Mark::Cut,
            Level::Complete | Level::Bounded(_) | Level::Sampled(_) => Mark::Passes,
        }
    }

    pub(super) fn sign(self) -> &'static str {
        match self {
            Mark::Passes => "✓",
            Mark::Cut => "…",
            Mark::Failed => "✗",
        }
    }

    pub(super) fn colour(self) -> Colour {
        match self {
            Mark::Passes => Colour::Green,
            Mark::Cut => Colour::Yellow,
            Mark::Failed => Colour::Red,
        }
    }
}

/// What stands before the number in a cell.
pub(super) fn sign(level: Level) -> &'static str {
    match level {
        Level::Complete => "",
        Level::Bounded(_) => "≤",
        Level::Sampled(_) => "~",
        Level::Truncated => "…",
        Level::Failed => "✗",
    }
}

/// The scenario of a verdict, or its program.
pub(super) fn title(verdict: &Verdict) -> &str {
    verdict.name.as_deref().unwrap_or(&verdict.program)
}

/// The table of these verdicts, which are of no family; nothing if there are none.
pub(super) fn lines(verdicts: &[&Verdict], by_scenario: bool, style: &Style) -> Vec<String> {
    let mut subjects: Vec<&str> = Vec::new();
    for verdict in verdicts {
        if !subjects.contains(&verdict.subject.as_str()) {
            subjects.push(&verdict.subject);
        }
    }
    let mut rows = Vec::new();
    for subject in subjects {
        let of: Vec<&Verdict> =
            verdicts.iter().copied().filter(|verdict| verdict.subject == subject).collect();
        match by_scenario {
            true => rows.extend(scenarios(subject, &of)),
            false => rows.push(whole_subject(subject, &of)),
        }
    }
    if rows.is_empty() { Vec::new() } else { lay_out(&rows, by_scenario, style) }
}

/// The column of a verdict: the place of its engine and mode.
pub(super) fn column(verdict: &Verdict) -> Column {
    let is_it = |(_, engine, mode): &(_, &str, &str)| *engine == verdict.engine && *mode == verdict.mode;
    ENGINES.iter().position(is_it).unwrap_or(ENGINES.len() - 1)
}

/// A line a scenario, with executions in the cells.
fn scenarios(subject: &str, verdicts: &[&Verdict]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for verdict in verdicts {
        let place = *places.entry(title(verdict)).or_insert_with(|| {
            rows.push(Row::new(title(verdict).to_owned()));
            rows.len() - 1
        });
        let cell = match verdict.verdict {
            Level::Failed => "✗".to_owned(),
            level => format!("{}{}", sign(level), short(verdict.executions)),
        };
        rows[place].add(verdict);
        rows[place].cells.insert(column(verdict), cell);
    }
    rows.sort_by(|a, b| a.title.cmp(&b.title));
    rows.insert(0, Row { is_heading: true, ..Row::new(subject.to_owned()) });
    rows
}

/// A line for all scenarios of a subject, with their number in the cells.
fn whole_subject(subject: &str, verdicts: &[&Verdict]) -> Row {
    let mut names: Vec<&str> = verdicts.iter().map(|verdict| title(verdict)).collect();
    names.sort_unstable();
    names.dedup();
    let mut row = Row::new(format!("{subject} ({})", names.len()));
    let mut levels: BTreeMap<Column, Vec<Level>> = BTreeMap::new();
    for verdict in verdicts {
        row.add(verdict);
        levels.entry(column(verdict)).or_default().push(verdict.verdict);
    }
    for (column, levels) in levels {
        // What is worst is told: so many failed, or were cut short.
        let worst = levels.iter().copied().max_by_key(|level| rank(*level)).expect("one at least");
        let number = match Mark::of(worst) {
            Mark::Passes => levels.len(),
            _ => levels.iter().filter(|level| **level == worst).count(),
        };
        row.cells.insert(column, format!("{}{number}", sign(worst)));
    }
    row
}

fn rank(level: Level) -> u8 {
    match level {
        Level::Complete => 0,
        Level::Bounded(_) => 1,
        Level::Sampled(_) => 2,
        Level::Truncated => 3,
        Level::Failed => 4,
    }
}

impl Row {
    fn new(title: String) -> Row {
        let cells = BTreeMap::new();
        Row { is_heading: false, mark: Mark::Passes, title, cells, executions: 0, seconds: 0.0 }
    }

    fn add(&mut self, verdict: &Verdict) {
        self.mark = self.mark.max(Mark::of(verdict.verdict));
        self.executions += verdict.executions;
        self.seconds += verdict.seconds;
    }

    fn end(&self, by_scenario: bool) -> String {
        let seconds = format!("{:.1} s", self.seconds);
        match by_scenario {
            true => format!("{seconds:>9}"),
            false => format!("{:>11}{seconds:>9}", short(self.executions)),
        }
    }
}

fn lay_out(rows: &[Row], by_scenario: bool, style: &Style) -> Vec<String> {
    let used = |column: &Column| rows.iter().any(|row| row.cells.contains_key(column));
    let columns: Vec<Column> = (0..ENGINES.len()).filter(used).collect();
    let width = |text: &str| text.chars().count();
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| width(cell));
            cells.max().unwrap_or(0).max(width(ENGINES[*column].2)) + 2
        })
        .collect();
    let end = if by_scenario { 9 } else { 20 };
    let room = style.table_width().saturating_sub(widths.iter().sum::<usize>() + end + 2).max(12);
    // A title that has no room stands on a line of its own.
    let fit = rows.iter().filter(|row| !row.is_heading).map(|row| width(&row.title));
    let titles = fit.filter(|title| *title <= room).max().unwrap_or(0).max("scenarios".len());
    let (mut engines, mut modes) = (" ".repeat(titles + 2), format!("{:1$}", "scenarios", titles + 2));
    let mut last = "";
    for (column, width) in columns.iter().zip(&widths) {
        let (_, engine, mode) = ENGINES[*column];
        // The engine's name stands over the first of its modes.
        if engine != last {
            let start = modes.chars().count() + width - mode.chars().count();
            let gap = start.saturating_sub(engines.chars().count());
            engines.push_str(&format!("{}{engine}", " ".repeat(gap.max(1))));
            last = engine;
        }
        modes.push_str(&format!("{mode:>width$}"));
    }
    modes.push_str(if by_scenario { "     time" } else { " executions     time" });
    let mut lines = vec![style.line(Colour::Dim, &engines, ""), style.line(Colour::Dim, &modes, "")];
    for row in rows {
        if row.is_heading {
            lines.push(style.line(Colour::None, &row.title, ""));
            continue;
        }
        let mark = row.mark.sign();
        let cells: String = columns
            .iter()
            .zip(&widths)
            .map(|(column, width)| {
                let cell = row.cells.get(column).map_or("-", String::as_str);
                format!("{cell:>width$}")
            })
            .collect();
        let end = row.end(by_scenario);
        if width(&row.title) > titles {
            lines.push(style.line(row.mark.colour(), mark, &format!(" {}", row.title)));
            lines.push(style.line(Colour::None, &format!("  {:titles$}{cells}{end}", ""), ""));
        } else {
            lines.push(style.line(row.mark.colour(), mark, &format!(" {:titles$}{cells}{end}", row.title)));
        }
    }
    lines
}
