//! Whatever is asked for beside a run, its exit status is that of what it found.

use super::*;

const LARGE: &str =
    "store a 1; store b 2; range || swap a 2; load b; delete a || swap b 3; load a; range || clear; load b";
const WRONG: [&str; 4] = ["check", "|| ok || wrong", "--subject", "canary"];

#[test]
fn an_outcome_that_cannot_be_shown_does_not_hide_what_failed_or_was_cut_short() {
    let _watch = watch_for("the test", TEST);
    for show in ["1", "99", "nothing like it"] {
        let output = verify(&[&WRONG[..], &["--mode", "sleep", "--show", show]].concat());
        assert_eq!(output.status.code(), Some(1), "{show}: {}{}", stdout(&output), stderr(&output));
    }
    let cut = verify(&["check", LARGE, "--mode", "leak", "--budget", "1ms", "--show", "99"]);
    assert_eq!(cut.status.code(), Some(3), "{}{}", stdout(&cut), stderr(&cut));
    // Of a run that passes, it is a mistake of the user.
    let passes = verify(&["check", "|| load a", "--mode", "sleep", "--show", "99"]);
    assert_eq!(passes.status.code(), Some(2), "{}", stdout(&passes));
    assert!(stderr(&passes).contains("no such outcome"), "{}", stderr(&passes));
}

/// A folder stands where the report is to be written.
#[test]
fn a_report_that_cannot_be_written_is_exit_1_whatever_was_found() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("report.json")).unwrap();
    let report = folder.path().to_str().unwrap();
    let passes = ["check", "|| load a", "--mode", "sleep", "--report", report];
    for args in [&passes[..], &[&WRONG[..], &["--mode", "sleep", "--report", report]].concat()] {
        let output = verify(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", stdout(&output));
        assert!(stderr(&output).contains("the report could not be written to"), "{}", stderr(&output));
    }
}

#[test]
fn without_an_execution_that_ended_there_is_no_table_of_outcomes() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&["check", "|| ok || panic", "--subject", "canary", "--mode", "sleep"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("there are no outcomes") && !text.contains("expects"), "{text}");
}

/// The output, wherever its lines end.
fn words(output: &Output) -> String {
    stdout(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_reason_why_no_impossible_outcome_is_listed_is_one_that_holds() {
    let _watch = watch_for("the test", TEST);
    let none = verify(&["check", "|| ok || ok", "--subject", "canary", "--mode", "sleep", "--impossible"]);
    assert!(words(&none).contains("does not list its outcomes"), "{}", stdout(&none));
    let many = "|| load a; load a; load a; load a || load a; load a; load a; load a";
    let many = verify(&["check", many, "--mode", "sleep", "--impossible"]);
    assert!(words(&many).contains("it has 8 calls, and 7 are the most"), "{}", stdout(&many));
}

#[test]
fn the_set_up_and_the_threads_are_named() {
    let _watch = watch_for("the test", TEST);
    let text = stdout(&verify(&["check", "store a 1 || load a", "--mode", "sleep"]));
    assert!(text.contains("set-up      store a 1\nthread 0    load a\n"), "{text}");
    assert!(text.contains("There is only one thread."), "{text}");
}
