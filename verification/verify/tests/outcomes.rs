//! What `check` says of the outcomes of a program, and what it believes of earlier self-tests.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use test_support::hang::{COMMAND, TEST, watch_for};

fn run(program: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let _watch = watch_for(format!("`verify {}`", args.join(" ")), COMMAND);
    let mut command = Command::new(program);
    command.env_remove("CI").env("COLUMNS", "80").envs(variables.iter().copied());
    command.args(args).stdin(Stdio::null()).output().expect("the binary runs")
}

fn verify(args: &[&str]) -> Output {
    run(Path::new(env!("CARGO_BIN_EXE_verify")), args, &[])
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The JSON lines of this kind.
fn lines(output: &Output, kind: &str) -> Vec<Value> {
    let all = text(&output.stdout);
    let parsed = all.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON object a line"));
    parsed.filter(|line| line["kind"] == kind).collect()
}

/// Lines that are wider than a terminal.
fn too_wide(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.chars().count() > 80).collect()
}

const EXAMPLE: &str = "store a 1; delete a || load_or_store a 2 || store b 1; load a";
const STORE_BUFFERING: &str = "|| store a 1; load b || store b 1; load a";

#[test]
fn a_check_prints_its_outcomes_in_30_lines_of_80_columns() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&["check", EXAMPLE]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let (_, table) = told.split_once("2 outcomes; the specification expects both:").expect("a table");
    let rows: Vec<&str> = table.lines().filter(|line| line.contains("{a:2 b:1}")).collect();
    let [first, second] = rows.as_slice() else { panic!("{table}") };
    assert!(first.contains("(); 2 ") && first.contains(" yes ") && first.contains("loom: leak "), "{table}");
    assert!(second.contains("(); absent ") && second.contains(" yes "), "{table}");
    assert!(table.contains("shuttle: sleep ") && table.contains("threads: "), "{table}");
    assert!(too_wide(table).is_empty(), "{:?}", too_wide(table));
    // Once the self-tests are known, and those of the first run may not have been.
    let again = text(&verify(&["check", EXAMPLE]).stdout);
    assert!(again.lines().count() <= 30, "{} lines:\n{again}", again.lines().count());
}

#[test]
fn the_outcomes_in_json_count_every_execution_of_each_engine() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&["check", STORE_BUFFERING, "--impossible", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let outcomes = &lines(&output, "outcomes")[0];
    let rows = outcomes["outcomes"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["expected"] == "yes"));
    let verdicts = lines(&output, "verdict");
    assert!(verdicts.len() >= 3);
    for verdict in verdicts {
        let engine = format!("{}/{}", verdict["engine"].as_str().unwrap(), verdict["mode"].as_str().unwrap());
        let counted: u64 = rows.iter().filter_map(|row| row["found_by"][&engine].as_u64()).sum();
        assert_eq!(Some(counted), verdict["executions"].as_u64(), "{engine}: {outcomes}");
    }
    let impossible = outcomes["impossible"].as_array().unwrap();
    assert_eq!(impossible.len(), 1, "{outcomes}");
    assert_eq!(impossible[0]["outcome"], "(); absent || (); absent -> {a:1 b:1}");
}

#[test]
fn an_execution_with_an_outcome_is_drawn_by_its_number_or_by_its_text() {
    let _watch = watch_for("the test", TEST);
    let check = |engine: &str, show: &str| {
        verify(&["check", STORE_BUFFERING, "--engine", engine, "--mode", "leak,sleep", "--show", show])
    };
    let outcome = "(); absent || (); 1 -> {a:1 b:1}";
    for (engine, show) in [("shuttle", "3"), ("shuttle", outcome), ("loom", "_; absent || _; 1 -> _")] {
        let output = check(engine, show);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{told}{}", text(&output.stderr));
        let (_, drawn) = told.split_once(&format!("Outcome 3: {outcome}")).expect("it is named");
        assert!(drawn.contains("thread 0") && drawn.contains("│ thread 1"), "{drawn}");
        // What was returned is the outcome.
        for step in ["◀ load b = absent", "◀ load a = 1", "◀ store a 1 = ()", "◀ store b 1 = ()"] {
            assert!(drawn.contains(step), "{step}: {drawn}");
        }
        assert!(too_wide(drawn).is_empty(), "{:?}", too_wide(drawn));
    }
    let missing = check("shuttle", "4");
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("--show 1 to --show 3"), "{}", text(&missing.stderr));
    // One that is impossible is no mistake: it is told why.
    let impossible = check("shuttle", "_; absent || _; absent -> _");
    assert_eq!(impossible.status.code(), Some(0));
    let told = text(&impossible.stdout).replace('\n', " ");
    assert!(told.contains("is not possible: it needs the order"), "{told}");
    assert_eq!(verify(&["scenario", "sb_*", "--show", "1"]).status.code(), Some(2));
}

