//! The marks of the source at the steps of an execution: `LP(store, fast)`, where a call takes effect.

use crate::dom::between;
use explore::engine::Engine;
use explore::job::Job;
use linear::Program;
use runner::explain::{WhatIf, excerpts, page_of_example};
use runner::plan::Planned;
use runner::pool::{self, News, Settings};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::certificates::provenance::checked;
use verify::quoted::of_step_here;
use verify::subjects::{self, with_families};

/// Each operation of the map that takes effect at an access of its own; before a promotion, and after one.
const PROGRAM: &str = "|| store a 1; store a 2; swap a 3; range; store a 2; swap a 3; load a; compare_and_swap a 3 4; update a 1; \
                       compare_and_delete a 5; load_or_store a 6; load_and_delete a; clear";

/// Its outcome.
const OUTCOME: &str = "(); (); 2; {a:3}; (); 2; 3; true; 5; true; stored 6; 6; () -> {}";

/// Labels behind code that is no access: such a call takes effect at one before it, and which one it is depends on what it saw. No step has them.
const AT_NO_ACCESS: [&str; 6] = [
    "absent",
    "clear, empty",
    "compare_and_delete, other",
    "compare_and_swap, other",
    "delete, absent",
    "load_or_store, loaded",
];

/// The labels in a text, of these lines.
fn labels<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    let labels = lines.flat_map(|line| line.split("LP(").skip(1));
    labels.filter_map(|label| Some(label.split_once(')')?.0.to_owned())).collect()
}

#[test]
fn each_linearization_point_of_the_map_is_at_a_step_or_listed_as_being_at_none() {
    let _watch = watch_for("the test", TEST);
    let files = checked(with_families().find(|entry| entry.name() == "map").unwrap());
    let of_map = files.iter().filter(|(name, _)| name.starts_with("src/map/"));
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let marked = labels(of_map.flat_map(|(_, text)| text.lines()).filter(is_code));
    let program = Program::parse(subjects::by_name("map").unwrap(), PROGRAM).unwrap();
    let mut job = Job::new(&program, Engine::ShuttleSleep);
    job.example_of = Some(OUTCOME.to_owned());
    let settings = Settings {
        workers: 1,
        patience: Duration::from_secs(60),
        interrupted: Arc::default(),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    };
    let mut example = None;
    pool::run(vec![Planned::Job(Box::new(job)).task()], &settings, |news| {
        if let News::Verdict(verdict) = news {
            example = verdict.example;
        }
    });
    let example = example.expect("an execution");
    let page = page_of_example(
        &example,
        &program,
        "shuttle/sleep",
        (&excerpts(&example.steps, of_step_here), &WhatIf::NotAsked),
    );
    let data: Value = serde_json::from_str(between(&page, "id=\"execution\">", "</script>")).unwrap();
    let drawn = labels(data["steps"].as_array().unwrap().iter().filter_map(|step| step["names"].as_str()));
    let none: BTreeSet<String> = AT_NO_ACCESS.iter().map(|label| (*label).to_owned()).collect();
    assert!(drawn.is_disjoint(&none), "{:?}", drawn.intersection(&none));
    let both: BTreeSet<String> = drawn.union(&none).cloned().collect();
    assert_eq!(both, marked, "drawn, or listed; and what the source has");
}
