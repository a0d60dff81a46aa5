//! Failures as files, and what an interrupted run leaves.

use super::*;
use std::path::Path;

fn read_json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_failure_is_a_file_that_explains_and_replays() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let report_arg = report.to_str().unwrap();
    let args = [
        "check",
        "|| ok || ok; wrong",
        "--subject",
        "canary",
        "--mode",
        "leak,sleep",
        "--report",
        report_arg,
    ];
    let run = verify(&args);
    assert_eq!(run.status.code(), Some(1));
    let text = stdout(&run);
    let times = |part: &str| text.matches(part).count();
    assert_eq!(times("no order of the operations"), 1, "two engines saw it, and it is told once: {text}");
    assert_eq!(times("found by  loom/leak, shuttle/sleep"), 1, "{text}");
    assert_eq!(times("cargo verify explain"), 1, "one command explains it: {text}");
    assert!(text.starts_with("FAILED"), "failures come first: {text}");
    assert!(text.lines().last().is_some_and(|last| last.starts_with("FAIL  2 failed")), "{text}");
    let mut files: Vec<_> = std::fs::read_dir(&report).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names: Vec<String> =
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let is_failure = |file: &&std::path::PathBuf| file.to_string_lossy().contains("failure-");
    let (pages, failures): (Vec<_>, Vec<_>) =
        files.iter().filter(is_failure).partition(|file| file.extension().is_some_and(|end| end == "html"));
    assert_eq!((failures.len(), pages.len()), (2, 2), "{names:?}");
    assert_eq!(names.len(), 7, "report.html, report.json, junit.xml, and no temporary files: {names:?}");
    let report_page = std::fs::read_to_string(report.join("report.html")).unwrap();
    let name = |page: &Path| page.file_name().unwrap().to_string_lossy().into_owned();
    assert!(pages.iter().all(|page| report_page.contains(&format!("href=\"{}\"", name(page)))));
    assert_eq!(read_json(&report.join("report.json"))["summary"]["failed"], 2);
    assert!(std::fs::read_to_string(report.join("junit.xml")).unwrap().contains("not linearizable"));
    assert!(
        std::fs::read_to_string(report.join("report.html")).unwrap().contains("no order of the operations")
    );
    for failure in failures {
        let failure = failure.to_str().unwrap();
        let explained = verify(&["explain", failure]);
        assert_eq!(explained.status.code(), Some(0));
        assert!(
            stdout(&explained).contains("thread 0") && stdout(&explained).contains("wrong"),
            "{}",
            stdout(&explained)
        );
        let page = folder.path().join("page.html");
        assert_eq!(verify(&["explain", failure, "--html", page.to_str().unwrap()]).status.code(), Some(0));
        assert!(std::fs::read_to_string(&page).unwrap().contains("<table class=\"steps\">"));
        let again = verify(&["replay", failure]);
        assert_eq!(again.status.code(), Some(1), "{}", stdout(&again));
        assert!(stdout(&again).contains("it fails again, in the same way"), "{}", stdout(&again));
    }
}

#[test]
fn a_failure_is_made_smaller_before_it_is_told_unless_nobody_wants_it() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().to_str().unwrap();
    let padded = "ok; closure || ok; wrong; closure || ok; ok";
    let args = ["check", padded, "--subject", "canary", "--mode", "sleep", "--report", report];
    let run = verify(&args);
    let words = stdout(&run).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(run.status.code(), Some(1), "{words}");
    assert!(
        words.contains("program || wrong what") && words.contains(&format!("found as {padded}")),
        "{words}"
    );
    assert!(words.contains("smaller 7 calls → 1, 2 threads → 1") && words.contains("; minimal"), "{words}");
    assert!(words.contains("why `wrong` of thread 0 returned 666. By the specification"), "{words}");
    let file = folder.path().join("failure-001-program-shuttle-sleep.json");
    let json = read_json(&file);
    assert_eq!(
        (&json["minimised"]["from_program"], &json["job"]["program"]),
        (&padded.into(), &"|| wrong".into())
    );
    assert_eq!(verify(&["replay", file.to_str().unwrap()]).status.code(), Some(1));

    let as_found = verify(&[&args[..], &["--minimise", "0"]].concat());
    assert!(stdout(&as_found).contains(padded) && !stdout(&as_found).contains("smaller"));
    assert_eq!(read_json(&file).get("minimised"), None);
    let tools = verify(&[&args[..], &["--format", "json"]].concat());
    let minimised = lines(&tools, "minimised");
    assert_eq!((minimised.len(), &minimised[0]["program"]), (1, &"|| wrong".into()), "{minimised:?}");
    assert_eq!(lines(&tools, "verdict")[0]["program"], padded, "the verdict is on what was asked for");
}

