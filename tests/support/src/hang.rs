//! A watchdog: a test that hangs becomes a failure that says what hung.
//!
//! A thread that hangs cannot be taken back. So the watchdog writes to the standard error which test it was and what it did, and ends the
//! process as a failed test run ends.

use std::fmt::Debug;
use std::io::Write;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long one step may take. The slowest takes a few seconds on a machine with nothing else to do.
const LIMIT: Duration = Duration::from_secs(120);

/// How long a test that explores schedules may take.
pub const TEST: Duration = Duration::from_secs(45 * 60);

/// How long a command may take that is part of such a test. Less than [`TEST`]: the command is named.
pub const COMMAND: Duration = Duration::from_secs(30 * 60);

/// How long a test may take that builds copies of the tree.
pub const BUILDS: Duration = Duration::from_secs(120 * 60);

/// Another limit than that of [`watch`], in milliseconds: for the tests of the watchdog itself.
pub const LIMIT_VARIABLE: &str = "SYNC_MAP_HANG_LIMIT_MS";

/// The exit code of a test run in which a test failed.
pub const FAILED: i32 = 101;

/// The last panic of the process. A thread that panics may leave another to wait for it for ever: then the panic is the reason.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Has panics noted from now on, beside what is done with them already.
fn note_panics() {
    static NOTED: Once = Once::new();
    NOTED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic.to_string());
            before(panic);
        }));
    });
}

/// Watches this test until it is dropped.
#[must_use = "it watches until it is dropped: `let _watch = hang::watch();`"]
pub struct Watch {
    watched: Arc<Watched>,
    watchdog: Option<JoinHandle<()>>,
}

/// What a test and its watchdog share.
struct Watched {
    test: String,
    place: &'static Location<'static>,
    limit: Duration,
    now: Mutex<Now>,
    over: Condvar,
}

struct Now {
    step: Option<Box<dyn Debug + Send>>,
    since: Instant,
    is_over: bool,
}

/// Watches the test that calls this. Keep what it returns until the end: `let _watch = hang::watch();`.
#[track_caller]
pub fn watch() -> Watch {
    let limit =
        std::env::var(LIMIT_VARIABLE).ok().map(|text| text.parse().expect("a number of milliseconds"));
    start(None, limit.map_or(LIMIT, Duration::from_millis))
}

/// The same for a test whose steps may take so long; this is the first.
#[track_caller]
pub fn watch_for(what: impl Debug + Send + 'static, limit: Duration) -> Watch {
    start(Some(Box::new(what)), limit)
}

#[track_caller]
fn start(step: Option<Box<dyn Debug + Send>>, limit: Duration) -> Watch {
    note_panics();
    let watched = Arc::new(Watched {
        test: thread::current().name().unwrap_or("a thread of a test").to_owned(),
        place: Location::caller(),
        limit,
        now: Mutex::new(Now { step, since: Instant::now(), is_over: false }),
        over: Condvar::new(),
    });
    let its = Arc::clone(&watched);
    let watchdog =
        thread::Builder::new().name("watchdog".into()).spawn(move || its.wait()).expect("a thread");
    Watch { watched, watchdog: Some(watchdog) }
}

impl Watch {
    /// The test begins this step now, and has the whole time again. A hang or a panic in it is reported with it.
    pub fn step(&self, what: impl Debug + Send + 'static) {
        let mut now = self.watched.now();
        now.step = Some(Box::new(what));
        now.since = Instant::now();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut now = self.watched.now();
        now.is_over = true;
        let step = now.step.take();
        drop(now);
        self.watched.over.notify_one();
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.join().expect("the watchdog does not panic");
        }
        if let Some(step) = step.filter(|_| thread::panicking()) {
            eprintln!("the step that panicked: {step:?}");
        }
    }
}

impl Watched {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the test is over, or a step of it takes too long.
    fn wait(&self) {
        let mut now = self.now();
        while !now.is_over {
            let Some(left) = self.limit.checked_sub(now.since.elapsed()) else { self.fail(&now) };
            now = self.over.wait_timeout(now, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn fail(&self, now: &Now) -> ! {
        let Watched { test, place, limit, .. } = self;
        let step: &dyn Debug = match &now.step {
            Some(step) => step,
            None => &"its only step",
        };
        // Not `eprintln!`: its output belongs to a test, and is shown when that ends.
        let _ =
            writeln!(std::io::stderr(), "\n{test} (at {place}) hangs: no end after {limit:?} of {step:?}");
        if let Some(panic) = &*LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(std::io::stderr(), "The last panic before that: {panic}");
        }
        std::process::exit(FAILED);
    }
}
