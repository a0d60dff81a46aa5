//! An execution that the specification allows is followed to its end; one with a step altered is not.

use speccheck::follow::Follower;
use speccheck::labels;
use speccheck::recorded::{Call, Event, Program};

fn call(name: &str, args: &[i64]) -> Call {
    Call { name: name.into(), args: args.to_vec() }
}

fn program() -> Program {
    Program {
        subject: "map".into(),
        text: "store a 1; range || swap a 2 || load_and_delete a".into(),
        engine: "by hand".into(),
        setup: vec![call("store", &[0, 1]), call("range", &[])],
        threads: vec![vec![call("swap", &[0, 2])], vec![call("load_and_delete", &[0])]],
    }
}

/// The line of the first label that names this action, in this file.
fn line(file: &str, action: &str, nth: usize) -> String {
    let labels = labels::read().expect("the labels are there");
    let lines = labels.iter().filter(|((name, _), actions)| name == file && actions.contains(action));
    let ((_, line), _) = lines.clone().nth(nth).expect("the action has a label");
    format!("{file}:{line}")
}

fn event(thread: usize, action: &str, object: &str, values: [&str; 2], line: String) -> Event {
    let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Event {
        thread,
        action: action.into(),
        object: object.into(),
        seen: value(values[0]),
        written: value(values[1]),
        stale: false,
        line,
    }
}

/// The set-up, then thread 0 swaps, then thread 1 deletes; each step as the facade records it.
fn events() -> Vec<Event> {
    let read = |nth: &str| line("map/read.rs", nth, 0);
    let pinned = || line("map/pinned.rs", "Lock", 0);
    let dirty = |action: &str| line("map/dirty.rs", action, 0);
    let entry = |action: &str, nth: usize| line("map/entry.rs", action, nth);
    vec![
        event(2, "Load", "read #1", ["null", ""], read("Rd1")),
        event(2, "Lock", "mutex #2", ["", ""], pinned()),
        event(2, "Load", "read #1", ["null", ""], read("Rd2Store")),
        event(2, "Load", "read #1", ["null", ""], read("Rd3")),
        event(2, "Exchange", "deleted #3", ["0", "0"], dirty("NoteTake")),
        event(2, "Exchange", "read #1", ["null", "null, tag 1"], dirty("Amend")),
        event(2, "Unlock", "mutex #2", ["", ""], String::new()),
        event(2, "Load", "read #1", ["null, tag 1", ""], read("Rd1")),
        event(2, "Lock", "mutex #2", ["", ""], pinned()),
        event(2, "Load", "read #1", ["null, tag 1", ""], read("Rd2Walk")),
        event(2, "Exchange", "read #1", ["null, tag 1", "#9"], dirty("Promo")),
        event(2, "Load", "read #1", ["#9", ""], read("Rd3")),
        event(2, "Unlock", "mutex #2", ["", ""], String::new()),
        event(2, "Load", "slot #5", ["#4", ""], entry("Visit", 0)),
        event(0, "Call", "operation #0", ["", ""], String::new()),
        event(0, "Load", "read #1", ["#9", ""], read("Rd1")),
        event(0, "Load", "slot #5", ["#4", ""], entry("ELoad", 0)),
        event(0, "Exchange", "slot #5", ["#4", "#10"], entry("ECas", 0)),
        event(0, "Return", "operation #0", ["", ""], String::new()),
        event(1, "Call", "operation #0", ["", ""], String::new()),
        event(1, "Load", "read #1", ["#9", ""], read("Rd1")),
        event(1, "Load", "slot #5", ["#10", ""], entry("ELoad", 0)),
        event(1, "Exchange", "slot #5", ["#10", "null"], entry("ECas", 0)),
        event(1, "Load", "deleted #3", ["0", ""], dirty("NoteLoad")),
        event(1, "Exchange", "deleted #3", ["0", "1"], dirty("NoteSet")),
        event(1, "Return", "operation #0", ["", ""], String::new()),
    ]
}

fn follow(events: &[Event]) -> Result<(), String> {
    let labels = labels::read().expect("the labels are there");
    Follower::new(&program(), &labels).expect("all operations are specified").follow(events)
}

#[test]
fn what_the_specification_allows_is_followed() {
    assert_eq!(follow(&events()), Ok(()));
}

#[test]
fn a_step_that_is_altered_is_the_one_that_is_reported() {
    type Alteration = (usize, &'static str, fn(&mut Event));
    let altered: [Alteration; 7] = [
        (6, "another value seen", |event| event.seen = Some("#9".into())),
        (11, "the tag kept at a promotion", |event| event.written = Some("#9, tag 1".into())),
        (17, "a slot that is expunged", |event| event.seen = Some("null, tag 1".into())),
        (18, "an exchange that took what was not there", |event| event.seen = Some("null".into())),
        (23, "a deletion that stores a value", |event| event.written = Some("#11".into())),
        (25, "a note that was there", |event| event.seen = Some("1".into())),
        (24, "another label", |event| event.line = line("map/dirty.rs", "NoteTake", 0)),
    ];
    for (number, what, alter) in altered {
        let mut events = events();
        alter(&mut events[number - 1]);
        let message = follow(&events).expect_err(what);
        assert!(message.starts_with(&format!("step {number} of 26: ")), "{what}: {message}");
    }
}

#[test]
fn a_step_that_is_left_out_is_noticed() {
    for number in [3, 4, 5, 10, 17, 25] {
        let mut events = events();
        events.remove(number - 1);
        assert!(follow(&events).is_err(), "without step {number}");
    }
}

#[test]
fn a_line_without_a_label_is_reported() {
    let mut events = events();
    events[15].line = "map/read.rs:1".into();
    let message = follow(&events).expect_err("no label there");
    assert!(message.contains("no `// TLA:`"), "{message}");
}
