//! A family as something to run: on which engines, within which bounds.

use super::{Family, Shape, programs};
use crate::certificate::FamilyReport;
use crate::engine::Engine;
use crate::pool::Task;
use crate::suite::Plan;
use crate::words::Random;
use crate::worker::{Batch, ProgramResult};
use serde::{Deserialize, Serialize};
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
    /// Only some of its programs.
    pub sample: Option<Sample>,
}

/// Some programs of a family, drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// So many; all if there are fewer.
    pub programs: usize,
    /// By this seed.
    pub seed: u64,
}

impl Sample {
    /// Draws them, in the order that they had.
    fn draw(self, mut programs: Vec<String>) -> Vec<String> {
        let mut random = Random(self.seed);
        while programs.len() > self.programs {
            programs.remove(random.below(programs.len()));
        }
        programs
    }
}

/// shuttle's reduced search, and the plain one that is its oracle.
pub const ORACLE: [Engine; 2] = [Engine::ShuttleSleep, Engine::ShuttleDfs];

impl FamilyRun {
    /// A run as it is when nobody asks for anything else.
    pub fn new(family: Family) -> FamilyRun {
        FamilyRun { family, engines: ENGINES.to_vec(), bound: None, budget: None, sample: None }
    }

    /// The same family as a question to the oracle: so many of its programs, by this seed, on shuttle's reduced and plain search.
    pub fn oracle(self, programs: usize, seed: u64) -> FamilyRun {
        let sample = Some(Sample { programs, seed });
        FamilyRun { engines: ORACLE.to_vec(), bound: None, sample, ..self }
    }

    /// Its programs.
    pub fn programs(&self) -> Vec<(usize, String)> {
        let all = programs(&self.family);
        let programs = match self.sample {
            Some(sample) => sample.draw(all),
            None => all,
        };
        programs.into_iter().enumerate().collect()
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
        if let Some(Sample { programs, seed }) = self.sample {
            add(format!("--oracle {programs} --seed {seed}"));
        } else if self.engines != ENGINES {
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

/// What the oracle is asked in the full profile, where its plain search ends: all of 2x1 over one key, a sample over two.
pub fn asked_of_the_oracle(seed: u64) -> Vec<FamilyRun> {
    [(1, 810), (2, 300)].map(|(keys, programs)| map("2x1", keys).oracle(programs, seed)).into()
}

impl Plan {
    /// Adds all programs of a family, or those that are drawn, in batches for the workers.
    pub fn family(&mut self, run: &FamilyRun) {
        let programs = run.programs();
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
        assert_eq!(
            map("2x1", 1).oracle(9, 7).command(),
            "cargo verify family 2x1 --keys 1 --oracle 9 --seed 7"
        );
    }

    /// A sample is some of the programs, the same by the same seed, in the order of their sizes.
    #[test]
    fn a_sample_is_drawn_by_its_seed() {
        let all = map("2x1", 1).programs();
        let of = |programs, seed| -> Vec<String> {
            map("2x1", 1).oracle(programs, seed).programs().into_iter().map(|(_, program)| program).collect()
        };
        assert_eq!(of(1000, 1).len(), all.len());
        let sample = of(20, 1);
        assert_eq!((sample.len(), &sample), (20, &of(20, 1)));
        assert_ne!(sample, of(20, 2));
        let places: Vec<usize> =
            sample.iter().map(|text| all.iter().position(|(_, program)| program == text).unwrap()).collect();
        assert!(places.is_sorted());
    }
}
