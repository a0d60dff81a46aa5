//! Every label of the code sits where the access is: executions of a few programs, which take all of them, are followed.
//!
//! `cargo verify specs --traces` follows all named scenarios and more, under loom too. These few are followed by `cargo test`, so
//! that whoever moves a label, renames an action, or changes a step on one side alone hears of it at once.

use linear::Program;
use speccheck::follow::Follower;
use speccheck::labels::{self, Labels};
use speccheck::recorded::Line;
use speccheck::table;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use verify::scenarios;
use verify::specifications::traces::{self, Recorder};

/// Named scenarios that together take every label.
const SCENARIOS: [&str; 16] = [
    "los_expunged",
    "los_expunging_copy",
    "swap_swap_expunged",
    "promote_store_in_read",
    "cas_cad",
    "update_delete_store",
    "clear_dirty",
    "retain_store",
    "hold_expunged",
    "empty_move",
    "empty_delete",
    "counter_two_stripes",
    "counter_add_reset",
    "countermap_add_remove",
    "countermap_add_reset",
    "countermap_two_keys",
];

/// What the recorder writes.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

type Taken = BTreeSet<(String, usize, String)>;

/// The scenarios, and all their executions as shuttle explores them.
fn recorded() -> &'static [(String, Vec<Line>)] {
    static RECORDED: OnceLock<Vec<(String, Vec<Line>)>> = OnceLock::new();
    RECORDED.get_or_init(|| {
        let named = scenarios::all().into_iter().filter(|scenario| SCENARIOS.contains(&&*scenario.name));
        let recorded: Vec<_> =
            named.map(|scenario| (scenario.name.to_string(), record(scenario.program))).collect();
        assert_eq!(
            recorded.len(),
            SCENARIOS.len(),
            "a scenario is gone from verification/subjects/src/map/scenarios.toml"
        );
        recorded
    })
}

fn record(program: Program) -> Vec<Line> {
    let program: &'static Program = Box::leak(Box::new(program));
    let lines = Lines::default();
    traces::send(program, Recorder::Shuttle, lines.clone()).unwrap();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Line> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(matches!(lines.last(), Some(Line::End)), "`{program}` was cut short");
    lines
}

/// Follows all executions of a program; the labels that were taken, and how many executions.
fn follow(lines: &[Line], labels: &Labels) -> Result<(Taken, usize), String> {
    let [Line::Program(header), executions @ .., Line::End] = lines else { panic!("no program") };
    let mut follower = Follower::new(header, labels)?;
    for (execution, number) in executions.iter().zip(1..) {
        let Line::Execution(events) = execution else { panic!("an execution was expected") };
        follower.follow(events).map_err(|message| format!("execution {number}: {message}"))?;
    }
    assert!(executions.len() > 1, "one execution only");
    Ok((follower.taken, executions.len()))
}

#[test]
fn every_label_is_taken_where_it_sits_and_every_access_is_the_step_that_it_says() {
    let labels = labels::read().unwrap();
    let (mut taken, mut executions) = (Taken::new(), 0);
    for (program, lines) in recorded() {
        let (here, count) = follow(lines, &labels).unwrap_or_else(|message| panic!("`{program}`, {message}"));
        println!("{count:>5} executions: {program}");
        taken.extend(here);
        executions += count;
    }
    let written = labels
        .iter()
        .flat_map(|((file, line), names)| names.iter().map(move |name| (file.clone(), *line, name.clone())));
    let never: Vec<_> = written.filter(|label| !taken.contains(label)).collect();
    println!("{executions} executions followed, {} labels taken", taken.len());
    assert!(never.is_empty(), "labels that no access of these programs is: {never:#?}");
}

/// Each label, wherever it is, is needed there: with the name of another one in its place, an execution is not followed.
#[test]
fn a_label_in_another_place_is_noticed() {
    let labels = labels::read().unwrap();
    let all: Vec<(Taken, &[Line])> =
        recorded().iter().map(|(_, lines)| (follow(lines, &labels).unwrap().0, &lines[..])).collect();
    for ((file, line), names) in &labels {
        let same_module =
            |other: &&String| (*other == file) || (file.starts_with("map/") && other.starts_with("map/"));
        let others = labels.iter().filter(|((other, _), _)| same_module(&other));
        let other = others.map(|(_, names)| names).find(|other| other.is_disjoint(names)).unwrap();
        let mut moved = labels.clone();
        moved.insert((file.clone(), *line), other.clone());
        let is_here = |(taken, _): &&(Taken, _)| taken.iter().any(|(f, l, _)| f == file && l == line);
        let (_, lines) = all.iter().find(is_here).expect("the other test says that it is taken");
        let message = follow(lines, &moved).expect_err(&format!("src/{file}:{line} as {other:?}"));
        assert!(message.contains(&format!("{file}:{line}")), "{message}");
    }
}

/// `UPDATE=1 cargo test -p speccheck --test labels table` writes the table.
#[test]
fn the_table_of_actions_is_of_these_labels_and_executions() {
    let labels = labels::read().unwrap();
    let mut scenarios: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, lines) in recorded() {
        let taken: BTreeSet<String> =
            follow(lines, &labels).unwrap().0.into_iter().map(|(_, _, action)| action).collect();
        for action in taken {
            scenarios.entry(action).or_default().push(name.clone());
        }
    }
    let (path, old, new) = table::filled(&table::table(&scenarios).unwrap()).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        let unfinished = path.with_extension("unfinished");
        std::fs::write(&unfinished, new).unwrap();
        std::fs::rename(&unfinished, &path).unwrap();
    } else {
        assert!(
            old == new,
            "the table of actions in specs/README.md is old: `UPDATE=1 cargo test -p speccheck --test labels table` writes it"
        );
    }
}
