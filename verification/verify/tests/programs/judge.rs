//! The judge, on histories that are written down.

use linear::{Answer, Checker, History, Program, Record, outcomes_by_specification};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn history(program: &Program, rows: &[(usize, usize, u64, u64, Answer)], contents: &[(i64, i64)]) -> bool {
    let records = rows.iter().map(|(thread, number, called, returned, ret)| Record {
        thread: *thread,
        number: *number,
        called: *called,
        returned: *returned,
        ret: ret.clone(),
    });
    let history = History { records: records.collect(), contents: contents.to_vec() };
    Checker::new(program, true).is_linearizable(&history)
}

fn map(text: &str) -> Program {
    Program::parse(subjects::by_name("map").unwrap(), text).unwrap()
}

#[test]
fn real_time_order_is_kept() {
    let _watch = watch_for("the test", TEST);
    let program = map("store a 1 || store a 2 || load a");
    let stored = (0, 0, 0, 1, Answer::Unit);
    assert!(history(&program, &[stored.clone(), (1, 0, 2, 3, Answer::Value(2))], &[(0, 2)]));
    assert!(!history(&program, &[stored.clone(), (1, 0, 2, 3, Answer::Value(1))], &[(0, 2)]), "a stale load");
    assert!(history(&program, &[stored.clone(), (1, 0, 1, 3, Answer::Value(1))], &[(0, 2)]), "they overlap");
    assert!(!history(&program, &[stored, (1, 0, 1, 3, Answer::Value(3))], &[(0, 2)]), "from nowhere");
}

#[test]
fn the_contents_in_the_end_count() {
    let _watch = watch_for("the test", TEST);
    let program = map("|| store a 1 || store a 2");
    let rows = [(0, 0, 0, 9, Answer::Unit), (1, 0, 0, 9, Answer::Unit)];
    assert!(history(&program, &rows, &[(0, 1)]));
    assert!(history(&program, &rows, &[(0, 2)]));
    assert!(!history(&program, &rows, &[]));
}

#[test]
fn a_range_is_judged_key_by_key() {
    let _watch = watch_for("the test", TEST);
    let program = map("store a 1 || store b 1; delete a || range");
    let rows = |pairs: &[(i64, i64)]| {
        vec![
            (0, 0, 1, 2, Answer::Unit),
            (0, 1, 3, 4, Answer::Bool(true)),
            (1, 0, 0, 9, Answer::Pairs(pairs.to_vec())),
        ]
    };
    // Never true at one moment: `a` is gone or `b` has not come. Allowed key by key.
    assert!(history(&program, &rows(&[]), &[(1, 1)]));
    assert!(history(&program, &rows(&[(0, 1), (1, 1)]), &[(1, 1)]));
    assert!(!history(&program, &rows(&[(0, 2)]), &[(1, 1)]));
}

#[test]
fn a_counter_may_be_torn_but_loses_nothing() {
    let _watch = watch_for("the test", TEST);
    let program =
        Program::parse(subjects::by_name("counter").unwrap(), "|| add 1; add 2 || reset_and_get").unwrap();
    let rows =
        |sum| vec![(0, 0, 0, 1, Answer::Unit), (0, 1, 2, 3, Answer::Unit), (1, 0, 0, 9, Answer::Value(sum))];
    assert!(history(&program, &rows(0), &[(0, 3)]));
    assert!(history(&program, &rows(1), &[(0, 2)]));
    assert!(history(&program, &rows(3), &[(0, 0)]));
    assert!(!history(&program, &rows(2), &[(0, 1)]), "one stripe is not torn");
    assert!(!history(&program, &rows(1), &[(0, 0)]), "the 2 is lost");
}

#[test]
fn the_specification_gives_the_outcomes_of_a_race() {
    let _watch = watch_for("the test", TEST);
    let outcomes = outcomes_by_specification(&map("|| load_or_store a 1 || load_or_store a 2")).unwrap();
    let expected = ["loaded 2 || stored 2 -> {a:2}", "stored 1 || loaded 1 -> {a:1}"];
    assert_eq!(outcomes.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(outcomes_by_specification(&map("|| range || clear")), None);
    let five = ["load a"; 5].join("; ");
    assert_eq!(outcomes_by_specification(&map(&format!("|| {five} || {five} || {five} || {five}"))), None);
}
