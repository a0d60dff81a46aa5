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
use serde::{Deserialize, Serialize};
use shuttle::scheduler::{DfsScheduler, Scheduler};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::Ordering;
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

#[derive(Clone, Copy, Debug)]
enum Step {
    Load(usize, usize),
    Store(usize, usize, usize),
    Swap(usize, usize, usize),
    Add(usize, usize, usize),
    CompareExchange(usize, usize, usize, usize),
    /// Takes the mutex, adds to what it guards, reads a word inside, releases it.
    Locked(usize, usize),
    /// Waits for the first spawned thread. Of the model's own thread only.
    Join,
}

/// A random program: its last thread is the model's own.
#[derive(Clone)]
struct RandomProgram {
    threads: Vec<Vec<Step>>,
    /// All is `SeqCst` and there is no plain store: outcomes must be equal.
    strict: bool,
}

impl fmt::Display for RandomProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let threads: Vec<String> = self.threads.iter().map(|thread| format!("{thread:?}")).collect();
        f.write_str(&threads.join(" || "))
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

const WORDS: usize = 2;

/// splitmix64: small, and the same everywhere.
pub struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap_or(0)
    }
}

impl RandomProgram {
    fn new(random: &mut Random) -> Self {
        let strict = random.below(2) == 0;
        let threads = 2 + random.below(2);
        let most = if threads == 2 { 3 } else { 2 };
        let thread = |last: bool, random: &mut Random| -> Vec<Step> {
            let mut steps: Vec<Step> =
                (0..1 + random.below(most)).map(|_| Self::step(strict, random)).collect();
            if last && random.below(3) == 0 {
                let at = random.below(steps.len() + 1);
                steps.insert(at, Step::Join);
            }
            steps
        };
        RandomProgram { threads: (0..threads).map(|n| thread(n + 1 == threads, random)).collect(), strict }
    }

    fn step(strict: bool, random: &mut Random) -> Step {
        let (word, value) = (random.below(WORDS), 1 + random.below(2));
        // Which row of the table of sites below: SeqCst, or any.
        let order = if strict { 0 } else { random.below(3) };
        match random.below(if strict { 10 } else { 12 }) {
            0..=3 => Step::Load(word, order),
            4 | 5 => Step::CompareExchange(word, random.below(3), value, order),
            6 => Step::Swap(word, value, order),
            7 | 8 => Step::Add(word, value, order),
            9 => Step::Locked(word, value),
            _ => Step::Store(word, value, order),
        }
    }
}

/// What a program has done so far, in brute force.
#[derive(Clone)]
struct Machine {
    at: Vec<usize>,
    words: [usize; WORDS],
    guarded: usize,
    seen: Vec<Vec<usize>>,
}

impl Machine {
    fn run(program: &RandomProgram) -> BTreeSet<String> {
        let threads = program.threads.len();
        let machine =
            Machine { at: vec![0; threads], words: [0; WORDS], guarded: 0, seen: vec![Vec::new(); threads] };
        let mut outcomes = BTreeSet::new();
        machine.explore(program, &mut outcomes);
        outcomes
    }

    fn explore(&self, program: &RandomProgram, outcomes: &mut BTreeSet<String>) {
        let mut finished = true;
        for thread in 0..self.at.len() {
            let Some(step) = program.threads[thread].get(self.at[thread]) else {
                continue;
            };
            finished = false;
            if matches!(step, Step::Join) && self.at[0] < program.threads[0].len() {
                continue;
            }
            let mut after = self.clone();
            after.at[thread] += 1;
            after.take(thread, *step);
            after.explore(program, outcomes);
        }
        if finished {
            outcomes.insert(show(&self.seen, &self.words, self.guarded));
        }
    }

    /// One step. A critical section is one too: nothing inside it is seen before it ends, but for the word that it reads.
    fn take(&mut self, thread: usize, step: Step) {
        let seen = match step {
            Step::Load(word, _) => self.words[word],
            Step::Store(word, value, _) => {
                self.words[word] = value;
                return;
            }
            Step::Swap(word, value, _) => std::mem::replace(&mut self.words[word], value),
            Step::Add(word, value, _) => {
                self.words[word] += value;
                self.words[word] - value
            }
            Step::CompareExchange(word, old, new, _) => {
                let seen = self.words[word];
                if seen == old {
                    self.words[word] = new;
                }
                seen
            }
            Step::Locked(word, value) => {
                self.guarded = self.guarded * 3 + value;
                self.words[word] + 100 * self.guarded
            }
            Step::Join => return,
        };
        self.seen[thread].push(seen);
    }
}

