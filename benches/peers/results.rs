//! What was measured: rows of cells, each with its samples by round.

use crate::adapters::Kind;
use std::fmt;
use sync_map_measure::{Quartiles, ratio};

/// What the numbers of a row are. Less is better in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Nanos,
    Millis,
    Bytes,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Nanos => "ns",
            Unit::Millis => "ms",
            Unit::Bytes => "bytes",
        })
    }
}

/// Under which heading a row is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Loads,
    Mixes,
    Go,
    Growth,
    Memory,
    Caches,
    Counters,
    Settings,
}

impl Section {
    pub(crate) const ALL: [Section; 8] = [
        Section::Loads,
        Section::Mixes,
        Section::Go,
        Section::Growth,
        Section::Memory,
        Section::Caches,
        Section::Counters,
        Section::Settings,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Section::Loads => "Loads",
            Section::Mixes => "Loads and updates",
            Section::Go => "Go's own benchmarks",
            Section::Growth => "Growth from 1,000 to 1,000,000 keys: the time of single stores",
            Section::Memory => "Memory, and the copy of the table",
            Section::Caches => "Caches",
            Section::Counters => "Counters",
            Section::Settings => "Settings",
        }
    }
}

/// One line of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What `--filter` looks at, and the CSV has.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) section: Section,
    pub(crate) unit: Unit,
}

impl Row {
    pub(crate) fn new(section: Section, unit: Unit, id: impl Into<String>, title: impl Into<String>) -> Self {
        Row { id: id.into(), title: title.into(), section, unit }
    }

    /// A row in nanoseconds, for so many threads; they are added to the id and to the title.
    pub(crate) fn threads(
        section: Section,
        id: impl fmt::Display,
        title: impl fmt::Display,
        threads: usize,
    ) -> Self {
        let plural = if threads == 1 { "thread" } else { "threads" };
        Row::new(section, Unit::Nanos, format!("{id}/{threads}t"), format!("{title}, {threads} {plural}"))
    }
}

/// What one map did in one row.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) peer: &'static str,
    pub(crate) kind: Kind,
    /// By round; nothing for a window that was dropped, or that was not needed any more.
    pub(crate) samples: Vec<Option<f64>>,
    pub(crate) windows: usize,
    pub(crate) dropped: usize,
    /// Nearly all windows were disturbed, so that the samples are of disturbed ones too.
    pub(crate) noisy: bool,
}

impl Cell {
    pub(crate) fn quartiles(&self) -> Option<Quartiles> {
        Quartiles::of(&self.samples.iter().flatten().copied().collect::<Vec<_>>())
    }

    /// How many times as long, or as much, the other one takes: above 1 this one is better.
    pub(crate) fn advantage_over(&self, other: &Cell) -> Option<Quartiles> {
        ratio(&other.samples, &self.samples)
    }
}

/// A row, measured. A map that has no cell lacks an operation that the row needs.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) row: Row,
    pub(crate) cells: Vec<Cell>,
}

impl Measured {
    pub(crate) fn cell(&self, peer: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.peer == peer)
    }

    /// The least median among the cells that are wanted.
    pub(crate) fn best(&self, wanted: impl Fn(&Cell) -> bool) -> Option<&Cell> {
        let median = |cell: &Cell| cell.quartiles().map_or(f64::INFINITY, |quartiles| quartiles.median);
        self.cells
            .iter()
            .filter(|cell| wanted(cell))
            .min_by(|one, other| median(one).total_cmp(&median(other)))
    }
}

/// The same for a cell of another measurement.
pub(crate) fn find<'r>(results: &'r [Measured], id: &str) -> Option<&'r Measured> {
    results.iter().find(|measured| measured.row.id == id)
}

/// A number with three significant digits or so.
pub(crate) struct Figure(pub f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.0.abs() {
            size if size < 10.0 => 2,
            size if size < 100.0 => 1,
            _ => 0,
        };
        f.pad(&format!("{:.digits$}", self.0))
    }
}
