//! Do the searches lose anything? Random programs over atomics and a mutex, explored by an engine and by brute force.
//!
//! Brute force takes the operations of a program in every order that its threads, its mutex and its join allow, one at a time. What
//! an engine reports COMPLETE must have all those outcomes. Programs of read-modify-writes and loads that are all `SeqCst` must
//! have no others; programs with weaker orderings and plain stores may have more under loom, never fewer.
//!
//! So that the test is known to bite, it also runs crippled: loom without the repair, the reduced search of shuttle
//! without conflicts. Both must miss outcomes.

use crate::engine::model::{EpochMode, ShuttleBuild, run_once};
use crate::engine::shuttle::config;
use crate::engine::sleep::{Reduction, SleepSets};
use crate::program::Program;
use crate::scenarios::STATES;
use crate::subject;
use crate::words::{Machine, Random, RandomProgram, run_on_loom, run_on_shuttle};
use serde::{Deserialize, Serialize};
use shuttle::scheduler::{DfsScheduler, Scheduler};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Which search is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Search {
    /// loom, repaired.
    Loom,
    /// loom as it ships: must miss outcomes.
    StockLoom,
    /// shuttle's reduced search.
    Sleep,
    /// The same without conflicts: must miss outcomes.
    BrokenSleep,
    /// shuttle's reduced search on programs of the map, against plain depth-first search: every history, in real time.
    SleepHistories,
    /// The same, keeping outcomes only: must miss histories.
    SleepWithoutHistories,
}

/// A self-test: so many programs, from a seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SelfTest {
    /// Which search.
    pub search: Search,
    /// The seed of the programs.
    pub seed: u64,
    /// How many.
    pub programs: usize,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SelfTestReport {
    /// The test.
    pub test: SelfTest,
    /// Executions of all programs.
    pub executions: u64,
    /// Outcomes by brute force.
    pub outcomes: usize,
    /// Programs of which an outcome was missed.
    pub missed: usize,
    /// Programs with an outcome that brute force does not have, though all is `SeqCst`.
    pub extra: usize,
    /// The first program of either sort.
    pub first: Option<String>,
    /// Time taken.
    pub seconds: f64,
}

impl SelfTestReport {
    /// Whether it is as it should be.
    pub fn passes(&self) -> bool {
        match self.test.search {
            Search::Loom | Search::Sleep | Search::SleepHistories => self.missed == 0 && self.extra == 0,
            Search::StockLoom | Search::BrokenSleep | Search::SleepWithoutHistories => {
                self.missed > 0 && self.extra == 0
            }
        }
    }
}

/// What two searches found of one program.
struct Compared {
    text: String,
    expected: BTreeSet<String>,
    found: BTreeSet<String>,
    runs: u64,
    /// The sets must be equal; otherwise what is found may be more.
    strict: bool,
}

/// The operations of random programs of the map: few steps each, for plain depth-first search to finish.
const OPERATIONS: [&str; 8] = [
    "load a",
    "swap a 2",
    "load_or_store a 3",
    "delete a",
    "compare_and_swap a 1 4",
    "load b",
    "store b 5",
    "update a 10",
];

impl SelfTest {
    /// Whether the search is loom's.
    pub fn is_of_loom(&self) -> bool {
        matches!(self.search, Search::Loom | Search::StockLoom)
    }

    /// The set of histories of a program of the map under a scheduler, and the executions it took.
    fn histories(program: &'static Program, scheduler: impl Scheduler + 'static) -> (BTreeSet<String>, u64) {
        let found = Arc::new(Mutex::new((BTreeSet::new(), 0_u64)));
        let note = Arc::clone(&found);
        shuttle::Runner::new(scheduler, config()).run(move || {
            run_once::<ShuttleBuild>(program, EpochMode::Eager, |history, _| {
                let mut note = note.lock().expect("no panic");
                note.0.insert(history.canonical());
                note.1 += 1;
                if note.1.is_multiple_of(10_000) {
                    crate::worker::beat(note.1); // one program may take longer than a worker may be silent
                }
            });
        });
        let found = found.lock().expect("no panic");
        (found.0.clone(), found.1)
    }

