//! What a summary must say, and how long it may be.

use super::*;
use crate::families::Family;
use crate::families::{FamilyRun, Shape, Size};
use crate::source::Unknown;
use crate::task::ProgramResult;
use explore::engine::ENGINES;
use linear::Failure;
use std::collections::BTreeSet;

fn verdict(subject: &str, name: &str, engine: &str, level: Level) -> Verdict {
    let (engine, mode) = engine.split_once('/').unwrap();
    let failure = (level == Level::Failed)
        .then(|| Failure::without_steps("leak", "2 values were not dropped".to_owned()));
    Verdict {
        kind: "verdict".into(),
        subject: subject.into(),
        program: format!("store a 1 || load a || {name}"),
        name: Some(name.into()),
        family: None,
        engine: engine.into(),
        mode: mode.into(),
        verdict: level,
        executions: 31,
        outcomes: 2,
        seconds: 0.25,
        seed: None,
        outcome_set: BTreeSet::new(),
        executions_by_outcome: Default::default(),
        example: None,
        self_tests_known: false,
        eager_follows: false,
        failure,
    }
}

fn report(verdicts: Vec<Verdict>) -> Report {
    let mut report = Report { verdicts, ..Report::default() };
    for verdict in report.verdicts.clone() {
        report.summary.count(&verdict);
    }
    report
}

fn text(report: &Report, ending: &Ending<'_>) -> Vec<String> {
    let mut all = lines(report, ending);
    all.push(String::new());
    all.extend(end(report, ending));
    all
}

const LEVELS: [(&str, Level); 6] = [
    ("loom/leak", Level::Complete),
    ("loom/eager", Level::Complete),
    ("loom/visible", Level::Complete),
    ("shuttle/sleep", Level::Complete),
    ("shuttle/dfs", Level::Complete),
    ("threads/stress", Level::Sampled(10_000)),
];

/// As many subjects and scenarios as there are, and more.
fn large() -> Report {
    let mut verdicts = Vec::new();
    for subject in
        ["map", "counter", "countermap", "cache", "idlecache", "boundedcache", "registry", "config"]
    {
        for scenario in 0..40 {
            let name = format!("{subject}_{scenario}");
            verdicts.extend(LEVELS.iter().map(|(engine, level)| verdict(subject, &name, engine, *level)));
        }
    }
    report(verdicts)
}

#[test]
fn a_pass_has_at_most_sixty_lines_and_says_pass_last() {
    let shown = text(&large(), &Ending { legend: true, ..Ending::default() });
    assert!(shown.len() <= 60, "{} lines:\n{}", shown.len(), shown.join("\n"));
    assert!(shown.last().unwrap().starts_with("PASS  1,920 checks"), "{shown:#?}");
    assert!(shown.iter().any(|line| line.starts_with("✓ map (40)")), "a line a subject: {shown:#?}");
    let verbose = text(&large(), &Ending { verbose: true, ..Ending::default() });
    assert!(verbose.iter().any(|line| line.contains("✓ map_39")), "a line a scenario: {verbose:#?}");
}

#[test]
fn eighty_columns_are_enough() {
    let style = Style { width: Some(80), colour: false };
    for verbose in [false, true] {
        let shown = text(&large(), &Ending { style, verbose, legend: true, ..Ending::default() });
        for line in &shown {
            assert!(line.chars().count() <= 80, "{line}");
            assert!(!line.contains('…') || !line.contains('✓'), "a row of the table was cut: {line}");
        }
    }
    // With every engine that there is, and a name without room, too.
    let name = "load_or_store@deleted_in_dirty_only_and_more";
    let all = ENGINES.iter().map(|(engine, ..)| verdict("map", name, &engine.to_string(), Level::Complete));
    let shown = text(&report(all.collect()), &Ending { style, ..Ending::default() });
    assert!(
        shown.iter().any(|line| line.trim_end() == format!("✓ {name}")),
        "on a line of its own: {shown:#?}"
    );
}

#[test]
fn nothing_is_coloured_where_no_colour_is_wanted() {
    let (plain, coloured) = (Style::default(), Style { width: None, colour: true });
    let shown = |style| text(&large(), &Ending { style, ..Ending::default() }).join("\n");
    assert!(!shown(plain).contains('\x1b'));
    assert!(shown(coloured).contains("\x1b[32mPASS\x1b[0m"));
}

#[test]
fn the_same_failure_is_told_once_with_who_saw_it() {
    let engines = ["loom/leak", "loom/eager", "shuttle/sleep"];
    let mut verdicts: Vec<Verdict> =
        engines.iter().map(|engine| verdict("map", "broken", engine, Level::Failed)).collect();
    verdicts.push(verdict("map", "broken", "threads/stress", Level::Sampled(10_000)));
    let shown = text(&report(verdicts), &Ending::default());
    let with = |part: &str| shown.iter().filter(|line| line.contains(part)).count();
    assert_eq!(with("2 values were not dropped"), 1, "{shown:#?}");
    assert_eq!(with("found by  loom/leak, loom/eager, shuttle/sleep"), 1, "{shown:#?}");
    assert_eq!(with("cargo verify explain"), 1, "{shown:#?}");
    assert!(shown[0].starts_with("FAILED"), "failures come first: {shown:#?}");
    assert_eq!(shown.last().unwrap(), "FAIL  3 failed, 1 check passed");
}

