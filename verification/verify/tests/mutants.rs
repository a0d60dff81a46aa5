//! `cargo verify mutants`, with a handful of variants: killed is only what fails as it is named to.

use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::explain::FailureFile;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use test_support::hang::{BUILDS, COMMAND, watch_for};
use verify::gallery::copy::Tree;
use verify::gallery::run::quote;
use verify::{gallery, repository, subjects};

/// Of the gallery: one that loses a value, one that frees too early, one that only weak memory shows.
const KILLED: [&str; 3] = ["unexpunge-not-readded", "clear-frees-dirty-now", "relaxed-publication"];

fn variant(find: &str, replace: &str) -> String {
    format!(
        r#"
title = "of a test"
breaks = "nothing"
about = "of a test"
program = "store a 1; range || store b 2 || load b"

[[edit]]
file = "src/map/dirty.rs"
find = {find:?}
replace = {replace:?}

[kills]
"shuttle/sleep" = "invariant"
"#
    )
}

/// Where the copy is made.
fn scratch() -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants")
}

/// Runs the variants of a folder; the exit status, and the lines.
fn run(folder: &Path) -> (Option<i32>, Vec<Value>) {
    let output = Command::new(env!("CARGO_BIN_EXE_verify"))
        .env_remove("CI")
        .args(["mutants", "--format", "json", "--variants"])
        .arg(folder)
        .arg("--scratch")
        .arg(scratch())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(!lines.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), lines)
}

/// (A part of the test below, which has built the copy.)
fn a_kept_failure_of_a_variant_fails_again_in_a_copy_with_its_edit(id: &str) {
    let file = repository::root().join(format!("docs/drawn/{id}.json"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.arg("replay").arg(file).arg("--scratch").arg(scratch()).env_remove("CI").stdin(Stdio::null());
    let output = command.output().expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains(&format!("of the broken variant `{id}`: it is run in a copy")), "{text}");
    assert!(text.trim_end().ends_with("it fails again, in the same way"), "{text}");
}

fn line<'l>(lines: &'l [Value], id: &str) -> &'l Value {
    lines.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("no line of {id}: {lines:#?}"))
}

/// Whether all is as the file of the variant says.
fn passes(line: &Value) -> bool {
    line["problem"].is_null() && line["cells"].as_array().unwrap().iter().all(|cell| cell["passes"] == true)
}

#[test]
fn variants_are_killed_and_an_edit_that_changes_nothing_or_does_not_compile_is_told() {
    let _watch = watch_for("the test", BUILDS);
    let folder = tempfile::tempdir().unwrap();
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mutants");
    for id in KILLED {
        let name = format!("{id}.toml");
        std::fs::copy(gallery.join(&name), folder.path().join(&name)).unwrap();
    }
    let count = "self.dirty.misses += miss as usize;";
    let write = |id: &str, text: String| {
        std::fs::write(folder.path().join(format!("{id}.toml")), text).unwrap();
    };
    write("equivalent", variant(count, "self.dirty.misses = self.dirty.misses + miss as usize;"));
    write("no-rust", variant(count, "self.dirty.misses ="));

    let (status, lines) = run(folder.path());
    assert!(passes(line(&lines, "control")), "{lines:#?}");
    for id in KILLED {
        let line = line(&lines, id);
        assert!(passes(line) && !line["cells"].as_array().unwrap().is_empty(), "{line:#?}");
    }
    let equivalent = line(&lines, "equivalent");
    assert_eq!(equivalent["cells"][0]["found"], "survived, COMPLETE", "{equivalent:#?}");
    assert!(line(&lines, "no-rust")["problem"].as_str().unwrap().starts_with("the variant does not compile"));
    let summary = lines.last().unwrap();
    assert_eq!((&summary["killed"], &summary["failed"]), (&3.into(), &2.into()), "{summary:#?}");
    a_kept_failure_of_a_variant_fails_again_in_a_copy_with_its_edit("clear-frees-dirty-now");
    assert_eq!(status, Some(1));

    write("stale", variant("this text is nowhere", "."));
    let (status, lines) = run(folder.path());
    let problem = line(&lines, "control")["problem"].as_str().unwrap();
    assert!(problem.contains("stale") && problem.contains("src/map/dirty.rs"), "{problem}");
    assert_eq!((status, lines.len()), (Some(1), 2), "nothing else is run: {lines:#?}");
}

/// A failure of a variant quotes the copy with its edit, which moves the lines that follow.
#[test]
fn a_failure_of_a_variant_quotes_the_lines_of_the_copy_with_its_edit() {
    let _watch = watch_for("the test", COMMAND);
    let place = tempfile::tempdir().unwrap();
    // Nothing is built, so nothing has to be there to build on.
    for profile in ["debug", "verify"] {
        std::fs::create_dir_all(place.path().join("target").join(profile)).unwrap();
    }
    let tree = Tree::copy_to(place.path()).unwrap();
    let variants = gallery::all().unwrap();
    let variant = variants.iter().find(|variant| variant.id == "swap-into-expunged").unwrap();
    let source = repository::read("src/map/entry.rs").unwrap();
    let place_of = |text: &str| text.lines().position(|line| line.contains("fn swap_locked")).unwrap() + 1;
    let line = |number: usize| format!("map/entry.rs:{number}");
    tree.edit(variant).unwrap();
    let edited = tree.read("src/map/entry.rs").unwrap();
    assert_ne!(place_of(&edited), place_of(&source), "the edit moves the line");
    let program = Program::parse(subjects::by_name("map").unwrap(), "|| store a 1").unwrap();
    let job = Job::new(&program, Engine::LoomLeak);
    let mut verdict = job.failed("not linearizable", String::new(), Duration::ZERO);
    let step = serde_json::json!({ "thread": 0, "action": "Load", "object": "slot #1", "site": null, "seen": null, "written": null,
        "stale": false, "line": line(place_of(&edited)) });
    verdict.failure.as_mut().unwrap().steps = vec![serde_json::from_value(step).unwrap()];
    let mut file = FailureFile::new(String::new(), verdict, job);
    quote(&mut file, &tree);
    let quoted = &file.source_lines[&line(place_of(&edited))];
    assert!(quoted.lines[2].contains("fn swap_locked"), "{quoted:?}");
}
