//! What cannot be written is said: standard output that is full, or that nobody reads.
#![cfg(unix)]

use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::explain::FailureFile;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn verify(args: &[&str], stdout: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.env_remove("CI");
    command.args(args).stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped());
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command.spawn().expect("the binary runs").wait_with_output().expect("it ends")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A device that is always full.
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").expect("/dev/full").into()
}

/// A pipe whose reader has gone.
fn unread() -> Stdio {
    let mut child = Command::new("true").stdin(Stdio::piped()).spawn().expect("true");
    let pipe = child.stdin.take().expect("a pipe");
    child.wait().expect("it ends");
    pipe.into()
}

/// A failure file of a program that fails on purpose, in this folder.
fn failure_file(folder: &Path) -> String {
    let canary = subjects::by_name("canary").expect("a subject");
    let job = Job::new(&Program::parse(canary, "|| ok || wrong").expect("a program"), Engine::ShuttleSleep);
    let verdict = job.failed("not linearizable", "wrong on purpose".to_owned(), Duration::ZERO);
    let file = folder.join("failure.json");
    let text = serde_json::to_string(&FailureFile::new(String::new(), verdict, job)).expect("JSON");
    std::fs::write(&file, text).expect("written");
    file.display().to_string()
}

/// Every command that writes to standard output and takes no longer than a moment. (The others run self-tests, or build a copy of the tree.)
fn commands(folder: &Path) -> Vec<Vec<String>> {
    let failure = failure_file(folder);
    let page = folder.join("page.html").display().to_string();
    let commands: [&[&str]; 11] = [
        &["list"],
        &["list", "--format", "json"],
        &["family", "2x1", "--list"],
        &["certificate"],
        &["mutants", "--list"],
        &["explain", &failure],
        &["explain", &failure, "--html", &page],
        &["replay", &failure],
        &["--help"],
        &["--version"],
        &["check", "--help"],
    ];
    commands.iter().map(|args| args.iter().map(|arg| (*arg).to_owned()).collect()).collect()
}

#[test]
fn a_full_output_is_exit_1_and_one_sentence_for_each_command() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let (program, report) = ("store a 1 || load a", folder.path().join("report").display().to_string());
    let check = ["check", program, "--mode", "sleep", "--report", &report];
    let as_json = ["check", program, "--mode", "sleep", "--format", "json"];
    let runs = [&check[..], &as_json[..]].map(|args| args.iter().map(|arg| (*arg).to_owned()).collect());
    for args in commands(folder.path()).into_iter().chain(runs) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = verify(&args, full());
        let told = stderr(&output);
        let sentence =
            format!("error: the output of `cargo verify {}` could not be written: ", args.join(" "));
        let tells = told.lines().filter(|line| line.starts_with(&sentence)).count() == 1;
        if output.status.code() != Some(1) || !tells || told.contains("panicked") {
            wrong.push(format!("{args:?}: {:?}: {told}", output.status.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(folder.path().join("page.html").exists(), "what is no output is written all the same");
    assert!(folder.path().join("report/report.html").exists(), "and so are reports");
}

#[test]
fn a_reader_that_goes_ends_each_command_quietly() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    for args in commands(folder.path()) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = verify(&args, unread());
        assert_eq!(stderr(&output), "", "{args:?}");
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1 | 3 | 141)), "{args:?}: {code:?}");
    }
}

/// A message that cannot be written to standard error costs the message, and not the exit status.
#[test]
fn a_full_standard_error_keeps_the_exit_status() {
    let _watch = watch_for("the test", TEST);
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.env_remove("CI");
    command.args(["check", "|| lod a"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(full());
    assert_eq!(command.status().expect("it runs").code(), Some(2));
}

/// All that commands write goes through `output.rs`, where what cannot be written is noticed. The worker writes to its pool.
#[test]
fn nothing_else_writes_to_standard_output_or_to_standard_error() {
    let _watch = watch_for("the test", TEST);
    fn look(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            if matches!(name, "output.rs" | "worker.rs" | "current.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap();
                let writes = ["println!", "print!", "io::stdout()", "io::stderr().lock"];
                if writes.iter().any(|write| code.contains(write)) {
                    found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    let mut found = Vec::new();
    for package in ["linear", "explore", "runner", "verify"] {
        look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package).join("src"), &mut found);
    }
    assert!(found.is_empty(), "use `say!` and `complain!` of output.rs:\n{}", found.join("\n"));
}
