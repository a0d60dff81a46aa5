//! The executions of a program as a player sees them, asked of worker processes: one that stops in the middle takes its process with it, and
//! the next process goes around it.

use crate::pool::{self, News, Settings};
use crate::task::{Request, Task, Told};
use crate::worker::{Handler, Host};
use explore::job::Job;
use explore::playing::unfold;
use explore::tree::{Bounds, Stopped, Tree};
use linear::{Failure, Program, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// So many executions that stop in the middle are gone around.
pub const MOST_STOPPED: usize = 8;

/// `cargo verify play 'PROGRAM'`, ready to be typed.
pub fn command_of(program: &Program) -> String {
    let subject = program.subject.name;
    let subject = if subject == "map" { String::new() } else { format!(" --subject {subject}") };
    format!("cargo verify play '{program}'{subject}")
}

/// What a worker is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Unfold {
    job: Job,
    bounds: Bounds,
}

/// What it answers.
type Answer = Result<Tree, String>;

impl Task for Unfold {
    fn title(&self) -> String {
        format!("play {}", self.job.program)
    }
    fn request(&self) -> Request {
        Request::new("unfold", self)
    }
    fn parts(&self) -> usize {
        1
    }
    fn spends_its_worker(&self) -> bool {
        true
    }
    fn hear(&self, answer: Value) -> Result<Option<Told>, String> {
        Ok(Some(Told::Else(answer, 0)))
    }
    fn at(&self, _done: usize) -> Option<Job> {
        Some(self.job.clone())
    }
}

/// What a worker does with it.
pub(crate) const HANDLER: Handler = Handler { kind: "unfold", serve };

fn serve(body: Value, host: &'static Host) -> Result<(), serde_json::Error> {
    let Unfold { job, bounds } = serde_json::from_value(body)?;
    let answer: Answer = unfold(&job, bounds, host);
    host.part(&answer);
    Ok(())
}

/// The tree of a program, as far as the bounds allow.
///
/// # Errors
/// Why the program cannot be played, or its picks cannot be made.
pub fn tree(job: &Job, bounds: &Bounds, settings: &Settings) -> Answer {
    let settings = Settings { workers: 1, ..settings.clone() };
    let mut bounds = bounds.clone();
    loop {
        let (mut answer, mut lost) = (None, None);
        let task = Unfold { job: job.clone(), bounds: bounds.clone() };
        pool::run(vec![Box::new(task)], &settings, |news| match news {
            News::Told(Told::Else(told, _)) => answer = Some(told),
            News::Verdict(verdict) => lost = Some(verdict),
            _ => {}
        });
        if let Some(answer) = answer {
            return serde_json::from_value(answer).unwrap_or_else(|error| Err(error.to_string()));
        }
        let failure = lost.and_then(|verdict: Box<Verdict>| verdict.failure);
        let failure = failure.ok_or_else(|| "it was interrupted".to_owned())?;
        go_around(&mut bounds, failure)?;
    }
}

/// The bounds with one more execution that stops in the middle.
fn go_around(bounds: &mut Bounds, failure: Failure) -> Result<(), String> {
    let Failure { kind, message, schedule, steps, execution, .. } = failure;
    if schedule.is_empty() || bounds.executions.is_some() {
        return Err(format!("{kind}: {message}"));
    }
    if bounds.stopped.len() == MOST_STOPPED {
        bounds.executions = Some(execution - 1);
        return Ok(());
    }
    bounds.stopped.push(Stopped { schedule, failure: (kind, message), steps });
    Ok(())
}
