//! Every judgement of histories has a second opinion: the checker of the crate todc-utils, by another author, must say the same of each history.
//!
//! The histories are those of real executions: all programs of the map of two threads with one operation each over two keys, and a fixed sample
//! of larger families and of the other subjects. Real executions are linearizable, so each history is also judged with a fault: an answer that
//! it did not give, contents that it did not end with, calls that did not overlap. Here the two must agree on what is *not* linearizable.
//!
//! For the map the second judge has a specification of its own (`map`); for the other subjects both have the same one (`shared`), and only the
//! search differs.

mod histories;
mod map;
mod shared;
mod wrong;

use linear::{Checker, History, Program};
use runner::families::{Family, programs};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

/// Says of a history whether it is linearizable.
type Judge<'a> = &'a dyn Fn(&'static Program, &History) -> bool;

fn first(program: &'static Program, history: &History) -> bool {
    Checker::new(program, true).is_linearizable(history)
}

/// What two judges have said.
#[derive(Debug, Default)]
struct Opinions {
    histories: usize,
    linearizable: usize,
    not_linearizable: usize,
    /// Where they differ: the first few.
    differ: Vec<String>,
}

impl Opinions {
    fn ask(&mut self, program: &'static Program, history: &History, one: Judge<'_>, other: Judge<'_>) {
        let (first, second) = (one(program, history), other(program, history));
        self.histories += 1;
        self.linearizable += usize::from(first);
        self.not_linearizable += usize::from(!first);
        if first != second && self.differ.len() < 5 {
            self.differ.push(format!(
                "`{program}`: {} is {first} for one and {second} for the other",
                history.canonical()
            ));
        }
    }

    #[track_caller]
    fn assert_same(&self, histories: usize) {
        println!(
            "{} histories, {} linearizable, {} not",
            self.histories, self.linearizable, self.not_linearizable
        );
        assert!(self.differ.is_empty(), "\n{}", self.differ.join("\n"));
        assert!(self.histories >= histories, "only {} histories", self.histories);
        assert!(self.not_linearizable * 10 > self.histories, "too few that are not: {self:?}");
    }
}

/// Asks two judges about all histories of these programs, right and wrong ones.
fn ask(programs: &[&'static Program], one: Judge<'_>, other: Judge<'_>) -> Opinions {
    let mut opinions = Opinions::default();
    for program in programs {
        for history in histories::of(program) {
            opinions.ask(program, &history, one, other);
            for wrong in wrong::of(program, &history) {
                opinions.ask(program, &wrong, one, other);
            }
        }
    }
    opinions
}

/// Every so many programs of a family.
fn family(subject: &str, size: &str, keys: Option<usize>, every: usize) -> Vec<&'static Program> {
    subjects::install();
    let family = Family::new(subject, size.parse().unwrap(), keys).unwrap();
    let subject = subjects::by_name(subject).unwrap();
    let parse = |text: &String| Program::parse(subject, text).unwrap_or_else(|error| panic!("{error}"));
    programs(&family).iter().step_by(every).map(|text| &*Box::leak(Box::new(parse(text)))).collect()
}

/// Of all of 2x1 over two keys, one program in so many, from this one on.
fn of_two_threads(from: usize, every: usize) -> Opinions {
    let programs: Vec<_> = family("map", "2x1", Some(2), 1);
    assert!(programs.len() > 7000, "{}", programs.len());
    let own: Vec<_> = programs.into_iter().skip(from).step_by(every).collect();
    ask(&own, &first, &map::judge)
}

/// The whole is in the two tests that follow.
#[test]
fn a_twentieth_of_two_threads_over_two_keys() {
    let _watch = watch_for("the test", TEST);
    of_two_threads(3, 20).assert_same(2_000);
}

// In halves, so that they run side by side.

#[test]
#[ignore = "a minute: CI runs it, and `cargo test -p verify --test second_judge -- --include-ignored`"]
fn all_of_two_threads_over_two_keys_the_first_half() {
    let _watch = watch_for("the test", TEST);
    of_two_threads(0, 2).assert_same(20_000);
}

#[test]
#[ignore = "a minute: CI runs it, and `cargo test -p verify --test second_judge -- --include-ignored`"]
fn all_of_two_threads_over_two_keys_the_second_half() {
    let _watch = watch_for("the test", TEST);
    of_two_threads(1, 2).assert_same(20_000);
}

/// Larger programs: fixed ones of each family.
#[test]
fn a_sample_of_larger_programs_of_the_map() {
    let _watch = watch_for("the test", TEST);
    let mut programs = family("map", "2x2", Some(1), 1500);
    programs.extend(family("map", "3x1", Some(1), 100));
    ask(&programs, &first, &map::judge).assert_same(2_000);
}

#[test]
fn a_sample_of_the_other_subjects() {
    let _watch = watch_for("the test", TEST);
    let samples = [
        ("counter", "2x2", None, 10),
        ("countermap", "2x1", Some(2), 40),
        ("cache", "2x1", Some(1), 10),
        ("boundedcache", "2x1", Some(1), 5),
        ("registry", "2x1", Some(1), 8),
        ("config", "2x1", Some(1), 20),
    ];
    for (subject, size, keys, every) in samples {
        let opinions = ask(&family(subject, size, keys, every), &first, &shared::judge);
        println!("{subject}:");
        assert!(opinions.differ.is_empty(), "{subject}:\n{}", opinions.differ.join("\n"));
        assert!(opinions.histories > 100 && opinions.not_linearizable > 10, "{subject}: {opinions:?}");
    }
}

/// The map by the specification that both share: a difference between the two specifications would be seen above, one of the searches here.
#[test]
fn the_map_by_the_shared_specification() {
    let _watch = watch_for("the test", TEST);
    ask(&family("map", "2x1", Some(1), 3), &first, &shared::judge).assert_same(1_000);
}

/// A judge with a fault differs from the other on these programs.
#[track_caller]
fn assert_seen(fault: &str, one: Judge<'_>, other: Judge<'_>) {
    let opinions = ask(&family("map", "2x1", Some(1), 2), one, other);
    assert!(!opinions.differ.is_empty(), "{fault} is not seen in {} histories", opinions.histories);
}

#[test]
fn a_fault_in_the_first_judge_is_seen() {
    let _watch = watch_for("the test", TEST);
    assert_seen(
        "no real time",
        &|program, history| Checker::new(program, false).is_linearizable(history),
        &map::judge,
    );
    let no_end = |program: &'static Program, history: &History| {
        let right = linear::state_after_setup(program);
        let contents = program.subject.specification.contents(&right);
        first(program, history) || first(program, &History { contents, ..history.clone() })
    };
    assert_seen("contents that do not count", &no_end, &map::judge);
    let hasty = |program: &'static Program, history: &History| {
        first(program, history) && history.records.windows(2).all(|two| two[0].called <= two[1].called)
    };
    assert_seen("an order of calls that is demanded", &hasty, &map::judge);
}

#[test]
fn a_fault_in_the_second_judge_is_seen() {
    let _watch = watch_for("the test", TEST);
    for fault in map::FAULTS {
        let other =
            |program: &'static Program, history: &History| map::judge_with(program, history, Some(fault));
        assert_seen(&format!("{fault:?}"), &first, &other);
    }
}
