//! Files that are written: a link stays a link, a device a device, a mode what it was; and a file is there whole or not at all.
#![cfg(unix)]

use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::explain::FailureFile;
use runner::report::Report;
use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn verify(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.env_remove("CI");
    command.args(args).stdin(Stdio::null()).output().expect("the binary runs")
}

/// A folder with a failure file.
fn folder_and_failure() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let failure = report_into(&folder.path().join("report"));
    (folder, failure)
}

/// Writes a report of a program that fails on purpose; its failure file.
fn report_into(folder: &Path) -> String {
    let canary = subjects::by_name("canary").expect("a subject");
    let job = Job::new(&Program::parse(canary, "|| ok || wrong").expect("a program"), Engine::ShuttleSleep);
    let verdict = job.failed("not linearizable", "wrong on purpose".to_owned(), Duration::ZERO);
    let failures = vec![FailureFile::new(String::new(), verdict, job)];
    let written = Report { failures, ..Report::default() }.write(folder).expect("a report");
    written[0].display().to_string()
}

fn explain(failure: &str, page: &Path) {
    let output = verify(&["explain", failure, "--html", page.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).unwrap().file_type().is_symlink()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn holds_a_page(path: &Path) -> bool {
    fs::read_to_string(path).unwrap().ends_with("</html>")
}

#[test]
fn the_target_of_a_link_is_written_and_the_link_stays() {
    let _watch = watch_for("the test", TEST);
    let (folder, failure) = folder_and_failure();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("elsewhere")).unwrap();
    fs::write(at("elsewhere/page.html"), "old").unwrap();
    // To a file, by way of another link; to nothing yet.
    symlink("elsewhere/page.html", at("second")).unwrap();
    symlink(at("second"), at("first")).unwrap();
    symlink("elsewhere/new.html", at("to-nothing")).unwrap();
    for (link, target) in [("first", "elsewhere/page.html"), ("to-nothing", "elsewhere/new.html")] {
        explain(&failure, &at(link));
        assert!(is_link(&at(link)) && is_link(&at("second")), "{link} is still a link");
        assert!(!is_link(&at(target)) && holds_a_page(&at(target)), "{target} is the page");
    }
}

#[test]
fn links_in_a_circle_are_an_error_and_not_a_hang() {
    let _watch = watch_for("the test", TEST);
    let (folder, failure) = folder_and_failure();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    symlink(&one, &other).unwrap();
    symlink(&other, &one).unwrap();
    let output = verify(&["explain", &failure, "--html", one.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be written"));
    assert!(is_link(&one));
}

#[test]
fn the_mode_of_a_file_is_kept_and_that_of_a_new_one_is_as_the_user_wants() {
    let _watch = watch_for("the test", TEST);
    let (folder, failure) = folder_and_failure();
    let page = folder.path().join("page.html");
    for kept in [0o600, 0o664, 0o755] {
        fs::write(&page, "old").unwrap();
        fs::set_permissions(&page, Permissions::from_mode(kept)).unwrap();
        explain(&failure, &page);
        assert!(holds_a_page(&page));
        assert_eq!(mode(&page), kept, "{kept:o} is kept");
    }
    let mut private = Command::new("sh");
    let script = r#"umask 077; "$0" explain "$1" --html "$2""#;
    private.args(["-c", script, env!("CARGO_BIN_EXE_verify"), &failure]).arg(folder.path().join("new.html"));
    assert!(private.stdout(Stdio::null()).status().unwrap().success());
    assert_eq!(mode(&folder.path().join("new.html")), 0o600);
}

#[test]
fn a_pipe_with_a_name_is_written_to_and_stays() {
    let _watch = watch_for("the test", TEST);
    let (folder, failure) = folder_and_failure();
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    // Open for both, so that nobody waits for the other to come.
    let mut reader = fs::File::options().read(true).write(true).open(&fifo).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
        .args(["explain", &failure, "--html", fifo.to_str().unwrap()])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut page = Vec::new();
    let mut some = [0; 4096];
    let stays = || fs::symlink_metadata(&fifo).unwrap().file_type().is_fifo();
    while !String::from_utf8_lossy(&page).ends_with("</html>") {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success() && stays(), "the pipe was replaced");
        }
        let count = reader.read(&mut some).unwrap();
        page.extend_from_slice(&some[..count]);
    }
    assert!(child.wait().unwrap().success());
    assert!(stays());
}

/// A device of our own with the numbers of `/dev/null`: making one takes rights that not everybody has.
#[test]
fn a_device_is_written_to_and_stays() {
    let _watch = watch_for("the test", TEST);
    let (folder, failure) = folder_and_failure();
    let device = folder.path().join("null");
    let made = Command::new("mknod").arg(&device).args(["c", "1", "3"]).stderr(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) || fs::File::create(&device).is_err() {
        eprintln!("no device can be made here: not tested");
        return;
    }
    explain(&failure, &device);
    assert!(fs::symlink_metadata(&device).unwrap().file_type().is_char_device());
}

#[test]
fn a_folder_is_refused_with_its_name() {
    let _watch = watch_for("the test", TEST);
    let (folder, failure) = folder_and_failure();
    let output = verify(&["explain", &failure, "--html", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains(folder.path().to_str().unwrap()) && told.contains("cannot be written"), "{told}");
}

#[test]
fn the_files_of_a_report_follow_links_and_keep_their_modes() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let (report, elsewhere) = (folder.path().join("report"), folder.path().join("published.html"));
    fs::create_dir(&report).unwrap();
    fs::write(&elsewhere, "old").unwrap();
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o640)).unwrap();
    symlink(&elsewhere, report.join("report.html")).unwrap();
    report_into(&report);
    assert!(is_link(&report.join("report.html")) && holds_a_page(&elsewhere));
    assert_eq!(mode(&elsewhere), 0o640);
    let left: Vec<PathBuf> = fs::read_dir(&report).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left.len(), 5, "and no temporary file is left: {left:?}");
}
