//! The contract of the command line: verdicts, exit statuses, JSON, report files, errors that mark their place.

mod failures;
mod reports;
mod statuses;
mod summary;

use serde_json::Value;
use std::process::{Command, Output, Stdio};
use test_support::hang::{COMMAND, TEST, watch_for};

fn verify(args: &[&str]) -> Output {
    let _watch = watch_for(format!("`verify {}`", args.join(" ")), COMMAND);
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    // Not about self-tests: those that this executable has passed need not be run again.
    command.env_remove("CI").env_remove("COLUMNS");
    command.args(args).stdin(Stdio::null()).output().expect("the binary runs")
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
    let _watch = watch_for("the test", TEST);
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
    let _watch = watch_for("the test", TEST);
    let output = verify(&["check", "store a 1 || lod a"]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("did you mean `load`?"), "{message}");
    let rows: Vec<&str> = message.lines().collect();
    let text = rows.iter().position(|row| row.contains("store a 1 || lod a")).unwrap();
    assert_eq!(rows[text + 1].find('^'), rows[text].find("lod"), "{message}");
    assert!(stdout(&output).is_empty());
}

/// A program may be typed on several lines, indented by tabs, with letters of any width.
#[test]
fn a_typo_is_marked_under_its_line_whatever_the_program_has_in_it() {
    let _watch = watch_for("the test", TEST);
    // The program; the line that is shown, and the carets under it, as they stand on a terminal.
    let cases = [
        ("store a 1\n|| lod a\n|| load b", "  | || lod a", "  |    ^^^"),
        ("store a 1\r\n|| load a\r\n|| lod a\r\n", "  | || lod a", "  |    ^^^"),
        ("\tstore a 1\t||\tlod a", "  |  store a 1 || lod a", "  |               ^^^"),
        ("sture a 1\n|| load a", "  | sture a 1", "  | ^^^^^"),
        // Two columns each; a mark that takes none; a control character.
        ("|| load 字; lod a", "  | || load 字; lod a", "  |         ^^"),
        ("|| 字字 a || lod a", "  | || 字字 a || lod a", "  |    ^^^^"),
        ("|| loa\u{301} a", "  | || loa\u{301} a", "  |    ^^^"),
        ("|| lo\u{7}d a", "  | || lo d a", "  |    ^^^^"),
        // What is missing is missing at the end of a line.
        ("store a 1;\n|| load a", "  | store a 1;", "  |           ^"),
        ("store a 1", "  | store a 1", "  |          ^"),
    ];
    for (program, line, carets) in cases {
        let output = verify(&["check", program]);
        assert_eq!(output.status.code(), Some(2), "{program:?}");
        let message = stderr(&output);
        let rows: Vec<&str> = message.lines().collect();
        assert_eq!(rows.len(), 4, "{program:?}: what is wrong, the line, the carets, what to do: {message}");
        assert_eq!((rows[1], rows[2]), (line, carets), "{program:?}: {message}");
    }
    let told = stderr(&verify(&["check", "store a 1\n|| lod a"]));
    assert!(told.lines().next().is_some_and(|first| first.ends_with(", on line 2")), "{told}");
}

