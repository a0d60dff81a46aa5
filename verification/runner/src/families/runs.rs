//! A family as something to run: on which engines, within which bounds.

use super::family::Family;
use super::programs::programs;
use super::size::Shape;
use explore::engine::Engine;
use explore::random::Random;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The engines that each program of a family is explored with when nobody asks for others.
pub const ENGINES: [Engine; 3] = [Engine::LoomLeak, Engine::LoomEager, Engine::ShuttleSleep];

/// The engine of families of lawless users.
pub const LAWLESS: [Engine; 1] = [Engine::ShuttleSleep];

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
    /// loom/eager is run only where its verdict does not follow from that of loom/leak.
    pub eager_may_follow: bool,
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
        let engines = if family.lawless { LAWLESS.to_vec() } else { ENGINES.to_vec() };
        FamilyRun { family, engines, bound: None, budget: None, sample: None, eager_may_follow: false }
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
        if family.lawless {
            add("--lawless".into());
        }
        if let Some(Sample { programs, seed }) = self.sample {
            add(format!("--oracle {programs} --seed {seed}"));
        } else if self.engines != FamilyRun::new(family.clone()).engines {
            let mut modes: Vec<&str> = self.engines.iter().map(|engine| engine.mode()).collect();
            modes.dedup();
            add(format!("--mode {}", modes.join(",")));
        }
        if let Some(bound) = self.bound {
            add(format!("--bound {bound}"));
        }
        command
    }
}
