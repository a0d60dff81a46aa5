//! What has to be reached: the target table of the project, row by row.
//!
//! All targets are ratios within one run, but those on the time and memory of this map alone, and Go's figures, which
//! were recorded on another day unless a Go toolchain is here.

use crate::adapters::{Kind, name};
use crate::go_peer::Toolchain;
use crate::results::{Cell, Figure, Measured, Unit, find};
use crate::workloads::go;
use std::collections::BTreeSet;
use std::fmt;
use sync_map_measure::{Quartiles, ratio};

/// With what this map is compared.
#[derive(Clone, Copy)]
enum Than {
    Peer(&'static str),
    /// The best of the maps made for many threads, without those behind one lock.
    BestConcurrent,
    /// The best of all that can be shared.
    BestPeer,
    /// So many of the row's unit.
    Recorded(&'static str, f64),
    /// With nothing: the figure itself, in this unit.
    Itself(Unit),
}

#[derive(Clone, Copy)]
enum Bound {
    /// The other one takes at least so many times as long.
    AtLeast(f64),
    /// This one takes at most so many times as long; or, by itself, at most so much.
    AtMost(f64),
}

/// One line of the check.
pub(crate) struct Target {
    workload: &'static str,
    row: String,
    ours: &'static str,
    than: Than,
    bound: Bound,
}

/// What became of a target.
pub(crate) struct Verdict {
    pub(crate) workload: &'static str,
    /// The title of the row; its id when it was not measured.
    pub(crate) row: String,
    pub(crate) ours: &'static str,
    pub(crate) than: String,
    pub(crate) bound: String,
    /// Nothing when the row was not measured.
    pub(crate) measured: Option<Quartiles>,
    pub(crate) reached: bool,
    /// Some of its windows were disturbed and could not be replaced.
    pub(crate) noisy: bool,
    unit: Option<Unit>,
}

use Bound::{AtLeast, AtMost};
use Than::{BestConcurrent, BestPeer, Itself, Peer, Recorded};

/// All targets; with a Go toolchain, also those that compare with what it measures in this run.
pub(crate) fn all(toolchain: Option<&Toolchain>) -> Vec<Target> {
    let mut targets = loads();
    targets.extend(mixes());
    targets.extend(recorded_go());
    if let Some(toolchain) = toolchain {
        targets.extend(measured_go(toolchain));
    }
    targets.extend([
        target(
            "dirty copy of 1e6 entries",
            "copy/1000000",
            name::PER_CALL,
            Itself(Unit::Millis),
            AtMost(3.0),
        ),
        target(
            "largest single store, growing to 1e6",
            "growth/max",
            name::PER_CALL,
            Itself(Unit::Millis),
            AtMost(35.0),
        ),
        target(
            "memory of one entry",
            "memory/u64/1000000",
            name::PER_CALL,
            Itself(Unit::Bytes),
            AtMost(60.0),
        ),
    ]);
    targets
}

/// The rows that the targets need.
pub(crate) fn rows(targets: &[Target]) -> BTreeSet<String> {
    targets.iter().map(|target| target.row.clone()).collect()
}

fn target(workload: &'static str, row: &str, ours: &'static str, than: Than, bound: Bound) -> Target {
    Target { workload, row: row.to_owned(), ours, than, bound }
}

fn loads() -> Vec<Target> {
    let per_call =
        |row, than, ratio| target("load hit, per call", row, name::PER_CALL, Peer(than), AtLeast(ratio));
    let batch = |row, than, bound| target("load hit, pinned batch", row, name::BATCH, Peer(than), bound);
    let string = |row, than, bound| target("String keys, pinned batch", row, name::BATCH, Peer(than), bound);
    let (one, two) = ("load_hit/u64/1024/1t", "load_hit/u64/1024/2t");
    let (string_one, string_two) = ("load_hit/String/1024/1t", "load_hit/String/1024/2t");
    let large = "load_hit/u64/1000000/2t";
    let large = |than| target("1e6 keys, pinned batch", large, name::BATCH, Peer(than), AtLeast(1.0));
    vec![
        per_call(one, name::DASHMAP, 1.5),
        per_call(two, name::DASHMAP, 3.5),
        per_call(one, name::SCC, 2.0),
        per_call(two, name::SCC, 2.5),
        per_call(one, name::SCC_INDEX, 1.05),
        per_call(two, name::SCC_INDEX, 1.05),
        per_call(one, name::PAPAYA, 1.0),
        per_call(two, name::PAPAYA, 0.95),
        batch(one, name::PAPAYA_BATCH, AtLeast(1.1)),
        batch(two, name::PAPAYA_BATCH, AtLeast(1.1)),
        batch(one, name::DASHMAP, AtLeast(5.0)),
        batch(two, name::DASHMAP, AtLeast(13.0)),
        batch(one, name::PLAIN, AtMost(1.3)),
        string(string_one, name::PAPAYA_BATCH, AtLeast(1.5)),
        string(string_two, name::PAPAYA_BATCH, AtLeast(1.5)),
        string(string_one, name::PLAIN, AtMost(1.2)),
        large(name::DASHMAP),
        large(name::PAPAYA_BATCH),
    ]
}

fn mixes() -> Vec<Target> {
    let mut targets = Vec::new();
    for (workload, row, dashmap) in [("99/1", "mix/99-1/2t", 3.0), ("90/10", "mix/90-10/2t", 1.4)] {
        let per_call = |than, ratio| target(workload, row, name::PER_CALL, Peer(than), AtLeast(ratio));
        targets.extend([
            per_call(name::DASHMAP, dashmap),
            per_call(name::SCC_INDEX, 1.0),
            per_call(name::PAPAYA, 1.3),
            target(workload, row, name::BATCH, Peer(name::PAPAYA_BATCH), AtLeast(1.3)),
        ]);
    }
    targets.push(target("the article's mix", "seed_mix/2t", name::PER_CALL, BestPeer, AtLeast(1.4)));
    targets.push(target("range over 1,024", "go/Range/1t", name::PER_CALL, BestConcurrent, AtLeast(1.15)));
    targets
}

/// Nanoseconds for one operation of Go's own benchmarks at one thread, as they were measured with Go 1.23 and Go 1.27 on a machine like
/// the one that the targets were set on.
const GO_RECORDED: [(&str, f64, f64); 8] = [
    ("LoadMostlyHits", 27.0, 22.0),
    ("LoadOrStoreBalanced", 86.0, 51.0),
    ("LoadOrStoreUnique", 245.0, 130.0),
    ("AdversarialAlloc", 103.0, 25.0),
    ("AdversarialDelete", 101.0, 21.0),
    ("SwapMostlyMisses", 407.0, 70.0),
    ("Range", 8850.0, 4805.0),
    ("Clear", 138.0, 91.0),
];

/// The benchmarks of Go's list that only read.
const READS: [&str; 3] = ["LoadMostlyHits", "LoadMostlyMisses", "Range"];

fn go_target(benchmark: &str, than: Than) -> Target {
    target("Go's list", &go::row(benchmark, 1).id, name::PER_CALL, than, AtLeast(1.0))
}

fn recorded_go() -> impl Iterator<Item = Target> {
    let classic =
        GO_RECORDED.iter().map(|(benchmark, old, _)| go_target(benchmark, Recorded("Go 1.23", *old)));
    let reads = GO_RECORDED.iter().filter(|(benchmark, ..)| READS.contains(benchmark));
    classic.chain(reads.map(|(benchmark, _, new)| go_target(benchmark, Recorded("Go 1.27", *new))))
}

/// Every row against the classic `sync.Map` of Go 1.23 and before; the reads against that of later versions.
fn measured_go(toolchain: &Toolchain) -> impl Iterator<Item = Target> {
    let counts = |benchmark: &&str| toolchain.is_classic() || READS.contains(benchmark);
    go::NAMES.into_iter().filter(counts).map(|benchmark| go_target(benchmark, Peer(name::GO)))
}

impl Target {
    /// What the results say of it.
    pub(crate) fn judge(&self, results: &[Measured]) -> Verdict {
        let measured = find(results, &self.row);
        let found = measured.and_then(|measured| self.compare(measured));
        let (ratio, other) = match found {
            Some((ratio, other)) => (Some(ratio), other),
            None => (None, None),
        };
        let noisy = [measured.and_then(|row| row.cell(self.ours)), other]
            .into_iter()
            .flatten()
            .any(|cell| cell.noisy);
        let reached = ratio.is_some_and(|ratio| match self.bound {
            AtLeast(bound) => ratio.median >= bound,
            AtMost(bound) => ratio.median <= bound,
        });
        let unit = if let Itself(unit) = self.than { Some(unit) } else { None };
        let times = unit.map_or(String::from("×"), |unit| format!(" {unit}"));
        let bound = match self.bound {
            AtLeast(bound) => format!("≥ {bound}{times}"),
            AtMost(bound) => format!("≤ {bound}{times}"),
        };
        Verdict {
            workload: self.workload,
            row: measured.map_or(self.row.clone(), |measured| measured.row.title.clone()),
            ours: self.ours,
            than: self.than_whom(other),
            bound,
            measured: ratio,
            reached,
            noisy,
            unit,
        }
    }

    /// The ratio that is bounded, and the cell that it is compared with, if it is with one.
    fn compare<'r>(&self, measured: &'r Measured) -> Option<(Quartiles, Option<&'r Cell>)> {
        let ours = measured.cell(self.ours)?;
        let other = match self.than {
            Peer(other) => measured.cell(other)?,
            BestConcurrent => measured.best(|cell| cell.kind == Kind::Concurrent)?,
            BestPeer => measured.best(|cell| matches!(cell.kind, Kind::Concurrent | Kind::Locked))?,
            Recorded(_, figure) => {
                return Some((ratio(&vec![Some(figure); ours.samples.len()], &ours.samples)?, None));
            }
            Itself(_) => return Some((ours.quartiles()?, None)),
        };
        let ratio = match self.bound {
            AtLeast(_) => ours.advantage_over(other)?,
            AtMost(_) => other.advantage_over(ours)?,
        };
        Some((ratio, Some(other)))
    }

    fn than_whom(&self, other: Option<&Cell>) -> String {
        let best = |what: &str| other.map_or(what.to_owned(), |other| format!("{what}: {}", other.peer));
        match self.than {
            Peer(other) => other.to_owned(),
            BestConcurrent => best("the best concurrent peer"),
            BestPeer => best("the best peer"),
            Recorded(what, figure) => format!("{what} (recorded on another machine: {figure} ns)"),
            Itself(_) => String::from("itself"),
        }
    }
}

impl Verdict {
    pub(crate) fn word(&self) -> &'static str {
        match (self.measured, self.reached) {
            (None, _) => "not measured",
            (Some(_), true) => "reached",
            (Some(_), false) => "missed",
        }
    }

    /// The median with its quartiles.
    pub(crate) fn figures(&self) -> String {
        let Some(Quartiles { q1, median, q3 }) = self.measured else {
            return String::from("–");
        };
        let times = self.unit.map_or(String::from("×"), |unit| format!(" {unit}"));
        let noisy = if self.noisy { "~" } else { "" };
        format!("{noisy}{}{times} [{} – {}]", Figure(median), Figure(q1), Figure(q3))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = format!("{}: {}", self.workload, self.row);
        write!(
            f,
            "{:12} {:26} {:9} {what}; {} against {}",
            self.word(),
            self.figures(),
            self.bound,
            self.ours,
            self.than
        )
    }
}
