//! Programs are explored in processes of their own: what crashes, aborts or hangs there is a verdict, and not the end of the tests.
//!
//! Such a process is this executable once more, which runs the same test. When that comes to the same check, it serves instead of checking. The
//! checks that the test has made before are not made again: they return what they have returned.

use crate::installed::install;
use crate::sites;
use crate::subject::Subject;
use runner::pool::Launch;
use runner::source::Unknown;
use runner::task::Request;
use runner::tasks::HANDLERS;
use runner::worker::{Handler, Host, leave, serve};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::RefCell;
use std::io::Write;
use std::panic::catch_unwind;
use std::path::Path;

/// Set in a worker: a file with what the test's checks before this one have returned.
const VARIABLE: &str = "CHECKER_WORKER";

thread_local! {
    /// What the checks of this test have returned so far.
    static RETURNED: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// A worker's first line: what it has written before was the test harness's.
const GREETING: &str = "checker: serving";

/// What a worker is asked beside the runner's own requests.
static MORE: [Handler; 2] = [
    Handler { kind: "accesses", serve: serve_accesses },
    Handler { kind: "leave-out", serve: serve_leave_out },
];

static ALL: [&[Handler]; 2] = [&HANDLERS, &MORE];

/// Tells the accesses that were made so far.
fn serve_accesses(_: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    host.part(&sites::made());
    Ok(())
}

/// Runs a job in which an access does not write.
fn serve_leave_out(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    let (id, job) = serde_json::from_value(body)?;
    sites::leave_out(Some(id));
    let (verdict, ..) = host.run(job);
    sites::leave_out(None);
    host.verdict(verdict);
    Ok(())
}

/// The request for a job in which the access of this name does not write.
pub(crate) fn leave_out(id: &str, job: &explore::job::Job) -> Request {
    Request::new("leave-out", &(id, job))
}

/// The request for the accesses that a worker has made.
pub(crate) fn accesses() -> Request {
    Request::new("accesses", &())
}

/// Makes a check, unless this process is a worker: then returns what it returned, or serves and does not return.
///
/// # Panics
/// In a worker, when the test makes other checks than in its parent.
#[track_caller]
pub(crate) fn once<S: Subject, R: Serialize + DeserializeOwned>(check: impl FnOnce() -> R) -> R {
    let Some(Before { returned: before, asks }) = before() else {
        let returned = check();
        let value = serde_json::to_value(&returned).expect("plain data");
        RETURNED.with_borrow_mut(|all| all.push(value));
        return returned;
    };
    let made = RETURNED.with_borrow(Vec::len);
    if let Some(value) = before.get(made) {
        RETURNED.with_borrow_mut(|all| all.push(value.clone()));
        return serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            greet();
            leave(OTHER_CHECKS)
        });
    }
    greet();
    if asks != S::name() {
        leave(OTHER_CHECKS);
    }
    install::<S>();
    // What panics outside an execution is not the structure.
    let served = catch_unwind(|| serve(&Unknown, &ALL)).unwrap_or_else(|payload| {
        let said = payload.downcast_ref::<String>().map(String::as_str);
        let said = said.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default();
        leave(&format!("a panic outside the executions, in the specification or its type: {said}"))
    });
    std::process::exit(i32::from(served.is_err()))
}

const OTHER_CHECKS: &str = "the test makes other checks when it is run again in a process of its own: it must make the same ones, in the same order";

/// Not `println!`: what a test prints is held back until it ends.
fn greet() {
    // Who cannot hear it hears that the process has ended.
    let _ = writeln!(std::io::stdout(), "\n{GREETING}");
}

/// Whether this process is a worker.
pub(crate) fn is_one() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// What a worker knows of the test that it is a worker of.
#[derive(Serialize, Deserialize)]
struct Before {
    /// What its checks before this one have returned.
    returned: Vec<Value>,
    /// The structure of this one.
    asks: String,
}

/// In a worker.
///
/// # Panics
/// When the parent's file cannot be read.
fn before() -> Option<Before> {
    let path = std::env::var_os(VARIABLE)?;
    let text = std::fs::read_to_string(&path).and_then(|text| Ok(serde_json::from_str(&text)?));
    Some(text.unwrap_or_else(|error| {
        panic!("{VARIABLE}, which a check sets for its own workers: {}: {error}", Path::new(&path).display())
    }))
}

/// The name of the running test.
pub(crate) fn test_name() -> String {
    std::thread::current().name().unwrap_or("main").to_owned()
}

/// How workers of this test are started.
pub(crate) struct Workers {
    pub(crate) launch: Launch,
    /// Deleted when no worker is started any more.
    _returned: tempfile::TempPath,
}

/// How workers of this test are started.
///
/// # Errors
/// When this executable cannot be found, or a file cannot be written.
///
/// # Panics
/// On a thread that a test has started: nobody could start the test from its name.
#[track_caller]
pub(crate) fn workers<S: Subject>() -> std::io::Result<Workers> {
    assert!(
        std::thread::current().name().is_some(),
        "a check is made on the test's own thread, whose name tells which test it is; this thread has none"
    );
    let name = test_name();
    // A test runs on a thread of its name; a program of its own on `main`, and then it is run as it was.
    let arguments = match name.as_str() {
        "main" => std::env::args().skip(1).collect(),
        name => vec!["--exact".to_owned(), name.to_owned(), "--include-ignored".to_owned()],
    };
    let mut returned = tempfile::NamedTempFile::new()?;
    let before = Before { returned: RETURNED.with_borrow(Clone::clone), asks: S::name().to_owned() };
    serde_json::to_writer(&mut returned, &before)?;
    let returned = returned.into_temp_path();
    // A structure that prints half a line would spoil the answer after it.
    let is_captured = ("RUST_TEST_NOCAPTURE".to_owned(), "0".to_owned());
    let variables = vec![(VARIABLE.to_owned(), returned.to_string_lossy().into_owned()), is_captured];
    let launch = Launch { program: std::env::current_exe()?, arguments, variables, greeting: Some(GREETING) };
    Ok(Workers { launch, _returned: returned })
}
