//! The page of a failure, in a browser: its script draws what the file says. Without Chromium only the text of the page is looked at, and the
//! test says so.
#![cfg(unix)]

mod browser;
mod dom;
mod marks;
mod play;
mod what_if;

use browser::{browser, keep_pictures, look, width_in};
use dom::{arrows, between, drawn, gone, plain, quoted, rows};
use explore::engine::Engine;
use explore::job::Job;
use linear::{Program, Step};
use runner::explain::{FailureFile, NO_SOURCE};
use runner::plan::Planned;
use runner::pool::{self, News, Settings};
use runner::watched::watch;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::quoted::of_step_here;
use verify::repository::read;
use verify::subjects;

/// Neither load sees the other thread's store, if a slot is loaded with Acquire.
const PROGRAM: &str = "store a 9; range || store a 1; load b || store b 1; load a";

/// The arrows that there must be at a step: between two threads, and between rows that are not folded.
fn expected_arrows(steps: &[Value], now: u64) -> BTreeSet<(u64, u64, String)> {
    let step = |number: u64| &steps[usize::try_from(number).unwrap() - 1];
    let is_shown = |number: u64| {
        step(number)["little"] == false || number == now || (now > 0 && step(now)["from"] == number)
    };
    let arrow = |of: &Value| {
        let (from, to) = (of["from"].as_u64().filter(|from| *from > 0)?, of["number"].as_u64()?);
        let is_there = step(from)["thread"] != of["thread"] && is_shown(from) && is_shown(to);
        let current = if from == now || to == now { " current" } else { "" };
        is_there.then(|| (from, to, format!("{}{current}", of["kind"].as_str().unwrap())))
    };
    steps.iter().filter_map(arrow).collect()
}

/// The numbers of the earlier steps of other threads that a step does not know of.
fn unknown(steps: &[Value], of: &Value) -> BTreeSet<u64> {
    let thread = |step: &Value| usize::try_from(step["thread"].as_u64().unwrap()).unwrap();
    let earlier = steps.iter().take_while(|step| step["number"] != of["number"]);
    let others = earlier.filter(|step| thread(step) != thread(of));
    let numbers =
        others.map(|step| (step["number"].as_u64().unwrap(), of["known"][thread(step)].as_u64().unwrap()));
    numbers.filter(|(number, known)| number > known).map(|(number, _)| number).collect()
}

/// By the memory model, a load that does not see a write does not know of it. How many stale loads there are.
fn stale_loads_miss_what_they_do_not_know(steps: &[Value]) -> usize {
    let text = |step: &Value| step["text"].as_str().unwrap().to_owned();
    let stale: Vec<&Value> = steps.iter().filter(|step| step["kind"] == "stale").collect();
    for load in &stale {
        let number = |name: &str| usize::try_from(load[name].as_u64().unwrap_or(0)).unwrap();
        let (from, to) = (number("from"), number("number"));
        let object = text(load).split_once(" → ").unwrap().0.to_owned();
        let writes = steps[from..to].iter().filter(|step| text(step).starts_with(&format!("{object}: ")));
        let missed: Vec<u64> = writes.filter_map(|step| step["number"].as_u64()).collect();
        let unknown = unknown(steps, load);
        assert!(
            !missed.is_empty() && missed.iter().all(|write| unknown.contains(write)),
            "{missed:?}: {load}"
        );
    }
    stale.len()
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
    let all = data["steps"].as_array().unwrap();
    assert!(stale_loads_miss_what_they_do_not_know(all) > 0, "there is a stale load");
    let (mut changes, mut lines) = (0, 0);
    for (at, step) in all.iter().enumerate().filter(|(_, step)| !step["after"].is_null()) {
        assert!(steps.iter().any(|of_file| of_file["snapshot"] == step["after"]), "it is one of the file");
        let dom = look(&browser, &page, &format!("step-{}", at + 1));
        assert_eq!(drawn(&dom), told(&step["after"]), "after step {}", at + 1);
        changes += 1;
        let now = at as u64 + 1;
        assert_eq!(arrows(&dom), expected_arrows(all, now), "at step {now}");
        let unknown = unknown(all, step);
        assert_eq!(rows(&dom, "unknown"), unknown, "at step {now}");
        assert_eq!(
            rows(&dom, "known"),
            (1..now).filter(|row| !unknown.contains(row)).collect(),
            "at step {now}"
        );
        assert_eq!(plain(between(&dom, "id=\"knows\">", "</p>")), step["knows"].as_str().unwrap());
        assert!(
            between(&dom, "id=\"said\" aria-live=\"polite\">", "</p>")
                .contains(&format!("Step {now} of {count}, thread"))
        );
        if let Some((file, line)) = step["line"].as_str().unwrap().rsplit_once(':') {
            let source = read(&format!("src/{file}")).unwrap();
            let line = source.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
            assert_eq!(quoted(&dom), line.trim(), "the line of step {now}");
            lines += 1;
        }
    }
    assert!(changes > 3 && lines > 2, "{changes} changes, {lines} lines");
    for fragment in ["start", "step-20"] {
        let (width, wide) = width_in(&browser, &page, fragment, 400);
        assert!(width <= 400, "{width} pixels at {fragment}: {wide}");
    }
    let dom = look(&browser, &page, &format!("step-{count}"));
    assert!(dom.contains(&format!("After step {count} of {count}")), "the fragment names the step");
    assert_eq!(drawn(&dom), told(last));
    keep_pictures(&browser, &page, "step-20", "page");
    let dom = look(&browser, &page, "");
    assert!(dom.contains("Before the first step"));
    let threads = file["verdict"]["program"].as_str().unwrap().matches("||").count() as u64;
    let of_setup = steps.iter().take_while(|step| step["thread"] == threads);
    let start = of_setup.filter_map(|step| step.get("snapshot")).last().expect("a set-up");
    assert_eq!(drawn(&dom), told(start));
}

