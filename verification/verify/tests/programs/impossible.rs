//! Outcomes that the specification forbids, and the reasons that are given.

use linear::{Impossible, Program, impossible_outcomes, outcomes_by_specification};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn impossible(program: &str) -> Vec<Impossible> {
    let program = Program::parse(subjects::by_name("map").unwrap(), program).unwrap();
    let (impossible, count) = impossible_outcomes(&program).expect("it can be enumerated");
    let allowed = outcomes_by_specification(&program).expect("it can be enumerated");
    assert!(impossible.iter().all(|one| !allowed.contains(&one.outcome)), "{program}: {impossible:?}");
    assert!(impossible.len() <= count);
    impossible
}

fn why(program: &str, outcome: &str) -> String {
    let found = impossible(program).into_iter().find(|one| one.outcome == outcome);
    found.unwrap_or_else(|| panic!("{program}: `{outcome}` is not in the list")).why
}

/// Both loads miss both stores: in an order of the calls that neither thread keeps.
#[test]
fn store_buffering_needs_an_order_that_a_thread_does_not_keep() {
    let _watch = watch_for("the test", TEST);
    let program = "|| store a 1; load b || store b 1; load a";
    let all = impossible(program);
    let [one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(one.outcome, "(); absent || (); absent -> {a:1 b:1}");
    assert!(one.has_an_order);
    let told = [
        "it needs the order `load b`, `store b 1`, `load a`, `store a 1`; but thread 0 makes `store a 1` before `load b`",
        "it needs the order `load a`, `store a 1`, `load b`, `store b 1`; but thread 1 makes `store b 1` before `load a`",
    ];
    assert!(told.contains(&one.why.as_str()), "{}", one.why);
}

/// Each stores: no order of the calls explains that.
#[test]
fn two_winners_have_no_order_and_the_call_that_does_not_fit_is_named() {
    let _watch = watch_for("the test", TEST);
    let program = "|| load_or_store a 1 || load_or_store a 2";
    let told = why(program, "stored 1 || stored 2 -> {a:2}");
    assert_eq!(told, "after `load_or_store a 1`, `load_or_store a 2` returns loaded 1, and not stored 2");
    let told = why(program, "stored 1 || loaded 1 -> {a:2}");
    assert_eq!(
        told,
        "after `load_or_store a 1` and `load_or_store a 2`, the contents are {a:1}, and not {a:2}"
    );
}

/// Each combination of what calls return in some order, and of contents, is allowed or impossible: none is lost.
#[test]
fn what_is_allowed_and_what_is_impossible_are_all_combinations() {
    let _watch = watch_for("the test", TEST);
    // Two answers of each call, and two contents.
    let program = "|| load_or_store a 1 || load_or_store a 2";
    let parsed = Program::parse(subjects::by_name("map").unwrap(), program).unwrap();
    let allowed = outcomes_by_specification(&parsed).unwrap();
    assert_eq!(allowed.len() + impossible(program).len(), 2 * 2 * 2);
}

#[test]
fn what_cannot_be_enumerated_has_no_list() {
    let _watch = watch_for("the test", TEST);
    let many = ["load a"; 8].join("; ");
    for program in ["store a 1 || range || store b 1", "|| load a !eq.1 lies", &format!("|| {many}")] {
        let program = Program::parse(subjects::by_name("map").unwrap(), program).unwrap();
        assert!(impossible_outcomes(&program).is_none(), "{program}");
    }
}
