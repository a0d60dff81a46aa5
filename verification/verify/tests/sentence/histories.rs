//! Histories without an order: the fewest results that are wrong together, and what they would have to be.

use linear::{Answer, Checker, History, Program, Record, why_not_linearizable};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

type Call = (usize, usize, u64, u64, Answer);

fn parse(subject: &str, text: &str) -> Program {
    Program::parse(subjects::by_name(subject).unwrap(), text).unwrap_or_else(|error| panic!("{error}"))
}

fn history(calls: &[Call], contents: &[(i64, i64)]) -> History {
    let record = |(thread, number, called, returned, ret): &Call| Record {
        thread: *thread,
        number: *number,
        called: *called,
        returned: *returned,
        ret: ret.clone(),
    };
    History { records: calls.iter().map(record).collect(), contents: contents.to_vec() }
}

/// What is told of a history of a map that is not linearizable.
fn told(text: &str, calls: &[Call], contents: &[(i64, i64)]) -> String {
    told_of("map", text, calls, contents)
}

fn told_of(subject: &str, text: &str, calls: &[Call], contents: &[(i64, i64)]) -> String {
    judged(&parse(subject, text), &history(calls, contents), true)
}

fn judged(program: &Program, history: &History, real_time: bool) -> String {
    assert!(!Checker::new(program, real_time).is_linearizable(history), "{program} has an order");
    why_not_linearizable(program, history, real_time).expect("a sentence")
}

use Answer::{Absent, Pairs, Panicked, Unit, Value};

const A1: &[(i64, i64)] = &[(0, 1)];
const A2: &[(i64, i64)] = &[(0, 2)];

#[test]
fn a_load_that_misses_what_was_stored_before_it_is_told_with_the_store() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 2, Unit), (1, 0, 3, 4, Absent)];
    let store_first = "`load a` of thread 1 returned absent. In every order that is possible it returns 1: \
        `store a 1` of thread 0 had returned before it was called.";
    assert_eq!(told("|| store a 1 || load a", &calls, A1), store_first);
}

#[test]
fn a_value_that_nobody_stored_is_told_with_those_that_somebody_did() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 4, Unit), (1, 0, 2, 3, Value(7))];
    let nobody = "`load a` of thread 1 returned 7. In every order that is possible it returns 1 or absent.";
    assert_eq!(told("|| store a 1 || load a", &calls, A1), nobody);
}

#[test]
fn a_value_that_is_lost_in_the_end_is_told_with_the_contents() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 4, Unit), (1, 0, 2, 3, Absent)];
    let lost = "In the end the contents are {}. In every order that is possible they are {a:1}: \
        it is as if `store a 1` of thread 0 had not been made.";
    assert_eq!(told("|| store a 1 || load a", &calls, &[]), lost);
}

#[test]
fn the_contents_after_a_delete_that_came_first_are_told_with_it() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 2, Answer::Bool(true)), (1, 0, 3, 4, Unit)];
    let order = "In the end the contents are {}. In every order that is possible they are {a:2}: `delete a` of thread 0 had returned \
        before `store a 2` of thread 1 was called.";
    assert_eq!(told("store a 1 || delete a || store a 2", &calls, &[]), order);
}

#[test]
fn two_results_that_exclude_one_another_are_told_together() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 3, Absent), (1, 0, 2, 4, Absent)];
    let both = "`swap a 1` of thread 0 returned absent, and `swap a 2` of thread 1 returned absent. \
        In every order in which the first is right, the second returns 1.";
    assert_eq!(told("|| swap a 1 || swap a 2", &calls, A2), both);
}

