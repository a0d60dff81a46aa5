//! Real threads, the shipped build and the real crossbeam-epoch: what happens to happen, many times over.
//!
//! Values are counted, and know when they were dropped. Times are read from the clock, not from a shared counter, whose
//! fences would hide what a weak memory does.

use crate::calls::Calls;
use crate::counted::COUNTED;
use crate::current::{self, Current};
use crate::judge::{Go, Judge};
use crate::subjects::{self, Builds};
use linear::{History, Level, Program, Record};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

/// All threads meet here before and after a batch of rounds: they spin a little, and then sleep.
struct Barrier {
    waiting: Mutex<usize>,
    arrived: Condvar,
    round: AtomicU64,
    threads: usize,
}

impl Barrier {
    fn new(threads: usize) -> Self {
        Barrier { waiting: Mutex::new(0), arrived: Condvar::new(), round: AtomicU64::new(0), threads }
    }

    fn wait(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let round = self.round.load(Ordering::Acquire);
        *waiting += 1;
        if *waiting == self.threads {
            *waiting = 0;
            self.round.store(round + 1, Ordering::Release);
            self.arrived.notify_all();
            return;
        }
        drop(waiting);
        for _ in 0..2_000 {
            if self.round.load(Ordering::Acquire) != round {
                return;
            }
            std::hint::spin_loop();
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while self.round.load(Ordering::Acquire) == round {
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A small generator of pauses: reproducible as far as the machine is.
fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    *random >> 33
}

/// Rounds that the threads run one after the other before they are judged: to fall asleep and to be woken takes longer than a
/// round, so it is done once for all of these.
const BATCH: u64 = 64;

/// One round: a fresh instance of the subject, and what each thread has noted.
struct Round {
    subject: Box<dyn Calls>,
    logs: Vec<Mutex<Vec<Record>>>,
}

/// Rounds, and the place where the threads meet before each of them.
struct Batch {
    rounds: Vec<Round>,
    arrived: AtomicUsize,
}

impl Batch {
    /// Instances in the state that the set-up leads to.
    fn new(rounds: u64, program: &Program, builds: &Builds) -> Batch {
        let round = |_| {
            let subject = (builds.shipped)();
            program.setup.iter().for_each(|call| drop(subject.call(call)));
            let logs = program.threads.iter().map(|_| Mutex::new(Vec::new())).collect();
            Round { subject, logs }
        };
        Batch { rounds: (0..rounds).map(round).collect(), arrived: AtomicUsize::new(0) }
    }

    /// Waits until all threads have come to this round, which is when all have ended the one before it.
    fn meet(&self, round: usize, threads: usize) {
        self.arrived.fetch_add(1, Ordering::AcqRel);
        let mut looks = 0;
        while self.arrived.load(Ordering::Acquire) < (round + 1) * threads {
            looks += 1;
            // There may be fewer processors than threads.
            if looks < 200 { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
    }

    /// One thread's part in each of the rounds.
    fn run_thread(&self, program: &Program, thread: usize, random: &mut u64, now: &impl Fn() -> u64) {
        let calls = &program.threads[thread];
        for (number, round) in self.rounds.iter().enumerate() {
            self.meet(number, program.threads.len());
            let mut records = Vec::with_capacity(calls.len());
            for (number, call) in calls.iter().enumerate() {
                (0..next(random) % 64).for_each(|_| std::hint::spin_loop());
                let called = now();
                let ret = round.subject.call(call);
                records.push(Record { thread, number, called, returned: now(), ret });
            }
            *round.logs[thread].lock().expect(LOCK_FAILED) = records;
        }
    }
}

const LOCK_FAILED: &str = "no thread panicked: that ends the process";

/// Runs the job that the worker has begun, to its end.
pub(crate) fn run(current: &'static Current) -> Level {
    let job = current.with(|c| c.job.clone());
    let program = current.with(|c| c.program);
    let start = Instant::now();
    let now = || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let barrier = Barrier::new(program.threads.len() + 1);
    let builds = subjects::builds_of(program.subject);
    // Nothing in place of a batch: it is over.
    let batch = Mutex::new(None::<Arc<Batch>>);

    let run_thread = |thread: usize| {
        let mut random = job.seed ^ (thread as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        loop {
            barrier.wait();
            let Some(rounds) = batch.lock().expect(LOCK_FAILED).clone() else { return };
            rounds.run_thread(program, thread, &mut random, &now);
            drop(rounds);
            barrier.wait();
        }
    };

    std::thread::scope(|scope| {
        let run_thread = &run_thread;
        let handles: Vec<_> =
            (0..program.threads.len()).map(|thread| scope.spawn(move || run_thread(thread))).collect();
        let mut left = job.schedules;
        while left > 0 {
            let rounds = left.min(BATCH);
            left -= rounds;
            *batch.lock().expect(LOCK_FAILED) = Some(Arc::new(Batch::new(rounds, program, builds)));
            barrier.wait();
            barrier.wait();
            let shared = batch.lock().expect(LOCK_FAILED).take().expect("set before the rounds");
            let rounds = Arc::into_inner(shared).expect("the rounds are over").rounds;
            if rounds.into_iter().any(|round| judge(current, round) == Go::Stop) {
                break;
            }
        }
        barrier.wait();
        // A join, unlike the end of the scope, waits until a thread has handed its garbage over.
        for handle in handles {
            handle.join().expect(LOCK_FAILED);
        }
    });

    check_leaks(current, builds);
    let executions = current.with(|c| c.executions);
    if executions < job.schedules { Level::Truncated } else { Level::Sampled(executions) }
}

/// Judges a round that is over, and drops its instance.
fn judge(current: &'static Current, mut round: Round) -> Go {
    let contents = round.subject.contents();
    let invariants = round.subject.check_invariants();
    let records = round.logs.into_iter().flat_map(|log| log.into_inner().expect(LOCK_FAILED));
    current::judge(current, &History { records: records.collect(), contents }, invariants);
    current.with(Judge::passed);
    current.with(Judge::pace)
}

/// Everything has been retired or dropped: the collector must be able to bring the count to zero.
fn check_leaks(current: &'static Current, builds: &Builds) {
    for _ in 0..10_000 {
        if COUNTED.load(Ordering::SeqCst) == 0 {
            break;
        }
        (builds.hand_over)();
    }
    let left = COUNTED.load(Ordering::SeqCst);
    if left != 0 {
        current::fail(
            current,
            "leak",
            format!("{left} values are neither in a map nor dropped after the collector was flushed"),
        );
    }
}
