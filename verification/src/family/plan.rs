//! A family as something to run: on which engines, within which bounds.

use super::{Family, programs};
use crate::engine::Engine;
use crate::pool::Task;
use crate::report::FamilyReport;
use crate::suite::Plan;
use crate::worker::Batch;
use std::time::Duration;

/// Programs of a family for one worker at a time.
const BATCH: usize = 200;

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
}

impl Plan {
    /// Adds all programs of a family, in batches for the workers.
    pub fn family(&mut self, run: &FamilyRun) {
        let programs: Vec<(usize, String)> = programs(&run.family).into_iter().enumerate().collect();
        let number = self.families.len();
        self.families.push(FamilyReport {
            kind: "family".into(),
            family: run.family.clone(),
            programs: programs.len(),
            whole: 0,
            executions: run.engines.iter().map(|engine| (engine.to_string(), 0)).collect(),
            outcomes: 0,
            bound: run.bound,
            versions: ["loom 0.7.2", "shuttle 0.9.9"].map(str::to_owned).to_vec(),
        });
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
}
