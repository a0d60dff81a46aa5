//! The page of a game, in a browser: its script draws what its tree says, and a game is played to its end by keys and by a link.

use crate::browser::{browser, look, pressed, width_in};
use crate::dom::{between, drawn, plain};
use crate::told;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::hang::{COMMAND, TEST, watch_for};

const PROGRAM: &str = "store a 1 || load_or_store a 2 || delete a";

/// The page of the program, written to a folder, and the data of its script.
fn page(folder: &Path, options: &[&str]) -> (PathBuf, Value) {
    let _watch = watch_for("`verify play --html`", COMMAND);
    let page = folder.join("play.html");
    let output = Command::new(env!("CARGO_BIN_EXE_verify"))
        .args(["play", PROGRAM, "--html"])
        .arg(&page)
        .args(options)
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(!text.contains("http://") && !text.contains("https://"), "it needs no network");
    assert!(
        text.contains("<noscript>") && text.contains("This page needs its script"),
        "it says what it needs"
    );
    let data = serde_json::from_str(between(&text, "id=\"game\">", "</script>")).unwrap();
    (page, data)
}

/// The position after a choice, and the look.
fn step(data: &Value, (at, look): (usize, i64), thread: u64) -> (usize, i64) {
    let choices = data["positions"][at].as_array().expect("not an end");
    let choice = choices.iter().find(|choice| choice[0] == thread).expect("it can step");
    let new = choice[2][0].as_i64().unwrap();
    (usize::try_from(choice[1].as_i64().unwrap()).expect("it was explored"), if new < 0 { look } else { new })
}

#[test]
fn a_link_to_each_position_of_a_game_draws_what_the_tree_says() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let (page, data) = page(folder.path(), &[]);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let (mut now, mut picks) = ((0, data["start"].as_i64().expect("a look")), Vec::<String>::new());
    // Now one thread, now the other.
    for number in 0_usize.. {
        let dom = look(&browser, &page, &picks.join("."));
        let look = usize::try_from(now.1).unwrap();
        assert_eq!(drawn(&dom), told(&data["looks"][look]), "after {picks:?}");
        let Some(choices) = data["positions"][now.0].as_array() else {
            let goal = data["positions"][now.0].as_u64().unwrap();
            let text = data["goals"][usize::try_from(goal).unwrap()]["text"].as_str().unwrap();
            let said = format!("The execution is over. Outcome {}: {text}", goal + 1);
            assert!(plain(&dom).contains(&said), "{said}");
            assert!(dom.contains("<div class=\"goal reached\">"), "{dom}");
            break;
        };
        let buttons = between(&dom, "id=\"choices\"", "</div>").matches("<button").count();
        assert_eq!(buttons, choices.len(), "a button for each thread that can step");
        let thread = choices[number / 2 % choices.len()][0].as_u64().unwrap();
        now = step(&data, now, thread);
        picks.push(thread.to_string());
    }
    assert!(picks.len() > 5, "{picks:?}");
    for width in [400, 1000] {
        let (wide, wider) = width_in(&browser, &page, &picks.join("."), width);
        assert!(wide <= width, "{wide} of {width}: {wider}");
    }
}

#[test]
fn a_game_is_played_by_keys_and_buttons_and_says_what_is_lost() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let (page, _) = page(folder.path(), &[]);
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    let script = "by('goal-0').click();
        for (const key of ['2', '2', '2']) press(key);
        told.push(inner.location.hash, by('status-0').textContent, by('verdict').textContent);
        by('undo').click();
        told.push(inner.location.hash, by('status-0').textContent);
        by('taken').querySelector('tr .what-if button').click();
        told.push(inner.location.hash);
        let pressed = 0;
        while (by('choices').querySelector('button') && pressed < 99) { press('1'); pressed += 1; }
        told.push(by('choices').textContent, by('verdict').textContent);
        press('Home');
        told.push(inner.location.hash, by('when').textContent);";
    let dom = look(&browser, &pressed(&page, script), "");
    let told = plain(between(&dom, "<pre>", "</pre>"));
    let told: Vec<&str> = told.split('¶').map(str::trim).filter(|part| !part.is_empty()).collect();
    let lost = "no longer possible: lost at step 3";
    let goal = format!("The goal is {lost}.");
    assert_eq!(told[..6], ["#1.1.1", lost, &goal, "#1.1", "still possible", "#0"], "{told:?}");
    let rest = told[6..].join("¶");
    assert!(rest.starts_with("The execution is over. Outcome 1: loaded 1"), "{rest}");
    assert!(rest.contains("The goal is reached.") && rest.contains("--schedule 0,0,"), "{rest}");
    assert!(rest.ends_with("Before the first step"), "{rest}");
}

#[test]
fn where_the_page_ends_it_shows_the_command_that_goes_on() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let (page, data) = page(folder.path(), &["--positions", "3", "--schedule", "1"]);
    assert!(data["cut"].as_str().unwrap().contains("cut at 3 positions"));
    let Some(browser) = browser() else {
        eprintln!("NOT LOOKED AT: there is no Chromium on this machine, so no script of the page was run");
        return;
    };
    // From the first position only thread 1 was asked for.
    let main = |fragment: &str| plain(between(&look(&browser, &page, fragment), "<main>", "</main>"));
    let dom = main("0");
    let command = format!("cargo verify play '{PROGRAM}' --schedule 0 --html play.html");
    assert!(dom.contains(&command), "{dom}");
    assert!(!dom.contains("never: no execution") && !dom.contains("no longer possible: "), "{dom}");
    assert!(dom.contains("not known: the tree was cut at 3 positions"), "{dom}");
    let wrong = main("1.7");
    assert!(wrong.contains("Thread 7 cannot step at choice 2 of this link"), "{wrong}");
}
