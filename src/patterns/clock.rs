//! Time as the patterns see it: injected, so that tests and models decide when it passes.
//!
//! A [`Clock`] counts nanoseconds from its origin. The system clock reads `std::time::Instant`; a [`ManualClock`] stands
//! still until it is advanced; a clock of your own is any function that returns a time.
//!
//! **Waiting for a time.** A thread waits on a [`Monitor`] until the clock reads a deadline. On the system clock that is a
//! timed wait. On a manual clock the thread leaves the monitor with the clock, and an advance wakes it: a model explores
//! when time passes like any other step.
//!
//! # Memory orderings
//! ORD-24 and ORD-25 in [`crate::orderings`].
#![forbid(unsafe_code)]

use super::monitor::{Monitor, Wake};
use crate::orderings::*;
use crate::sync::{Arc, AtomicI64, Locked, Mutex, Weak};
use std::fmt;
use std::time::{Duration, Instant};

/// A time or a time span, in nanoseconds of a clock.
pub(crate) type Nanos = i64;

/// Later than any time: what never comes. No clock reads it.
pub(crate) const NEVER: Nanos = Nanos::MAX;

/// The last time that a clock reads: one that would read more stands still there.
const LAST: Nanos = NEVER - 1;

/// A span as nanoseconds; [`NEVER`] when it has too many (292 years).
pub(crate) fn nanos(span: Duration) -> Nanos {
    Nanos::try_from(span.as_nanos()).unwrap_or(NEVER)
}

/// A time as a span from the origin of its clock.
fn span(time: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(time).unwrap_or(0))
}

/// What time it is: given to a cache when it is built. Cheap to clone; clones are one clock.
///
/// ```
/// use std::time::Duration;
/// use sync_map::{Clock, ManualClock};
///
/// let manual = ManualClock::new();
/// let clock: Clock = manual.clock();
/// manual.advance(Duration::from_secs(3));
/// assert_eq!(clock.now(), Duration::from_secs(3));
/// ```
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System(Instant),
    Manual(ManualClock),
    Function(Arc<dyn Fn() -> Duration + Send + Sync>),
}

impl Clock {
    /// The time that passes: `std::time::Instant`. Its origin is now.
    ///
    /// ```
    /// let clock = sync_map::Clock::system();
    /// assert!(clock.now() <= clock.now());
    /// ```
    pub fn system() -> Self {
        Clock(Source::System(Instant::now()))
    }

    /// A clock of your own: `now` returns the time since an origin, and must not go backwards. It is called often, by any thread, under no
    /// lock. It may use the cache whose clock it is, but is then called again from within that call, and has to end the recursion itself. A thread that waits for a time of this clock looks at it again after as much real time as is missing. After 292 years
    /// the clock stands still.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime, UNIX_EPOCH};
    ///
    /// let unix = sync_map::Clock::from_fn(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
    /// assert!(unix.now() > Duration::from_secs(1_000_000_000));
    /// ```
    pub fn from_fn(now: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Clock(Source::Function(Arc::new(now)))
    }

    /// The time since the clock's origin.
    ///
    /// ```
    /// assert_eq!(sync_map::ManualClock::new().clock().now(), std::time::Duration::ZERO);
    /// ```
    pub fn now(&self) -> Duration {
        span(self.nanos())
    }

    /// The same, in nanoseconds: never [`NEVER`]. User code runs here.
    #[inline]
    pub(crate) fn nanos(&self) -> Nanos {
        match &self.0 {
            Source::System(origin) => nanos(origin.elapsed()).min(LAST),
            Source::Manual(manual) => manual.nanos(),
            Source::Function(now) => nanos(now()).min(LAST),
        }
    }

    /// The time when this span has passed; [`NEVER`] if no clock reads that.
    pub(crate) fn after(&self, span: Duration) -> Nanos {
        match nanos(span) {
            NEVER => NEVER,
            span => self.nanos().saturating_add(span),
        }
    }

    /// Waits on the monitor for a change, for the deadline, or for nothing: the caller looks at both again. `now` is what this clock
    /// read before the monitor was locked: no user code runs under its lock, so the clock is not read here.
    pub(crate) fn wait<'a, T: Send + 'static>(
        &self,
        monitor: &'a Arc<Monitor<T>>,
        guard: Locked<'a, T>,
        now: Nanos,
        deadline: Nanos,
    ) -> Locked<'a, T> {
        if deadline == NEVER {
            return monitor.wait(guard);
        }
        match &self.0 {
            Source::Manual(manual) => {
                manual.wake_at_advance(monitor);
                // An advance that did not find the monitor in the list has changed the time before: the caller sees the new time.
                if manual.nanos() >= deadline { guard } else { monitor.wait(guard) }
            }
            Source::System(_) | Source::Function(_) => match deadline.saturating_sub(now) {
                missing if missing > 0 => monitor.wait_timeout(guard, span(missing)),
                _ => guard,
            },
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Source::System(_) => "system",
            Source::Manual(_) => "manual",
            Source::Function(_) => "function",
        };
        f.debug_tuple("Clock").field(&kind).finish()
    }
}