    /// A random program of the map, two threads of one or two operations from a random state: its histories by plain
    /// depth-first search and by the reduced one.
    fn map_program(&self, random: &mut Random) -> Compared {
        let (_, setup) = STATES[random.below(STATES.len())];
        let mut operation = || OPERATIONS[random.below(OPERATIONS.len())];
        let text = format!("{setup} || {}; {} || {}", operation(), operation(), operation());
        let map = subject::by_name("map").expect("a subject of the table");
        let program = Program::parse(map, &text).expect("made of parts that parse");
        let program: &'static Program = Box::leak(Box::new(program));
        let reduction = match self.search {
            Search::SleepHistories => Reduction::KeepHistories,
            _ => Reduction::KeepOutcomes,
        };
        let (expected, _) = Self::histories(program, DfsScheduler::new(None, false));
        let (found, runs) = Self::histories(program, SleepSets::new(reduction));
        Compared { text, expected, found, runs, strict: true }
    }

    /// A random program over words and a mutex: its outcomes by brute force and by the search.
    fn word_program(&self, random: &mut Random) -> Compared {
        let program = RandomProgram::new(random);
        let expected = Machine::run(&program);
        let (found, runs) = self.explore(&program);
        let strict = program.strict || !self.is_of_loom();
        Compared { text: program.to_string(), expected, found, runs, strict }
    }

    /// Explores one program; its outcomes, and the number of executions.
    fn explore(&self, program: &RandomProgram) -> (BTreeSet<String>, u64) {
        let found = Arc::new(Mutex::new((BTreeSet::new(), 0_u64)));
        let (note, program) = (Arc::clone(&found), program.clone());
        let add = move |outcome: String| {
            let mut note = note.lock().expect("no panic");
            note.0.insert(outcome);
            note.1 += 1;
        };
        match self.search {
            Search::Loom | Search::StockLoom => {
                sync_map_loom::sync::engine::repair_search(self.search == Search::Loom);
                crate::engine::loom::builder(None).check(move || add(run_on_loom(&program)));
                sync_map_loom::sync::engine::repair_search(true);
            }
            _ => {
                let broken = self.search == Search::BrokenSleep;
                let reduction = if broken { Reduction::Broken } else { Reduction::KeepOutcomes };
                let runner = shuttle::Runner::new(SleepSets::new(reduction), config());
                runner.run(move || add(run_on_shuttle(&program)));
            }
        }
        let found = found.lock().expect("no panic");
        (found.0.clone(), found.1)
    }

    /// Runs it.
    pub fn run(&self) -> SelfTestReport {
        let started = Instant::now();
        let mut random = Random(self.seed);
        let (mut executions, mut outcomes, mut missed, mut extra, mut first) = (0, 0, 0, 0, None);
        for number in 0..self.programs {
            let of_map = matches!(self.search, Search::SleepHistories | Search::SleepWithoutHistories);
            // Those of the map are fewer and larger.
            if of_map || number % 8 == 0 {
                crate::worker::beat(executions);
            }
            let Compared { text, expected, found, runs, strict } = match self.search {
                _ if of_map => self.map_program(&mut random),
                _ => self.word_program(&mut random),
            };
            executions += runs;
            outcomes += expected.len();
            let misses = !expected.is_subset(&found);
            let adds = strict && !found.is_subset(&expected);
            missed += usize::from(misses);
            extra += usize::from(adds);
            if misses || adds {
                first.get_or_insert_with(|| {
                    let missing: Vec<_> = expected.difference(&found).take(3).collect();
                    let added: Vec<_> = found.difference(&expected).take(3).collect();
                    format!("program {number}: {text}; missed {missing:?}, extra {added:?}")
                });
            }
        }
        sync_map_loom::sync::record::keep_events(true);
        sync_map_shuttle::sync::record::keep_events(true);
        let seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        SelfTestReport { test: self.clone(), executions, outcomes, missed, extra, first, seconds }
    }
}