#[test]
fn two_failures_of_a_program_are_two() {
    let mut other = verdict("map", "broken", "loom/eager", Level::Failed);
    other.failure = Some(Failure::without_steps("panic", "an index".to_owned()));
    let shown =
        text(&report(vec![verdict("map", "broken", "loom/leak", Level::Failed), other]), &Ending::default());
    assert_eq!(shown.iter().filter(|line| line.starts_with("  found by")).count(), 2, "{shown:#?}");
}

#[test]
fn what_was_cut_short_never_reads_as_a_pass() {
    let cut = |report: &Report| {
        let shown = text(report, &Ending { legend: true, ..Ending::default() });
        assert!(!shown.iter().any(|line| line.contains("PASS")), "{shown:#?}");
        shown
    };
    let complete = verdict("map", "good", "loom/leak", Level::Complete);
    let truncated = verdict("map", "long", "shuttle/dfs", Level::Truncated);
    let shown = cut(&report(vec![complete.clone(), truncated]));
    assert!(shown.iter().any(|line| line.starts_with("CUT SHORT  long on shuttle/dfs")), "{shown:#?}");
    assert!(shown.iter().any(|line| line.starts_with("… long")), "{shown:#?}");
    assert_eq!(shown.last().unwrap(), "NOT COMPLETE  1 cut short, none failed, 1 check passed");
    let mut stopped = report(vec![complete]);
    stopped.interrupted = true;
    assert_eq!(stopped.exit_status(), 3);
    assert_eq!(cut(&stopped).last().unwrap(), "NOT COMPLETE  the run was stopped after 1 check");
}

#[test]
fn a_family_is_a_line_and_its_missing_programs_are_told() {
    let (subject, size) = ("map".to_owned(), Size::of(2, 1));
    let run =
        FamilyRun::new(Family { subject, size, keys: 1, ops: Vec::new(), shape: Shape::All, lawless: false });
    let programs: Vec<(usize, String)> = (0..5).map(|n| (n, format!("|| load a || {n}"))).collect();
    let mut family = FamilyReport::new(&run, &programs, &Unknown);
    family.finish(true, 1.0);
    let mut report = report(Vec::new());
    report.families.push(family);
    report.summary.truncated = 5;
    let shown = text(&report, &Ending::default());
    assert!(shown.iter().any(|line| line.starts_with("CUT SHORT  5 of 5 programs of map 2x1")), "{shown:#?}");
    assert!(shown.iter().any(|line| line.starts_with("… map 2x1") && line.contains("0/5")), "{shown:#?}");
}

/// What was not explored is told, and counted nowhere.
#[test]
fn verdicts_that_follow_from_others_are_told_as_such() {
    let (subject, size) = ("map".to_owned(), Size::of(2, 1));
    let run =
        FamilyRun::new(Family { subject, size, keys: 1, ops: Vec::new(), shape: Shape::All, lawless: false });
    let programs: Vec<(usize, String)> = (0..3).map(|n| (n, format!("|| load a || {n}"))).collect();
    let mut family = FamilyReport::new(&run, &programs, &Unknown);
    for number in 0..3 {
        let eager_follows = number != 1;
        let executions = vec![10, if eager_follows { 0 } else { 10 }, 7];
        let (variants, outcomes, steps) = (1, 2, String::new());
        family.count(&ProgramResult {
            family: 0,
            number,
            variants,
            executions,
            eager_follows,
            outcomes,
            steps,
        });
    }
    family.finish(true, 1.0);
    let told = family.engines(|engine, sum| format!("{engine} {sum}"));
    assert_eq!(told, "loom/leak 30, loom/eager 10 (follows from loom/leak for 2 programs), shuttle/sleep 21");
    let mut report = report(Vec::new());
    report.families.push(family);
    let shown = text(&report, &Ending::default());
    let line = "  loom/eager is not run for 2 programs: its verdict follows from loom/leak";
    assert!(shown.iter().any(|shown| shown == line), "{shown:#?}");
    assert!(shown.iter().any(|line| line.contains(" 61 ")), "{shown:#?}");
}

/// Workers end in any order.
#[test]
fn failures_are_told_alike_whichever_engine_ended_first() {
    let found = [
        verdict("map", "large", "loom/leak", Level::Failed),
        verdict("map", "a", "shuttle/sleep", Level::Failed),
        verdict("map", "a", "loom/eager", Level::Failed),
    ];
    let told = |order: [usize; 3]| {
        let report = report(order.map(|place| found[place].clone()).into());
        failures::failed(&report, &[], &Style::default())
    };
    let first = told([0, 1, 2]);
    assert!(first.iter().any(|line| line.contains("found by  loom/eager, shuttle/sleep")), "{first:?}");
    for order in [[2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        assert_eq!(told(order), first, "{order:?}");
    }
}
