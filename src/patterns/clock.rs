//! Time as the patterns see it: injected, so that tests and models say when it passes.
//!
//! A [`Clock`] counts nanoseconds from its origin. The system clock reads `std::time::Instant`; a [`ManualClock`] stands
//! still until it is advanced; a clock of one's own is any function of time.
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

/// Later than any time: what never comes.
pub(crate) const NEVER: Nanos = Nanos::MAX;

/// A span as nanoseconds; [`NEVER`] when it has too many (292 years).
pub(crate) fn nanos(span: Duration) -> Nanos {
    Nanos::try_from(span.as_nanos()).unwrap_or(NEVER)
}

/// A time as a span from the origin of its clock.
fn span(time: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(time).unwrap_or(0))
}

/// What time it is: given to a cache or a configuration store when it is built. Cheap to clone; clones are one clock.
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

    /// A clock of one's own: `now` returns the time since an origin, and must not go backwards. It is called often, by
    /// any thread, and must not use what it is the clock of. A thread that waits for a time of this clock looks at it
    /// again after as much real time as is missing.
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

    /// The same, in nanoseconds.
    #[inline]
    pub(crate) fn nanos(&self) -> Nanos {
        match &self.0 {
            Source::System(origin) => nanos(origin.elapsed()),
            Source::Manual(manual) => manual.nanos(),
            Source::Function(now) => nanos(now()),
        }
    }

    /// The time after so long; [`NEVER`] when there is no such time.
    pub(crate) fn after(&self, span: Duration) -> Nanos {
        match nanos(span) {
            NEVER => NEVER,
            span => self.nanos().saturating_add(span),
        }
    }

    /// Waits on the monitor for a change, for the deadline, or for nothing: the caller looks at both again.
    pub(crate) fn wait<'a, T: Send + 'static>(
        &self,
        monitor: &'a Arc<Monitor<T>>,
        guard: Locked<'a, T>,
        deadline: Nanos,
    ) -> Locked<'a, T> {
        if deadline == NEVER {
            return monitor.wait(guard);
        }
        match &self.0 {
            Source::Manual(manual) => {
                let monitor_of_any: Arc<dyn Wake> = Arc::clone(monitor) as _;
                manual.0.sleepers.lock().push(Arc::downgrade(&monitor_of_any));
                // An advance that did not find the monitor there has changed the time before.
                if manual.nanos() >= deadline { guard } else { monitor.wait(guard) }
            }
            Source::System(_) | Source::Function(_) => match deadline.saturating_sub(self.nanos()) {
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
    /// Who waits for a time, once for each wait that has begun since the last advance.
    sleepers: Mutex<Vec<Weak<dyn Wake>>>,
}

impl Default for Hands {
    fn default() -> Self {
        Hands { now: AtomicI64::new(0), sleepers: Mutex::new(Vec::new()) }
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

    /// This clock, to be given to what looks at it.
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

    // The clock's accesses are steps of the algorithm with a place of their own, so these two do not track their callers.
    fn nanos(&self) -> Nanos {
        self.0.now.load(&CLOCK_LOAD)
    }

    /// What it read before.
    fn forward(&self, by: Nanos) -> Nanos {
        self.0.now.fetch_add(by, &CLOCK_ADVANCE) // LP(advance)
    }

    /// Lets time pass, and wakes the threads that wait for a time of this clock.
    ///
    /// **Consistency.** One atomic step; who is woken has seen the new time. **Panics.** When the clock would read more
    /// than 292 years.
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
        let before = self.forward(nanos(by));
        assert!(
            before.checked_add(nanos(by)).is_some(),
            "the clock reads {before} ns and cannot go on by {by:?}"
        );
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
