//! What if another thread had stepped, on the page of an execution, in a browser: what is drawn is what the data says, and one comes back.

use crate::browser::{browser, keep_pictures, look, pressed, width_in};
use crate::dom::{between, drawn, plain};
use crate::told;
use explore::engine::Engine;
use explore::job::{Expectation, Job};
use linear::Program;
use runner::explain::{FailureFile, NO_SOURCE, WhatIf, page, page_of};
use runner::plan::Planned;
use runner::pool::{self, News, Settings};
use runner::watched::watch;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use test_support::hang::{BUILDS, COMMAND, TEST, watch_for};
use verify::quoted::of_step_here;
use verify::subjects;

const PROGRAM: &str = "store a 1; delete a || load_or_store a 2 || store b 1; load a";

/// One of its two outcomes, which is forbidden here: so there is a failure without an edit.
const FORBIDDEN: &str = "stored 2 || (); absent -> {a:2 b:1}";

fn settings() -> Settings {
    Settings {
        workers: 1,
        patience: Duration::from_secs(60),
        interrupted: Arc::default(),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    }
}

/// The failure that an engine finds, watched, with its source, and not yet asked what if.
fn failure(engine: Engine) -> FailureFile {
    let program = Program::parse(subjects::by_name("map").unwrap(), PROGRAM).unwrap();
    let mut job = Job::new(&program, engine);
    job.expectation = Expectation { forbidden: vec![FORBIDDEN.to_owned()], ..Expectation::default() };
    let mut found = None;
    pool::run(vec![Planned::Job(Box::new(job.clone())).task()], &settings(), |news| {
        if let News::Verdict(verdict) = news {
            found = Some(*verdict);
        }
    });
    let verdict = found.filter(|verdict| verdict.failure.is_some()).expect("a failure");
    let mut files = [FailureFile::new(String::new(), verdict, job)];
    watch(&mut files, &settings());
    let [mut file] = files;
    file.quote(of_step_here);
    file
}

/// What the page has for its script: the steps that are drawn, and what is beside them.
fn data(page: &Path) -> (Vec<Value>, Value) {
    let text = std::fs::read_to_string(page).unwrap();
    let json = |id: &str| -> Value {
        serde_json::from_str(between(&text, &format!("id=\"{id}\">"), "</script>")).unwrap()
    };
    (json("execution")["steps"].as_array().unwrap().clone(), json("beside"))
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).unwrap()
}

fn ways(beside: &Value) -> &Vec<Value> {
    beside["ways"].as_array().unwrap()
}

/// The steps of one of them as the page should draw them: thread, text, and what the subject looks like afterwards, if that has changed.
fn steps_of(way: &Value, steps: &[Value], beside: &Value) -> Vec<(u64, String, Value)> {
    let same = steps[..number(&way["same"])].iter().map(|step| {
        (step["thread"].as_u64().unwrap(), step["text"].as_str().unwrap().to_owned(), step["after"].clone())
    });
    let own = way["steps"].as_array().unwrap().iter().map(|step| {
        let text = beside["strings"][number(&step[5][0])].as_str().unwrap().to_owned();
        let look = step[6].as_u64().map_or(Value::Null, |_| beside["looks"][number(&step[6])].clone());
        (step[0].as_u64().unwrap(), text, look)
    });
    same.chain(own).collect()
}

/// The rows that are drawn: the thread of each, and what it does.
fn rows(dom: &str) -> Vec<(u64, String)> {
    let row = |row: &str| {
        let (before, rest) = row.split_once("<td class=\"here\">").expect("a cell");
        (before.matches("<td").count() as u64, plain(rest.split_once("</td>").unwrap().0))
    };
    let body = between(dom, "<tbody>", "</tbody>");
    body.split("<tr ").skip(1).map(row).collect()
}

/// Compares what is drawn of an execution with the data: all its rows, and after each step at which it looks otherwise its tables.
fn is_drawn_as_told(browser: &Path, page: &Path, way: &Value) {
    let (steps, beside) = data(page);
    let all = steps_of(way, &steps, &beside);
    let (step, thread) = (number(&way["step"]), number(&way["thread"]));
    assert_eq!(all[step - 1].0, thread as u64, "it is the thread that was chosen");
    let mut changes = 0;
    for (at, (.., after)) in all.iter().enumerate().skip(step - 1).filter(|(_, (.., after))| !after.is_null())
    {
        let dom = look(browser, page, &format!("if-{step}-{thread}-step-{}", at + 1));
        assert_eq!(drawn(&dom), told(after), "after step {} of {step}-{thread}", at + 1);
        let expected: Vec<(u64, String)> =
            all.iter().map(|(thread, text, _)| (*thread, text.clone())).collect();
        assert_eq!(rows(&dom), expected, "{step}-{thread}");
        assert!(plain(&dom).contains(way["verdict"].as_str().unwrap()), "its verdict is shown");
        changes += 1;
    }
    assert!(changes > 0, "something changes");
}

