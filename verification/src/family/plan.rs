//! A family as something to run: on which engines, within which bounds.

use super::{Family, Shape, programs};
use crate::certificate::FamilyReport;
use crate::engine::Engine;
use crate::pool::Task;
use crate::suite::Plan;
use crate::worker::{Batch, ProgramResult};
use std::collections::BTreeSet;
use std::time::Duration;

/// Programs of a family for one worker at a time.
const BATCH: usize = 64;

/// The engines that each program of a family is explored with when nobody asks for others.
pub const ENGINES: [Engine; 3] = [Engine::LoomLeak, Engine::LoomEager, Engine::ShuttleSleep];

/// How a family is run.
#[derive(Clone, Debug)]
pub struct FamilyRun {
    /// Which.
    pub family: Family,
    /// Each program on all of these.
    pub engines: Vec<Engine>,
    /// loom: explore only so many preemptions.
    pub bound: Option<usize>,
    /// Stop each exploration after so long.
    pub budget: Option<Duration>,
}

impl FamilyRun {
    /// A run as it is when nobody asks for anything else.
    pub fn new(family: Family) -> FamilyRun {
        FamilyRun { family, engines: ENGINES.to_vec(), bound: None, budget: None }
    }

    /// The command that runs it.
    pub fn command(&self) -> String {
        let family = &self.family;
        let mut command = format!("cargo verify family {}", family.size);
        let mut add = |word: String| command.push_str(&format!(" {word}"));
        if family.subject != "map" {
            add(format!("--subject {}", family.subject));
        }
        if family.keys > 0 {
            add(format!("--keys {}", family.keys));
        }
        if !family.ops.is_empty() {
            add(format!("--ops {}", family.ops.join(",")));
        }
        if family.shape == Shape::Sb {
            add("--shape sb".into());
        }
        if self.engines != ENGINES {
            let modes: Vec<&str> = self.engines.iter().map(|engine| engine.mode()).collect();
            add(format!("--mode {}", modes.join(",")));
        }
        if let Some(bound) = self.bound {
            add(format!("--bound {bound}"));
        }
        command
    }
}

/// A family of the map with all its operations.
fn map(size: &str, keys: usize) -> FamilyRun {
    let size = size.parse().expect("a size");
    FamilyRun::new(Family::new("map", size, Some(keys)).expect("a family of the map"))
}

/// The family of `cargo verify` without a command.
pub fn quick() -> FamilyRun {
    map("2x1", 2)
}

/// The families of which certificates are kept, and those that are added in the full profile.
pub fn certified(full: bool) -> Vec<FamilyRun> {
    let other = |subject, size: &str, keys| {
        let size = size.parse().expect("a size");
        FamilyRun::new(Family::new(subject, size, keys).expect("a family of the subject"))
    };
    let mut runs = vec![
        quick(),
        map("2x2", 1),
        FamilyRun { bound: Some(3), ..map("3x1", 1) },
        other("counter", "2x2", None),
        other("countermap", "2x1", Some(2)),
    ];
    let sb = map("2x2", 2).family.with_shape(Shape::Sb).expect("of two keys");
    runs.push(FamilyRun::new(sb));
    if full {
        runs.push(map("3x1", 1));
    }
    runs
}

impl Plan {
    /// Adds all programs of a family, in batches for the workers.
    pub fn family(&mut self, run: &FamilyRun) {
        let programs: Vec<(usize, String)> = programs(&run.family).into_iter().enumerate().collect();
        let number = self.families.len();
        self.families.push(FamilyReport::new(run, &programs));
        for programs in programs.chunks(BATCH) {
            self.tasks.push(Task::Batch(Batch {
                family: number,
                subject: run.family.subject.clone(),
                programs: programs.to_vec(),
                engines: run.engines.clone(),
                bound: run.bound,
                budget: run.budget,
                crippled: None,
            }));
        }
    }

    /// Takes out the programs of a family that are through already.
    pub fn without(&mut self, family: usize, done: &[ProgramResult]) {
        let done: BTreeSet<usize> = done.iter().map(|result| result.number).collect();
        for task in &mut self.tasks {
            if let Task::Batch(batch) = task
                && batch.crippled.is_none()
                && batch.family == family
            {
                batch.programs.retain(|(number, _)| !done.contains(number));
            }
        }
        self.tasks.retain(|task| !matches!(task, Task::Batch(batch) if batch.programs.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_how_to_repeat_it() {
        let commands: Vec<String> = certified(true).iter().map(FamilyRun::command).collect();
        assert_eq!(commands[0], "cargo verify family 2x1 --keys 2");
        assert_eq!(commands[2], "cargo verify family 3x1 --keys 1 --bound 3");
        assert_eq!(commands[3], "cargo verify family 2x2 --subject counter");
        assert_eq!(commands[5], "cargo verify family 2x2 --keys 2 --shape sb");
        assert_eq!(commands[6], "cargo verify family 3x1 --keys 1");
    }
}
