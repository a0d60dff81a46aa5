//! Memory: which object, who retired or freed it, and who held it.

use explore::sentence::sentence;
use linear::{Failure, Program, Step};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

/// A step: its thread, what is done, and to what.
type Row = (usize, &'static str, &'static str);

fn steps(rows: &[Row]) -> Vec<Step> {
    let step = |(thread, action, object): &Row| {
        // `slot #3: #9 > null` is an exchange.
        let (object, values) = object.split_once(": ").unwrap_or((object, ""));
        let (seen, written) = values.split_once(" > ").unwrap_or(("", ""));
        let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        // As in a file: a field that is new may be missing.
        let step = serde_json::json!({
            "thread": thread, "action": action, "object": object, "site": null, "seen": value(seen), "written": value(written),
            "stale": false, "line": "",
        });
        serde_json::from_value(step).expect("a step")
    };
    rows.iter().map(step).collect()
}

fn told(text: &str, kind: &str, message: &str, rows: &[Row]) -> Option<String> {
    let program = Program::parse(subjects::by_name("map").unwrap(), text).expect("a program");
    let failure = Failure { steps: steps(rows), ..Failure::without_steps(kind, message.to_owned()) };
    sentence(&program, &failure, None, true)
}

const CALL: &str = "operation #0";
const RACE: &str = "store a 1 || load a || delete a";

#[test]
fn a_use_after_free_names_who_retired_freed_and_held() {
    let _watch = watch_for("the test", TEST);
    let rows = [
        (0, "Call", CALL),
        (0, "Pin", "guard #1"),
        (1, "Call", CALL),
        (1, "Retire", "value #9"),
        (1, "Free", "value #9"),
        (1, "Return", CALL),
    ];
    let message = "use after free: value #9 is used by thread 1: it was freed (src/x.rs:1)";
    let held = "`load a` of thread 0 uses value #9, which `delete a` of thread 1 had retired and freed. \
        Thread 0 has held a guard since before that, and was not waited for.";
    assert_eq!(told(RACE, "use after free", message, &rows).as_deref(), Some(held));
}

#[test]
fn a_use_of_what_was_retired_before_the_guard_says_so() {
    let _watch = watch_for("the test", TEST);
    let rows = [(1, "Call", CALL), (1, "Retire", "value #9"), (0, "Call", CALL), (0, "Pin", "guard #3")];
    // The model's own thread, number 0, runs the last thread.
    let message = "use after free: value #9 is used by thread 1: it was retired before this guard was taken";
    let late = "`load a` of thread 0 uses value #9, which `delete a` of thread 1 had retired. \
        Thread 0 took its guard after that, so nothing should have led it there.";
    assert_eq!(told(RACE, "use after free", message, &rows).as_deref(), Some(late));
}

#[test]
fn what_is_freed_without_being_retired_is_told_as_that() {
    let _watch = watch_for("the test", TEST);
    let rows = [
        (1, "Call", CALL),
        (1, "Pin", "guard #1"),
        (0, "Call", CALL),
        (0, "Free", "table #2"),
        (1, "Dereference", "table #2"),
    ];
    let message = "use after free: table #2 was freed while a guard lived that had used it";
    let without = "`delete a` of thread 1 uses table #2, which `load a` of thread 0 had freed without retiring it. \
        Thread 1 has held a guard since before that, and was not waited for.";
    assert_eq!(told(RACE, "use after free", message, &rows).as_deref(), Some(without));
}

#[test]
fn what_a_call_frees_under_its_own_guard_is_told_once() {
    let _watch = watch_for("the test", TEST);
    let rows =
        [(1, "Call", CALL), (1, "Pin", "guard #1"), (1, "Free", "Entry #2"), (1, "Dereference", "Entry #2")];
    let message = "use after free: Entry #2 was freed while a guard lived that had used it";
    let own = "`delete a` of thread 1 uses Entry #2 after it has freed it itself, without retiring it, under a guard of its own.";
    assert_eq!(told(RACE, "use after free", message, &rows).as_deref(), Some(own));
}