#[test]
fn store_buffering_is_told_by_its_two_loads() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 3, Absent), (0, 1, 4, 7, Absent), (1, 0, 2, 5, Absent), (1, 1, 6, 8, Absent)];
    let (program, contents) = ("|| swap a 1; load b || swap b 2; load a", [(0, 1), (1, 2)]);
    let loads = "`load b` of thread 0 returned absent, and `load a` of thread 1 returned absent. \
        In every order in which the first is right, the second returns 1.";
    assert_eq!(judged(&parse("map", program), &history(&calls, &contents), false), loads);
    // In real time one of them is enough.
    let one = "`load a` of thread 1 returned absent. In every order that is possible it returns 1: \
        `swap a 1` of thread 0 had returned before it was called.";
    assert_eq!(told(program, &calls, &contents), one);
}

#[test]
fn a_result_and_contents_that_exclude_one_another_are_told_together() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 3, Value(2)), (1, 0, 2, 4, Unit)];
    let both = "`swap a 1` of thread 0 returned 2, and in the end the contents are {a:2}. \
        In every order in which that call returns that, the contents are {a:1}.";
    assert_eq!(told("|| swap a 1 || store a 2", &calls, A2), both);
}

#[test]
fn a_range_takes_effect_at_several_moments_and_still_cannot_see_what_never_was() {
    let _watch = watch_for("the test", TEST);
    let calls = [(0, 0, 1, 4, Pairs(vec![(0, 5)])), (1, 0, 2, 3, Unit)];
    let never = "`range` of thread 0 returned {a:5}, which it does in no order of the calls.";
    assert_eq!(told("|| range || store a 1", &calls, A1), never);
}

#[test]
fn where_it_takes_four_results_the_order_that_comes_farthest_is_told() {
    let _watch = watch_for("the test", TEST);
    let calls = [
        (0, 0, 1, 12, Unit),
        (1, 0, 2, 11, Unit),
        (2, 0, 3, 5, Value(1)),
        (2, 1, 7, 9, Absent),
        (3, 0, 4, 6, Value(1)),
        (3, 1, 8, 10, Absent),
    ];
    let program = parse("map", "|| store a 1 || store b 1 || load a; load b || load b; load a");
    let text = judged(&program, &history(&calls, &[(0, 1), (1, 1)]), false);
    let farthest = "In the order `store b 1` of thread 1, `load b` of thread 3, `load a` of thread 3, `store a 1` of thread 0, `load a` of \
        thread 2 all results are right so far; then none fits: `load b` of thread 2 would return 1, and returned absent.";
    assert_eq!(text, farthest);
}

#[test]
fn one_call_is_told_by_the_specification_alone() {
    let _watch = watch_for("the test", TEST);
    let wrong = "`wrong` of thread 0 returned 666. By the specification it returns ().";
    assert_eq!(told_of("canary", "|| wrong", &[(0, 0, 1, 2, Value(666))], &[]), wrong);
}

#[test]
fn nothing_is_told_of_a_history_that_has_an_order_or_in_which_a_call_panicked() {
    let _watch = watch_for("the test", TEST);
    let program = parse("map", "|| store a 1 || load a");
    let late = history(&[(0, 0, 1, 2, Unit), (1, 0, 3, 4, Absent)], A1);
    assert_eq!(why_not_linearizable(&program, &late, false), None, "without real time it has one");
    let panicked = history(&[(0, 0, 1, 2, Panicked), (1, 0, 3, 4, Value(3))], A1);
    assert_eq!(why_not_linearizable(&program, &panicked, true), None);
}

/// As large as programs are: there is a sentence, within the limits.
#[test]
fn a_long_history_has_a_sentence() {
    let _watch = watch_for("the test", TEST);
    let threads = [
        "store a 1; load b; store c 1; load a",
        "store b 2; load a; store c 2; load c",
        "load c; range; load a; load b",
    ];
    let text = format!("|| {} || {} || {}", threads[0], threads[1], threads[2]);
    let mut calls: Vec<Call> = Vec::new();
    for thread in 0..3 {
        calls.extend((0..4).map(|number| (thread, number, 1, 100, Unit)));
    }
    // All at once; the loads have returned what no load returns.
    let program = parse("map", &text);
    let history = history(&calls, &[]);
    assert!(why_not_linearizable(&program, &history, true).is_some());
}
