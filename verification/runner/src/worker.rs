//! The worker process: takes tasks from its standard input, one a line, and answers on its standard output.
//!
//! A worker that finds a counterexample, or uses up a budget, says so and exits at once. What kills a worker (an abort, a stack overflow, a
//! hang) its parent sees.

use crate::source::{Source, Taken};
use crate::task::{Request, Response};
use explore::job::Job;
use explore::lawless::CallCounts;
use explore::observer::Observer;
use explore::passage::Passage;
use explore::running;
use linear::Verdict;
use serde::Serialize;
use serde_json::Value;
use std::io::{BufRead, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The host of what this worker explores.
pub struct Host {
    source: &'static dyn Source,
    handlers: &'static [&'static [Handler]],
    /// The steps that the program at work has taken, if its job asks for them.
    taken: Mutex<Option<Box<dyn Taken>>>,
}

/// What a worker does for one kind of request.
pub struct Handler {
    /// The kind.
    pub kind: &'static str,
    /// Does it, and answers through the host.
    ///
    /// # Errors
    /// When the request is none.
    pub serve: fn(Value, &'static Host) -> Result<(), serde_json::Error>,
}

impl std::fmt::Debug for Handler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind)
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.handlers.fmt(f)
    }
}

/// What this worker's answers begin with, once it has been asked something. No code under test can read it: it would have to know where it is.
static MARK: OnceLock<String> = OnceLock::new();

fn answer(response: &Response) {
    let mark = MARK.get().map_or("", String::as_str);
    let line = serde_json::to_string(response).expect("plain data");
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{mark}{line}").and_then(|()| out.flush()).is_err() {
        // The parent is gone: nobody has a use for the answer, nor for what would come after it.
        std::process::exit(1);
    }
}

impl Observer for Host {
    fn beat(&self, executions: u64) {
        answer(&Response::Beat(executions));
    }

    fn leave(&self, verdict: Verdict) -> ! {
        self.verdict(verdict);
        std::process::exit(0)
    }

    fn looks(&self, job: &Job) -> bool {
        let taken = job.steps.then(|| self.source.taken(&job.subject)).flatten();
        let looks = taken.is_some();
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = taken;
        looks
    }

    fn look(&self, calls: Vec<Passage>) -> Result<(), String> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.as_mut().map_or(Ok(()), |taken| taken.note(calls))
    }
}

impl Host {
    /// Says what came of a job.
    pub fn verdict(&self, verdict: Verdict) {
        answer(&Response::Verdict(Box::new(verdict)));
    }

    /// Says what came of a part.
    pub fn part(&self, part: &impl Serialize) {
        answer(&Response::Part(serde_json::to_value(part).expect("plain data")));
    }

    /// Runs a job: its verdict, the steps taken if it asks for them, and how often each call-back was called.
    pub fn run(&'static self, job: Job) -> (Verdict, Option<String>, CallCounts) {
        let (verdict, calls) = running::run(job, self);
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        (verdict, taken.map(|taken| taken.digits()), calls)
    }
}

/// Serves until the standard input ends: jobs, self-tests, batches, and what else there are handlers for.
///
/// # Errors
/// When the standard input cannot be read.
pub fn serve(source: &'static dyn Source, handlers: &'static [&'static [Handler]]) -> std::io::Result<()> {
    let host: &'static Host = Box::leak(Box::new(Host { source, handlers, taken: Mutex::new(None) }));
    running::prepare();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let served = serde_json::from_str(&line).and_then(|Request { kind, body, mark }| {
            MARK.get_or_init(|| mark);
            match host.handlers.iter().copied().flatten().find(|handler| handler.kind == kind) {
                Some(handler) => (handler.serve)(body, host),
                None => Err(serde::de::Error::custom(format!("no handler serves `{kind}`"))),
            }
        });
        if let Err(error) = served {
            eprintln!("worker: `{line}` is not a request: {error}");
            std::process::exit(2);
        }
    }
    Ok(())
}

/// Says why this worker cannot serve, whatever it was asked, and ends it.
pub fn leave(why: &str) -> ! {
    if MARK.get().is_none() {
        let mut line = String::new();
        // Who asks nothing cannot be told either.
        let _ = std::io::stdin().lock().read_line(&mut line);
        MARK.get_or_init(|| {
            serde_json::from_str(&line).map_or_else(|_| String::new(), |asked: Request| asked.mark)
        });
    }
    answer(&Response::Gone(why.to_owned()));
    std::process::exit(101)
}
