//! A spell: one subject under one load for some seconds.
//!
//! Threads make calls and record them, each in a buffer of its own. From time to time they meet. Then nobody has a call under way, so the contents can
//! be read: that is the state in which the window that is over has ended, and in which the next begins. The threads share the work of judging
//! the window, key by key, and go on.

use crate::builds::Build;
use crate::event::{Event, Op};
use crate::hand::{Hand, THREADS_OF_A_WHOLE};
use crate::judge::{Judged, Unexplained, judge};
use crate::load::Load;
use crate::meaning::{EMPTY, Meaning, State};
use crate::subject::{Shown, Subject};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// What is run.
#[derive(Clone, Debug)]
pub struct Spell {
    /// The load.
    pub load: &'static Load,
    /// The build.
    pub build: Build,
    /// So many threads, before the load says how crowded it is.
    pub threads: usize,
    /// The seed.
    pub seed: u64,
    /// For how long.
    pub time: Duration,
}

/// What was done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Operations that were recorded. A walk over all keys is one.
    pub recorded: u64,
    /// Those of them whose histories were judged.
    pub judged: u64,
    /// Those whose histories were too large to judge: nothing is said of them.
    pub not_judged: u64,
    /// Windows.
    pub windows: u64,
    /// Pauses at named accesses and locks.
    pub pauses: u64,
    /// Keys and values that are alive.
    pub live: i64,
    /// Memory of the process.
    pub bytes: u64,
    /// What recording cost in all threads together, in seconds: calls times what one costs by measurement.
    pub recording: f64,
    /// For how long.
    pub seconds: f64,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// The kind of failure.
    pub kind: &'static str,
    /// In words.
    pub message: String,
    /// The calls that no order explains, if it is that.
    pub unexplained: Option<Box<Unexplained>>,
}

impl Wrong {
    fn new(kind: &'static str, message: String) -> Wrong {
        Wrong { kind, message, unexplained: None }
    }
}

/// Threads that are joined and started anew after so many windows, if the load does not say otherwise.
const WINDOWS: usize = 40;

/// How often garbage is collected at the end, before what is left is a leak.
const COLLECTIONS: usize = 20_000;

/// What the threads share.
struct Shared<'s> {
    spell: &'s Spell,
    subject: RwLock<Box<dyn Subject>>,
    hands: Vec<Mutex<Hand>>,
    barrier: Barrier,
    start: AtomicUsize,
    /// What is to be judged: calls that are judged together, the state before them, and after.
    jobs: RwLock<Vec<Job>>,
    next: AtomicUsize,
    known: Mutex<Vec<Shown>>,
    begun: Instant,
    cost: f64,
    recorded: AtomicU64,
    judged: AtomicU64,
    not_judged: AtomicU64,
    windows: AtomicU64,
    pauses: AtomicU64,
    wrong: Mutex<Option<Wrong>>,
    over: AtomicBool,
    beat: &'s (dyn Fn(&Tally) + Sync),
}

