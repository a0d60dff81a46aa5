//! How the scheduler treats a thread, and the barrier at which threads start together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How the scheduler has treated this thread so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// Switches that the thread did not ask for: its processor was given to another.
    involuntary: i64,
    /// Switches because it had to wait for something, as a lock.
    voluntary: i64,
    /// How long it was ready and had no processor, after either kind; nothing when the kernel does not tell.
    waited: Option<Duration>,
}

impl Treatment {
    /// Of the current thread. Elsewhere than on Linux nothing is known, and no thread is ever disturbed.
    pub fn now() -> Self {
        let (involuntary, voluntary) = switches();
        Treatment { involuntary, voluntary, waited: waited() }
    }

    /// How long the thread was without a processor because of involuntary switches since then: its wait, divided evenly among all
    /// switches. `all` when there was such a switch, and the kernel does not tell how long the wait was.
    pub fn lost_since(&self, then: &Treatment, all: Duration) -> Duration {
        let involuntary = self.involuntary - then.involuntary;
        if involuntary == 0 {
            return Duration::ZERO;
        }
        let (Some(now), Some(then_waited)) = (self.waited, then.waited) else {
            return all;
        };
        let switches = involuntary + self.voluntary - then.voluntary;
        now.saturating_sub(then_waited).mul_f64(involuntary as f64 / switches as f64)
    }
}

#[cfg(not(target_os = "linux"))]
fn switches() -> (i64, i64) {
    (0, 0)
}

/// The involuntary and the voluntary ones.
#[cfg(target_os = "linux")]
fn switches() -> (i64, i64) {
    // SAFETY: a structure of integers, for which zeros are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a `rusage` of this function's own.
    let status = unsafe { libc::getrusage(libc::RUSAGE_THREAD, &mut usage) };
    assert_eq!(status, 0, "getrusage(RUSAGE_THREAD) cannot fail with a valid pointer");
    (usage.ru_nivcsw, usage.ru_nvcsw)
}

/// The second number of `schedstat`: nanoseconds on a run queue without running.
fn waited() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
}

/// A barrier at which threads wait awake, so that they leave it within nanoseconds of each other.
pub struct Start {
    missing: AtomicUsize,
}

impl Start {
    /// For so many threads, once.
    pub fn new(threads: usize) -> Self {
        Start { missing: AtomicUsize::new(threads) }
    }

    /// Returns when all threads have come. On a machine with fewer processors than threads, the late ones get a turn.
    pub fn wait(&self) {
        self.missing.fetch_sub(1, Ordering::AcqRel);
        let mut spins = 0_u32;
        while self.missing.load(Ordering::Acquire) > 0 {
            spins += 1;
            if spins.is_multiple_of(4096) {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_leaves_the_barrier_before_all_have_come() {
        let (start, arrived) = (Start::new(3), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    arrived.fetch_add(1, Ordering::AcqRel);
                    start.wait();
                    assert_eq!(arrived.load(Ordering::Acquire), 3);
                });
            }
        });
    }

    fn treatment(involuntary: i64, voluntary: i64, millis: u64) -> Treatment {
        Treatment { involuntary, voluntary, waited: Some(Duration::from_millis(millis)) }
    }

    #[test]
    fn only_waits_after_involuntary_switches_are_lost() {
        let (then, all) = (treatment(1, 1, 10), Duration::from_secs(1));
        assert_eq!(treatment(1, 9, 20).lost_since(&then, all), Duration::ZERO);
        assert_eq!(treatment(3, 1, 20).lost_since(&then, all), Duration::from_millis(10));
        assert_eq!(treatment(2, 4, 20).lost_since(&then, all), Duration::from_micros(2500));
    }

    #[test]
    fn a_switch_of_unknown_cost_loses_all() {
        let then = Treatment { waited: None, ..treatment(1, 1, 0) };
        let all = Duration::from_secs(1);
        assert_eq!(Treatment { waited: None, ..treatment(2, 1, 0) }.lost_since(&then, all), all);
        assert_eq!(then.lost_since(&then, all), Duration::ZERO);
    }

    #[test]
    fn nothing_is_lost_in_no_time() {
        let then = Treatment::now();
        let lost = Treatment::now().lost_since(&then, Duration::from_secs(1));
        assert!(lost <= Duration::from_secs(1), "{lost:?}");
    }
}
