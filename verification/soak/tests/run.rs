//! Whole runs: what passes, what fails, and that the machine may fail too.
#![cfg(target_os = "linux")]

use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn soak(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soak"));
    command.args(args).arg("--report").arg(folder.join("kept")).arg("--json").arg(folder.join("report.json"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn report(folder: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("report.json")).expect("a report"))
        .expect("JSON")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The worker that a run has now.
fn worker(run: &Child) -> String {
    let begun = Instant::now();
    let list = format!("/proc/{0}/task/{0}/children", run.id());
    loop {
        let children = std::fs::read_to_string(&list).unwrap_or_default();
        if let Some(child) = children.split_whitespace().next() {
            return child.to_owned();
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the run has no worker");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(name: &str, process: &str) {
    assert!(Command::new("kill").args([name, process]).status().expect("kill").success());
}

/// Waits until the run has written its report for the first time: the canary is over then.
fn first_report(folder: &Path) {
    let begun = Instant::now();
    while !folder.join("report.json").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no spell ends");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_run_judges_what_it_records_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        soak(&["--for", "4s", "--subject", "counters", "--threads", "3"], folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let report = report(folder.path());
    assert_eq!(report["verdict"], "PASS");
    assert_eq!(report["sees_the_canary"], true);
    let number = |name: &str| report["total"][name].as_u64().unwrap();
    assert_eq!(number("recorded"), number("judged") + number("not_judged"));
    assert!(number("judged") > 500, "{report}");
    assert_eq!(report["total"]["live"], 0);
    assert!(report["recording_percent"].as_f64().unwrap() < 10.0, "{report}");
}

#[test]
fn what_is_wrong_on_purpose_fails_and_is_kept_as_a_file_that_can_be_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        soak(&["--for", "20s", "--subject", "canary", "--until-failure"], folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report = report(folder.path());
    assert_eq!(report["verdict"], "FAILED");
    let files = report["failures"][0]["files"].as_array().unwrap();
    assert!(Path::new(files[0].as_str().unwrap()).exists());
}

#[test]
fn each_end_of_a_worker_is_told_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--for", "12s", "--subject", "canary", "--build", "plain", "--patience", "2s"];
    // So little that what takes all memory ends, and the others do not.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 900000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_soak")]).args(args);
    command
        .arg("--report")
        .arg(folder.path().join("kept"))
        .arg("--json")
        .arg(folder.path().join("report.json"));
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report = report(folder.path());
    let spells = report["spells"].as_array().unwrap();
    let ends: Vec<(&str, &str)> =
        spells.iter().map(|row| (row["load"].as_str().unwrap(), row["ended"].as_str().unwrap())).collect();
    for wanted in [
        ("swaps in two steps", "not linearizable"),
        ("panics", "panic"),
        ("aborts", "crash"),
        ("hangs", "hang"),
        ("takes all memory", "lost"),
    ] {
        assert!(ends.contains(&wanted), "{wanted:?} is not among {ends:?}\n{}", text(&output));
    }
    let lost = spells.iter().find(|row| row["ended"] == "lost").unwrap();
    assert!(lost["why"].as_str().unwrap().contains("its memory was used up"), "{lost}");
}

#[test]
fn a_worker_that_is_killed_is_lost_and_the_run_goes_on_and_is_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    let mut run =
        soak(&["--for", "6s", "--subject", "registry", "--threads", "2"], folder.path()).spawn().unwrap();
    first_report(folder.path());
    signal("-KILL", &worker(&run));
    let status = run.wait().unwrap();
    let report = report(folder.path());
    let ends: Vec<&str> =
        report["spells"].as_array().unwrap().iter().map(|row| row["ended"].as_str().unwrap()).collect();
    assert_eq!((status.code(), report["verdict"].as_str()), (Some(3), Some("TRUNCATED")), "{report}");
    assert_eq!(ends.iter().filter(|end| **end == "lost").count(), 1, "{ends:?}");
    let place = ends.iter().position(|end| *end == "lost").unwrap();
    assert!(ends.len() > place + 1, "the run went on: {ends:?}");
}

#[test]
fn ctrl_c_leaves_a_report_that_is_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = soak(&["--for", "60s", "--subject", "counters"], folder.path()).spawn().unwrap();
    first_report(folder.path());
    signal("-INT", &run.id().to_string());
    let begun = Instant::now();
    let status = run.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10), "it ends at once");
    let report = report(folder.path());
    assert_eq!(status.code(), Some(3));
    assert_eq!((&report["verdict"], &report["interrupted"]), (&"TRUNCATED".into(), &true.into()));
    let mut said = String::new();
    run.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("stopped by Ctrl-C"), "{said}");
}

#[test]
fn no_space_for_the_output_or_for_a_report_is_said_and_is_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--for", "1s", "--subject", "counters"];
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = soak(&args, folder.path()).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("the output could not be written"), "{}", text(&output));
    assert_eq!(report(folder.path())["verdict"], "PASS", "the report is written all the same");

    let mut command = Command::new(env!("CARGO_BIN_EXE_soak"));
    let output = command.args(args).args(["--json", "/dev/full"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("`/dev/full` could not be written"), "{}", text(&output));
}

#[test]
fn a_failure_that_cannot_be_kept_is_a_failure() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soak"));
    command.args(["--for", "20s", "--subject", "canary", "--until-failure", "--report", "/proc/none"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("could not be written"), "{}", text(&output));
}

#[test]
fn a_reader_who_has_gone_does_not_end_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = soak(&["--for", "2s", "--subject", "counters"], folder.path()).spawn().unwrap();
    drop(run.stdout.take());
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert_eq!(report(folder.path())["verdict"], "PASS");
}

#[test]
fn a_mistake_names_what_can_be_typed() {
    for (args, wanted) in [
        (["--for", "10x"], "`10x` is no time: a number with a unit is"),
        (["--subject", "maps"], "there is no subject `maps`: map, counters"),
        (["--build", "loom"], "there is no build `loom`: plain or paused"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_soak")).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output).contains(wanted), "{}", text(&output));
    }
}
