//! Programs are explored in processes of their own: what crashes, aborts or hangs there is a verdict, and not the end of the tests.
//!
//! Such a process is this executable once more, which runs the same test. When that comes to its first check of the same structure, it
//! serves instead of checking.

use crate::installed::install;
use crate::sites;
use crate::subject::Subject;
use runner::pool::Launch;
use runner::source::Unknown;
use runner::task::Request;
use runner::tasks::HANDLERS;
use runner::worker::{Handler, Host, serve};
use serde_json::Value;
use std::io::Write;

/// Set in a worker: the name of the structure.
const VARIABLE: &str = "CHECKER_WORKER";

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

/// What this process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It checks.
    Checks,
    /// It is a worker for another structure of the same test: this check is passed over.
    Passes,
}

/// In a worker for `S`, serves and does not return.
pub(crate) fn role<S: Subject>() -> Role {
    match std::env::var(VARIABLE) {
        Err(_) => Role::Checks,
        Ok(name) if name != S::NAME => Role::Passes,
        Ok(_) => {
            install::<S>();
            // Not `println!`: what a test prints is held back until it ends.
            let greeted = writeln!(std::io::stdout(), "\n{GREETING}");
            let served = greeted.and_then(|()| serve(&Unknown, &ALL));
            std::process::exit(i32::from(served.is_err()))
        }
    }
}

/// The name of the running test.
pub(crate) fn test_name() -> String {
    std::thread::current().name().unwrap_or("main").to_owned()
}

/// How a worker for `S` is started.
///
/// # Errors
/// When this executable cannot be found.
pub(crate) fn launch<S: Subject>() -> std::io::Result<Launch> {
    let name = test_name();
    // A test runs on a thread of its name; a program of its own on `main`, and then it is run as it was.
    let arguments = match name.as_str() {
        "main" => std::env::args().skip(1).collect(),
        name => vec!["--exact".to_owned(), name.to_owned(), "--include-ignored".to_owned()],
    };
    let variables = vec![(VARIABLE.to_owned(), S::NAME.to_owned())];
    Ok(Launch { program: std::env::current_exe()?, arguments, variables, greeting: Some(GREETING) })
}
