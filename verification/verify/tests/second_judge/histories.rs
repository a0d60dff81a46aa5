//! The histories of a program: those of all executions that the reduced search explores, each once.

use explore::execution::{EpochMode, ShuttleBuild, run_once};
use explore::on_shuttle;
use explore::sleep_sets::{Reduction, SleepSets};
use linear::{History, Program};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

pub(super) fn of(program: &'static Program) -> Vec<History> {
    let found = Arc::new(Mutex::new((HashSet::new(), Vec::new())));
    let shared = Arc::clone(&found);
    let scheduler = SleepSets::new(Reduction::KeepHistories);
    shuttle::Runner::new(scheduler, on_shuttle::config()).run(move || {
        run_once::<ShuttleBuild>(program, EpochMode::Eager, |history, _| {
            let mut found = shared.lock().expect("nobody panics");
            let (seen, histories) = &mut *found;
            if seen.insert(history.canonical()) {
                histories.push(history.clone());
            }
        });
    });
    let mut found = found.lock().expect("nobody panics");
    std::mem::take(&mut found.1)
}