struct Job {
    calls: Mutex<Vec<Event>>,
    start: State,
    shown: State,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a spell; `beat` hears of it from time to time.
///
/// # Errors
/// What is wrong.
pub fn run(spell: &Spell, cost: f64, beat: &(dyn Fn(&Tally) + Sync)) -> Result<Tally, Wrong> {
    let subject = spell.build.make(spell.load);
    let threads = threads(spell);
    let begun = Instant::now();
    let hands = (0..threads).map(|thread| {
        let thread = u8::try_from(thread).expect("no more than `most`");
        Mutex::new(Hand::new(thread, spell.seed, begun))
    });
    let shared = Shared {
        spell,
        hands: hands.collect(),
        barrier: Barrier::new(threads),
        start: AtomicUsize::new(0),
        jobs: RwLock::default(),
        next: AtomicUsize::new(0),
        known: Mutex::new(subject.contents(spell.load)),
        subject: RwLock::new(subject),
        begun,
        cost,
        recorded: AtomicU64::new(0),
        judged: AtomicU64::new(0),
        not_judged: AtomicU64::new(0),
        windows: AtomicU64::new(0),
        pauses: AtomicU64::new(0),
        wrong: Mutex::new(None),
        over: AtomicBool::new(false),
        beat,
    };
    while !shared.over.load(Ordering::SeqCst) {
        let windows = if spell.load.come_and_go { 1 } else { WINDOWS };
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads)
                .map(|thread| {
                    let shared = &shared;
                    scope.spawn(move || shared.work(thread, windows))
                })
                .collect();
            // Unlike the end of the scope, a join waits until a thread has handed its garbage over.
            handles.into_iter().for_each(|handle| handle.join().expect("a panic ends the process"));
        });
        let checked = shared.subject.write().unwrap_or_else(PoisonError::into_inner).check();
        if let Err(why) = checked {
            lock(&shared.wrong).get_or_insert(Wrong::new("invariant", why));
            break;
        }
    }
    let tally = shared.tally();
    if let Some(wrong) = lock(&shared.wrong).take() {
        return Err(wrong);
    }
    let mut subject = shared.subject.into_inner().unwrap_or_else(PoisonError::into_inner);
    subject.end();
    subject.check().map_err(|why| Wrong::new("invariant", why))?;
    drop(subject);
    check_leaks(spell.build)?;
    Ok(Tally { live: crate::counted::Counted::live(), ..tally })
}

/// How many threads there are.
fn threads(spell: &Spell) -> usize {
    let most = if spell.load.whole { usize::from(THREADS_OF_A_WHOLE) } else { crate::judge::MOST_SLOTS };
    (spell.threads * spell.load.crowd).clamp(1, most)
}

fn check_leaks(build: Build) -> Result<(), Wrong> {
    for _ in 0..COLLECTIONS {
        if crate::counted::Counted::live() == 0 {
            return Ok(());
        }
        build.collect();
    }
    let left = crate::counted::Counted::live();
    Err(Wrong::new(
        "leak",
        format!(
            "{left} keys and values are left after the subject was dropped and garbage collected {COLLECTIONS} times"
        ),
    ))
}