#[test]
fn a_file_quotes_the_source_that_was_run_and_a_page_without_it_says_why() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let args = ["check", "|| deadlock || deadlock", "--subject", "canary", "--mode", "sleep", "--report"];
    assert_eq!(verify(&[&args[..], &[folder.path().to_str().unwrap()]].concat()).status.code(), Some(1));
    let file = folder.path().join("failure-001-program-shuttle-sleep.json");
    let mut json = read_json(&file);
    let canary = include_str!("../../../subjects/src/canary/calls.rs");
    let quoted = json["source_lines"].as_object().unwrap();
    assert!(!quoted.is_empty(), "{json:#}");
    for (line, excerpt) in quoted {
        let number: usize = line.strip_prefix("canary/./calls.rs:").unwrap().parse().unwrap();
        let first: usize = excerpt["first"].as_u64().unwrap().try_into().unwrap();
        assert_eq!(first, number - 2, "{line}");
        let lines: Vec<&str> = canary.lines().skip(first - 1).take(5).collect();
        assert_eq!(excerpt["lines"], serde_json::json!(lines), "{line}");
    }
    let any = quoted.values().next().unwrap()["lines"][2].as_str().unwrap().trim().to_owned();
    let page = |json: &Value| {
        std::fs::write(&file, json.to_string()).unwrap();
        let page = folder.path().join("page.html");
        let args = ["explain", file.to_str().unwrap(), "--html", page.to_str().unwrap()];
        assert_eq!(verify(&args).status.code(), Some(0));
        std::fs::read_to_string(page).unwrap()
    };
    const CHANGED: &str = "The source has changed since this failure was found";
    json.as_object_mut().unwrap().remove("source_lines");
    let same = page(&json);
    assert!(same.contains(&any) && !same.contains(CHANGED), "the source is the same: its lines are shown");
    // The page of the run, and that of `explain`, have run the same executions with the code that failed.
    const WHAT_IF: &str = "At no step could another thread have stepped.";
    let of_run = std::fs::read_to_string(file.with_extension("html")).unwrap();
    assert!(of_run.contains(WHAT_IF) && same.contains(WHAT_IF), "{same}");
    json["source"] = "another one".into();
    let other = page(&json);
    assert!(!other.contains(&any) && other.contains(CHANGED), "no line of another source is shown");
    assert!(!other.contains(WHAT_IF), "and none of its executions");
}

#[test]
fn a_file_that_is_no_failure_is_refused() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.json");
    std::fs::write(&file, "{\"verdict\": 1}").unwrap();
    for command in ["explain", "replay"] {
        let output = verify(&[command, file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("not a failure file"), "{}", stderr(&output));
    }
}

/// Ctrl-C leaves a whole report that says TRUNCATED.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_a_whole_report() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let large = "store a 1; store b 2; range || swap a 2; load b; delete a || swap b 3; load a; range || clear; load b";
    // The self-tests of this executable come first, unless they are known: now they are.
    assert_eq!(verify(&["check", "|| load a", "--mode", "leak,sleep"]).status.code(), Some(0));
    let child = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
        .args(["check", large, "--mode", "leak,sleep", "--report", folder.path().to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(5)); // it has begun by then, also on a busy machine
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let text = stdout(&output);
    assert!(text.lines().last().is_some_and(|last| last.starts_with("NOT COMPLETE  ")), "{text}");
    assert!(!text.contains("PASS"), "{text}");
    let report = read_json(&folder.path().join("report.json"));
    assert_eq!(report["interrupted"], true);
    assert!(report["summary"]["truncated"].as_u64().unwrap() > 0, "{}", report["summary"]);
    assert!(
        report["summary"]["executions"].as_u64().unwrap() > 0,
        "what was seen counts: {}",
        report["summary"]
    );
    assert!(std::fs::read_to_string(folder.path().join("report.html")).unwrap().contains("TRUNCATED"));
}
