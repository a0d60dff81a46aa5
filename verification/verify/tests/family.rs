//! Families on the command line: interrupted and resumed, refused, listed; and what is kept of them.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use test_support::hang::{COMMAND, TEST, watch_for};

fn verify(args: &[&str]) -> Output {
    let _watch = watch_for(format!("`verify {}`", args.join(" ")), COMMAND);
    let output =
        Command::new(env!("CARGO_BIN_EXE_verify")).env_remove("CI").args(args).stdin(Stdio::null()).output();
    output.expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The family of a report, without what differs from run to run: the time that it took, and whether its self-tests were known.
fn family(report: &Path) -> Value {
    let text = std::fs::read_to_string(report.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    let mut family = report["families"][0].clone();
    family["seconds"] = Value::Null;
    family.as_object_mut().unwrap().remove("self_tests_known");
    family
}

const FAMILY: [&str; 10] = [
    "family",
    "2x1",
    "--keys",
    "1",
    "--ops",
    "load,swap,load_and_delete,range",
    "--self-tests",
    "160",
    "--jobs",
    "1",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    FAMILY.iter().copied().chain(more.iter().copied()).collect()
}

/// An interrupted run says so and goes on to the same end as one that was not interrupted.
#[cfg(unix)]
#[test]
fn an_interrupted_family_goes_on_to_the_same_end() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = (folder.path().join("whole"), folder.path().join("cut"));
    let output = verify(&with(&["--report", whole.to_str().unwrap()]));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));

    let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
        .args(with(&["--report", cut.to_str().unwrap()]))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let journal = cut.join("journal-map-2x1-1-key-load-swap-load_and_delete-range.jsonl");
    let lines = || std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    while lines() < 10 {
        assert!(child.try_wait().unwrap().is_none(), "it must not end before it is interrupted");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let partial = family(&cut);
    assert_eq!(partial["verdict"], "TRUNCATED");
    let through = partial["whole"].as_u64().unwrap();
    assert!(0 < through && through < partial["programs"].as_u64().unwrap(), "{through}");
    assert!(std::fs::read_to_string(cut.join("report.html")).unwrap().contains("are not through"));

    // A run that was killed may leave half a line.
    let mut torn = std::fs::read_to_string(&journal).unwrap();
    torn.push_str("{\"family\":0,\"numb");
    std::fs::write(&journal, torn).unwrap();
    let output = verify(&with(&["--resume", cut.to_str().unwrap()]));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(
        text(&output.stderr).contains("programs were finished by the earlier run"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(family(&cut), family(&whole));

    // Another run, another source, no run: refused.
    let refuse = |args: &[&str], part: &str| {
        let output = verify(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(part), "{args:?}: {}", text(&output.stderr));
    };
    let cut_text = cut.to_str().unwrap();
    refuse(
        &with(&["--resume", cut_text, "--mode", "sleep"]),
        "its engines is loom/leak, loom/eager, shuttle/sleep",
    );
    refuse(&with(&["--resume", cut_text, "--budget", "1s"]), "its budget is none");
    refuse(&["family", "1x1", "--resume", cut_text], "there is no interrupted run to resume");
    let source = partial["source"].as_str().unwrap();
    let other = std::fs::read_to_string(&journal).unwrap().replace(source, &"0".repeat(64));
    std::fs::write(&journal, other).unwrap();
    refuse(&with(&["--resume", cut_text]), "the journal of another run: its source is 0000");
}

#[test]
fn a_family_can_be_listed_and_wrong_ones_are_refused() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&["family", "1x1", "--list"]);
    let listed = text(&output.stdout);
    assert_eq!(listed.lines().count(), 153);
    assert_eq!(listed.lines().next(), Some("|| range"), "the smallest comes first");
    let cases: [(&[&str], &str); 5] = [
        (&["family", "2x1", "--subject", "cash"], "`cash` is not a subject"),
        (&["family", "2x1", "--subject", "counter", "--keys", "1"], "leave out --keys"),
        (&["family", "2x1", "--ops", "lod"], "load, swap"),
        (&["family", "2x1", "--shape", "sb"], "two keys"),
        (&["family", "2x1", "--mode", "pct"], "leak, eager"),
    ];
    for (args, part) in cases {
        let output = verify(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(part), "{args:?}: {}", text(&output.stderr));
    }
}