impl Shared<'_> {
    /// What one thread does.
    fn work(&self, thread: usize, windows: usize) {
        let seed = self.spell.seed ^ (thread as u64 + 1) ^ self.windows.load(Ordering::Relaxed) << 8;
        let mut hand = lock(&self.hands[thread]);
        let often = if self.spell.build == Build::Paused { 4 << (self.spell.seed % 6) } else { 0 };
        for _ in 0..windows {
            if self.barrier.wait().is_leader() {
                self.start.store(0, Ordering::SeqCst);
            }
            self.barrier.wait();
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            self.begin();
            let subject = self.subject.read().unwrap_or_else(PoisonError::into_inner);
            let before = sync_map_pauses::taken();
            sync_map_pauses::set(often, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            while hand.events.len() < self.spell.load.calls {
                subject.turn(self.spell.load, &mut hand);
            }
            sync_map_pauses::set(0, 0);
            self.pauses.fetch_add(sync_map_pauses::taken() - before, Ordering::Relaxed);
            let events = std::mem::take(&mut hand.events);
            drop(hand);
            self.meet(thread, events);
            hand = lock(&self.hands[thread]);
        }
    }

    /// Waits until all are awake, so that they work at the same time.
    fn begin(&self) {
        self.start.fetch_add(1, Ordering::SeqCst);
        for _ in 0..10_000 {
            if self.start.load(Ordering::SeqCst) >= self.hands.len() {
                return;
            }
            std::thread::yield_now();
        }
    }

    /// The quiet moment after a window, and the judging.
    fn meet(&self, thread: usize, events: Vec<Event>) {
        lock(&self.hands[thread]).events = events;
        if self.barrier.wait().is_leader() {
            self.cut();
        }
        self.barrier.wait();
        let jobs = self.jobs.read().unwrap_or_else(PoisonError::into_inner);
        while let Some(job) = jobs.get(self.next.fetch_add(1, Ordering::SeqCst)) {
            self.judge(job);
        }
        drop(jobs);
        if self.barrier.wait().is_leader() {
            let late = self.begun.elapsed() >= self.spell.time;
            self.windows.fetch_add(1, Ordering::Relaxed);
            (self.beat)(&self.tally());
            self.over.store(late || lock(&self.wrong).is_some(), Ordering::SeqCst);
        }
    }

    /// Nobody has a call under way: takes what was recorded, and reads the contents.
    fn cut(&self) {
        let load = self.spell.load;
        let subject = self.subject.read().unwrap_or_else(PoisonError::into_inner);
        if let Err(why) = subject.quiet() {
            lock(&self.wrong).get_or_insert(Wrong::new("invariant", why));
        }
        let shown = subject.contents(load);
        let mut known = lock(&self.known);
        let groups = if load.whole { 1 } else { load.keys as usize };
        let mut calls: Vec<Vec<Event>> = vec![Vec::new(); groups];
        for hand in &self.hands {
            let mut hand = lock(hand);
            for event in hand.events.drain(..) {
                self.recorded.fetch_add(u64::from(counts(&event)), Ordering::Relaxed);
                calls[if load.whole { 0 } else { event.key as usize }].push(event);
            }
        }
        let jobs = calls.into_iter().enumerate().map(|(group, calls)| Job {
            calls: Mutex::new(calls),
            start: state(load, &known, group),
            shown: state(load, &shown, group),
        });
        *self.jobs.write().unwrap_or_else(PoisonError::into_inner) = jobs.collect();
        self.next.store(0, Ordering::SeqCst);
        *known = shown;
    }

    fn judge(&self, job: &Job) {
        let mut calls = lock(&job.calls);
        calls.sort_by_key(|call| call.called);
        let many = calls.iter().filter(|call| counts(call)).count() as u64;
        match judge(self.spell.load.meaning, &calls, job.start, Some(&job.shown)) {
            Judged::Explained => self.judged.fetch_add(many, Ordering::Relaxed),
            Judged::TooLarge => self.not_judged.fetch_add(many, Ordering::Relaxed),
            Judged::Unexplained(unexplained) => {
                let message =
                    format!("no order of {} calls explains what they returned", unexplained.calls.len());
                let wrong =
                    Wrong { kind: "not linearizable", message, unexplained: Some(Box::new(unexplained)) };
                lock(&self.wrong).get_or_insert(wrong);
                self.judged.fetch_add(many, Ordering::Relaxed)
            }
        };
    }

    fn tally(&self) -> Tally {
        let recorded = self.recorded.load(Ordering::Relaxed);
        Tally {
            recorded,
            judged: self.judged.load(Ordering::Relaxed),
            not_judged: self.not_judged.load(Ordering::Relaxed),
            windows: self.windows.load(Ordering::Relaxed),
            pauses: self.pauses.load(Ordering::Relaxed),
            live: crate::counted::Counted::live(),
            bytes: resident(),
            recording: recorded as f64 * self.cost * 1e-9,
            seconds: self.begun.elapsed().as_secs_f64(),
        }
    }
}

/// Whether the event is the one by which its operation is counted: a walk has one for each key.
fn counts(event: &Event) -> bool {
    !matches!(event.op, Op::Visit | Op::Retain) || event.key == 0
}

/// The state of what is judged together.
fn state(load: &Load, shown: &[Shown], group: usize) -> State {
    let mut state = EMPTY;
    match load.meaning {
        Meaning::Service => state[..2].copy_from_slice(&shown[group]),
        _ if load.whole => state.iter_mut().zip(shown).for_each(|(place, shown)| *place = shown[0]),
        _ => state[group % state.len()] = shown[group][0],
    }
    state
}

/// The memory of this process that is in use; 0 where the system does not say.
pub fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
