//! Interleaved rounds: each round gives every map one window, so that what slows the machine down slows all of them down.

use crate::adapters::Kind;
use crate::results::{Cell, Measured, Row};
use sync_map_measure::{Fate, Window};

/// What one window gave: a value for each row that it measures.
pub(crate) struct Sample {
    pub(crate) values: Vec<f64>,
    pub(crate) fate: Fate,
}

impl From<Window> for Sample {
    fn from(window: Window) -> Self {
        Sample { values: vec![window.nanos], fate: window.fate }
    }
}

/// A map that is ready to be measured.
pub(crate) struct Contender<'c> {
    name: &'static str,
    kind: Kind,
    measure: Box<dyn FnMut() -> Sample + 'c>,
    /// By round; nothing when the round went without this one.
    samples: Vec<Option<Sample>>,
}

/// A cell whose windows are disturbed gets this many times the windows of one round each, and no more.
const BOUND: usize = 3;

/// With fewer undisturbed windows than this, the disturbed ones count too, and the cell says so.
const UNDISTURBED_AT_LEAST: usize = 3;

impl<'c> Contender<'c> {
    pub(crate) fn new(name: &'static str, kind: Kind, measure: impl FnMut() -> Sample + 'c) -> Self {
        Contender { name, kind, measure: Box::new(measure), samples: Vec::new() }
    }

    fn measure(&mut self, needed: bool) {
        let sample = needed.then(|| (self.measure)());
        self.samples.push(sample);
    }

    fn kept(&self) -> usize {
        self.windows().filter(|sample| sample.fate == Fate::Kept).count()
    }

    fn windows(&self) -> impl Iterator<Item = &Sample> {
        self.samples.iter().flatten()
    }

    /// The cell of the row with this number.
    fn cell(&self, number: usize, rounds: usize) -> Cell {
        let noisy = self.kept() < UNDISTURBED_AT_LEAST.min(rounds);
        let counts = |sample: &&Sample| noisy || sample.fate == Fate::Kept;
        let value =
            |sample: &Option<Sample>| sample.as_ref().filter(counts).map(|sample| sample.values[number]);
        let windows = self.windows().count();
        Cell {
            peer: self.name,
            kind: self.kind,
            samples: self.samples.iter().map(value).collect(),
            windows,
            dropped: windows - self.kept(),
            noisy,
        }
    }
}

/// Measures until each contender has so many undisturbed windows, or has used up its bound.
///
/// Each round begins with another contender, so that none always follows the same one.
pub(crate) fn run(rows: &[Row], mut contenders: Vec<Contender<'_>>, rounds: usize) -> Vec<Measured> {
    for round in 0..rounds * BOUND {
        let lacking: Vec<bool> = contenders.iter().map(|contender| contender.kept() < rounds).collect();
        if !lacking.contains(&true) {
            break;
        }
        for turn in 0..contenders.len() {
            let number = (turn + round) % contenders.len();
            contenders[number].measure(lacking[number]);
        }
    }
    let cells = |number| contenders.iter().map(|contender| contender.cell(number, rounds)).collect();
    let measured = |(number, row): (usize, &Row)| Measured { row: row.clone(), cells: cells(number) };
    rows.iter().enumerate().map(measured).collect()
}
