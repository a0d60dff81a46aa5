//! The audit: it passes, each fault that is put into a file is found in the row and the field that have it, and the pack works without the
//! repository.

mod browser;
mod faults;
mod files;

use std::process::Command;
use std::sync::LazyLock;
use test_support::hang::{COMMAND, TEST, watch_for};
use verify::audit::check;
use verify::audit::files::Files;
use verify::audit::pack::Pack;
use verify::audit::problem::Problem;
use verify::{repository, scenarios, subjects};

/// The tables of this repository.
fn pack() -> &'static Pack {
    static PACK: LazyLock<Pack> = LazyLock::new(|| {
        subjects::install();
        Pack::of(Files::read(&repository::root()).unwrap()).unwrap_or_else(|error| panic!("{error}"))
    });
    &PACK
}

fn scenario_names() -> Vec<String> {
    scenarios::all().into_iter().map(|scenario| scenario.name).collect()
}

/// What is wrong with the tables of this repository: nothing, where the tests pass.
fn before() -> &'static [Problem] {
    static BEFORE: LazyLock<Vec<Problem>> = LazyLock::new(|| problems(pack()));
    &BEFORE
}

/// What is wrong with a pack. Whether `cargo verify …` can be typed is a question for the binary: `the_command_passes` asks it.
fn problems(pack: &Pack) -> Vec<Problem> {
    check::problems(pack, &scenario_names(), &|_| Ok(()))
}

#[test]
fn the_command_passes() {
    let _watch = watch_for("`verify audit --check`", COMMAND);
    let output = Command::new(env!("CARGO_BIN_EXE_verify")).args(["audit", "--check"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("PASS       every row holds"), "{text}");
}

/// What has changed since a commit is told; what is no commit is a mistake of whoever typed it.
#[test]
fn changes_are_told_since_a_commit() {
    let _watch = watch_for("`verify audit --since`", COMMAND);
    let since = |revision: &str| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_verify")).args(["audit", "--since", revision]).output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&told).into_owned())
    };
    let (status, text) = since("no-such-tag");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("`no-such-tag` is no revision"), "{text}");
    let (status, text) = since("HEAD");
    assert_eq!(status, Some(0), "{text}");
    for said in [
        "promises whose code has changed since HEAD: ",
        "unsafe operations that were not there: ",
        "evidence of an earlier",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

/// The rows, each in a line: a promise, a check or a variant that goes or comes is seen by whoever reads the change.
#[test]
fn the_ledger_changes_only_on_purpose() {
    let _watch = watch_for("the test", TEST);
    let rows: Vec<String> = pack()
        .ledger
        .promise
        .iter()
        .map(|row| {
            let taken =
                if row.negative.is_empty() { "no variant".to_owned() } else { row.negative.join(" ") };
            let in_ci = row.checks.iter().filter(|check| check.ci).count();
            format!(
                "{}: {}; {} places; {in_ci} of {} checks in CI; {taken}",
                row.id,
                row.kind,
                row.also.len() + 1,
                row.checks.len()
            )
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}
