//! Programs that wait for ever, by the specification.

use linear::{Program, Step, waits_for_ever, who_does_not_return};
use test_support::hang::{TEST, watch_for};
use verify::{gallery, scenarios, subjects};

fn config(text: &str) -> Option<String> {
    waits_for_ever(&Program::parse(subjects::by_name("config").unwrap(), text).unwrap())
}

#[test]
fn a_program_whose_every_order_waits_is_told_in_its_words() {
    let _watch = watch_for("the test", TEST);
    let cases = [
        (
            "subscribe a 1 || recv 1",
            "whatever the order of the calls, `recv 1` of thread 0 waits for ever: nothing sets key a after it",
        ),
        (
            "set b 1; subscribe b 1 || recv_async 1; recv 1 || get b",
            "whatever the order of the calls, `recv 1` of thread 0 waits for ever: nothing sets or removes key b after it",
        ),
        (
            "subscribe a 1; subscribe b 2 || recv 1; set b 1 || recv_published 2; set a 1",
            "whatever the order of the calls, `recv 1` of thread 0 waits for ever: nothing sets key a after it; \
             `recv_published 2` of thread 1 waits for ever: nothing sets key b after it",
        ),
        (
            "subscribe a 1; recv 1 || set a 1",
            "`recv 1` of the set-up waits for ever: nothing sets key a after it",
        ),
    ];
    for (program, told) in cases {
        assert_eq!(config(program).as_deref(), Some(told), "{program}");
    }
}

/// An order is enough: the engines would find it, and call it a deadlock.
#[test]
fn a_program_of_which_an_order_waits_is_told_with_that_order() {
    let _watch = watch_for("the test", TEST);
    assert_eq!(
        config("subscribe a 1 || set a 1; remove a || recv 1").as_deref(),
        Some(
            "when `set a 1`, `remove a` come first, `recv 1` of thread 1 waits for ever: nothing sets key a after it"
        )
    );
    // While it waits nobody else has the subscription: it is used by `&mut`.
    assert_eq!(
        config("subscribe a 1 || recv 1 || unsubscribe 1").as_deref(),
        Some(
            "in one order of the calls, `recv 1` of thread 0 waits for ever: nothing sets key a after it; `unsubscribe 1` of thread 1 waits for \
             ever: what it needs is in the hands of one that waits"
        )
    );
}

#[test]
fn of_an_execution_without_a_way_on_the_calls_are_named_that_did_not_return() {
    let _watch = watch_for("the test", TEST);
    let map = subjects::by_name("map").unwrap();
    let program = Program::parse(map, "|| load a; load b || store a 1 || clear").unwrap();
    let step = |thread, action: &str, number| Step {
        thread,
        action: action.to_owned(),
        object: format!("call #{number}"),
        site: None,
        seen: None,
        written: None,
        stale: false,
        shown: None,
        snapshot: None,
        line: String::new(),
    };
    let steps = [
        step(0, "Call", 0),
        step(1, "Call", 0),
        step(0, "Return", 0),
        step(0, "Call", 1),
        step(1, "Return", 0),
        step(0, "Lock", 0),
        step(2, "Call", 0),
    ];
    assert_eq!(
        who_does_not_return(&program, &steps),
        "`load b` of thread 0 does not return; `clear` of thread 2 does not return"
    );
}

#[test]
fn a_program_that_always_ends_is_left_to_the_engines() {
    let _watch = watch_for("the test", TEST);
    for program in [
        "subscribe a 1 || set a 1 || recv 1",
        "subscribe b 1 || apply 1 || recv 1",
        "set a 1; subscribe a 1; try_recv 1 || remove a || recv_async 1",
        "|| recv 1",
        "set a 1; subscribe a 1; recv 1 || recv 1 || set a 2",
    ] {
        assert_eq!(config(program), None, "{program}");
    }
    for scenario in scenarios::all() {
        assert_eq!(waits_for_ever(&scenario.program), None, "{}", scenario.name);
    }
    for variant in gallery::all().unwrap() {
        assert_eq!(waits_for_ever(&variant.parse().unwrap()), None, "{}", variant.id);
    }
}
