//! `cargo verify lab` as a student uses it: a lab that only judges take part in, from the first look to the solution.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use test_support::hang::{TEST, watch_for};

/// Runs `cargo verify lab` with these words, where the student's folder is this one.
fn lab(desk: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.arg("lab").args(words).env("MY_LABS", desk).stdin(Stdio::null());
    command.output().expect("the program runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_lab_from_the_first_look_to_the_solution() {
    let _watch = watch_for("the test", TEST);
    let desk = tempfile::tempdir().expect("a folder");
    let answer = desk.path().join("06-two-judges/history.txt");

    assert!(told(&lab(desk.path(), &["next", "6"])).contains("# Lab 6: Two judges"));
    assert!(answer.exists(), "the template is there");
    let template = lab(desk.path(), &["check", "6"]);
    assert_eq!(template.status.code(), Some(1));
    assert!(
        told(&template).contains("is linearizable") && told(&template).contains("The idea: "),
        "{}",
        told(&template)
    );

    std::fs::write(&answer, "A 0 0-12 write 1 -> ()\nB 1 14-26 raed -> 0\n").expect("written");
    let mistake = told(&lab(desk.path(), &["check", "two-judges"]));
    assert!(
        mistake.contains("did you mean `read`?") && mistake.contains("| B 1 14-26 raed -> 0"),
        "{mistake}"
    );

    let refused = lab(desk.path(), &["solution", "6"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(told(&refused).contains("is shown when you have passed it"));
    assert!(told(&lab(desk.path(), &["hint", "6"])).contains("Hint 1 of 3"));

    std::fs::write(&answer, "A 0 0-12 write 1 -> ()\nB 1 14-26 read -> 0\n").expect("written");
    let passed = lab(desk.path(), &["check", "6"]);
    assert_eq!(
        (passed.status.code(), told(&passed).contains("Passed.")),
        (Some(0), true),
        "{}",
        told(&passed)
    );
    assert!(told(&lab(desk.path(), &["solution", "6"])).contains("read -> 0"));

    let list = told(&lab(desk.path(), &["list"]));
    assert!(list.contains("✓ 06-two-judges") && list.contains("1 hint read"), "{list}");
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
    assert!(!list.contains('\u{1b}'), "no colours in a pipe");

    assert!(told(&lab(desk.path(), &["reset", "6"])).contains("history.txt.before"));
    let kept = std::fs::read_to_string(desk.path().join("progress.json")).expect("a file");
    assert!(kept.contains("06-two-judges") && !kept.contains("name"), "{kept}");
}

#[test]
fn a_word_that_is_no_lab_is_named() {
    let _watch = watch_for("the test", TEST);
    let desk = tempfile::tempdir().expect("a folder");
    let output = lab(desk.path(), &["check", "99"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("`99` is not a lab"), "{}", told(&output));
    assert!(told(&lab(desk.path(), &["--help"])).contains("cargo verify lab"), "help is help");
}
