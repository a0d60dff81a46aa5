//! One measurement: a window of fixed time.
//!
//! Every thread sets itself up and warms up, waits for the others, then works in chunks until its time is over; between
//! chunks it looks at the clock. A chunk is long against a look at the clock, and short against the window.
//!
//! A window is disturbed when the scheduler took the processor from one of its threads for more than a hundredth of the time
//! ([`Fate::Switched`]), or when the threads worked side by side for too small a part of it ([`Fate::Apart`]). The caller drops
//! disturbed windows, and counts them. A switch as such disturbs nothing: on an idle machine too, threads of the kernel take some
//! microseconds every few milliseconds.

use crate::thread::{Start, Treatment};
use std::time::{Duration, Instant};

/// What one thread does.
pub trait Worker {
    /// Some operations; returns how many.
    fn chunk(&mut self) -> u64;

    /// Work that the operations have put off, as freeing memory; its time counts.
    fn finish(&mut self) {}
}

/// How long a measurement takes.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Before the start, not counted.
    pub warm_up: Duration,
    /// From the start to the end.
    pub window: Duration,
}

/// Whether a window can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing disturbed it.
    Kept,
    /// The scheduler took the processor from one of its threads for too long.
    Switched,
    /// Its threads worked side by side for too small a part of it.
    Apart,
}

/// What one window has measured.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Nanoseconds for one operation: time / operations of all threads, so that perfect scaling halves it at two threads.
    pub nanos: f64,
    /// Whether it can be used.
    pub fate: Fate,
}

/// The least part of a window in which all of its threads must have worked.
const OVERLAP_AT_LEAST: f64 = 0.9;

/// The greatest part of a window that a thread may have lost to involuntary switches.
const LOST_AT_MOST: f64 = 0.01;

/// What one thread reports.
struct Shift {
    start: Instant,
    end: Instant,
    operations: u64,
    switched: bool,
}

/// One window of `threads` workers; `worker` is called on the thread that will work.
pub fn window<W: Worker>(threads: usize, timing: Timing, worker: impl Fn(usize) -> W + Sync) -> Window {
    let start = Start::new(threads);
    let shifts: Vec<Shift> = std::thread::scope(|scope| {
        let shift = |thread| {
            let (worker, start) = (&worker, &start);
            scope.spawn(move || shift(worker(thread), timing, start))
        };
        let started: Vec<_> = (0..threads).map(shift).collect();
        started.into_iter().map(|thread| thread.join().expect("a worker does not panic")).collect()
    });
    summary(&shifts)
}

fn shift<W: Worker>(mut worker: W, timing: Timing, all: &Start) -> Shift {
    let warm = Instant::now();
    while warm.elapsed() < timing.warm_up {
        worker.chunk();
    }
    all.wait();
    let before = Treatment::now();
    let start = Instant::now();
    let mut operations = 0;
    while start.elapsed() < timing.window {
        operations += worker.chunk();
    }
    worker.finish();
    let end = Instant::now();
    Shift { start, end, operations, switched: is_disturbed(&before, end - start) }
}

/// Whether this thread has lost too much of this time since then.
fn is_disturbed(before: &Treatment, time: Duration) -> bool {
    let lost = Treatment::now().lost_since(before, time);
    lost.as_secs_f64() > LOST_AT_MOST * time.as_secs_f64()
}

fn summary(shifts: &[Shift]) -> Window {
    let speed =
        |shift: &Shift| shift.operations as f64 / shift.end.duration_since(shift.start).as_nanos() as f64;
    let nanos = 1.0 / shifts.iter().map(speed).sum::<f64>();
    let fate = if shifts.iter().any(|shift| shift.switched) {
        Fate::Switched
    } else if overlap(shifts) < OVERLAP_AT_LEAST {
        Fate::Apart
    } else {
        Fate::Kept
    };
    Window { nanos, fate }
}

/// The part of the time, from the first start to the last end, in which all worked.
fn overlap(shifts: &[Shift]) -> f64 {
    let starts = || shifts.iter().map(|shift| shift.start);
    let ends = || shifts.iter().map(|shift| shift.end);
    let between = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
        (Some(from), Some(to)) => to.saturating_duration_since(from).as_secs_f64(),
        _ => 0.0,
    };
    between(starts().max(), ends().min()) / between(starts().min(), ends().max())
}

/// A part of a window that counts, among others that do not.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// How many.
    pub operations: u64,
    /// The time of these operations alone.
    pub time: Duration,
}

/// A window of one thread that is made of sections, each timed by itself, until they add up to `least`.
pub fn sections(least: Duration, mut section: impl FnMut() -> Section) -> Window {
    let (mut operations, mut time) = (0, Duration::ZERO);
    let (before, start) = (Treatment::now(), Instant::now());
    while time < least || operations == 0 {
        let one = section();
        operations += one.operations;
        time += one.time;
    }
    let fate = if is_disturbed(&before, start.elapsed()) { Fate::Switched } else { Fate::Kept };
    Window { nanos: time.as_nanos() as f64 / operations as f64, fate }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(from: u64, to: u64, operations: u64, switched: bool) -> Shift {
        // The tests only ever look at differences.
        let origin = *ORIGIN;
        let at = |millis| origin + Duration::from_millis(millis);
        Shift { start: at(from), end: at(to), operations, switched }
    }

    static ORIGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

    #[test]
    fn two_threads_side_by_side_halve_the_time_of_an_operation() {
        let one = summary(&[shift(0, 10, 1_000_000, false)]);
        let two = summary(&[shift(0, 10, 1_000_000, false), shift(0, 10, 1_000_000, false)]);
        assert_eq!((one.fate, two.fate), (Fate::Kept, Fate::Kept));
        assert!((one.nanos - 10.0).abs() < 1e-9, "{}", one.nanos);
        assert!((two.nanos - 5.0).abs() < 1e-9, "{}", two.nanos);
    }

    #[test]
    fn a_window_is_disturbed_by_a_switch_of_any_thread() {
        let window = summary(&[shift(0, 10, 1, false), shift(0, 10, 1, true)]);
        assert_eq!(window.fate, Fate::Switched);
    }

    #[test]
    fn a_window_is_disturbed_when_its_threads_work_one_after_the_other() {
        assert_eq!(summary(&[shift(0, 10, 1, false), shift(2, 12, 1, false)]).fate, Fate::Apart);
        assert_eq!(summary(&[shift(0, 10, 1, false), shift(20, 30, 1, false)]).fate, Fate::Apart);
    }

    #[test]
    fn a_window_runs_every_worker_and_finishes_it() {
        use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
        struct Counting<'c>(&'c AtomicU64, &'c AtomicU64);
        impl Worker for Counting<'_> {
            fn chunk(&mut self) -> u64 {
                self.0.fetch_add(1, Relaxed);
                1
            }
            fn finish(&mut self) {
                self.1.fetch_add(1, Relaxed);
            }
        }
        let (chunks, finished) = (AtomicU64::new(0), AtomicU64::new(0));
        let timing = Timing { warm_up: Duration::ZERO, window: Duration::from_millis(1) };
        let window = window(2, timing, |_| Counting(&chunks, &finished));
        assert!(window.nanos > 0.0);
        assert!(chunks.load(Relaxed) >= 2);
        assert_eq!(finished.load(Relaxed), 2);
    }

    #[test]
    fn only_sections_count() {
        let window =
            sections(Duration::from_millis(3), || Section { operations: 10, time: Duration::from_millis(1) });
        assert!((window.nanos - 100_000.0).abs() < 1e-6, "{}", window.nanos);
    }
}
