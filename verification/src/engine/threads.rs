//! Real threads, the shipped build and the real crossbeam-epoch: what happens to happen, many times over.
//!
//! Values are counted, and know when they were dropped. Times are read from the clock, not from a shared counter, whose
//! fences would hide what a weak memory does.

use super::Go;
use crate::adapter::{Calls, Instance, Shipped};
use crate::history::{History, Record};
use crate::values::COUNTED;
use crate::verdict::Level;
use crate::worker::{self, Current};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

/// All threads meet here before and after each round: they spin a little, so that they begin together, and sleep when
/// there are fewer processors than threads.
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

/// Runs the job that the worker has begun, to its end.
pub fn run(current: &'static Current) -> Level {
    let job = current.with(|c| c.job.clone());
    let program = current.with(|c| c.program);
    let threads = program.threads.len();
    let start = Instant::now();
    let now = || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let barrier = Barrier::new(threads + 1);
    let subject = Mutex::new(None::<std::sync::Arc<Shipped>>);
    let logs: Vec<Mutex<Vec<Record>>> = (0..threads).map(|_| Mutex::new(Vec::new())).collect();
    let over = AtomicBool::new(false);
    let lock_failed = "no thread panicked: that ends the process";

    std::thread::scope(|scope| {
        let mut handles = Vec::with_capacity(threads);
        for (thread, log) in logs.iter().enumerate() {
            let (barrier, subject, over) = (&barrier, &subject, &over);
            let mut random = job.seed ^ (thread as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            handles.push(scope.spawn(move || {
                loop {
                    barrier.wait();
                    if over.load(Ordering::Acquire) {
                        return;
                    }
                    let subject = subject.lock().expect(lock_failed).clone().expect("set before the round");
                    let mut records = Vec::with_capacity(program.threads[thread].len());
                    for (number, call) in program.threads[thread].iter().enumerate() {
                        (0..next(&mut random) % 64).for_each(|_| std::hint::spin_loop());
                        let called = now();
                        let ret = subject.call(call);
                        records.push(Record { thread, number, called, returned: now(), ret });
                    }
                    drop(subject);
                    *log.lock().expect(lock_failed) = records;
                    barrier.wait();
                }
            }));
        }
        for _ in 0..job.schedules {
            let fresh = std::sync::Arc::new(Shipped::new(program.subject.kind));
            program.setup.iter().for_each(|call| drop(fresh.call(call)));
            *subject.lock().expect(lock_failed) = Some(fresh);
            barrier.wait();
            barrier.wait();
            let shared = subject.lock().expect(lock_failed).take().expect("set before the round");
            let mut quiet = std::sync::Arc::into_inner(shared).expect("the round is over");
            let contents = quiet.contents();
            let invariants = quiet.check_invariants();
            let records = logs.iter().flat_map(|log| std::mem::take(&mut *log.lock().expect(lock_failed)));
            worker::judge(current, &History { records: records.collect(), contents }, invariants);
            current.with(super::Collector::passed);
            if current.with(super::Collector::pace) == Go::Stop {
                break;
            }
        }
        over.store(true, Ordering::Release);
        barrier.wait();
        // A join, unlike the end of the scope, waits until a thread has handed its garbage over.
        for handle in handles {
            handle.join().expect(lock_failed);
        }
    });

    // Everything has been retired or dropped: the collector must be able to bring the count to zero.
    let flusher = Shipped::new(crate::subject::Kind::Map);
    for _ in 0..10_000 {
        if COUNTED.load(Ordering::SeqCst) == 0 {
            break;
        }
        flusher.flush();
    }
    let left = COUNTED.load(Ordering::SeqCst);
    if left != 0 {
        worker::fail(
            current,
            "leak",
            format!("{left} values are neither in a map nor dropped after the collector was flushed"),
        );
    }
    let executions = current.with(|c| c.executions);
    if executions < job.schedules { Level::Truncated } else { Level::Sampled(executions) }
}
