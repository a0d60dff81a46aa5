//! Random programs over atomic words and a mutex: as data, run by brute force, and run on the two engines.

use crate::random::Random;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Load(usize, usize),
    Store(usize, usize, usize),
    Swap(usize, usize, usize),
    Add(usize, usize, usize),
    CompareExchange(usize, usize, usize, usize),
    /// Takes the mutex, adds to what it guards, reads a word inside, releases it.
    Locked(usize, usize),
    /// The same, and wakes all threads that wait for the condition variable.
    Notify(usize, usize),
    /// Takes the mutex, waits for the condition variable until what the mutex guards is not zero, reads a word inside.
    Await(usize),
    /// Waits for the first spawned thread. Only the model's own thread does so.
    Join,
}

/// A random program: its last thread is the model's own.
#[derive(Clone)]
pub(crate) struct RandomProgram {
    threads: Vec<Vec<Step>>,
    /// Every access is `SeqCst` and there is no plain store: outcomes must be equal.
    pub(crate) strict: bool,
}

impl fmt::Display for RandomProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let threads: Vec<String> = self.threads.iter().map(|thread| format!("{thread:?}")).collect();
        f.write_str(&threads.join(" || "))
    }
}

const WORDS: usize = 2;

impl RandomProgram {
    pub(crate) fn new(random: &mut Random) -> Self {
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
        let mut threads: Vec<_> = (0..threads).map(|n| thread(n + 1 == threads, random)).collect();
        if random.below(3) == 0 {
            Self::add_waits(&mut threads, random);
        }
        RandomProgram { threads, strict }
    }

    /// The first thread waits for something, of which the last notifies it (before it waits for that thread to end). There are
    /// few other steps, because a critical section is expensive to explore.
    fn add_waits(threads: &mut [Vec<Step>], random: &mut Random) {
        threads.iter_mut().for_each(|thread| thread.truncate(1));
        if let [first, .., last] = threads {
            first.insert(random.below(first.len() + 1), Step::Await(random.below(WORDS)));
            let join = last.iter().position(|step| matches!(step, Step::Join)).unwrap_or(last.len());
            last.insert(random.below(join + 1), Step::Notify(random.below(WORDS), 1 + random.below(2)));
        }
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
pub(crate) struct Machine {
    at: Vec<usize>,
    words: [usize; WORDS],
    guarded: usize,
    /// For each thread: whether it waits, and then whether it was woken.
    waits: Vec<Option<bool>>,
    seen: Vec<Vec<usize>>,
}

impl Machine {
    pub(crate) fn run(program: &RandomProgram) -> BTreeSet<String> {
        let threads = program.threads.len();
        let machine = Machine {
            at: vec![0; threads],
            words: [0; WORDS],
            guarded: 0,
            waits: vec![None; threads],
            seen: vec![Vec::new(); threads],
        };
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
            if matches!(step, Step::Await(_)) && self.guarded == 0 && self.waits[thread].is_none() {
                after.waits[thread] = Some(false);
                after.explore(program, outcomes);
                continue;
            }
            if self.waits[thread] == Some(false) {
                continue;
            }
            after.at[thread] += 1;
            after.take(thread, *step);
            after.explore(program, outcomes);
        }
        if finished {
            outcomes.insert(show(&self.seen, &self.words, self.guarded));
        }
    }

    /// One step. A critical section is one, too: nothing inside it is seen before it ends, except for the word that it reads.
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
            Step::Notify(word, value) => {
                self.guarded = self.guarded * 3 + value;
                self.waits.iter_mut().flatten().for_each(|woken| *woken = true);
                self.words[word] + 100 * self.guarded
            }
            Step::Await(word) => {
                let waited = self.waits[thread].take().is_some();
                self.words[word] + 100 * self.guarded + 10_000 * usize::from(waited)
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
    ($run:ident, $engine:ident) => {
        /// One execution of the program on the engine; its outcome.
        pub(crate) fn $run(program: &RandomProgram) -> String {
            use sync_map_model::$engine::trace::{self as record, Value};
            use sync_map_model::$engine::{Change, Condvar, Mutex as Locked, Site, Word};

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

            fn take(
                words: &[Word],
                (guarded, changed): &(Locked<usize>, Condvar),
                step: Step,
            ) -> Option<usize> {
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
                    Step::Notify(word, value) => {
                        let mut guarded = guarded.lock();
                        *guarded = *guarded * 3 + value;
                        changed.notify_all();
                        words[word].load(&SITES[0][0]) + 100 * *guarded
                    }
                    Step::Await(word) => {
                        let mut guarded = guarded.lock();
                        let mut waited = 0;
                        while *guarded == 0 {
                            waited = 10_000;
                            guarded = changed.wait(guarded);
                        }
                        words[word].load(&SITES[0][0]) + 100 * *guarded + waited
                    }
                    Step::Join => return None,
                })
            }

            record::begin();
            record::keep_events(false);
            let word = || Word::new(0, |value| Value::Integer(value as i64));
            let shared = Arc::new((
                (0..WORDS).map(|_| word()).collect::<Vec<_>>(),
                (Locked::new(0_usize), Condvar::new()),
            ));
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
            let guarded = *shared.1.0.lock();
            let seen = seen.lock().expect("no panic");
            record::end();
            show(&seen, &words, guarded)
        }
    };
}

explorer!(run_on_loom, loom);
explorer!(run_on_shuttle, shuttle);
