//! The programs that a minimiser tries.

use linear::Program;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn parse(subject: &str, text: &str) -> Program {
    Program::parse(subjects::by_name(subject).unwrap(), text).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(programs: &[Program]) -> Vec<String> {
    programs.iter().map(ToString::to_string).collect()
}

#[test]
fn removals_are_of_threads_then_of_the_setup_then_of_calls() {
    let _watch = watch_for("the test", TEST);
    let smaller = texts(&parse("map", "store a 1; range || load a; load b || clear").smaller());
    let all = [
        "store a 1; range || clear",
        "store a 1; range || load a; load b",
        "|| load a; load b || clear",
        "range || load a; load b || clear",
        "store a 1 || load a; load b || clear",
        "store a 1; range || load b || clear",
        "store a 1; range || load a || clear",
    ];
    assert_eq!(smaller, all);
    assert!(parse("map", "|| load a").smaller().is_empty(), "a program has a call");
}

#[test]
fn misdeeds_go_or_last_for_fewer_calls() {
    let _watch = watch_for("the test", TEST);
    let smaller = texts(&parse("map", "|| load a !eq.1-3 lies !drop.1 panics").smaller());
    let all = ["|| load a !drop.1 panics", "|| load a !eq.1-2 lies !drop.1 panics", "|| load a !eq.1-3 lies"];
    assert_eq!(smaller, all);
}

#[test]
fn a_simpler_operation_is_one_that_the_subject_names() {
    let _watch = watch_for("the test", TEST);
    let simpler = texts(&parse("map", "swap a 1 || load_and_delete a; load a").simpler());
    assert_eq!(simpler, ["store a 1 || load_and_delete a; load a", "swap a 1 || delete a; load a"]);
    assert!(parse("counter", "|| add 1; get").simpler().is_empty(), "it names none");
}

#[test]
fn names_are_the_first_ones_in_the_order_in_which_they_are_met() {
    let _watch = watch_for("the test", TEST);
    let program = parse("map", "store d 9 || swap c 4; load d || compare_and_swap c 9 2");
    let renamed = program.renamed().expect("other names");
    assert_eq!(renamed.to_string(), "store a 1 || swap b 2; load a || compare_and_swap b 1 3");
    assert!(renamed.renamed().is_none(), "they are the first ones now");
    let once = texts(&parse("map", "store c 5 || load a").renamed_once());
    assert_eq!(once, ["store b 5 || load a", "store c 1 || load a"]);
}