#[test]
fn an_execution_that_passes_is_a_page_that_says_so() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let args = [
        "check",
        STORE_BUFFERING,
        "--engine",
        "shuttle",
        "--mode",
        "sleep",
        "--html",
        page.to_str().unwrap(),
    ];
    assert_eq!(verify(&args).status.code(), Some(2), "of which outcome?");
    let output = verify(&[&args[..], &["--show", "3"]].concat());
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", text(&output.stderr));
    assert!(told.contains(&format!("is a page: {}", page.display())), "{told}");
    let text_of_it = std::fs::read_to_string(&page).unwrap();
    let outcome = "passes: (); absent || (); 1 -&gt; {a:1 b:1}";
    assert!(text_of_it.contains(&format!("<title>{outcome}")), "{text_of_it}");
    assert!(text_of_it.contains(&format!("{outcome}</h1>")) && !text_of_it.contains("FAILED"));
    assert!(
        text_of_it.contains("self.slot.load(") && text_of_it.contains("\"action\":\"ELoad or Visit\""),
        "with its source"
    );
    let nowhere = folder.path().join("no/page.html");
    let output = verify(&[
        "check",
        "|| load a",
        "--mode",
        "sleep",
        "--show",
        "1",
        "--html",
        nowhere.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot be written"), "{}", text(&output.stderr));
    // The same as text, with what each step is in the specification.
    let all = text(&verify(&["check", "|| load a", "--mode", "sleep", "--show", "1", "--all"]).stdout);
    let (_, drawn) = all.split_once("Outcome 1").expect("it is drawn");
    assert!(drawn.contains("(Rd1)") && too_wide(drawn).is_empty(), "{drawn}");
}

#[test]
fn list_fits_80_columns_and_says_what_each_engine_is_for() {
    let _watch = watch_for("the test", TEST);
    let told = text(&verify(&["list"]).stdout);
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{:?}", too_wide(&told));
    for word in ["loom/visible", "shuttle/dfs", "search (dfs)", "COMPLETE", "BOUNDED(n)", "SAMPLED(n)"] {
        assert!(told.contains(word), "{word}");
    }
    let one = text(&verify(&["list", "sb_two_keys"]).stdout);
    assert!(one.starts_with("sb_two_keys (map)\n") && one.contains("store a 1; load b"), "{one}");
    assert_eq!(verify(&["list", "sb_to_keys"]).status.code(), Some(2));
}

/// A copy of the executable keeps its results in its own folder.
#[test]
fn self_tests_are_known_for_the_same_executable_and_run_anew_otherwise() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("verify");
    std::fs::copy(env!("CARGO_BIN_EXE_verify"), &program).unwrap();
    // For each self-test whether it was known; and the verdict.
    let check = |variables: &[(&str, &str)]| {
        let output = run(&program, &["check", "|| load a", "--mode", "leak", "--format", "json"], variables);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        let tests = lines(&output, "self-test");
        assert_eq!(tests.len(), 2, "loom, and loom crippled");
        let known: Vec<bool> = tests.iter().map(|test| test["known"].as_bool().unwrap()).collect();
        let verdict = lines(&output, "verdict").remove(0);
        assert_eq!(verdict["verdict"], "COMPLETE");
        assert_eq!(verdict["self_tests_known"] == true, known.contains(&true), "{verdict}");
        known
    };
    assert_eq!(check(&[]), [false, false]);
    assert_eq!(check(&[]), [true, true]);
    let told = run(&program, &["check", "|| load a", "--mode", "leak"], &[]);
    assert!(text(&told.stdout).contains("known from an earlier run of this executable"));
    assert_eq!(check(&[("CI", "true")]), [false, false], "CI runs them");
    // Another executable: what comes after the end of the program changes nothing that it does.
    let mut contents = std::fs::read(&program).unwrap();
    contents.push(0);
    std::fs::write(&program, contents).unwrap();
    assert_eq!(check(&[]), [false, false], "that was another executable");
}
