//! The page of a failure, in a browser: its script draws what the file says. Without Chromium only the text of the page is looked at, and the
//! test says so.
#![cfg(unix)]

use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::explain::{FailureFile, NO_SOURCE};
use runner::plan::Planned;
use runner::pool::{self, News, Settings};
use runner::watched::watch;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use test_support::hang::{COMMAND, TEST, watch_for};
use verify::repository::of_step_here;
use verify::subjects;

/// Neither load sees the other thread's store, if a slot is loaded with Acquire.
const PROGRAM: &str = "store a 9; range || store a 1; load b || store b 1; load a";

/// The browser, if this machine has one.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    found.into_iter().find(|file| file.is_file())
}

fn chromium(browser: &Path) -> Command {
    let mut command = Command::new(browser);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--enable-logging=stderr",
    ]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.stdin(Stdio::null());
    command
}

/// The page as it is once its script has run.
fn look(browser: &Path, page: &Path, fragment: &str) -> String {
    let _watch = watch_for("a browser", COMMAND);
    let profile = tempfile::tempdir().unwrap();
    let mut command = Command::new(browser);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--enable-logging=stderr",
    ]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.arg(format!("--user-data-dir={}", profile.path().display())).arg("--dump-dom");
    command.arg(format!("file://{}#{fragment}", page.display()));
    let output = command.output().expect("the browser runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (dom, log) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{log}");
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(errors.is_empty(), "{errors:?}");
    dom
}

/// Pictures of the page, to be looked at: wide and narrow, light and dark.
fn keep_pictures(browser: &Path, page: &Path) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, size, dark) in
        [("wide", "1280,900", false), ("dark", "1280,900", true), ("narrow", "500,1000", false)]
    {
        let picture = folder.join(format!("{name}.png"));
        let _ = std::fs::remove_file(&picture);
        let mut command = chromium(browser);
        command.arg(format!("--window-size={size}")).arg(format!("--screenshot={}", picture.display()));
        if dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        let profile = tempfile::tempdir().unwrap();
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(format!("file://{}#step-20", page.display()));
        assert!(command.output().expect("the browser runs").status.success());
        assert!(picture.is_file(), "{}", picture.display());
    }
}

/// What the page draws of the subject: each table with its rows.
fn drawn(dom: &str) -> Vec<String> {
    let part = dom.split_once("<div id=\"tables\">").expect("tables").1.split_once("<ul").expect("facts").0;
    let tables = part.split("<div class=\"table\">").skip(1).map(|table| {
        let text: String = table
            .split('<')
            .filter_map(|tag| tag.split_once('>'))
            .map(|(_, text)| format!("{text} "))
            .collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    tables.collect()
}

/// The same of a snapshot in the file.
fn told(snapshot: &Value) -> Vec<String> {
    let tables = snapshot["tables"].as_array().cloned().unwrap_or_default();
    let all: Vec<Value> =
        tables.iter().flat_map(|table| table["rows"].as_array().cloned().unwrap_or_default()).collect();
    let line = |table: &Value| {
        let mark = table["mark"].as_str().map_or_else(String::new, |mark| format!(", {mark}"));
        let rows = table["rows"].as_array().cloned().unwrap_or_default();
        let mut words = vec![format!("{}{mark}", table["name"].as_str().unwrap())];
        if table["exists"] == false {
            words.push("none".to_owned());
        } else if rows.is_empty() {
            words.push("empty".to_owned());
        }
        for row in rows {
            let first = all.iter().find(|other| other["key"] == row["key"]).unwrap();
            let mark = if first["object"] == row["object"] { "" } else { "′" };
            words.push(format!("{}{mark} {}", row["key"].as_str().unwrap(), row["holds"].as_str().unwrap()));
        }
        words.join(" ")
    };
    tables.iter().map(line).collect()
}

/// The file and the page of a failure of the map with an ordering that is too weak, written to a folder.
fn failure(folder: &Path) -> (Value, PathBuf) {
    let program = Program::parse(subjects::by_name("map").unwrap(), PROGRAM).unwrap();
    let mut job = Job::new(&program, Engine::LoomLeak);
    job.orderings = vec![("ORD-6".to_owned(), "Acquire".to_owned())];
    let settings = Settings {
        workers: 1,
        patience: Duration::from_secs(60),
        interrupted: Arc::default(),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    };
    let mut found = None;
    pool::run(vec![Planned::Job(Box::new(job.clone())).task()], &settings, |news| {
        if let News::Verdict(verdict) = news {
            found = Some(*verdict);
        }
    });
    let verdict = found.filter(|verdict| verdict.failure.is_some()).expect("a failure");
    let mut files = [FailureFile::new(String::new(), verdict, job)];
    watch(&mut files, &settings);
    files[0].quote(of_step_here);
    let page = folder.join("failure.html");
    std::fs::write(&page, runner::explain::page(&files[0], NO_SOURCE)).unwrap();
    (serde_json::to_value(&files[0]).unwrap(), page)
}

#[test]
fn the_page_draws_after_each_step_what_the_file_says_without_a_console_error() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let (file, page) = failure(folder.path());
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(
        text.contains("<table class=\"steps\">") && text.contains("thread 1"),
        "without its script it is a table"
    );
    assert!(!text.contains("http://") && !text.contains("https://"), "it needs no network");
    let steps = file["verdict"]["failure"]["steps"].as_array().unwrap();
    let last = steps.iter().rev().find_map(|step| step.get("snapshot")).expect("it was watched");
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let count = text.matches("<tr id=\"step-").count();
    // After each step at which it looks otherwise than before.
    let data = text.split_once("id=\"execution\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: Value = serde_json::from_str(data).unwrap();
    let mut changes = 0;
    for (at, step) in
        data["steps"].as_array().unwrap().iter().enumerate().filter(|(_, step)| !step["after"].is_null())
    {
        assert!(steps.iter().any(|of_file| of_file["snapshot"] == step["after"]), "it is one of the file");
        let dom = look(&browser, &page, &format!("step-{}", at + 1));
        assert_eq!(drawn(&dom), told(&step["after"]), "after step {}", at + 1);
        changes += 1;
    }
    assert!(changes > 3, "{changes} changes");
    let dom = look(&browser, &page, &format!("step-{count}"));
    assert!(dom.contains(&format!("After step {count} of {count}")), "the fragment names the step");
    assert_eq!(drawn(&dom), told(last));
    keep_pictures(&browser, &page);
    let dom = look(&browser, &page, "");
    assert!(dom.contains("Before the first step"));
    let threads = file["verdict"]["program"].as_str().unwrap().matches("||").count() as u64;
    let of_setup = steps.iter().take_while(|step| step["thread"] == threads);
    let start = of_setup.filter_map(|step| step.get("snapshot")).last().expect("a set-up");
    assert_eq!(drawn(&dom), told(start));
}
