//! A crate that uses the map can model-check its own code: `examples/downstream` does, and finds under loom and under shuttle the bug that
//! its ordinary tests do not see. The page about it is docs/downstream.md.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the tests of the example in a build of its own, under this `cfg` or none, with or without the bug.
fn tests(build: &str, bug: bool) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("downstream").join(build);
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--quiet", "--offline", "--tests"]).args(bug.then_some("--features=seeded-bug"));
    command.current_dir(root.join("examples/downstream")).env("CARGO_TARGET_DIR", target);
    command.env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTFLAGS").env("RUST_BACKTRACE", "0");
    if build != "ordinary" {
        command.env("RUSTFLAGS", format!("--cfg {build}"));
    }
    command.output().expect("cargo runs: it runs this test")
}

fn text(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr];
    texts.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).join("\n")
}

/// One test, not six: each build wants all processors.
#[test]
fn a_crate_that_uses_the_map_finds_its_bug_under_the_model_checkers_and_not_without() {
    // The versions that are there, because this workspace is built with them.
    std::fs::copy("Cargo.lock", "examples/downstream/Cargo.lock").expect("the lock file is copied");
    for (build, finds) in [("ordinary", false), ("model_loom", true), ("model_shuttle", true)] {
        let right = tests(build, false);
        let count = ["running 2 tests", "running 3 tests", "running 6 tests"];
        let ran = count.iter().any(|count| text(&right).contains(count));
        assert!(right.status.success() && ran, "{build}, without the bug:\n{}", text(&right));
        let wrong = tests(build, true);
        assert_eq!(wrong.status.success(), !finds, "{build}, with the bug:\n{}", text(&wrong));
        let found = text(&wrong).contains("one job: Some(\"sweep\") and Some(\"sweep\")");
        assert_eq!(found, finds, "{build}, with the bug:\n{}", text(&wrong));
    }
}

/// Nothing of the map is in its tree, and it explores a structure of two operations of its own.
#[test]
fn a_crate_that_depends_on_the_engines_alone_explores_its_own_structure() {
    std::fs::copy("Cargo.lock", "examples/own_subject/Cargo.lock").expect("the lock file is copied");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own_subject");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("own_subject");
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&folder).env("CARGO_TARGET_DIR", &target);
        command.output().expect("cargo runs: it runs this test")
    };
    let tree = text(&cargo(&["tree", "--offline", "--prefix", "none", "--format", "{p}"]));
    assert!(tree.contains("explore v"), "{tree}");
    let map = |line: &&str| {
        ["sync-map v", "sync-map-loom v", "sync-map-shuttle v"].iter().any(|name| line.starts_with(name))
    };
    assert_eq!(tree.lines().find(map), None, "{tree}");

    let run = |subject: &str| cargo(&["run", "--quiet", "--offline", "--", subject, "|| add || add; get"]);
    let right = run("tally");
    assert!(right.status.success(), "{}", text(&right));
    assert_eq!(text(&right).matches("COMPLETE").count(), 3, "on each engine: {}", text(&right));
    let torn = run("torn");
    assert_eq!(torn.status.code(), Some(1), "{}", text(&torn));
    assert!(
        text(&torn).contains("FAILED loom/leak") && text(&torn).contains("not linearizable"),
        "{}",
        text(&torn)
    );
}

/// As the chapter "Check a structure of your own" has it: the test of the example expects the fault, and without that line it is shown.
#[test]
fn a_crate_that_depends_on_the_checker_alone_finds_aba_in_its_stack() {
    std::fs::copy("Cargo.lock", "examples/own_structure/Cargo.lock").expect("the lock file is copied");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own_structure");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("own_structure");
    let test = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["test", "--offline", "--lib", "--"]).args(arguments);
        command.current_dir(&folder).env("CARGO_TARGET_DIR", &target);
        command.output().expect("cargo runs: it runs this test")
    };
    let expected = test(&[]);
    assert!(expected.status.success() && text(&expected).contains("1 passed"), "{}", text(&expected));
    let shown = text(&test(&["--show-output"]));
    assert!(shown.contains("program   push 1 || pop || pop; push 2; push 3"), "{shown}");
    let lines = std::fs::read_to_string(folder.join("src/lib.rs")).expect("the example");
    let code = lines.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"));
    assert!(code.count() <= 62, "the chapter says that it is short");
}