#[test]
fn variants_are_named_with_a_star_too() {
    let _watch = watch_for("the test", TEST);
    let list = |names: &[&str]| verify(&[&["mutants", "--list"], names].concat());
    let output = list(&["registry-*", "cache-stampede"]);
    let listed = stdout(&output);
    assert!(listed.contains("registry-unregister-by-name") && listed.contains("cache-stampede"), "{listed}");
    assert!(listed.lines().all(|line| line.starts_with("registry-") || line.starts_with("cache-stampede")));
    for none in ["registers-*", "registry"] {
        let output = list(&[none]);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{none}");
        assert!(
            stderr(&output).contains(&format!("`{none}` is not a variant")),
            "{none}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn other_mistakes_are_exit_2_and_say_what_to_do() {
    let _watch = watch_for("the test", TEST);
    let cases: [(&[&str], &str); 18] = [
        (&["check", "|| load a", "--subject", "mop"], "map, counter, countermap"),
        (&["check", "|| load a", "--engine", "lom"], "loom, shuttle or threads"),
        (&["check", "|| load a", "--mode", "lazy"], "dfs, eager, leak"),
        (
            &["check", "|| load a", "--engine", "loom", "--mode", "dfs"],
            "none of these engines has one of these modes",
        ),
        (&["check", "|| load a", "--budget", "soon"], "500ms"),
        (&["scenario", "los_emty"], "`los_emty` is not a scenario: did you mean los_empty"),
        (&["explain", "/nonexistent/file"], "cannot be read"),
        (
            &["explain", "a-failure.json", "--format", "json"],
            "explain prints no JSON: the failure file is JSON itself",
        ),
        (&["xyzzy"], "`xyzzy` is not a command: `cargo verify --help` lists what there is"),
        (&["lst"], "`lst` is not a command: did you mean `list`?"),
        (&["check"], "`<PROGRAM>` is missing: `cargo verify check --help` says what it is"),
        (&["check", "load a", "load b"], "`load b` is one word too many: `cargo verify check --help`"),
        (
            &["check", "|| load a", "--sbject", "map"],
            "`--sbject` is not an option of this command: did you mean `--subject`?",
        ),
        (&["check", "|| load a", "--subject"], "`--subject <SUBJECT>` lacks its value"),
        (&["--profile", "half"], "`half` is no value of `--profile <PROFILE>`: it takes `quick` or `full`"),
        (&["family", "2x1", "--keys", "x"], "`x` is no value of `--keys <KEYS>`: a whole number is wanted"),
        (&["audit", "--check", "--spot", "3"], "exclude each other: give one"),
        (&["list", "mop"], "`mop` is not a scenario"),
    ];
    for (args, part) in cases {
        let output = verify(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(part), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn a_budget_that_is_too_small_is_truncated_and_exit_3() {
    let _watch = watch_for("the test", TEST);
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
    let _watch = watch_for("the test", TEST);
    let output = verify(&["scenario", "los_empty", "--engine", "loom", "--bound", "2", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(lines(&output, "verdict").iter().all(|verdict| verdict["verdict"] == "BOUNDED(2)"));
}

#[test]
fn a_crash_a_hang_and_a_wrong_answer_are_failures_with_the_program_named() {
    let _watch = watch_for("the test", TEST);
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

/// No engine is asked, and so none hangs: real threads would say nothing for half a minute.
#[test]
fn a_program_that_waits_for_ever_is_told_at_once_in_its_own_words() {
    let _watch = watch_for("the test", TEST);
    let check = |program: &str, more: &[&str]| {
        let args = [&["check", program, "--subject", "config", "--format", "json"], more].concat();
        let output = verify(&args);
        assert_eq!(output.status.code(), Some(1), "{program}: {}", stdout(&output));
        lines(&output, "verdict")
    };
    let started = std::time::Instant::now();
    let verdicts = check("subscribe a 1 || recv 1", &["--patience", "300s"]);
    assert!(started.elapsed().as_secs() < 60, "it was run");
    assert_eq!(verdicts.len(), 4, "{verdicts:?}");
    for verdict in verdicts {
        assert_eq!((&verdict["verdict"], &verdict["executions"]), (&Value::from("FAILED"), &Value::from(0)));
        assert_eq!(verdict["failure"]["kind"], "never ends", "{verdict}");
        let message = "whatever the order of the calls, `recv 1` of thread 0 waits for ever: nothing sets key a after it";
        assert_eq!(verdict["failure"]["message"], message, "{verdict}");
    }
    let verdicts = check("subscribe a 1 || set a 1; remove a || recv_async 1", &["--mode", "stress"]);
    let message = verdicts[0]["failure"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("when `set a 1`, `remove a` come first, `recv_async 1` of thread 1"),
        "{message}"
    );
}

/// What the specification cannot tell, an engine finds: the calls that did not return are named.
#[test]
fn a_deadlock_names_the_calls_that_did_not_return() {
    let _watch = watch_for("the test", TEST);
    let args =
        ["check", "|| ok || ok; deadlock", "--subject", "canary", "--mode", "leak,sleep", "--format", "json"];
    let verdicts = lines(&verify(&args), "verdict");
    assert_eq!(verdicts.len(), 2);
    for verdict in verdicts {
        let message = verdict["failure"]["message"].as_str().unwrap();
        assert!(message.starts_with("`deadlock` of thread 1 does not return: "), "{verdict}");
    }
}

#[test]
fn a_family_is_complete_with_equal_outcomes_on_each_engine() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&["family", "1x1", "--keys", "1", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let family = &lines(&output, "family")[0];
    assert_eq!((&family["programs"], &family["whole"]), (&Value::from(153), &Value::from(153)));
    assert_eq!(lines(&output, "summary")[0]["complete"], 153);
    for (size, part) in
        [("2", "2x1, 2x2"), ("4x1", "2x1, 2x2"), ("2x1x", "2x1, 2x2"), ("1+9", "1+2"), ("1+", "1+2")]
    {
        let output = verify(&["family", size]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
}

/// As with `| head -1`: no panic, no half of a message.
#[test]
fn a_reader_that_goes_ends_it_quietly() {
    let _watch = watch_for("the test", TEST);
    let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
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
    let _watch = watch_for("the test", TEST);
    let output = verify(&["list", "--format", "json"]);
    let (scenarios, engines) = (lines(&output, "scenario"), lines(&output, "engine"));
    assert_eq!(scenarios.len() + engines.len(), stdout(&output).lines().count());
    assert_eq!(engines.len(), 10);
    assert!(engines.iter().all(|engine| {
        ["name", "verdict", "programs", "about"].iter().all(|field| engine[field].is_string())
    }));
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"los_empty") && names.contains(&"sb_two_keys") && names.contains(&"load@expunged")
    );
    assert!(
        scenarios.iter().all(|scenario| scenario["subject"].is_string() && scenario["program"].is_string())
    );
}
