//! A counterexample that was kept is run again, by another process.

use checker::sync::atomic::{AtomicUsize, Ordering::*};
use checker::{explore, subject};
use std::process::Command;

/// Set in a child: the fault is mended meanwhile.
const MENDED: &str = "CHECKER_TEST_MENDED";

struct Tally(AtomicUsize);

#[subject(spec = usize)]
impl Tally {
    #[init]
    fn new() -> Self {
        Tally(AtomicUsize::new(0))
    }
    #[op]
    fn add(&self) {
        if std::env::var_os(MENDED).is_some() {
            self.0.fetch_add(1, SeqCst);
        } else {
            self.0.store(self.0.load(SeqCst) + 1, SeqCst);
        }
    }
    #[op]
    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl TallySpec for usize {
    fn add(&mut self) {
        *self += 1;
    }
    fn get(&mut self) -> usize {
        *self
    }
}

#[test]
#[ignore = "fails on purpose: run by the test below"]
fn a_check_that_fails() {
    checker::check::<Tally>("|| add; add || add; get");
}

/// Runs that test in a process of its own: what it says.
fn run(variables: &[(&str, &str)]) -> (bool, String) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_check_that_fails", "--ignored"]).envs(variables.iter().copied());
    let output = child.output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_counterexample_is_kept_run_again_and_known_when_it_does_not_fail_any_more() {
    let (passed, told) = run(&[]);
    assert!(!passed && told.contains("not linearizable"), "{told}");
    let file = told.split("CHECKER_REPLAY=").nth(1).and_then(|rest| rest.split(' ').next());
    let file = file.unwrap_or_else(|| panic!("no command to replay it: {told}"));
    let page = std::fs::read_to_string(file.replace(".json", ".html")).expect("a page");
    assert!(page.to_lowercase().contains("<!doctype html>") && page.contains("add || add; get"));

    let (passed, told) = run(&[("CHECKER_REPLAY", file)]);
    assert!(!passed && told.contains("replayed: FAILED"), "{told}");
    let (passed, told) = run(&[("CHECKER_REPLAY", file), (MENDED, "1")]);
    assert!(!passed && told.contains("does not fail any more"), "{told}");
    let (passed, told) = run(&[("CHECKER_REPLAY", "no/such/file")]);
    assert!(!passed && told.contains("CHECKER_REPLAY: `no/such/file`"), "{told}");
}

/// Of a structure of another name: the check is made as usual.
#[test]
fn what_is_not_of_this_structure_is_not_replayed() {
    let failure = explore::<Tally>("|| add || add; get").failure.expect("an `add` is lost");
    assert_eq!(failure.kind, "not linearizable");
}
