//! The run: which rows are wanted, how long each takes, what came of them.

use crate::progress::Progress;
use crate::results::{Figure, Measured, Row};
use crate::rounds::{self, Contender};
use std::collections::BTreeSet;
use std::time::Duration;
use sync_map_measure::Timing;

/// What to measure, and for how long.
pub(crate) struct Plan {
    /// Only rows whose id contains this.
    pub(crate) filter: Option<String>,
    /// Only rows that a target needs.
    pub(crate) only_targets: bool,
    pub(crate) quick: bool,
    /// The ids of the rows that a target needs.
    pub(crate) targets: BTreeSet<String>,
}

impl Plan {
    pub(crate) fn timing(&self) -> Timing {
        let (warm_up, window) = if self.quick { (2, 15) } else { (10, 100) };
        Timing { warm_up: Duration::from_millis(warm_up), window: Duration::from_millis(window) }
    }

    /// How many windows each cell of a row gets: more when a target depends on it.
    pub(crate) fn rounds(&self, row: &Row) -> usize {
        match (self.quick, self.targets.contains(&row.id)) {
            (true, false) => 5,
            (true, true) => 9,
            (false, false) => 11,
            (false, true) => 21,
        }
    }

    /// The same for measurements that take many windows' time each.
    pub(crate) fn long_rounds(&self) -> usize {
        if self.quick { 3 } else { 9 }
    }

    pub(crate) fn wants(&self, row: &Row) -> bool {
        let filtered = self.filter.as_ref().is_none_or(|part| row.id.contains(part));
        filtered && (!self.only_targets || self.targets.contains(&row.id))
    }
}

/// The run.
pub(crate) struct Bench {
    pub(crate) plan: Plan,
    pub(crate) results: Vec<Measured>,
    pub(crate) progress: Progress,
}

impl Bench {
    pub(crate) fn new(plan: Plan) -> Self {
        Bench { plan, results: Vec::new(), progress: Progress::start() }
    }

    pub(crate) fn wants(&self, row: &Row) -> bool {
        self.plan.wants(row)
    }

    /// Says what is being set up, which may take a while.
    pub(crate) fn preparing(&self, what: &str) {
        self.progress.at(&format!("{what}: filling the maps"));
    }

    /// Measures a row, unless it is not wanted.
    pub(crate) fn run(&mut self, row: Row, contenders: Vec<Contender<'_>>) {
        let rounds = self.plan.rounds(&row);
        self.run_all(&[row], contenders, rounds);
    }

    /// Measures rows that come out of the same windows, unless none is wanted.
    pub(crate) fn run_all(&mut self, rows: &[Row], contenders: Vec<Contender<'_>>, rounds: usize) {
        if !rows.iter().any(|row| self.wants(row)) {
            return;
        }
        self.progress.at(&rows[0].title);
        for measured in rounds::run(rows, contenders, rounds) {
            self.progress.line(&in_one_line(&measured));
            self.results.push(measured);
        }
    }
}

/// The medians, the number of dropped windows, and which cells are noisy.
fn in_one_line(measured: &Measured) -> String {
    let median = |cell: &crate::results::Cell| {
        let figure =
            cell.quartiles().map_or(String::from("-"), |quartiles| Figure(quartiles.median).to_string());
        let noisy = if cell.noisy { "~" } else { "" };
        format!("{} {noisy}{figure}", cell.peer)
    };
    let cells: Vec<String> = measured.cells.iter().map(median).collect();
    let dropped: usize = measured.cells.iter().map(|cell| cell.dropped).sum();
    let windows: usize = measured.cells.iter().map(|cell| cell.windows).sum();
    let dropped =
        if dropped == 0 { String::new() } else { format!(" | {dropped} of {windows} windows dropped") };
    format!("{} ({}): {}{dropped}", measured.row.title, measured.row.unit, cells.join(", "))
}
