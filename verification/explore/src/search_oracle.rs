//! Do the searches lose anything? Random programs over atomics and a mutex, explored by an engine and by brute force.
//!
//! Brute force takes the operations of a program in every order that its threads, its mutex and its join allow, one at a time. What
//! an engine reports COMPLETE must have all those outcomes. Programs of read-modify-writes and loads that are all `SeqCst` must
//! have no others; programs with weaker orderings and plain stores may have more under loom, never fewer.
//!
//! So that the test is known to bite, it also runs crippled: loom without the repair, the reduced search of shuttle
//! without conflicts. Both must miss outcomes.

use crate::execution::{EpochMode, ShuttleBuild, run_once};
use crate::litmus::{Machine, RandomProgram, run_on_loom, run_on_shuttle};
use crate::observer::Observer;
use crate::on_shuttle::config;
use crate::random::Random;
use crate::sleep_sets::{Reduction, SleepSets};
use crate::subjects::{self, Examples};
use linear::{History, Program, Subject};
use serde::{Deserialize, Serialize};
use shuttle::scheduler::{DfsScheduler, Scheduler};
use std::collections::{BTreeSet, HashSet};
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
    /// The same, keeping outcomes only: must miss histories. Runs with `SleepHistories`, not alone.
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
    /// If given: a program of a subject that plain depth-first search does not end within so many executions is left out, and the
    /// next one is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<u64>,
}

/// Which programs of a subject the self-tests of histories draw.
#[derive(Clone, Copy, Debug)]
pub struct OfASubject {
    /// How many.
    pub programs: usize,
    /// As [`SelfTest::within`].
    pub within: Option<u64>,
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

/// The first subject that has examples.
fn examples() -> (&'static Subject, Examples) {
    let found = subjects::all().iter().find_map(|builds| Some((builds.subject, builds.examples?)));
    found.expect("a subject with examples is installed")
}

impl SelfTest {
    /// Whether the search is loom's.
    pub fn is_of_loom(&self) -> bool {
        matches!(self.search, Search::Loom | Search::StockLoom)
    }

    /// Whether it runs programs of a subject, and compares their histories.
    fn compares_histories(&self) -> bool {
        matches!(self.search, Search::SleepHistories | Search::SleepWithoutHistories)
    }

    /// The set of histories of a program of a subject under a scheduler, and the executions it took.
    fn histories(
        program: &'static Program,
        scheduler: impl Scheduler + 'static,
        observer: &'static dyn Observer,
    ) -> (BTreeSet<String>, u64) {
        let found = Arc::new(Mutex::new((HashSet::new(), 0_u64)));
        let note = Arc::clone(&found);
        sync_map_model::shuttle::trace::keep_events(false); // nobody looks at the steps
        shuttle::Runner::new(scheduler, config()).run(move || {
            run_once::<ShuttleBuild>(program, EpochMode::Eager, |history, _| {
                let mut note = note.lock().expect("no panic");
                // Thousands of executions have the same history: it is written out once.
                if !note.0.contains(history) {
                    note.0.insert(history.clone());
                }
                note.1 += 1;
                if note.1.is_multiple_of(10_000) {
                    observer.beat(note.1); // one program may take longer than a worker may be silent
                }
            });
        });
        let found = found.lock().expect("no panic");
        (found.0.iter().map(History::canonical).collect(), found.1)
    }

    /// A random program of a subject, two threads of one or two operations from a random state: its histories by plain depth-first
    /// search, once, and by the reduced search in each of its two kinds.
    fn program_of(
        &self,
        (subject, examples): (&'static Subject, Examples),
        random: &mut Random,
        observer: &'static dyn Observer,
    ) -> Vec<Compared> {
        let (text, program, expected) = loop {
            let setup = examples.setups[random.below(examples.setups.len())];
            let mut call = || examples.calls[random.below(examples.calls.len())];
            let text = format!("{setup} || {}; {} || {}", call(), call(), call());
            let program = Program::parse(subject, &text).expect("made of parts that parse");
            let program: &'static Program = Box::leak(Box::new(program));
            let stop = self.within.map(|most| usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1));
            let (expected, runs) = Self::histories(program, DfsScheduler::new(stop, false), observer);
            if self.within.is_none_or(|most| runs <= most) {
                break (text, program, expected);
            }
        };
        let compare = |reduction| {
            let (found, runs) = Self::histories(program, SleepSets::new(reduction), observer);
            Compared { text: text.clone(), expected: expected.clone(), found, runs, strict: true }
        };
        [Reduction::KeepHistories, Reduction::KeepOutcomes].map(compare).into()
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
                crate::on_loom::repair_search(self.search == Search::Loom);
                crate::on_loom::builder(None).check(move || add(run_on_loom(&program)));
                crate::on_loom::repair_search(true);
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

    /// The tests that run with it, itself included: a report each. Those that compare histories share the brute force, which takes longest.
    pub fn each(&self) -> Vec<SelfTest> {
        let searches = match self.search {
            Search::SleepHistories | Search::SleepWithoutHistories => {
                vec![Search::SleepHistories, Search::SleepWithoutHistories]
            }
            search => vec![search],
        };
        searches.into_iter().map(|search| SelfTest { search, ..*self }).collect()
    }

    /// Runs it: a report for each search.
    ///
    /// # Panics
    /// When it compares histories, and no subject has examples to draw programs from.
    pub fn run(&self, observer: &'static dyn Observer) -> Vec<SelfTestReport> {
        let started = Instant::now();
        let mut random = Random(self.seed);
        let mut reports: Vec<SelfTestReport> = self.each().into_iter().map(SelfTestReport::begin).collect();
        for number in 0..self.programs {
            let of_subject = self.compares_histories().then(examples);
            // Those of a subject are fewer and larger.
            if of_subject.is_some() || number % 8 == 0 {
                observer.beat(reports.iter().map(|report| report.executions).sum());
            }
            let compared = match of_subject {
                Some(of_subject) => self.program_of(of_subject, &mut random, observer),
                None => vec![self.word_program(&mut random)],
            };
            for (report, compared) in reports.iter_mut().zip(&compared) {
                report.add(number, compared);
            }
        }
        sync_map_model::loom::trace::keep_events(true);
        sync_map_model::shuttle::trace::keep_events(true);
        let seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        reports.iter_mut().for_each(|report| report.seconds = seconds);
        reports
    }
}

impl SelfTestReport {
    fn begin(test: SelfTest) -> SelfTestReport {
        SelfTestReport { test, executions: 0, outcomes: 0, missed: 0, extra: 0, first: None, seconds: 0.0 }
    }

    fn add(&mut self, number: usize, Compared { text, expected, found, runs, strict }: &Compared) {
        self.executions += runs;
        self.outcomes += expected.len();
        let misses = !expected.is_subset(found);
        let adds = *strict && !found.is_subset(expected);
        self.missed += usize::from(misses);
        self.extra += usize::from(adds);
        if misses || adds {
            self.first.get_or_insert_with(|| {
                let missing: Vec<_> = expected.difference(found).take(3).collect();
                let added: Vec<_> = found.difference(expected).take(3).collect();
                format!("program {number}: {text}; missed {missing:?}, extra {added:?}")
            });
        }
    }
}
