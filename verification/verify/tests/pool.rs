//! Workers that do not answer as they should.
#![cfg(unix)]

use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::pool::{self, News, Settings};
use runner::tasks::JobTask;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

/// It is killed: to wait for its end would be to wait for ever.
#[test]
fn a_worker_that_says_what_is_no_answer_and_lives_on_is_a_crash_of_its_job() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let worker = folder.path().join("worker");
    std::fs::write(&worker, "#!/bin/sh\necho nonsense\nexec cat\n").unwrap();
    std::fs::set_permissions(&worker, std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = Settings {
        workers: 1,
        patience: Duration::from_secs(60),
        interrupted: Arc::new(AtomicBool::new(false)),
        program: Some(worker.into()),
    };
    let program = Program::parse(subjects::by_name("map").unwrap(), "|| load a").unwrap();
    let task = Box::new(JobTask(Box::new(Job::new(&program, Engine::LoomLeak))));
    let mut failures = Vec::new();
    pool::run(vec![task], &settings, |news| {
        if let News::Verdict(verdict) = news {
            failures.extend(verdict.failure);
        }
    });
    let [failure] = failures.as_slice() else { panic!("one failure: {failures:?}") };
    assert_eq!(failure.kind, "crash");
    assert!(failure.message.contains("`nonsense` is not an answer"), "{}", failure.message);
}