fn written(folder: &Path, file: &FailureFile) -> PathBuf {
    let path = folder.join("failure.html");
    std::fs::write(&path, page(file, NO_SOURCE)).unwrap();
    path
}

#[test]
fn another_thread_is_chosen_by_key_and_by_button_and_the_way_back_leads_to_the_failure() {
    let _watch = watch_for("the test", TEST);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut file = failure(Engine::ShuttleSleep);
    file.ask_what_if(&settings());
    let page = written(folder.path(), &file);
    let (steps, beside) = data(&page);
    let of = |right: bool| ways(&beside).iter().filter(move |way| way["right"] == right);
    let (right, wrong) =
        (of(true).next_back().expect("one goes right"), of(false).next_back().expect("one fails"));
    is_drawn_as_told(&browser, &page, right);
    is_drawn_as_told(&browser, &page, wrong);

    let (step, thread) = (number(&right["step"]), number(&right["thread"]));
    let script = format!(
        "const tell = () => told.push(inner.location.hash, by('other').hidden, by('when').textContent, by('tables').innerText);
         by('step-{step}').click(); tell();
         press('{thread}'); tell(); told.push(by('other-verdict').textContent, by('said').textContent, by('return').hidden);
         press('End'); told.push(inner.location.hash);
         press('Escape'); tell(); told.push(by('return').hidden);
         by('step-{step}').querySelector('.what-if button').click(); told.push(inner.location.hash);
         by('return').click(); told.push(inner.location.hash);
         by('instead').querySelector('button').focus(); inner.document.activeElement.click();
         told.push(inner.location.hash, inner.document.activeElement.id);
         inner.document.activeElement.click();
         told.push(inner.location.hash, inner.document.activeElement.tagName, by('step-' + {}).querySelector('.here').textContent);",
        steps.len()
    );
    let dom = look(&browser, &pressed(&page, &script), "");
    let told = plain(between(&dom, "<pre>", "</pre>"));
    let told: Vec<&str> = told.split('¶').collect();
    let (chosen, back) = (format!("#if-{step}-{thread}"), format!("#step-{step}"));
    assert_eq!(told[..2], [back.as_str(), "true"], "{told:?}");
    assert_eq!(told[4..6], [chosen.as_str(), "false"], "{told:?}");
    let verdict = right["verdict"].as_str().unwrap();
    assert_eq!(told[8], verdict);
    let said = format!("What if thread {thread} had stepped at step {step}, instead of thread");
    assert!(told[9].starts_with(&said) && told[9].contains(verdict), "{}", told[9]);
    let end = format!("{chosen}-step-{}", steps_of(right, &steps, &beside).len());
    assert_eq!(told[10..12], ["false", end.as_str()], "{told:?}");
    assert_eq!((told[13], told[16]), ("true", "true"), "back: {told:?}");
    assert_eq!(
        told[17..],
        [
            &chosen,
            told[18],
            &chosen,
            "return",
            told[21],
            "A",
            steps.last().unwrap()["text"].as_str().unwrap()
        ]
    );
    assert!(told[12].starts_with("#step-") && told[18] == back && told[21] == back, "{told:?}");
}

#[test]
fn a_link_to_an_execution_beside_it_works_where_it_is_narrow_and_one_to_none_is_told() {
    let _watch = watch_for("the test", TEST);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut file = failure(Engine::LoomLeak);
    file.ask_what_if(&settings());
    let page = written(folder.path(), &file);
    let (_, beside) = data(&page);
    let wrong = ways(&beside).iter().find(|way| way["right"] == false).expect("one fails");
    let fragment = format!("if-{}-{}", wrong["step"], wrong["thread"]);
    let (width, wide) = width_in(&browser, &page, &fragment, 400);
    assert!(width <= 400, "{width} pixels: {wide}");
    keep_pictures(&browser, &page, &fragment, "what-if");
    let dom = plain(&look(&browser, &page, "if-3-7"));
    assert!(dom.contains("This page has no execution in which thread 7 goes on at step 3."), "{dom}");
    assert!(dom.contains("After step 3 of"), "it shows the step all the same");
}

