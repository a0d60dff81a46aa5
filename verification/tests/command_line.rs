//! The contract of the command line: verdicts, exit statuses, JSON, report files, errors that mark their place.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn verify(args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_verify")).args(args).stdin(Stdio::null()).output();
    output.expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The JSON lines of this kind.
fn lines(output: &Output, kind: &str) -> Vec<Value> {
    let all = stdout(output);
    let parsed =
        all.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is a JSON object"));
    parsed.filter(|line| line["kind"] == kind).collect()
}

const EXAMPLE: &str = "store a 1; delete a || load_or_store a 2 || store b 1; load a";

#[test]
fn check_gives_a_line_for_each_engine_and_the_same_outcomes() {
    let output = verify(&["check", EXAMPLE, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let verdicts = lines(&output, "verdict");
    let engine = |v: &Value| format!("{}/{}", v["engine"].as_str().unwrap(), v["mode"].as_str().unwrap());
    let mut engines: Vec<String> = verdicts.iter().map(engine).collect();
    engines.sort();
    let expected =
        ["loom/eager", "loom/leak", "loom/visible", "shuttle/dfs", "shuttle/sleep", "threads/stress"];
    assert_eq!(engines, expected);
    for verdict in &verdicts {
        assert_eq!(verdict["program"], EXAMPLE);
        assert_eq!(verdict["subject"], "map");
        assert!(verdict["executions"].as_u64().unwrap() > 0);
        assert!(
            verdict["seconds"].is_number() && verdict["outcomes"].is_number() && verdict["name"].is_null()
        );
        if verdict["engine"] == "threads" {
            assert!(verdict["verdict"].as_str().unwrap().starts_with("SAMPLED("));
        } else {
            assert_eq!(verdict["verdict"], "COMPLETE", "{verdict}");
            assert_eq!(verdict["outcome_set"], verdicts[0]["outcome_set"]);
        }
    }
    let summary = &lines(&output, "summary")[0];
    assert_eq!((&summary["complete"], &summary["failed"]), (&Value::from(5), &Value::from(0)));
}

#[test]
fn a_typo_is_exit_2_and_its_place_is_marked() {
    let output = verify(&["check", "store a 1 || lod a"]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("did you mean `load`?"), "{message}");
    let rows: Vec<&str> = message.lines().collect();
    let text = rows.iter().position(|row| row.contains("store a 1 || lod a")).unwrap();
    assert_eq!(rows[text + 1].find('^'), rows[text].find("lod"), "{message}");
    assert!(stdout(&output).is_empty());
}

#[test]
fn variants_are_named_with_a_star_too() {
    let list = |names: &[&str]| verify(&[&["mutants", "--list"], names].concat());
    let output = list(&["registry-*", "cache-stampede"]);
    let listed = stdout(&output);
    assert!(listed.contains("registry-unregister-by-name") && listed.contains("cache-stampede"), "{listed}");
    assert!(listed.lines().all(|line| line.starts_with("registry-") || line.starts_with("cache-stampede")));
    for none in ["registers-*", "registry"] {
        let output = list(&[none]);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{none}");
        assert!(stderr(&output).contains(&format!("`{none}` is no variant")), "{none}: {}", stderr(&output));
    }
}

#[test]
fn other_mistakes_are_exit_2_and_say_what_to_do() {
    let cases: [(&[&str], &str); 8] = [
        (&["check", "|| load a", "--subject", "mop"], "map, counter, countermap"),
        (&["check", "|| load a", "--engine", "lom"], "loom, shuttle or threads"),
        (&["check", "|| load a", "--mode", "lazy"], "leak, eager"),
        (&["check", "|| load a", "--engine", "loom", "--mode", "dfs"], "no engine has these modes"),
        (&["check", "|| load a", "--budget", "soon"], "500ms"),
        (&["scenario", "los_emty"], "no scenario"),
        (&["explain", "/nonexistent/file"], "cannot be read"),
        (&["frobnicate"], "unrecognized subcommand"),
    ];
    for (args, part) in cases {
        let output = verify(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(part), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn a_budget_that_is_too_small_is_truncated_and_exit_3() {
    let large = "store a 1; store b 2; range || swap a 2; load b; delete a || swap b 3; load a; range || clear; load b";
    let output =
        verify(&["check", large, "--engine", "loom,shuttle", "--budget", "300ms", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
    let verdicts = lines(&output, "verdict");
    assert!(!verdicts.is_empty() && verdicts.iter().all(|verdict| verdict["verdict"] == "TRUNCATED"));
    assert!(lines(&output, "summary")[0]["truncated"].as_u64().unwrap() > 0);
}

#[test]
fn a_bounded_search_says_bounded() {
    let output = verify(&["scenario", "los_empty", "--engine", "loom", "--bound", "2", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(lines(&output, "verdict").iter().all(|verdict| verdict["verdict"] == "BOUNDED(2)"));
}

#[test]
fn a_crash_a_hang_and_a_wrong_answer_are_failures_with_the_program_named() {
    let kinds = [
        ("abort", "crash"),
        ("overflow", "crash"),
        ("hang", "hang"),
        ("wrong", "not linearizable"),
        ("panic", "panic"),
    ];
    for (misdeed, kind) in kinds {
        let program = format!("|| ok || {misdeed}");
        let args = [
            "check",
            &program,
            "--subject",
            "canary",
            "--patience",
            "1s",
            "--mode",
            "leak,sleep,stress",
            "--format",
            "json",
        ];
        let output = verify(&args);
        assert_eq!(output.status.code(), Some(1), "{misdeed}: {}", stdout(&output));
        let verdicts = lines(&output, "verdict");
        assert_eq!(verdicts.len(), 3);
        for verdict in verdicts {
            assert_eq!(verdict["verdict"], "FAILED", "{verdict}");
            assert_eq!(verdict["program"], program);
            assert_eq!(verdict["failure"]["kind"], kind, "{verdict}");
        }
    }
}

#[test]
fn a_family_is_complete_with_equal_outcomes_on_each_engine() {
    let output = verify(&["family", "1x1", "--keys", "1", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let family = &lines(&output, "family")[0];
    assert_eq!((&family["programs"], &family["whole"]), (&Value::from(162), &Value::from(162)));
    assert_eq!(lines(&output, "summary")[0]["complete"], 162);
    for (size, part) in [("2", "2x1, 2x2"), ("4x1", "2x1, 2x2"), ("2x1x", "2x1, 2x2")] {
        let output = verify(&["family", size]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
}

/// As with `| head -1`: no panic, no half of a message.
#[test]
fn a_reader_that_goes_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
        .args(["family", "2x1", "--keys", "2", "--list"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(141), ""));
}

#[test]
fn list_names_each_scenario_in_a_line_of_json() {
    let output = verify(&["list", "--format", "json"]);
    let scenarios = lines(&output, "scenario");
    assert_eq!(scenarios.len(), stdout(&output).lines().count());
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"los_empty") && names.contains(&"sb_two_keys") && names.contains(&"load@expunged")
    );
    assert!(
        scenarios.iter().all(|scenario| scenario["subject"].is_string() && scenario["program"].is_string())
    );
}

fn read_json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_failure_is_a_file_that_explains_and_replays() {
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
    assert_eq!(verify(&args).status.code(), Some(1));
    let mut files: Vec<_> = std::fs::read_dir(&report).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names: Vec<String> =
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let failures: Vec<_> = files.iter().filter(|file| file.to_string_lossy().contains("failure-")).collect();
    assert_eq!(failures.len(), 2, "{names:?}");
    assert_eq!(names.len(), 5, "report.html, report.json, junit.xml, and no temporary files: {names:?}");
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
fn a_file_that_is_no_failure_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.json");
    std::fs::write(&file, "{\"verdict\": 1}").unwrap();
    for command in ["explain", "replay"] {
        let output = verify(&[command, file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("no failure file"), "{}", stderr(&output));
    }
}

/// Ctrl-C leaves a whole report that says TRUNCATED.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_a_whole_report() {
    let folder = tempfile::tempdir().unwrap();
    let large = "store a 1; store b 2; range || swap a 2; load b; delete a || swap b 3; load a; range || clear; load b";
    let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
        .args(["check", large, "--mode", "leak,sleep", "--report", folder.path().to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let report = read_json(&folder.path().join("report.json"));
    assert_eq!(report["interrupted"], true);
    assert!(report["summary"]["truncated"].as_u64().unwrap() > 0, "{}", report["summary"]);
    assert!(std::fs::read_to_string(folder.path().join("report.html")).unwrap().contains("TRUNCATED"));
}