/// A clock that stands still until it is advanced. For tests and models. Cheap to clone; clones are one clock.
///
/// ```
/// use std::time::Duration;
/// use sync_map::{Cache, ManualClock};
///
/// let time = ManualClock::new();
/// let cache = Cache::builder().time_to_live(Duration::from_secs(5)).clock(time.clock()).build();
/// cache.insert("session", 7);
/// time.advance(Duration::from_secs(4));
/// assert_eq!(cache.get("session"), Some(7));
/// time.advance(Duration::from_secs(1));
/// assert_eq!(cache.get("session"), None);
/// ```
#[derive(Clone, Default)]
pub struct ManualClock(Arc<Hands>);

struct Hands {
    now: AtomicI64,
    /// The monitors on which threads wait for a time, or have waited since the last advance; each is listed once.
    sleepers: Mutex<Vec<Weak<dyn Wake>>>,
}

impl Default for Hands {
    fn default() -> Self {
        Hands { now: AtomicI64::new(0), sleepers: Mutex::named("the mutex of a manual clock", Vec::new()) }
    }
}

impl ManualClock {
    /// A clock that reads zero.
    ///
    /// ```
    /// assert_eq!(sync_map::ManualClock::new().now(), std::time::Duration::ZERO);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// This clock as a [`Clock`], to pass to a cache.
    ///
    /// ```
    /// let time = sync_map::ManualClock::new();
    /// assert_eq!(time.clock().now(), time.now());
    /// ```
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(self.clone()))
    }

    /// What it reads.
    ///
    /// ```
    /// assert_eq!(sync_map::ManualClock::new().now(), std::time::Duration::ZERO);
    /// ```
    pub fn now(&self) -> Duration {
        span(self.nanos())
    }

    /// Registers the monitor to be woken by the next advance. Monitors that are gone are forgotten here, because there may never be an
    /// advance.
    fn wake_at_advance<T: Send + 'static>(&self, monitor: &Arc<Monitor<T>>) {
        let of_any: Arc<dyn Wake> = Arc::clone(monitor) as _;
        let waits = Arc::downgrade(&of_any);
        let mut sleepers = self.0.sleepers.lock();
        // identity: clock-sleeper
        sleepers.retain(|other| other.strong_count() > 0 && !Weak::ptr_eq(other, &waits));
        sleepers.push(waits);
    }

    // The clock's accesses are steps of the algorithm, with this place as theirs, so these two functions do not track their callers.
    fn nanos(&self) -> Nanos {
        // A thread that sees the new time sees what was done before the clock was moved. ORD-24 SeqCst
        self.0.now.load(&CLOCK_LOAD)
    }

    /// Moves the hands, unless that is past the end.
    ///
    /// # Errors
    /// The time that it reads, and continues to read.
    fn forward(&self, by: Nanos) -> Result<(), Nanos> {
        let mut now = self.nanos();
        loop {
            let Some(then) = now.checked_add(by).filter(|then| *then <= LAST) else { return Err(now) };
            // Publishes what was done before time passed: ORD-25 SeqCst. Failure means that another thread moved the clock first:
            // add to the time that it left, so that no move is lost: ORD-24 SeqCst.
            match self.0.now.compare_exchange(now, then, &CLOCK_ADVANCE, &CLOCK_LOAD) {
                Ok(_) => return Ok(()), // LP(advance)
                Err(seen) => now = seen,
            }
        }
    }

    /// Lets time pass, and wakes the threads that wait for a time of this clock.
    ///
    /// **Consistency.** One atomic step; a thread that is woken has seen the new time. **Panics.** If the clock would read more
    /// than 292 years (`i64::MAX - 1` nanoseconds); it is unchanged then.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let time = sync_map::ManualClock::new();
    /// time.advance(Duration::from_millis(1500));
    /// assert_eq!(time.now(), Duration::from_millis(1500));
    /// ```
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        if let Err(now) = self.forward(nanos(by)) {
            panic!("the clock reads {now} ns and cannot go on by {by:?}");
        }
        let sleepers = std::mem::take(&mut *self.0.sleepers.lock());
        for monitor in sleepers.iter().filter_map(Weak::upgrade) {
            monitor.wake();
        }
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thread that is woken for something else waits again, and a monitor may go without an advance: neither leaves anything.
    #[test]
    fn what_waits_for_a_clock_that_nobody_advances_is_noted_once_and_forgotten() {
        let time = ManualClock::new();
        let monitor = Arc::new(Monitor::new("the mutex of a test", ()));
        for _ in 0..1_000 {
            time.wake_at_advance(&monitor);
            time.wake_at_advance(&Arc::new(Monitor::new("the mutex of a test that is gone", ())));
        }
        assert!(time.0.sleepers.lock().len() <= 2);
        time.advance(Duration::from_secs(1));
        assert!(time.0.sleepers.lock().is_empty());
    }
}