#[test]
fn a_double_retire_names_both() {
    let _watch = watch_for("the test", TEST);
    let rows = [(1, "Call", CALL), (1, "Retire", "value #9"), (0, "Call", CALL), (0, "Retire", "value #9")];
    let both = "`load a` of thread 0 retires value #9, which `delete a` of thread 1 had retired already.";
    let message = "double retire: value #9: it was retired before";
    assert_eq!(told(RACE, "double retire", message, &rows).as_deref(), Some(both));
}

#[test]
fn a_double_free_names_who_freed_first() {
    let _watch = watch_for("the test", TEST);
    let rows = [(1, "Call", CALL), (1, "Free", "value #9"), (1, "Return", CALL), (0, "Call", CALL)];
    let message = "double free: value #9 is freed again";
    // What frees it again was not written down: the last step is its thread's.
    let told = told(RACE, "double free", message, &rows).expect("a sentence");
    assert!(told.ends_with("frees value #9, which `delete a` of thread 1 had freed already."), "{told}");
}

#[test]
fn a_leak_says_who_made_it_and_who_took_it_out() {
    let _watch = watch_for("the test", TEST);
    let rows = [
        (2, "Allocate", "value #9"),
        (2, "Exchange", "slot #3: null > #9"),
        (1, "Call", CALL),
        (1, "Exchange", "slot #3: #9 > null, tag 1"),
        (1, "Return", CALL),
    ];
    let taken = "the set-up made value #9; `delete a` of thread 1 took it out of slot #3, and nobody retired or freed it.";
    let message = "leak: value #9 was neither freed nor retired";
    assert_eq!(told(RACE, "leak", message, &rows).as_deref(), Some(taken));
    let never = "the set-up made value #9; it was never put anywhere, and nobody retired or freed it.";
    assert_eq!(told(RACE, "leak", message, &rows[..1]).as_deref(), Some(never));
}

#[test]
fn a_guard_that_lives_on_names_who_took_it() {
    let _watch = watch_for("the test", TEST);
    let rows = [(0, "Call", CALL), (0, "Pin", "guard #4"), (0, "Return", CALL)];
    let message = "live guard: guard 4 is alive at the end of the execution";
    let taken = "`load a` of thread 0 took a guard and never gave it up.";
    assert_eq!(told(RACE, "live guard", message, &rows).as_deref(), Some(taken));
}

#[test]
fn a_data_race_names_both_accesses() {
    let _watch = watch_for("the test", TEST);
    let rows =
        [(1, "Call", CALL), (1, "Allocate", "value #9"), (0, "Call", CALL), (0, "Dereference", "value #9")];
    let message = "Causality violation: Concurrent load and mut accesses.";
    let both = "`load a` of thread 0 reads value #9, which `delete a` of thread 1 made, and no ordering says which comes first.";
    assert_eq!(told(RACE, "data race", message, &rows).as_deref(), Some(both));
}

#[test]
fn a_deadlock_says_who_holds_what() {
    let _watch = watch_for("the test", TEST);
    let rows = [
        (0, "Call", CALL),
        (0, "Lock", "mutex #1"),
        (1, "Call", CALL),
        (1, "Lock", "mutex #2"),
        (1, "Unlock", "mutex #2"),
    ];
    let who =
        "`load a` of thread 0 holds mutex #1 and waits for ever; `delete a` of thread 1 waits for ever.";
    assert_eq!(told(RACE, "deadlock", "deadlock!", &rows).as_deref(), Some(who));
    let waits = [(0, "Call", CALL), (0, "Lock", "mutex #1"), (0, "Wait", "condition #5")];
    let wakes = "`load a` of thread 0 waits for condition #5, and nobody wakes it.";
    assert_eq!(told(RACE, "deadlock", "deadlock!", &waits).as_deref(), Some(wakes));
}

#[test]
fn nothing_is_told_where_the_steps_do_not_say() {
    let _watch = watch_for("the test", TEST);
    let rows = [(0, "Call", CALL)];
    assert_eq!(told(RACE, "double free", "double free: a key was dropped twice", &rows), None);
    assert_eq!(told(RACE, "panic", "a panic", &rows), None);
    assert_eq!(told(RACE, "leak", "leak: value #9 was neither freed nor retired", &[]), None);
}