fn show(seen: &[Vec<usize>], words: &[usize], guarded: usize) -> String {
    format!("{seen:?} {words:?} {guarded}")
}

macro_rules! explorer {
    ($run:ident, $krate:ident, $engine:ident) => {
        /// One execution of the program on the engine; its outcome.
        fn $run(program: &RandomProgram) -> String {
            use $krate::sync::Site;
            use $krate::sync::model::{Change, Mutex as Locked, Word};
            use $krate::sync::record::{self, Value};

            // Loads, stores, read-modify-writes: three rows, SeqCst, acquire-release, relaxed.
            static SITES: [[Site; 3]; 3] = {
                const fn site(ordering: Ordering) -> Site {
                    Site { id: "TEST", name: "word.access", ordering }
                }
                [
                    [site(Ordering::SeqCst), site(Ordering::SeqCst), site(Ordering::SeqCst)],
                    [site(Ordering::Acquire), site(Ordering::Release), site(Ordering::AcqRel)],
                    [site(Ordering::Relaxed), site(Ordering::Relaxed), site(Ordering::Relaxed)],
                ]
            };

            fn take(words: &[Word], guarded: &Locked<usize>, step: Step) -> Option<usize> {
                Some(match step {
                    Step::Load(word, order) => words[word].load(&SITES[order][0]),
                    Step::Store(word, value, order) => {
                        words[word].store(value, &SITES[order][1]);
                        return None;
                    }
                    Step::Swap(word, value, order) => {
                        words[word].modify(Change::Set(value), &SITES[order][2])
                    }
                    Step::Add(word, value, order) => words[word].modify(Change::Add(value), &SITES[order][2]),
                    Step::CompareExchange(word, old, new, order) => {
                        let (success, failure) = (&SITES[order][2], &SITES[order][0]);
                        words[word].compare_exchange(old, new, success, failure).unwrap_or_else(|seen| seen)
                    }
                    Step::Locked(word, value) => {
                        let mut guarded = guarded.lock();
                        *guarded = *guarded * 3 + value;
                        words[word].load(&SITES[0][0]) + 100 * *guarded
                    }
                    Step::Join => return None,
                })
            }

            record::begin();
            record::keep_events(false);
            let word = || Word::new(0, |value| Value::Integer(value as i64));
            let shared = Arc::new(((0..WORDS).map(|_| word()).collect::<Vec<_>>(), Locked::new(0_usize)));
            let last = program.threads.len() - 1;
            let seen = Arc::new(Mutex::new(vec![Vec::new(); last + 1]));
            let mut handles: Vec<_> = (0..last)
                .map(|thread| {
                    let (shared, seen) = (Arc::clone(&shared), Arc::clone(&seen));
                    let steps = program.threads[thread].clone();
                    Some($engine::thread::spawn(move || {
                        record::enter_thread(thread + 1);
                        for step in steps {
                            if let Some(value) = take(&shared.0, &shared.1, step) {
                                seen.lock().expect("no panic")[thread].push(value);
                            }
                        }
                    }))
                })
                .collect();
            for step in &program.threads[last] {
                if let Step::Join = step {
                    if let Some(handle) = handles[0].take() {
                        handle.join().expect("no panic");
                    }
                } else if let Some(value) = take(&shared.0, &shared.1, *step) {
                    seen.lock().expect("no panic")[last].push(value);
                }
            }
            for handle in handles.into_iter().flatten() {
                handle.join().expect("no panic");
            }
            let words: Vec<usize> = shared.0.iter().map(|word| word.load(&SITES[0][0])).collect();
            let guarded = *shared.1.lock();
            let seen = seen.lock().expect("no panic");
            show(&seen, &words, guarded)
        }
    };
}

explorer!(run_on_loom, sync_map_loom, loom);
explorer!(run_on_shuttle, sync_map_shuttle, shuttle);

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
            if number % 8 == 0 {
                crate::worker::beat(executions);
            }
            let Compared { text, expected, found, runs, strict } = match self.search {
                Search::SleepHistories | Search::SleepWithoutHistories => self.map_program(&mut random),
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