/// What the issue of drawn failures asked for: the promotion takes the value with the old table.
#[test]
fn the_page_of_swap_into_expunged_shows_the_value_that_is_lost_with_the_old_table() {
    let _watch = watch_for("the test", TEST);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = FailureFile::read(&read("docs/drawn/swap-into-expunged.json").unwrap()).unwrap();
    let page = folder.path().join("failure.html");
    std::fs::write(&page, runner::explain::page(&file, NO_SOURCE)).unwrap();
    let steps = &file.verdict.failure.as_ref().unwrap().steps;
    let (stored, promoted) = (" slot(a): expunged ⇒ 3", "read: table #1, amended ⇒ table #2");
    let text = std::fs::read_to_string(&page).unwrap();
    let number = |step: &str| {
        let (before, _) =
            text.split_once(step.trim()).unwrap_or_else(|| panic!("no step `{step}` of {}", steps.len()));
        before.rsplit_once("id=\"step-").unwrap().1.split('"').next().unwrap().to_owned()
    };
    let at = |step: &str| look(&browser, &page, &format!("step-{}", number(step)));
    assert_eq!(drawn(&at(stored)), ["read, amended a 3", "dirty none"]);
    let dom = at(promoted);
    assert_eq!(drawn(&dom), ["read b 2", "dirty none"]);
    assert_eq!(gone(&dom), ["a 3 in no table now"]);
}

/// A step of an execution that is made by hand.
fn step(thread: usize, action: &str, ordering: &str, (seen, written): (&str, &str)) -> Step {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Step {
        thread,
        action: action.to_owned(),
        object: match action {
            "Lock" | "Unlock" => "mutex #2",
            "Call" | "Return" => "operation #0",
            _ => "slot #1",
        }
        .to_owned(),
        site: text(ordering).map(|ordering| ("ORD-1".to_owned(), ordering)),
        seen: text(seen),
        written: text(written),
        stale: false,
        line: "map/entry.rs:1".to_owned(),
        shown: None,
        snapshot: None,
    }
}

/// A failure that is made by hand: thread 1 sees the first of two stores, and then takes the mutex that thread 0 had.
fn stale_load() -> FailureFile {
    let program =
        Program::parse(subjects::by_name("map").unwrap(), "|| store a 1; store a 2 || load a").unwrap();
    let job = Job::new(&program, Engine::LoomLeak);
    let mut verdict = job.failed(
        "not linearizable",
        "a text of one long word: ".to_owned() + &"x".repeat(300),
        Duration::ZERO,
    );
    verdict.failure.as_mut().unwrap().steps = vec![
        step(0, "Call", "", ("", "")),
        step(0, "Exchange", "SeqCst", ("0", "1")),
        step(0, "Return", "", ("", "")),
        step(0, "Exchange", "SeqCst", ("1", "2")),
        step(1, "Call", "", ("", "")),
        Step { stale: true, ..step(1, "Load", "Acquire", ("1", "")) },
        step(0, "Lock", "", ("", "")),
        step(0, "Unlock", "", ("", "")),
        step(1, "Lock", "", ("", "")),
    ];
    FailureFile::new(String::new(), verdict, job)
}

#[test]
fn a_stale_load_has_an_arrow_of_its_own_and_a_page_without_its_source_says_so() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("stale.html");
    std::fs::write(&page, runner::explain::page(&stale_load(), "It is another one.")).unwrap();
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let dom = look(&browser, &page, "step-6");
    assert_eq!(arrows(&dom), BTreeSet::from([(2, 6, "stale current".to_owned())]));
    assert!(
        dom.contains("Of other threads, steps 1, 2 happened before it, and steps 3, 4 did not."),
        "{dom}"
    );
    assert_eq!(
        (rows(&dom, "known"), rows(&dom, "unknown")),
        (BTreeSet::from([1, 2, 5]), BTreeSet::from([3, 4]))
    );
    assert!(
        between(&dom, "<figcaption>", "</figcaption>") == "It is another one."
            && !dom.contains("<mark class"),
        "{dom}"
    );
    let dom = look(&browser, &page, "step-9");
    let both = [(2, 6, "stale".to_owned()), (8, 9, "lock current".to_owned())];
    assert_eq!(arrows(&dom), BTreeSet::from(both));
    assert!(dom.contains("All earlier steps of other threads happen before it: steps 1–4, 7, 8."), "{dom}");
    let (width, wide) = width_in(&browser, &page, "step-6", 400);
    assert!(width <= 400, "{width} pixels: {wide}");
}

/// What a screen reader needs, whether or not there is a browser to try it.
#[test]
fn what_can_be_used_has_a_name_and_the_table_a_caption() {
    let _watch = watch_for("the test", TEST);
    let page = runner::explain::page(&stale_load(), NO_SOURCE);
    for part in [
        "<html lang=\"en\">",
        "<caption>",
        "aria-live=\"polite\"",
        ":focus-visible",
        "prefers-reduced-motion",
        "<main>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for start in ["<button", "<input type=\"range\"", "<nav", "<aside", "<div class=\"lanes\""] {
        assert!(page.contains(start), "{start}");
        for tag in page.split(start).skip(1) {
            let tag = tag.split_once('>').unwrap().0;
            assert!(tag.contains("aria-label=\""), "{start}{tag}");
        }
    }
}
