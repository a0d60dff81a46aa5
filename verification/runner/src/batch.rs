//! Programs of a family, as one task.

use crate::task::{ProgramResult, Request, Task, Told};
use explore::engine::Engine;
use explore::job::Job;
use explore::subjects;
use linear::Program;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Programs of a family, for one worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Batch {
    /// Which family of the plan.
    pub family: usize,
    /// The subject.
    pub subject: String,
    /// The programs, each with its number in the family.
    pub programs: Vec<(usize, String)>,
    /// Each on all of these; their outcomes must be equal.
    pub engines: Vec<Engine>,
    /// loom: explore only so many preemptions.
    pub bound: Option<usize>,
    /// Stop each exploration after so long.
    pub budget: Option<Duration>,
    /// Each program times what its users can do wrong: see `lawless`.
    #[serde(default)]
    pub lawless: bool,
    /// Where the verdict of loom/eager follows from that of loom/leak, which comes before it, loom/eager is not run.
    #[serde(default)]
    pub eager_may_follow: bool,
    /// Under loom, whose memory is weak, a history may be explained by an order that keeps each thread's own, though another call returned
    /// before; and there may be more outcomes than under shuttle, which comes first.
    #[serde(default)]
    pub weak_on_loom: bool,
    /// A self-check of this name: loom runs without the repair of its search, and the engines must disagree.
    pub crippled: Option<String>,
}

impl Batch {
    /// The batch without its first `done` programs, if any are left. A self-check is over with its first failure.
    pub fn after(&self, done: usize) -> Option<Batch> {
        if self.crippled.is_some() {
            return None;
        }
        let rest = self.programs.get(done..).filter(|rest| !rest.is_empty())?;
        Some(Batch { programs: rest.to_vec(), ..self.clone() })
    }
}

impl Task for Batch {
    fn title(&self) -> String {
        self.programs.first().map(|(_, program)| program.clone()).unwrap_or_default()
    }
    fn request(&self) -> Request {
        Request::new("batch", self)
    }
    fn parts(&self) -> usize {
        self.programs.len()
    }
    fn spends_its_worker(&self) -> bool {
        true
    }
    fn hear(&self, answer: Value) -> Result<Option<Told>, String> {
        let result: ProgramResult = serde_json::from_value(answer).map_err(|error| error.to_string())?;
        Ok(self.crippled.is_none().then_some(Told::Program(result)))
    }
    fn rest(&self, done: usize) -> Option<Box<dyn Task>> {
        self.after(done).map(|rest| Box::new(rest) as Box<dyn Task>)
    }
    /// The next program, on the first engine.
    fn at(&self, done: usize) -> Option<Job> {
        let (_, text) = self.programs.get(done).or(self.programs.last())?;
        let program = Program::parse(subjects::by_name(&self.subject)?, text).ok()?;
        let family = self.crippled.is_none().then_some(self.family);
        Some(Job { family, ..Job::new(&program, *self.engines.first()?) })
    }
}
