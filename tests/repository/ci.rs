//! CI: what was not checked is told, and does not pass for checked; the configuration for GitHub runs all of it.

use std::process::Command;

/// The exit status of `.ci/unchecked` with these arguments, and what it says.
fn unchecked(arguments: &str, allowed: &str) -> (Option<i32>, String) {
    let mut command = Command::new("bash");
    command.arg(".ci/unchecked").args(arguments.split_whitespace()).env("ALLOW_UNCHECKED", allowed);
    let output = command.output().expect("bash is here: it runs CI");
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&told).into_owned())
}

#[test]
fn a_step_that_was_not_checked_fails_a_whole_run_unless_it_is_allowed() {
    let cases = [
        ("--here", "", 0, "everything was checked"),
        ("--all", "", 0, "everything was checked"),
        ("--here tlc proof", "", 0, "NOT checked on this machine: proof"),
        ("--all tlc proof", "", 1, "FAILED: tlc proof had to be checked"),
        ("--all tlc proof", "tlc", 1, "FAILED: proof had to be checked"),
        ("--all tlc proof", "proof tlc sanitize", 0, "NOT checked on this machine: tlc"),
        // A slip in a name allows nothing.
        ("--all tlc", "tcl", 2, "`tcl`, which is no optional step"),
        ("--all fuzz", "", 2, "`fuzz` is no optional step"),
        ("", "", 2, "--here|--all"),
    ];
    for (arguments, allowed, status, said) in cases {
        let (code, told) = unchecked(arguments, allowed);
        assert_eq!(code, Some(status), "{arguments}, ALLOW_UNCHECKED={allowed}: {told}");
        assert!(told.contains(said), "{arguments}, ALLOW_UNCHECKED={allowed}: {told}");
    }
}

/// Two names in one argument are no name.
#[test]
fn a_step_is_a_whole_name() {
    let output =
        Command::new("bash").args([".ci/unchecked", "--all", "book sanitize"]).output().expect("bash");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The optional steps of `.ci/run` are those that `.ci/unchecked` knows.
#[test]
fn the_optional_steps_are_known() {
    let read = |name: &str| std::fs::read_to_string(name).expect("a script");
    let run = read(".ci/run");
    let names: Vec<&str> =
        run.lines().filter_map(|line| line.strip_prefix("optional ")?.split(' ').next()).collect();
    assert!(names.len() >= 3, "the steps are found: {names:?}");
    let known = read(".ci/unchecked");
    let known = known.lines().find_map(|line| line.strip_prefix("optional=(")?.strip_suffix(')'));
    let known: Vec<&str> = known.expect("the list of steps").split(' ').collect();
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}, and .ci/unchecked knows {known:?}");
    assert!(run.ends_with("| tee target/ci/unchecked.txt\n") && run.contains("set -euo pipefail"));
}

/// An action by a branch or a tag can change under us; one by its commit cannot.
#[test]
fn the_workflow_runs_all_and_pins_its_actions() {
    let text = std::fs::read_to_string(".github/workflows/ci.yml").expect("a workflow");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert!(lines.contains(&"run: .ci/run --all"));
    assert!(lines.contains(&"contents: read") && !text.contains("write"), "it may write nothing");
    let uses = lines.iter().filter_map(|line| line.split_once("uses: ")).map(|(_, action)| action);
    let mut count = 0;
    for action in uses {
        count += 1;
        let commit = action.split(['@', ' ']).nth(1).unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_commit, "`{action}`: name the commit, and the version in a comment");
    }
    assert!(count > 0, "the actions are found");
}