/// The command that goes on comes to the same position.
#[test]
fn the_command_of_an_execution_beside_it_plays_to_the_same_position() {
    let _watch = watch_for("the test", TEST);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for engine in [Engine::ShuttleSleep, Engine::LoomLeak] {
        let mut file = failure(engine);
        file.ask_what_if(&settings());
        let page = written(folder.path(), &file);
        let (steps, beside) = data(&page);
        let all = ways(&beside);
        for way in [&all[0], &all[all.len() / 2], &all[all.len() - 1]] {
            let command = way["command"].as_str().unwrap();
            let words = shlex::split(command).expect("it can be typed");
            assert_eq!(words[..3], ["cargo", "verify", "play"]);
            let _watch = watch_for("`verify play --html`", COMMAND);
            let mut play = Command::new(env!("CARGO_BIN_EXE_verify"));
            let output = play.args(&words[2..]).current_dir(folder.path()).output().expect("the binary runs");
            assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
            let dom = look(&browser, &folder.path().join("play.html"), "");
            let rows = between(&dom, "id=\"taken\">", "</tbody>");
            let taken: Vec<u64> = rows
                .split("<td class=\"here\">")
                .scan(0, |_, before| Some(before.rsplit("<tr").next().unwrap().matches("<td").count() as u64))
                .collect();
            let taken = &taken[..taken.len() - 1];
            let expected = steps_of(way, &steps, &beside);
            let threads: Vec<u64> = expected.iter().take(taken.len()).map(|(thread, ..)| *thread).collect();
            assert_eq!(taken, threads, "{command}");
            assert!(taken.len() >= number(&way["step"]), "{command}: it has stepped");
            let now = expected[..taken.len()].iter().rev().find(|(.., look)| !look.is_null());
            if let Some((.., look)) = now {
                assert_eq!(drawn(&dom), told(look), "{command}");
            }
        }
    }
}

#[test]
fn what_is_not_on_the_page_is_told_with_the_command_that_computes_it() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let mut file = failure(Engine::ShuttleSleep);
    file.ask_what_if(&settings());
    let WhatIf::Known(others) = &mut file.what_if else { panic!("{:?}", file.what_if) };
    let last = others.last_mut().expect("another thread");
    last.ran = None;
    let (step, thread) = (last.step, last.thread);
    let page = written(folder.path(), &file);
    let text = plain(&std::fs::read_to_string(&page).unwrap());
    assert!(text.contains(" 1 more is not on this page (…)"), "{text}");
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let dom = plain(between(&look(&browser, &page, &format!("if-{step}-{thread}")), "<aside", "</aside>"));
    assert!(dom.contains("What follows then is not on this page.") && dom.contains("--schedule "), "{dom}");
    assert!(dom.contains(&format!("After step {step} of")), "{dom}");
}

#[test]
fn a_page_without_what_if_says_why_and_offers_a_command() {
    let _watch = watch_for("the test", TEST);
    let file = failure(Engine::ShuttleSleep);
    let text = |file: &FailureFile| {
        plain(between(&page_of(file, NO_SOURCE, "dir/failure.json"), "<dl class=\"if\">", "</dl>"))
    };
    assert!(
        text(&file).ends_with("cargo verify explain dir/failure.json --html page.html"),
        "{}",
        text(&file)
    );
    let variant = FailureFile { variant: Some("v".to_owned()), ..file.clone() };
    assert!(text(&variant).ends_with("cargo verify mutants v --report report"), "{}", text(&variant));
    let mut other = file.clone();
    other.has_another_source();
    let check = format!("cargo verify check '{PROGRAM}' --report report");
    assert!(
        text(&other).contains("The source has changed") && text(&other).ends_with(&check),
        "{}",
        text(&other)
    );
    let mut stale = variant;
    stale.verdict.failure.as_mut().unwrap().steps.last_mut().unwrap().stale = true;
    let play = format!("cargo verify play '{PROGRAM}' --html play.html");
    assert!(text(&stale).contains("out of date") && text(&stale).ends_with(&play), "{}", text(&stale));
    // What was said to fail does not: it is another execution.
    let mut another = file;
    another.verdict.failure.as_mut().unwrap().kind = "leak".to_owned();
    another.ask_what_if(&settings());
    assert!(
        text(&another).contains("it was another execution") && text(&another).ends_with(&play),
        "{}",
        text(&another)
    );
}

/// What the issue asked for: at the decisive step the other thread makes it go right, and after it no thread does.
#[test]
fn at_the_decisive_step_of_a_broken_variant_the_other_thread_makes_it_go_right() {
    let _watch = watch_for("the test", BUILDS);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.args(["mutants", "swap-into-expunged", "--report"]).arg(folder.path()).arg("--scratch");
    // The copy of the tests in `mutants.rs`, which are over.
    command.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants")).env_remove("CI").stdin(Stdio::null());
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let page = folder.path().join("failure-003-swap_into_expunged-shuttle-sleep.html");
    let (steps, beside) = data(&page);
    let right: Vec<&Value> = ways(&beside).iter().filter(|way| way["right"] == true).collect();
    let decisive = right.last().expect("one goes right");
    let step = number(&decisive["step"]);
    // The thread that stores looks whether the table is the current one, and the promotion comes after that.
    assert!(
        steps[step - 1]["text"].as_str().unwrap().starts_with("read → table #1, amended"),
        "{}",
        steps[step - 1]
    );
    let later = ways(&beside).iter().filter(|way| number(&way["step"]) > step);
    assert!(later.clone().count() > 0 && later.clone().all(|way| way["right"] == false), "{beside}");
    assert_eq!(
        decisive["verdict"],
        "It goes right: () || {b:2} -> {a:3 b:2}, which the specification allows."
    );
    assert_eq!(decisive["command"], Value::Null, "a broken variant cannot be played");
    is_drawn_as_told(&browser, &page, decisive);
}
