//! The watchdog of the tests: a test that hangs is a failure that names the test and the step.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use test_support::hang::{self, FAILED, LIMIT_VARIABLE};
use test_support::{THREADS, race, with_churn};

/// Set in a child process: the test hangs there.
const CHILD: &str = "SYNC_MAP_HANGS";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

fn hang_for_ever() -> ! {
    loop {
        std::thread::park();
    }
}

/// Runs the test of this name in a process of its own, where a step may take so long.
fn in_a_child(name: &str, limit: Duration) -> Output {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", name, "--test-threads", "2"]);
    child.env(CHILD, "1").env(LIMIT_VARIABLE, limit.as_millis().to_string());
    child.output().unwrap()
}

/// The test of this name hangs in a process of its own: that fails, and reports the test, its place and `step`.
#[track_caller]
fn assert_reported(name: &str, step: &str) {
    let output = in_a_child(name, Duration::from_millis(100));
    let report = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(FAILED), "{report}");
    for said in [name, "tests/hang.rs:", "no end after 100ms", step] {
        assert!(report.contains(said), "{said} is missing: {report}");
    }
}

#[test]
fn a_hang_is_a_failure_that_names_the_test_and_the_step() {
    let watch = hang::watch();
    if is_child() {
        watch.step("a step that ends");
        watch.step(("waiting for nobody", 7));
        hang_for_ever();
    }
    assert_reported("a_hang_is_a_failure_that_names_the_test_and_the_step", r#"("waiting for nobody", 7)"#);
}

#[test]
fn a_test_without_steps_that_hangs_is_named() {
    let _watch = hang::watch();
    if is_child() {
        hang_for_ever();
    }
    assert_reported("a_test_without_steps_that_hangs_is_named", "its only step");
}

/// A failed assertion can leave a thread to wait for ever, in a scope: then the assertion is what one wants to read.
#[test]
fn a_panic_that_came_before_a_hang_is_told() {
    let _watch = hang::watch();
    if is_child() {
        std::thread::scope(|scope| {
            scope.spawn(|| hang_for_ever());
            panic!("as asked, in a scope");
        });
    }
    assert_reported("a_panic_that_came_before_a_hang_is_told", "as asked, in a scope");
}

#[test]
fn a_race_of_threads_that_hangs_is_reported() {
    if is_child() {
        race(|thread| assert!(thread + 1 < THREADS || hang_for_ever()));
    }
    let _watch = hang::watch();
    assert_reported("a_race_of_threads_that_hangs_is_reported", "a race of threads");
}

#[test]
fn a_churn_that_hangs_is_reported() {
    if is_child() {
        with_churn(|_| hang_for_ever(), || ());
    }
    let _watch = hang::watch();
    assert_reported("a_churn_that_hangs_is_reported", "a thread that keeps going");
}

#[test]
fn each_step_has_the_whole_time() {
    let watch = hang::watch();
    if is_child() {
        for step in 0..20 {
            watch.step(step);
            std::thread::sleep(Duration::from_millis(200));
        }
        return;
    }
    let output = in_a_child("each_step_has_the_whole_time", Duration::from_secs(3));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// It is a part of the output of the test, as the panic is.
#[test]
fn a_panic_is_reported_with_its_step() {
    let watch = hang::watch();
    if is_child() {
        watch.step("the step with the panic");
        panic!("as asked");
    }
    let output = in_a_child("a_panic_is_reported_with_its_step", Duration::from_secs(60));
    assert_eq!(output.status.code(), Some(FAILED));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains(r#"the step that panicked: "the step with the panic""#), "{shown}");
}

#[test]
fn a_watch_ends_at_once_with_its_test() {
    let begin = Instant::now();
    for _ in 0..100 {
        hang::watch().step("nothing");
    }
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _watch = hang::watch();
        std::panic::resume_unwind(Box::new("as asked"));
    }));
    assert!(panicked.is_err());
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}
