//! Every label of the code sits where the access is: executions of a few programs, which take all of them, are followed.
//!
//! `cargo verify specs --traces` follows all named scenarios and more, under loom too. These few are followed by `cargo test`, so
//! that whoever moves a label, renames an action, or changes a step on one side alone hears of it at once.

use speccheck::follow::Follower;
use speccheck::labels::{self, Labels};
use speccheck::recorded::Line;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};
use verify::program::Program;
use verify::scenarios;
use verify::traces::{self, Recorder};

/// Named scenarios that together take every label.
const SCENARIOS: [&str; 9] = [
    "los_expunged",
    "los_expunging_copy",
    "swap_swap_expunged",
    "promote_store_in_read",
    "cas_cad",
    "update_delete_store",
    "clear_dirty",
    "retain_store",
    "hold_expunged",
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

fn programs() -> Vec<Program> {
    let named = scenarios::all().into_iter().filter(|scenario| SCENARIOS.contains(&&*scenario.name));
    let programs: Vec<Program> = named.map(|scenario| scenario.program).collect();
    assert_eq!(programs.len(), SCENARIOS.len(), "a scenario is gone from verification/scenarios.toml");
    programs
}

/// Follows all executions of a program, as shuttle explores them; the labels that were taken, and how many executions.
fn follow(program: Program, labels: &Labels) -> (BTreeSet<(String, usize, String)>, usize) {
    let program: &'static Program = Box::leak(Box::new(program));
    let lines = Lines::default();
    traces::send(program, Recorder::Shuttle, lines.clone()).unwrap();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let mut follower = None;
    let (mut executions, mut ended) = (0, false);
    for line in text.lines() {
        match (serde_json::from_str(line).unwrap(), &mut follower) {
            (Line::Program(header), _) => follower = Some(Follower::new(&header, labels).unwrap()),
            (Line::Execution(events), Some(follower)) => {
                executions += 1;
                if let Err(message) = follower.follow(&events) {
                    panic!("`{program}`, execution {executions}: {message}");
                }
            }
            (Line::Execution(_), None) => panic!("an execution without its program"),
            (Line::End, _) => ended = true,
        }
    }
    assert!(ended && executions > 1, "`{program}` was cut short, or has one execution only");
    (follower.expect("a program").taken, executions)
}

#[test]
fn every_label_is_taken_where_it_sits_and_every_access_is_the_step_that_it_says() {
    let labels = labels::read().unwrap();
    let (mut taken, mut executions) = (BTreeSet::new(), 0);
    for program in programs() {
        let started = std::time::Instant::now();
        let text = program.to_string();
        let (here, count) = follow(program, &labels);
        println!("{count:>5} executions {:>6.2} s {text}", started.elapsed().as_secs_f64());
        taken.extend(here);
        executions += count;
    }
    let written = labels
        .iter()
        .flat_map(|((file, line), names)| names.iter().map(move |name| (file.clone(), *line, name.clone())));
    let never: Vec<_> = written
        .filter(|(file, ..)| file.starts_with("map/"))
        .filter(|label| !taken.contains(label))
        .collect();
    println!("{executions} executions followed, {} labels taken", taken.len());
    assert!(never.is_empty(), "labels that no access of these programs is: {never:#?}");
}