/// What does not end within its budget is named, with the verdict that it got.
#[test]
fn a_program_that_does_not_end_is_named() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().to_str().unwrap();
    let args = ["family", "3x1", "--ops", "clear,range", "--self-tests", "160", "--mode", "leak"];
    let output = verify(&[&args[..], &["--budget", "2ms", "--report", report]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
    let family = family(folder.path());
    let unfinished = family["unfinished"].as_array().unwrap();
    let programs = family["programs"].as_u64().unwrap();
    assert_eq!(family["whole"].as_u64().unwrap() + unfinished.len() as u64, programs);
    assert!(
        unfinished.iter().any(|u| u["verdict"] == "TRUNCATED" && u["engine"] == "loom/leak"),
        "{unfinished:?}"
    );
    assert_eq!(family["verdict"], "TRUNCATED");
}

/// The reduced search of shuttle against the plain one, on a sample; what the plain one does not end is named, not counted.
#[test]
fn the_oracle_finds_the_same_outcomes() {
    let _watch = watch_for("the test", TEST);
    let oracle = |args: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let report = ["--self-tests", "160", "--report", folder.path().to_str().unwrap()];
        let output = verify(&[&["family"], args, &report[..]].concat());
        (output.status.code(), text(&output.stdout), family(folder.path()))
    };
    let (status, text, agreed) = oracle(&["2x1", "--keys", "2", "--oracle", "60", "--seed", "3"]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("drawn by seed 3") && text.contains("60 complete"), "{text}");
    assert_eq!((&agreed["verdict"], &agreed["whole"]), (&Value::from("SAMPLED(60)"), &Value::from(60)));
    let executions = |engine: usize| agreed["executions"][engine][1].as_u64().unwrap();
    assert_eq!(agreed["executions"][1][0], "shuttle/dfs");
    assert!(executions(1) > 10 * executions(0), "the plain search is another one");

    let (status, text, cut) = oracle(&["3x1", "--ops", "range,clear", "--oracle", "4", "--budget", "2ms"]);
    assert_eq!(status, Some(3), "{text}");
    let unfinished = cut["unfinished"].as_array().unwrap();
    assert_eq!(cut["whole"].as_u64().unwrap() + unfinished.len() as u64, 4);
    assert!(unfinished.iter().all(|unfinished| unfinished["verdict"] == "TRUNCATED"), "{text}");
    assert_eq!(cut["verdict"], "TRUNCATED");
}

/// A call of a map as one step has the outcomes of the algorithm, on both engines; and where it has fewer, a walk beside two writes, that is
/// told.
#[test]
fn the_abstract_modes_have_the_outcomes_of_the_algorithm_in_fewer_executions() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let modes = ["family", "2x1", "--mode", "sleep,abstract", "--self-tests", "160"];
    let output = verify(&[&modes[..], &["--report", folder.path().to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let family = family(folder.path());
    let executions = |engine: usize| family["executions"][engine][1].as_u64().unwrap();
    assert_eq!(family["executions"][1][0], "loom/abstract");
    assert_eq!(family["executions"][2][0], "shuttle/abstract");
    assert!(
        executions(0) > 2 * executions(1) && executions(0) > 2 * executions(2),
        "{}",
        family["executions"]
    );

    let output = verify(&["family", "1x1", "--subject", "counter", "--mode", "abstract"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("cannot run programs of `counter`"), "{}", text(&output.stderr));

    let walk = "store a 1; store b 1; range || range || store a 2; store b 2";
    let output = verify(&["check", walk, "--mode", "sleep,abstract"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("the engines disagree"), "{}", text(&output.stdout));
}

/// Until the first failure: with a source that is right there is none, and the run says so.
#[test]
fn a_family_of_a_right_source_has_no_smallest_failure() {
    let _watch = watch_for("the test", TEST);
    let output = verify(&with(&["--until-failure", "--mode", "sleep"]));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("no program of map 2x1 over 1 key"), "{}", text(&output.stdout));
}

/// The book says of the certificates what they say; none of another source is said to be of this one.
#[test]
fn the_book_agrees_with_the_certificates() {
    let _watch = watch_for("the test", TEST);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let certificates = verify::certificates::kept::load(&root.join("docs/certificate")).unwrap();
    assert!(!certificates.is_empty());
    let document = std::fs::read_to_string(root.join(verify::documents::figures::PAGE)).unwrap();
    let problems = verify::certificates::kept::disagreements(&document, &certificates);
    assert!(problems.is_empty(), "run `cargo verify certificate --write`: {problems:#?}");
}
